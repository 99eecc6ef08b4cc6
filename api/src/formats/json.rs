//! JSON: `{"rows": [{...}]}`, and any body that is read into a typed shape.

use crate::domain::datasets::Dataset;
use crate::domain::rows::{Checker, RawRow, RowPlace};
use crate::fault::{Fault, Result};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use std::fmt;

/// Reads a body into a shape that refuses members it does not know.
///
/// # Errors
/// [`Fault::MalformedBody`] where it is not JSON; [`Fault::InvalidBody`] naming the member where it has another shape.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let shape = serde_path_to_error::deserialize(&mut reader).map_err(|fault| {
        let place = fault.path().to_string();
        let inner = fault.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                let pointer = if place == "." {
                    String::new()
                } else {
                    pointer(&place)
                };
                Fault::body(&pointer, "wrong-shape", sentence(&inner))
            }
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => malformed(&inner),
        }
    })?;
    reader.end().map_err(|fault| malformed(&fault))?;
    Ok(shape)
}

/// `rows[3].fte` of the deserialiser as the pointer `/rows/3/fte`.
fn pointer(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    format!(
        "/{}",
        path.split('.')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/")
    )
}

/// The parser's message without the place it appends, which the fault gives in its own way.
fn sentence(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn malformed(fault: &serde_json::Error) -> Fault {
    Fault::MalformedBody {
        place: format!("line {}, column {}", fault.line(), fault.column()),
        reason: sentence(fault),
    }
}

/// Hands every row of `{"rows": [...]}` to the checker.
pub fn read_rows(bytes: &[u8], dataset: &'static Dataset, checker: &mut Checker<'_>) -> Result<()> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields, expecting = "an object with the member `rows`")]
    struct Body {
        rows: Vec<Members>,
    }
    let body: Body = read(bytes)?;
    let columns: Vec<&'static str> = dataset.columns().collect();
    for (index, row) in (0_u64..).zip(&body.rows) {
        let place = RowPlace::Index(index);
        match row {
            Members(Some(members)) => {
                if let Some(cells) = cells(place, members, &columns, checker) {
                    checker.row(&RawRow { place, cells });
                }
            }
            Members(None) => {
                checker.fault(place.fault(
                    "",
                    "wrong-shape",
                    "A row is an object with a member for each column.".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

/// The members of a row as they stand, one that stands twice included; none where it is no object.
struct Members(Option<Vec<(String, Value)>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Row)
    }
}

/// Reads [`Members`]. What is no object is passed over, to be told with its place.
struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members, A::Error> {
        let mut members = Vec::with_capacity(10);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(Some(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Members, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Members(None))
    }

    fn visit_unit<E>(self) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Members, E> {
        Ok(Members(None))
    }
}

/// The members in the order of the columns; `None` after noting what is wrong with them.
fn cells(
    place: RowPlace,
    members: &[(String, Value)],
    columns: &[&'static str],
    checker: &mut Checker<'_>,
) -> Option<Vec<Option<String>>> {
    let mut sound = true;
    let mut seen: Vec<&str> = Vec::with_capacity(columns.len());
    for (name, _) in members {
        if !columns.contains(&name.as_str()) {
            let message = format!(
                "There is no such column; the columns are {}.",
                columns.join(", ")
            );
            checker.fault(place.fault(name, "unknown-column", message));
            sound = false;
        } else if seen.contains(&name.as_str()) {
            let message = "The column stands there twice.".to_owned();
            checker.fault(place.fault(name, "repeated-column", message));
            sound = false;
        } else {
            seen.push(name);
        }
    }
    let stated = |column: &str| {
        members
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, value)| value)
    };
    let cells = columns
        .iter()
        .map(|column| match stated(column) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                Some(text.trim().to_owned()).filter(|text| !text.is_empty())
            }
            Some(Value::Number(number)) => Some(digits(number)),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                checker.fault(place.fault(
                    column,
                    "wrong-shape",
                    "A cell is a text, a number or null.".to_owned(),
                ));
                sound = false;
                None
            }
        })
        .collect();
    sound.then_some(cells)
}

/// A number in plain digits, without an exponent: 1e3 is 1000.
fn digits(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(nearest) if number.is_f64() => nearest.to_string(),
        _ => number.to_string(),
    }
}
