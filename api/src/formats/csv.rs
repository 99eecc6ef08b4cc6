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
    let mut sheet = Sheet::of(bytes);
    if !sheet.next()? {
        return Err(one(Violation::cell(
            1,
            "",
            "empty-file",
            "The file is empty; its first row names the columns.",
        )));
    }
    let header = Header::read(sheet.row, &sheet.record, columns, bytes)?;
    while sheet.next()? {
        let blank = |cell: &[u8]| cell.trim_ascii().is_empty();
        if !sheet.record.iter().all(blank) {
            each(sheet.row, header.cells(sheet.row, &sheet.record));
        }
    }
    Ok(())
}

/// A file, row by row, with the number a spreadsheet shows beside each.
struct Sheet<'b> {
    bytes: &'b [u8],
    reader: csv::Reader<&'b [u8]>,
    record: ByteRecord,
    row: u64,
}

impl<'b> Sheet<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        let reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes);
        Self {
            bytes,
            reader,
            record: ByteRecord::new(),
            row: 0,
        }
    }

    /// Advances to the next record. The csv reader refuses nothing with these settings but an input error, which a
    /// slice cannot have.
    fn next(&mut self) -> Result<bool> {
        let start = self.reader.position().byte();
        let more = self.reader.read_byte_record(&mut self.record);
        self.row += 1 + self.empty_lines(usize::try_from(start).unwrap_or(usize::MAX));
        more.map_err(|_| Fault::Internal)
    }

    /// How many empty lines the reader passes over from a place on; they are rows on a sheet.
    fn empty_lines(&self, start: usize) -> u64 {
        let mut before = start.checked_sub(1).and_then(|place| self.bytes.get(place));
        let mut lines = 0;
        for byte in self.bytes.get(start..).unwrap_or_default() {
            match (before, byte) {
                // One line end, whose CR is counted or ended the row before.
                (Some(b'\r'), b'\n') => {}
                (_, b'\r' | b'\n') => lines += 1,
                _ => break,
            }
            before = Some(byte);
        }
        lines
    }
}

fn one(violation: Violation) -> Fault {
    Fault::InvalidRows {
        violations: vec![violation],
        total: 1,
    }
}

/// Which column of the file holds which column of the table.
pub(super) struct Header {
    names: Vec<&'static str>,
    places: Vec<Option<usize>>,
    width: usize,
}

impl Header {
    fn read(row: u64, record: &ByteRecord, columns: &impl Columns, bytes: &[u8]) -> Result<Self> {
        let given: Vec<(usize, String)> = record
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_ascii_lowercase())
            .enumerate()
            .collect();
        if let (1, Some((delimiter, name))) = (given.len(), other_delimiter(bytes)) {
            let message = format!(
                "The columns are parted by {name} ({delimiter:?}); save the file with commas."
            );
            return Err(one(Violation::cell(row, "", "wrong-delimiter", message)));
        }
        Self::of(row, &given, columns)
    }

    /// Finds every column among headings in lower case, each with its place.
    ///
    /// # Errors
    /// [`Fault::InvalidRows`] with every heading that is unknown, repeated or missing.
    pub(super) fn of(row: u64, given: &[(usize, String)], columns: &impl Columns) -> Result<Self> {
        let names = columns.names();
        let (mut faults, mut total) = (Vec::new(), 0_u64);
        let mut fault = |column: &str, code: &'static str, message: &str| {
            total += 1;
            if faults.len() < MAX_VIOLATIONS {
                let shown: String = column.chars().take(60).collect();
                faults.push(Violation::cell(row, &shown, code, message));
            }
        };
        let unknown = format!(
            "There is no such column; the columns are {}.",
            names.join(", ")
        );
        let mut places: Vec<Option<usize>> = vec![None; names.len()];
        for (place, heading) in given {
            match names
                .iter()
                .zip(&mut places)
                .find(|(name, _)| *name == heading)
            {
                None => fault(heading, "unknown-column", &unknown),
                Some((_, free @ None)) => *free = Some(*place),
                Some((name, Some(_))) => {
                    fault(name, "repeated-column", "The column stands there twice.");
                }
            }
        }
        for (name, place) in names.iter().zip(&places) {
            if place.is_none() && !columns.optional(name) {
                fault(name, "missing-column", "The file must have this column.");
            }
        }
        if total == 0 {
            return Ok(Self {
                names,
                places,
                width: given.last().map_or(0, |(place, _)| place + 1),
            });
        }
        Err(Fault::InvalidRows {
            violations: faults,
            total,
        })
    }

    /// How many places the file's rows have.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// The column that stands at a place of the file.
    pub(super) fn heading(&self, place: usize) -> Option<&'static str> {
        let found = self.places.iter().position(|at| *at == Some(place))?;
        self.names.get(found).copied()
    }

    /// Cells by their place in the file, put in the order of the table.
    pub(super) fn in_order(&self, mut cells: Vec<Option<String>>) -> Vec<Option<String>> {
        let mut take = |place: usize| cells.get_mut(place).and_then(Option::take);
        self.places
            .iter()
            .map(|place| place.and_then(&mut take))
            .collect()
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
                Ok((!text.is_empty()).then(|| armed(text).to_owned()))
            })
            .collect()
    }
}

/// A semicolon, tab or bar that parts the first line where no comma does.
fn other_delimiter(bytes: &[u8]) -> Option<(char, &'static str)> {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let line = lines.find(|line| !line.is_empty())?;
    [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
        .into_iter()
        .find(|(delimiter, _)| line.iter().any(|byte| char::from(*byte) == *delimiter))
}

/// Whether a spreadsheet would run a cell as a formula, but for apostrophes before it.
fn formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    let numeric = cell.parse::<entity::values::Hundredths>().is_ok();
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !numeric
}

/// A cell that a spreadsheet would run as a formula is preceded by an apostrophe, which it shows as text.
fn defused(cell: &str) -> String {
    let apostrophe = if formula(cell) { "'" } else { "" };
    format!("{apostrophe}{cell}")
}

/// The cell that was defused, so that a file that was given out can be taken back.
fn armed(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|_| formula(cell))
        .unwrap_or(cell)
}

/// Writes a table: header, then rows, CRLF as RFC 4180 has it.
pub fn write<'a>(header: &[&str], rows: impl Iterator<Item = Vec<String>> + 'a) -> Result<Vec<u8>> {
    let names = header.iter().map(|name| (*name).to_owned()).collect();
    lines(std::iter::once(names).chain(rows))
}

/// Writes lines of a table that was begun.
pub fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| defused(cell)))
            .map_err(|_| Fault::Internal)?;
    }
    writer.into_inner().map_err(|_| Fault::Internal)
}
