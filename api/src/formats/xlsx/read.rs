//! A table read from a workbook, cell by cell: memory does not grow with its rows.
//!
//! Which sheet: the visible one named `rows`, as the templates have it; otherwise the only visible one beside the
//! templates' own `codes`, `notes`, `example`, `return` and `checks`. Hidden sheets are never read. Its first row with
//! anything in it names the columns. Rows are numbered as the sheet shows them.

use super::archive;
use crate::domain::column_mappings::Translation;
use crate::domain::rows::Found;
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use crate::formats::columns::{Cells, Columns, Header, unreadable as refused};
use crate::formats::csv::found;
use crate::formats::source;
use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};

/// The sheet that is read where there is one of this name.
pub const ROWS: &str = "rows";
/// Sheets that stand beside the rows in our own workbooks.
pub const BESIDE: [&str; 5] = ["codes", "notes", "example", "return", "checks"];

/// Hands every row of a workbook on.
///
/// # Errors
/// Those of [`read_table`] and of `each`.
pub fn read_rows(
    source: impl Read + Seek,
    columns: &Translation,
    each: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<()> {
    read_table(source, columns, |header, row, cells| {
        each(found(header, row, &cells))
    })
}

/// Hands every row of a workbook's table on: its header, its number, and its cells in the order of the columns or what is
/// wrong with it, fault by fault. Rows without any text are passed over.
///
/// # Errors
/// [`Fault::MalformedBody`] and [`Fault::BodyTooLarge`] as [`archive::look_through`] says; [`Fault::InvalidRows`] where
/// there is no sheet or header to go by; the reader's faults, and those of `each`.
pub fn read_table<R: Read + Seek>(
    mut source: R,
    columns: &impl Columns,
    mut each: impl FnMut(&Header, u64, Result<Cells<'_>, Violation>) -> Result<()>,
) -> Result<()> {
    let seen = archive::look_through(&mut source)?;
    let mut book =
        Xlsx::new(BufReader::new(source)).map_err(|error| unreadable("workbook", error))?;
    let sheet = choose(&book)?;
    let merged = if seen.merged {
        book.merge_cells_by_sheet_name(&sheet)
            .map_err(|error| unreadable(&sheet, error))?
    } else {
        Vec::new()
    };
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|error| unreadable(&sheet, error))?;
    let mut table = Table::of(columns, merged);
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| unreadable(&sheet, error))?
    {
        let (row, column) = cell.pos;
        if table.is_behind(row, column) {
            let place = format!("{sheet}, row {}", row + 1);
            let reason = "its cells are not in order; save the workbook again";
            return Err(malformed(place, reason));
        }
        if row != table.row {
            table.end_row(&mut each)?;
            table.row = row;
        }
        table.take(column, text(&cell.value, cell.formula.is_some()));
    }
    table.end_row(&mut each)?;
    if table.heads.is_none() {
        let message =
            format!("The sheet \u{201c}{sheet}\u{201d} is empty; its first row names the columns.");
        return Err(refused(1, "empty-file", message));
    }
    Ok(())
}

fn malformed(place: impl Into<String>, reason: impl Into<String>) -> Fault {
    Fault::MalformedBody {
        place: place.into(),
        reason: reason.into(),
    }
}

fn unreadable(place: &str, error: XlsxError) -> Fault {
    match error {
        XlsxError::Io(error) if error.get_ref().is_some_and(|cause| cause.is::<Fault>()) => {
            source::fault(error)
        }
        error => {
            tracing::debug!(%error, place, "workbook not read");
            let reason = "the workbook is damaged; open it in a spreadsheet program and save it as .xlsx again";
            malformed(place, reason)
        }
    }
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
    Err(refused(1, "which-sheet", message))
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

/// A table's headings and where they stand.
struct Heads {
    header: Header,
    /// The column of the sheet that each heading stands in, in their order, and its name in faults: none for a column
    /// that is passed over.
    columns: Vec<(u32, Option<String>)>,
}

impl Heads {
    /// The columns of the table, by their names.
    fn name(&self, column: u32) -> Option<&str> {
        let found = self.columns.iter().find(|(at, _)| *at == column);
        found.and_then(|(_, name)| name.as_deref())
    }
}

/// The table as far as it was read: one row is held at a time.
struct Table<'c, C> {
    columns: &'c C,
    merged: Vec<Dimensions>,
    heads: Option<Heads>,
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
            heads: None,
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
        let given = std::mem::take(&mut self.cells);
        if given.is_empty() {
            return Ok(());
        }
        let shown = u64::from(self.row) + 1;
        let Some(heads) = &self.heads else {
            self.heads = Some(self.read_heads(shown, given)?);
            return Ok(());
        };
        let mut faults = Vec::new();
        let mut said: Vec<Option<Said>> = vec![None; heads.columns.len()];
        for (column, text) in given {
            let place = heads.columns.iter().position(|(at, _)| *at == column);
            match place.and_then(|place| said.get_mut(place)) {
                Some(slot) => *slot = Some(text),
                None => {
                    let message = "The cell stands outside the table: its column has no heading.";
                    let place = letters(column);
                    faults.push(Violation::cell(
                        shown,
                        &place,
                        "cell-without-heading",
                        message,
                    ));
                }
            }
        }
        let cells =
            heads.header.cells(
                |place, heading| match said.get_mut(place).and_then(Option::take) {
                    None => Ok(None),
                    Some(Ok(text)) => Ok(text.map(Cow::Owned)),
                    Some(Err((code, message))) => {
                        faults.push(Violation::cell(shown, heading, code, message));
                        Ok(None)
                    }
                },
            );
        faults.extend(self.merged_in(shown, heads));
        if faults.is_empty() {
            return each(&heads.header, shown, cells);
        }
        for fault in faults {
            each(&heads.header, shown, Err(fault))?;
        }
        Ok(())
    }

    fn read_heads(&self, row: u64, cells: Vec<(u32, Said)>) -> Result<Heads> {
        let (mut places, mut given, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (column, said) in cells {
            match said {
                Ok(text) => {
                    places.push((column, None));
                    given.push(text.unwrap_or_default());
                }
                Err((code, message)) => {
                    faults.push(Violation::cell(row, &letters(column), code, message));
                }
            }
        }
        if faults.is_empty() {
            let header = Header::read(row, &given, self.columns)?;
            let name = |place: usize, heading: &str| {
                if let Some((_, name)) = places.get_mut(place) {
                    *name = Some(heading.to_owned());
                }
                Ok(None)
            };
            // Nothing is read: this only asks what each column is called.
            header.cells(name).map_err(|_| Fault::Internal)?;
            let heads = Heads {
                header,
                columns: places,
            };
            faults.extend(self.merged_in(row, &heads));
            if faults.is_empty() {
                return Ok(heads);
            }
        }
        let total = faults.len() as u64;
        faults.truncate(MAX_VIOLATIONS);
        Err(Fault::InvalidRows {
            violations: faults,
            total,
        })
    }

    /// Merged areas that begin in a row and reach into the table.
    fn merged_in(&self, shown: u64, heads: &Heads) -> Vec<Violation> {
        let row = self.row;
        self.merged
            .iter()
            .filter(|area| area.start.0 == row && area.start != area.end)
            .filter_map(|area| {
                let name = (area.start.1..=area.end.1).find_map(|column| heads.name(column))?;
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
