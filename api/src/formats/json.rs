//! JSON: `{"rows": [{...}]}`, and any body that is read into a typed shape.

use crate::domain::datasets::Dataset;
use crate::domain::rows::{Checker, RawRow, RowPlace};
use crate::fault::{Fault, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

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
    #[serde(deny_unknown_fields)]
    struct Body {
        rows: Vec<Value>,
    }
    let body: Body = read(bytes)?;
    let columns: Vec<&'static str> = dataset.columns().collect();
    for (index, row) in (0_u64..).zip(&body.rows) {
        let place = RowPlace::Index(index);
        match row {
            Value::Object(members) => {
                if let Some(cells) = cells(place, members, &columns, checker) {
                    checker.row(&RawRow { place, cells });
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
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

/// The members in the order of the columns; `None` after noting what is wrong with them.
fn cells(
    place: RowPlace,
    members: &Map<String, Value>,
    columns: &[&'static str],
    checker: &mut Checker<'_>,
) -> Option<Vec<Option<String>>> {
    let mut sound = true;
    for name in members
        .keys()
        .filter(|name| !columns.contains(&name.as_str()))
    {
        let message = format!(
            "There is no such column; the columns are {}.",
            columns.join(", ")
        );
        checker.fault(place.fault(name, "unknown-column", message));
        sound = false;
    }
    let cells = columns
        .iter()
        .map(|column| match members.get(*column) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                Some(text.trim().to_owned()).filter(|text| !text.is_empty())
            }
            Some(Value::Number(number)) => Some(number.to_string()),
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
