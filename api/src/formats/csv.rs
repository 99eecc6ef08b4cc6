//! CSV (RFC 4180): UTF-8, comma, header row first. A byte order mark, CRLF and a missing final line end are accepted.
//!
//! Read as it comes, one record in memory at a time, and none of them larger than [`MAX_ROW`].

use super::columns::{Cells, Columns, Header, unreadable};
use super::source::{self, MAX_ROW};
use crate::domain::column_mappings::Translation;
use crate::domain::rows::{Found, RawRow, RowPlace};
use crate::fault::{Fault, Result, Violation};
use csv::WriterBuilder;
use csv_core::{ReadRecordResult, Reader};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Cursor, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Bytes that are read at once.
const BUFFER: usize = 65_536;

/// Hands every row of a file on.
///
/// # Errors
/// [`Fault::InvalidRows`] where there is no header to go by, the reader's faults, and those of `each`.
pub fn read_rows(
    source: impl Read,
    columns: &Translation,
    each: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<()> {
    read_table(source, columns, |header, row, cells| {
        each(found(header, row, &cells))
    })
}

/// A row of a table as what it may be a row of a return of.
pub(super) fn found<'r>(
    header: &'r Header,
    row: u64,
    cells: &'r Result<Cells<'r>, Violation>,
) -> Found<'r> {
    match cells {
        Ok(cells) => Found::Row(RawRow {
            place: RowPlace::Row(row),
            cells,
            headings: header.headings(),
        }),
        Err(violation) => Found::Fault(violation.clone()),
    }
}

/// Hands every row of a file on: its header, its number, and its cells in the order of the columns or what is wrong with
/// it. Rows without any text are passed over.
///
/// # Errors
/// [`Fault::InvalidRows`] where there is no header to go by, the reader's faults, and those of `each`.
pub fn read_table<R: Read>(
    source: R,
    columns: &impl Columns,
    mut each: impl FnMut(&Header, u64, Result<Cells<'_>, Violation>) -> Result<()>,
) -> Result<()> {
    let mut sheet = Sheet::of(source)?;
    let read = read_sheet(&mut sheet, columns, &mut each);
    match read {
        // What is wrong with the body as a whole goes before what is wrong with its rows.
        Err(Fault::InvalidRows { .. }) | Ok(()) => source::drain(&mut sheet.input).and(read),
        Err(other) => Err(other),
    }
}

fn read_sheet<R: Read>(
    sheet: &mut Sheet<R>,
    columns: &impl Columns,
    each: &mut impl FnMut(&Header, u64, Result<Cells<'_>, Violation>) -> Result<()>,
) -> Result<()> {
    match sheet.next()? {
        Next::End => {
            let message = "The file is empty; its first row names the columns.";
            return Err(unreadable(1, "empty-file", message));
        }
        Next::TooLong => return Err(unreadable(sheet.row, "row-too-long", too_long())),
        Next::Record => {}
    }
    let given: Vec<Cow<'_, str>> = sheet.cells().map(String::from_utf8_lossy).collect();
    if let (1, Some((delimiter, name))) = (given.len(), other_delimiter(&given)) {
        let message =
            format!("The columns are parted by {name} ({delimiter:?}); save the file with commas.");
        return Err(unreadable(sheet.row, "wrong-delimiter", message));
    }
    let header = Header::read(sheet.row, given.iter().enumerate(), columns)?;
    loop {
        match sheet.next()? {
            Next::End => return Ok(()),
            Next::TooLong => {
                let fault = Violation::cell(sheet.row, "", "row-too-long", too_long());
                return each(&header, sheet.row, Err(fault));
            }
            Next::Record if sheet.cells().all(|cell| cell.trim_ascii().is_empty()) => {}
            Next::Record => each(&header, sheet.row, sheet.arranged(&header))?,
        }
    }
}

/// What is said of a row that does not end.
fn too_long() -> String {
    format!(
        "The row is longer than {MAX_ROW} bytes; is a quotation mark open? Nothing after it was read."
    )
}

/// What comes next in a file.
enum Next {
    /// A record.
    Record,
    /// A record that is too long to be held.
    TooLong,
    /// Nothing.
    End,
}

/// A file, row by row, with the number a spreadsheet shows beside each.
struct Sheet<R> {
    input: BufReader<std::io::Chain<Cursor<Vec<u8>>, R>>,
    parser: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// How many cells the record at hand has.
    cells: usize,
    /// The last byte that was read.
    last: Option<u8>,
    row: u64,
}

impl<R: Read> Sheet<R> {
    /// A file at its beginning, after its byte order mark if it has one.
    fn of(mut source: R) -> Result<Self> {
        let mut start = Vec::with_capacity(BYTE_ORDER_MARK.len());
        let wanted = BYTE_ORDER_MARK.len() as u64;
        let mut head = source.by_ref().take(wanted);
        head.read_to_end(&mut start).map_err(source::fault)?;
        if start == BYTE_ORDER_MARK {
            start.clear();
        }
        Ok(Self {
            input: BufReader::with_capacity(BUFFER, Cursor::new(start).chain(source)),
            parser: Reader::new(),
            text: vec![0; 4_096],
            ends: vec![0; 64],
            cells: 0,
            last: None,
            row: 0,
        })
    }

    /// Advances to the next record. Empty lines are passed over; they are rows on a sheet.
    fn next(&mut self) -> Result<Next> {
        self.row += 1 + self.empty_lines()?;
        let (mut written, mut ended, mut taken) = (0, 0, 0_u64);
        loop {
            let input = self.input.fill_buf().map_err(source::fault)?;
            let text = self.text.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, found) = self.parser.read_record(input, text, ends);
            if let Some(last) = read.checked_sub(1).and_then(|place| input.get(place)) {
                self.last = Some(*last);
            }
            self.input.consume(read);
            written += wrote;
            ended += found;
            taken += read as u64;
            if taken > MAX_ROW {
                return Ok(Next::TooLong);
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    self.cells = ended;
                    return Ok(Next::Record);
                }
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    /// Passes over the empty lines before the next record, and counts them.
    fn empty_lines(&mut self) -> Result<u64> {
        let mut lines = 0;
        loop {
            let input = self.input.fill_buf().map_err(source::fault)?;
            let mut read = 0;
            for byte in input {
                match (self.last, byte) {
                    // One line end, whose CR is counted or ended the row before.
                    (Some(b'\r'), b'\n') => {}
                    (_, b'\r' | b'\n') => lines += 1,
                    _ => break,
                }
                self.last = Some(*byte);
                read += 1;
            }
            let more = read > 0 && read == input.len();
            self.input.consume(read);
            if !more {
                return Ok(lines);
            }
        }
    }

    /// The cells of the record at hand.
    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.cells).unwrap_or_default();
        let starts = std::iter::once(&0).chain(ends);
        let parts = starts.zip(ends);
        parts.map(|(start, end)| self.text.get(*start..*end).unwrap_or_default())
    }

    fn cell(&self, place: usize) -> &[u8] {
        let end = self.ends.get(place).copied().unwrap_or_default();
        let start = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before).copied());
        self.text
            .get(start.unwrap_or_default()..end)
            .unwrap_or_default()
    }

    /// The cells in the order of the table.
    fn arranged<'c>(&'c self, header: &'c Header) -> Result<Cells<'c>, Violation> {
        if self.cells != header.width() {
            let message = format!(
                "The row has {} cells, the header {}.",
                self.cells,
                header.width()
            );
            return Err(Violation::cell(
                self.row,
                "",
                "wrong-number-of-cells",
                message,
            ));
        }
        header.cells(|place, heading| {
            let text = std::str::from_utf8(self.cell(place)).map_err(|_| {
                let message = "The cell is not UTF-8; save the file as \u{201c}CSV UTF-8\u{201d}.";
                Violation::cell(self.row, heading, "not-utf-8", message)
            })?;
            Ok(Some(Cow::Borrowed(armed(text))))
        })
    }
}

/// A semicolon, tab or bar that parts the only cell of a header.
fn other_delimiter(given: &[Cow<'_, str>]) -> Option<(char, &'static str)> {
    let line = given.first()?.split(['\n', '\r']).next()?;
    [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
        .into_iter()
        .find(|(delimiter, _)| line.contains(*delimiter))
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
