//! Rows as JSON: `{"rows": [{...}]}`, read one after the other, and what an object says of a row.

use super::columns::unknown_column;
use super::json::{malformed, misshapen};
use super::source::{self, MAX_ROW, Pace, Paced};
use crate::domain::column_mappings::{Heading, Translation};
use crate::domain::rows::{Found, RawRow, RowPlace};
use crate::fault::{Fault, Result};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::io::{BufReader, Read};

/// Takes what was found, or ends the reading.
pub(super) type Each<'e> = dyn FnMut(Found<'_>) -> Result<()> + 'e;

/// Hands every row of `{"rows": [...]}` on.
///
/// # Errors
/// [`Fault::MalformedBody`], [`Fault::InvalidBody`], the reader's faults, and those of `each`.
pub fn read_rows(source: impl Read, columns: &Translation, each: &mut Each<'_>) -> Result<()> {
    let (paced, pace) = Paced::new(source);
    let mut input = BufReader::new(paced);
    let mut rows = Rows {
        reading: Reading::of(columns),
        each,
        pace: pace.clone(),
        next: 0,
        ended: None,
    };
    let read = read_body(&mut input, &mut rows);
    if pace.is_too_long() {
        let message = format!("The row is longer than {MAX_ROW} bytes; nothing after it was read.");
        let place = RowPlace::Index(rows.next);
        (rows.each)(Found::Fault(place.fault("", "row-too-long", message)))?;
        pace.row_ends();
        return drain(&mut input, &pace);
    }
    match read {
        Err(Fault::MalformedBody { .. } | Fault::InvalidBody(_)) => {
            drain(&mut input, &pace).and(read)
        }
        read => read,
    }
}

/// Reads the rest of a body that is refused already: what is wrong with it as a whole goes before.
fn drain(input: &mut impl Read, pace: &Pace) -> Result<()> {
    let mut piece = [0; 8_192];
    loop {
        pace.row_ends();
        if input.read(&mut piece).map_err(source::fault)? == 0 {
            return Ok(());
        }
    }
}

fn read_body(input: &mut impl Read, rows: &mut Rows<'_, '_>) -> Result<()> {
    let mut reader = serde_json::Deserializer::from_reader(input);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let read = Body(rows).deserialize(tracked);
    if let Some(fault) = rows.ended.take() {
        return Err(fault);
    }
    read.map_err(|fault| misshapen(&track.path().to_string(), fault))?;
    reader.end().map_err(malformed)
}

/// The rows of a body on their way.
struct Rows<'c, 'e> {
    reading: Reading<'c>,
    each: &'e mut Each<'e>,
    pace: Pace,
    next: u64,
    /// What `each` ended the reading with.
    ended: Option<Fault>,
}

/// Reads `{"rows": [...]}`.
struct Body<'r, 'c, 'e>(&'r mut Rows<'c, 'e>);

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Rows,
}

impl<'de> DeserializeSeed<'de> for Body<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_struct("Body", &["rows"], self)
    }
}

impl<'de> Visitor<'de> for Body<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `rows`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut met = false;
        while let Some(Member::Rows) = map.next_key()? {
            if met {
                return Err(de::Error::duplicate_field("rows"));
            }
            map.next_value_seed(List(self.0))?;
            met = true;
        }
        if met {
            Ok(())
        } else {
            Err(de::Error::missing_field("rows"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        match seq.next_element::<IgnoredAny>()? {
            None => Err(de::Error::invalid_length(0, &self)),
            Some(_) => Err(de::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }
}

/// Reads the list of rows.
struct List<'r, 'c, 'e>(&'r mut Rows<'c, 'e>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let rows = self.0;
        while let Some(members) = seq.next_element::<Members>()? {
            let place = RowPlace::Index(rows.next);
            if let Err(fault) = rows.reading.row(place, &members, rows.each) {
                rows.ended = Some(fault);
                return Err(de::Error::custom("ended"));
            }
            rows.next += 1;
            rows.pace.row_ends();
        }
        Ok(())
    }
}

/// The members of a row as they stand, one that stands twice included; none where it is no object.
pub(super) struct Members(Option<Vec<(String, Value)>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::with_capacity(10);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(Some(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Members, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Members(None))
    }

    fn visit_unit<E>(self) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Members, E> {
        Ok(Members(None))
    }
}

/// How objects are read into rows.
pub(super) struct Reading<'c> {
    columns: &'c Translation,
    names: Vec<Cow<'static, str>>,
}

impl<'c> Reading<'c> {
    /// Of a dataset as an institution names it.
    pub(super) fn of(columns: &'c Translation) -> Self {
        let names = columns.dataset().columns().map(Cow::Borrowed).collect();
        Self { columns, names }
    }

    /// Hands a row on, or each thing that keeps it from being one.
    pub(super) fn row(
        &self,
        place: RowPlace,
        members: &Members,
        each: &mut Each<'_>,
    ) -> Result<()> {
        let mut fault = |column: &str, code: &'static str, message: String| {
            each(Found::Fault(place.fault(column, code, message)))
        };
        let Some(members) = &members.0 else {
            let message = "A row is an object with a member for each column.";
            return fault("", "wrong-shape", message.to_owned());
        };
        let mut cells: Vec<Option<Cow<'_, str>>> = vec![None; self.names.len()];
        let mut headings = Cow::Borrowed(self.names.as_slice());
        let mut met = vec![false; cells.len()];
        let mut sound = true;
        for (name, value) in members {
            let (code, message) = match self.columns.member(name) {
                Heading::PassedOver => continue,
                Heading::Unknown => ("unknown-column", unknown_column(self.columns)),
                Heading::Column(column) => {
                    let (Some(met), Some(cell)) = (met.get_mut(column), cells.get_mut(column))
                    else {
                        return Err(Fault::Internal);
                    };
                    if self.names.get(column).is_some_and(|known| known != name)
                        && let Some(heading) = headings.to_mut().get_mut(column)
                    {
                        *heading = Cow::Owned(name.clone());
                    }
                    if std::mem::replace(met, true) {
                        (
                            "repeated-column",
                            "The column stands there twice.".to_owned(),
                        )
                    } else if let Some(text) = text(value) {
                        *cell = text;
                        continue;
                    } else {
                        let message = "A cell is a text, a number or null.";
                        ("wrong-shape", message.to_owned())
                    }
                }
            };
            fault(name, code, message)?;
            sound = false;
        }
        if !sound {
            return Ok(());
        }
        for (column, (cell, met)) in cells.iter_mut().zip(&met).enumerate() {
            if !met {
                *cell = self.columns.constant(column).map(Cow::Borrowed);
            }
        }
        each(Found::Row(RawRow {
            place,
            cells: &cells,
            headings: &headings,
        }))
    }
}

/// A value as the text of a cell, and none for null; nothing where it is no cell.
fn text(value: &Value) -> Option<Option<Cow<'_, str>>> {
    match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(Cow::Borrowed(text))),
        Value::Number(number) => Some(Some(Cow::Owned(digits(number)))),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number in plain digits, without an exponent: 1e3 is 1000.
fn digits(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(nearest) if number.is_f64() => nearest.to_string(),
        _ => number.to_string(),
    }
}
