//! CSV (RFC 4180): UTF-8, comma, header row first. A byte order mark, CRLF and a missing final line end are accepted.

use crate::domain::datasets::Dataset;
use crate::domain::rows::{Checker, RawRow, RowPlace};
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The columns of a table.
pub trait Columns {
    /// Headings, in the order cells are handed on.
    fn names(&self) -> Vec<&'static str>;
    /// Whether a file may leave the column out.
    fn optional(&self, name: &str) -> bool;
}

impl Columns for Dataset {
    fn names(&self) -> Vec<&'static str> {
        self.columns().collect()
    }

    fn optional(&self, name: &str) -> bool {
        self.measures
            .iter()
            .any(|measure| measure.name == name && !measure.required)
    }
}

/// Hands every row of a file to the checker.
///
/// # Errors
/// [`Fault::InvalidRows`] where there is no header to go by; everything else is noted with the checker.
pub fn read_rows(bytes: &[u8], dataset: &'static Dataset, checker: &mut Checker<'_>) -> Result<()> {
    read_table(bytes, dataset, |row, cells| match cells {
        Ok(cells) => {
            let trimmed = |cell: Option<String>| {
                cell.map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty())
            };
            let cells = cells.into_iter().map(trimmed).collect();
            checker.row(&RawRow {
                place: RowPlace::Row(row),
                cells,
            });
        }
        Err(violation) => checker.fault(violation),
    })
}

/// Hands every row of a file on: its number, and its cells in the order of the columns or what is wrong with it.
/// Rows without any text are passed over.
///
/// # Errors
/// [`Fault::InvalidRows`] where there is no header to go by.
pub fn read_table(
    bytes: &[u8],
    columns: &impl Columns,
    mut each: impl FnMut(u64, std::result::Result<Vec<Option<String>>, Violation>),
) -> Result<()> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    if !next(&mut reader, &mut record)? {
        return Err(one(Violation::cell(
            1,
            "",
            "empty-file",
            "The file is empty; its first row names the columns.",
        )));
    }
    let header = Header::read(&record, columns, bytes)?;
    while next(&mut reader, &mut record)? {
        let row = record.position().map_or(0, csv::Position::record) + 1;
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        each(row, header.cells(row, &record));
    }
    Ok(())
}

/// Advances to the next record. The csv reader refuses nothing with these settings but an input error, which a slice
/// cannot have.
fn next(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord) -> Result<bool> {
    reader.read_byte_record(record).map_err(|_| Fault::Internal)
}

fn one(violation: Violation) -> Fault {
    Fault::InvalidRows {
        violations: vec![violation],
        total: 1,
    }
}

/// Which column of the file holds which column of the table.
struct Header {
    names: Vec<&'static str>,
    places: Vec<Option<usize>>,
    width: usize,
}

impl Header {
    fn read(record: &ByteRecord, columns: &impl Columns, bytes: &[u8]) -> Result<Self> {
        let given: Vec<String> = record
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_ascii_lowercase())
            .collect();
        let names = columns.names();
        if let (1, Some((delimiter, name))) = (given.len(), other_delimiter(bytes)) {
            let message = format!(
                "The columns are parted by {name} ({delimiter:?}); save the file with commas."
            );
            return Err(one(Violation::cell(1, "", "wrong-delimiter", message)));
        }
        let mut faults = Vec::new();
        for (place, heading) in given.iter().enumerate() {
            let shown: String = heading.chars().take(60).collect();
            if !names.contains(&heading.as_str()) {
                let message = format!(
                    "There is no such column; the columns are {}.",
                    names.join(", ")
                );
                faults.push(Violation::cell(1, &shown, "unknown-column", message));
            } else if given.iter().take(place).any(|earlier| earlier == heading) {
                faults.push(Violation::cell(
                    1,
                    &shown,
                    "repeated-column",
                    "The column stands there twice.",
                ));
            }
        }
        let places: Vec<Option<usize>> = names
            .iter()
            .map(|name| given.iter().position(|heading| heading == name))
            .collect();
        for (name, place) in names.iter().zip(&places) {
            if place.is_none() && !columns.optional(name) {
                faults.push(Violation::cell(
                    1,
                    name,
                    "missing-column",
                    "The file must have this column.",
                ));
            }
        }
        if faults.is_empty() {
            return Ok(Self {
                names,
                places,
                width: given.len(),
            });
        }
        let total = faults.len() as u64;
        faults.truncate(MAX_VIOLATIONS);
        Err(Fault::InvalidRows {
            violations: faults,
            total,
        })
    }

    /// The cells in the order of the table.
    fn cells(
        &self,
        row: u64,
        record: &ByteRecord,
    ) -> std::result::Result<Vec<Option<String>>, Violation> {
        if record.len() != self.width {
            let message = format!(
                "The row has {} cells, the header {}.",
                record.len(),
                self.width
            );
            return Err(Violation::cell(row, "", "wrong-number-of-cells", message));
        }
        self.places
            .iter()
            .zip(&self.names)
            .map(|(place, name)| {
                let bytes = place
                    .and_then(|place| record.get(place))
                    .unwrap_or_default();
                let text = std::str::from_utf8(bytes).map_err(|_| {
                    let message =
                        "The cell is not UTF-8; save the file as \u{201c}CSV UTF-8\u{201d}.";
                    Violation::cell(row, name, "not-utf-8", message)
                })?;
                Ok((!text.is_empty()).then(|| text.to_owned()))
            })
            .collect()
    }
}

/// A semicolon, tab or bar that parts the first line where no comma does.
fn other_delimiter(bytes: &[u8]) -> Option<(char, &'static str)> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
        .into_iter()
        .find(|(delimiter, _)| line.iter().any(|byte| char::from(*byte) == *delimiter))
}

/// A cell that a spreadsheet would run as a formula is preceded by an apostrophe, which it shows as text.
fn defused(cell: &str) -> String {
    let numeric = cell.parse::<entity::values::Hundredths>().is_ok();
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !numeric {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Writes a table: header, then rows, CRLF as RFC 4180 has it.
pub fn write<'a>(header: &[&str], rows: impl Iterator<Item = Vec<String>> + 'a) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(header).map_err(|_| Fault::Internal)?;
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| defused(cell)))
            .map_err(|_| Fault::Internal)?;
    }
    writer.into_inner().map_err(|_| Fault::Internal)
}
