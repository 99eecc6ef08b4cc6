//! A table read from a workbook, cell by cell: memory does not grow with its rows.
//!
//! Which sheet: the visible one named `rows`, as the templates have it; otherwise the only visible one beside the
//! templates' own `codes`, `notes`, `example`, `return` and `checks`. Hidden sheets are never read. Its first row with
//! anything in it names the columns. Rows are numbered as the sheet shows them.

use super::archive;
use crate::domain::column_mappings::{Heading, Translation};
use crate::domain::rows::Found;
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use crate::formats::columns::{Cells, Columns, Header};
use crate::formats::csv::found;
use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};

/// The sheet that is read where there is one of this name.
pub const ROWS: &str = "rows";
/// Sheets that stand beside the rows in our own workbooks.
pub const BESIDE: [&str; 5] = ["codes", "notes", "example", "return", "checks"];

/// Hands every row of a workbook's table on.
///
/// # Errors
/// Those of [`read_table`].
pub fn read_rows<R: Read + Seek>(
    source: R,
    columns: &Translation,
    each: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<()> {
    read_table(source, columns, |header, row, cells| {
        each(found(header, row, &cells))
    })
}

/// Hands every row of a workbook's table on: the header, its number, and its cells in the order of the columns or what is wrong
/// with it, fault by fault. Rows without any text are passed over.
///
/// # Errors
/// [`Fault::MalformedBody`] and [`Fault::BodyTooLarge`] as [`archive::look_through`] says; [`Fault::InvalidRows`] where
/// there is no sheet or header to go by; those of `each`.
pub fn read_table<R: Read + Seek>(
    mut source: R,
    columns: &impl Columns,
    mut each: impl FnMut(&Header, u64, Result<Cells<'_>, Violation>) -> Result<()>,
) -> Result<()> {
    let seen = archive::look_through(&mut source)?;
    let mut book =
        Xlsx::new(BufReader::new(source)).map_err(|error| unreadable("workbook", &error))?;
    let sheet = choose(&book)?;
    let merged = if seen.merged {
        book.merge_cells_by_sheet_name(&sheet)
            .map_err(|error| unreadable(&sheet, &error))?
    } else {
        Vec::new()
    };
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|error| unreadable(&sheet, &error))?;
    let mut table = Table::of(columns, merged);
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| unreadable(&sheet, &error))?
    {
        let (row, column) = cell.pos;
        if table.is_behind(row, column) {
            let place = format!("{sheet}, row {}", row + 1);
            return Err(malformed(
                place,
                "its cells are not in order; save the workbook again",
            ));
        }
        if row != table.row {
            table.end_row(&mut each)?;
            table.row = row;
        }
        table.take(column, text(&cell.value, cell.formula.is_some()));
    }
    table.end_row(&mut each)?;
    if table.header.is_none() {
        let message =
            format!("The sheet \u{201c}{sheet}\u{201d} is empty; its first row names the columns.");
        return Err(one(Violation::cell(1, "", "empty-file", message)));
    }
    Ok(())
}

fn one(violation: Violation) -> Fault {
    Fault::InvalidRows {
        violations: vec![violation],
        total: 1,
    }
}

fn malformed(place: impl Into<String>, reason: impl Into<String>) -> Fault {
    Fault::MalformedBody {
        place: place.into(),
        reason: reason.into(),
    }
}

fn unreadable(place: &str, error: &XlsxError) -> Fault {
    tracing::debug!(%error, place, "workbook not read");
    malformed(
        place,
        "the workbook is damaged; open it in a spreadsheet program and save it as .xlsx again",
    )
}

/// The sheet that holds the table.
fn choose<R: Read + Seek>(book: &Xlsx<R>) -> Result<String> {
    let visible: Vec<&str> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.as_str())
        .collect();
    if let Some(name) = visible
        .iter()
        .find(|name| name.trim().eq_ignore_ascii_case(ROWS))
    {
        return Ok((*name).to_owned());
    }
    let is_beside = |name: &str| {
        BESIDE
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name.trim()))
    };
    let others: Vec<&str> = visible
        .iter()
        .copied()
        .filter(|name| !is_beside(name))
        .collect();
    let message = match others.as_slice() {
        [only] => return Ok((*only).to_owned()),
        [] => format!("No visible sheet holds rows; name it \u{201c}{ROWS}\u{201d}."),
        several => {
            let shown: Vec<String> = several
                .iter()
                .take(10)
                .map(|name| name.chars().take(40).collect())
                .collect();
            format!(
                "There are {} visible sheets ({}); name the one to be read \u{201c}{ROWS}\u{201d}.",
                several.len(),
                shown.join(", ")
            )
        }
    };
    Err(one(Violation::cell(1, "", "which-sheet", message)))
}

/// What a cell says, or why it says nothing a table can hold.
type Said = std::result::Result<Option<String>, (&'static str, String)>;

fn text(value: &DataRef<'_>, formula: bool) -> Said {
    let fault = |code, message: &str| Err((code, message.to_owned()));
    let text = match value {
        DataRef::Empty if formula => {
            return fault(
                "formula-without-result",
                "The formula's result is not stored in the file; open it in a spreadsheet program and save it, or enter the value.",
            );
        }
        DataRef::Empty => return Ok(None),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(_) => {
            return fault(
                "boolean-in-cell",
                "The cell holds TRUE or FALSE, not a number or a code.",
            );
        }
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            return fault(
                "date-in-cell",
                "The cell holds a date, not a number or a code; format the column as number or as text and enter the value again.",
            );
        }
        DataRef::Error(error) => {
            return Err((
                "error-in-cell",
                format!("The cell shows the error {error}; a number or a code belongs there."),
            ));
        }
    };
    Ok((!text.is_empty()).then_some(text))
}

/// A number as a spreadsheet shows it: fifteen significant digits, without an exponent. What lies beyond them is an
/// artefact of binary fractions (0.1 + 0.2 is stored as 0.30000000000000004).
pub fn plain(number: f64) -> String {
    let scientific = format!("{number:.14e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if digits.is_empty() {
        return "0".to_owned();
    }
    let zeros = |count: u32| "0".repeat(usize::try_from(count).unwrap_or_default());
    match usize::try_from(exponent) {
        Err(_) => format!("{sign}0.{}{digits}", zeros(exponent.unsigned_abs() - 1)),
        Ok(whole) if digits.len() <= whole + 1 => {
            format!("{sign}{digits}{}", "0".repeat(whole + 1 - digits.len()))
        }
        Ok(whole) => {
            let (units, part) = digits.split_at(whole + 1);
            format!("{sign}{units}.{part}")
        }
    }
}

/// The table as far as it was read: one row is held at a time.
struct Table<'c, C> {
    columns: &'c C,
    merged: Vec<Dimensions>,
    header: Option<Header>,
    /// The row at hand, from 0, and the next column that may come in it.
    row: u32,
    next: u32,
    /// Its cells by column: those that say anything.
    cells: Vec<(u32, Said)>,
}

impl<'c, C: Columns> Table<'c, C> {
    const fn of(columns: &'c C, merged: Vec<Dimensions>) -> Self {
        Self {
            columns,
            merged,
            header: None,
            row: 0,
            next: 0,
            cells: Vec::new(),
        }
    }

    const fn is_behind(&self, row: u32, column: u32) -> bool {
        row < self.row || (row == self.row && column < self.next)
    }

    fn take(&mut self, column: u32, said: Said) {
        self.next = column + 1;
        if said != Ok(None) {
            self.cells.push((column, said));
        }
    }

    /// Hands the row at hand on, if anything stands in it.
    fn end_row(
        &mut self,
        each: &mut impl FnMut(&Header, u64, Result<Cells<'_>, Violation>) -> Result<()>,
    ) -> Result<()> {
        self.next = 0;
        let cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return Ok(());
        }
        let shown = u64::from(self.row) + 1;
        let Some(header) = &self.header else {
            self.header = Some(self.read_header(shown, cells)?);
            return Ok(());
        };
        let (mut texts, mut faults) = (vec![None; header.width()], Vec::new());
        for (column, said) in cells {
            let place = usize::try_from(column).unwrap_or(usize::MAX);
            let (meant, heading) = header.over(place);
            let fault = match (said, meant, texts.get_mut(place)) {
                (_, Heading::PassedOver, _) => continue,
                (Ok(text), Heading::Column(_), Some(slot)) => {
                    *slot = text;
                    continue;
                }
                (Err((code, message)), Heading::Column(_), _) => {
                    Violation::cell(shown, heading, code, message)
                }
                (_, Heading::Unknown, _) | (_, _, None) => {
                    let message = "The cell stands outside the table: its column has no heading.";
                    Violation::cell(shown, &letters(column), "cell-without-heading", message)
                }
            };
            faults.push(fault);
        }
        faults.extend(self.merged_in(shown, header));
        if faults.is_empty() {
            let mut text = |place: usize| texts.get_mut(place).and_then(Option::take);
            let cells = header.cells(|place, _| Ok(text(place).map(Cow::Owned)));
            return each(header, shown, cells);
        }
        for fault in faults {
            each(header, shown, Err(fault))?;
        }
        Ok(())
    }

    fn read_header(&self, row: u64, cells: Vec<(u32, Said)>) -> Result<Header> {
        let (mut given, mut faults) = (Vec::new(), Vec::new());
        for (column, said) in cells {
            match said {
                Ok(text) => {
                    let place = usize::try_from(column).unwrap_or(usize::MAX);
                    given.push((place, text.unwrap_or_default()));
                }
                Err((code, message)) => {
                    faults.push(Violation::cell(row, &letters(column), code, message));
                }
            }
        }
        if faults.is_empty() {
            let header = Header::read(row, given, self.columns)?;
            faults.extend(self.merged_in(row, &header));
            if faults.is_empty() {
                return Ok(header);
            }
        }
        let total = faults.len() as u64;
        faults.truncate(MAX_VIOLATIONS);
        Err(Fault::InvalidRows {
            violations: faults,
            total,
        })
    }

    /// Merged areas that begin in a row, or reach into the table from above its first row.
    fn merged_in(&self, shown: u64, header: &Header) -> Vec<Violation> {
        let row = self.row;
        self.merged
            .iter()
            .filter(|area| area.start.0 == row && area.start != area.end)
            .filter_map(|area| {
                let name = (area.start.1..=area.end.1).find_map(|column| {
                    match header.over(usize::try_from(column).ok()?) {
                        (Heading::Column(_), name) => Some(name),
                        (Heading::PassedOver | Heading::Unknown, _) => None,
                    }
                })?;
                let message = format!(
                    "The cells {}{} to {}{} are merged; every row and column of the table needs a cell of its own.",
                    letters(area.start.1),
                    area.start.0 + 1,
                    letters(area.end.1),
                    area.end.0 + 1
                );
                Some(Violation::cell(shown, name, "merged-cells", message))
            })
            .collect()
    }
}

/// A column as a sheet names it: A, B, … AA.
pub fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut name = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::{letters, plain};

    #[test]
    fn numbers_are_written_as_a_sheet_shows_them() {
        for (number, text) in [
            (11.5, "11.5"),
            (3.0, "3"),
            (0.300_000_000_000_000_04, "0.3"),
            (0.0, "0"),
            (-0.0, "0"),
            (-1.25, "-1.25"),
            (1_000_000.0, "1000000"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e20, "100000000000000000000"),
            (0.007, "0.007"),
            (2.675, "2.675"),
            (1e-7, "0.0000001"),
            (99.999_999_999_999_99, "100"),
        ] {
            assert_eq!(plain(number), text, "{number}");
        }
    }

    #[test]
    fn columns_are_named_as_a_sheet_names_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
