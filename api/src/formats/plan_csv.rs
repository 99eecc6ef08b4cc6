//! The table of an action plan as CSV: one row an action, or the rows of a document as they stand.

use super::columns::{Cells, Columns};
use super::csv::read_table;
use crate::domain::action_plans::table::COLUMNS;
use crate::domain::action_plans::{PlanTableRow, PlannedAction, table};
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use std::borrow::Cow;
use std::io::Read;

/// Most rows of one plan.
const MAX_ROWS: usize = 2_000;

struct PlanColumns;

impl Columns for PlanColumns {
    fn names(&self) -> Vec<&'static str> {
        COLUMNS.iter().map(|(name, _)| *name).collect()
    }

    fn optional(&self, name: &str) -> bool {
        !matches!(name, "theme" | "activity_number" | "action")
    }
}

/// Reads every action of a plan.
///
/// # Errors
/// [`Fault::InvalidRows`] with every fault in the file.
pub fn read(source: impl Read) -> Result<Vec<PlannedAction>> {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut unlisted = 0_u64;
    read_table(source, &PlanColumns, |_, line, cells| {
        match cells {
            // Of too many rows one more than may be is kept, of faults no more than are told.
            Ok(cells) if rows.len() <= MAX_ROWS => rows.push(row(line, cells)),
            Ok(_) => {}
            Err(violation) if faults.len() < MAX_VIOLATIONS => faults.push(violation),
            Err(_) => unlisted += 1,
        }
        Ok(())
    })?;
    if rows.len() > MAX_ROWS {
        let message = format!("A plan has at most {MAX_ROWS} rows.");
        faults.push(Violation::cell(
            MAX_ROWS as u64 + 2,
            "",
            "too-many-rows",
            message,
        ));
        rows.clear();
    }
    let empty = rows.is_empty() && faults.is_empty();
    let read = table::read(rows);
    match read {
        Ok(_) if empty => faults.push(Violation::cell(
            2,
            "",
            "no-actions",
            "There is no action in the file.",
        )),
        Ok(actions) if faults.is_empty() => return Ok(actions),
        Ok(_) => {}
        Err(found) => faults.extend(
            found
                .into_iter()
                .map(|fault| Violation::cell(fault.row, fault.column, fault.code, fault.message)),
        ),
    }
    let total = faults.len() as u64 + unlisted;
    faults.truncate(MAX_VIOLATIONS);
    Err(Fault::InvalidRows {
        violations: faults,
        total,
    })
}

fn row(line: u64, cells: Cells<'_>) -> PlanTableRow {
    let text = |cell: Option<Cow<'_, str>>| cell.map(Cow::into_owned).unwrap_or_default();
    let mut cells = cells.into_iter().map(text);
    let mut next = || cells.next().unwrap_or_default();
    PlanTableRow {
        line,
        theme: next(),
        aim: next(),
        activity: next(),
        activity_number: next(),
        action: next(),
        time_scale: next(),
        measure_of_success: next(),
        lead_person: next(),
    }
}
