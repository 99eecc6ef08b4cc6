//! Newline-delimited JSON: an object a line, each a row. The place of a fault is the number of its line.

use super::json::sentence;
use super::json_rows::{Each, Members, Reading};
use super::source::{self, MAX_ROW};
use crate::domain::column_mappings::Translation;
use crate::domain::rows::{Found, RowPlace};
use crate::fault::{Result, Violation};
use std::io::{BufRead, BufReader, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Bytes that are read at once.
const BUFFER: usize = 65_536;

/// Hands every row on. Lines without text are passed over; a file without any row is refused, for it is rather an
/// extract that failed than a return of nothing.
///
/// # Errors
/// The reader's faults, and those of `each`.
pub fn read_rows(source: impl Read, columns: &Translation, each: &mut Each<'_>) -> Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, source);
    let reading = Reading::of(columns);
    let mut line = Vec::new();
    let (mut number, mut empty) = (0, true);
    while next(&mut input, &mut line)? {
        number += 1;
        let bytes = line.as_slice();
        let bytes = match number {
            1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
            _ => bytes,
        };
        let bytes = bytes.trim_ascii_end();
        if bytes.is_empty() {
            continue;
        }
        empty = false;
        match members(bytes) {
            Ok(members) => reading.row(RowPlace::Row(number), &members, each)?,
            Err((code, message)) => {
                each(Found::Fault(Violation::cell(number, "", code, message)))?;
            }
        }
    }
    if empty {
        let message = "The file is empty; every line of it is a row.";
        each(Found::Fault(Violation::cell(1, "", "empty-file", message)))?;
    }
    Ok(())
}

/// Reads the next line, no more than a byte over the longest that is taken; the rest of one that is longer is passed
/// over. Tells whether there was one.
fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool> {
    line.clear();
    let mut bounded = input.by_ref().take(MAX_ROW + 1);
    bounded.read_until(b'\n', line).map_err(source::fault)?;
    if line.len() as u64 > MAX_ROW {
        input.skip_until(b'\n').map_err(source::fault)?;
    }
    Ok(!line.is_empty())
}

/// The members that a line states, or why it states none.
fn members(line: &[u8]) -> Result<Members, (&'static str, String)> {
    if line.len() as u64 > MAX_ROW {
        let message = format!("The line is longer than {MAX_ROW} bytes.");
        return Err(("row-too-long", message));
    }
    if std::str::from_utf8(line).is_err() {
        let message = "The line is not UTF-8.";
        return Err(("not-utf-8", message.to_owned()));
    }
    serde_json::from_slice(line).map_err(|fault| {
        let message = format!(
            "The line is not JSON: at column {}, {}.",
            fault.column(),
            sentence(&fault)
        );
        ("not-json", message)
    })
}
