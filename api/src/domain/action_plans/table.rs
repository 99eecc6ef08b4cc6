//! A whole action plan as a table, one row or several per action, made into actions.
//!
//! Tables come as they stand in documents, with themes that span rows, cells cut by page breaks and notes in rows of
//! their own, or tidied with one row per action; both ways lead to the same actions. All faults are found at once.
//! How rows are read from a file is not known here, and no wording is ever corrected.
//!
//! Of an action's cells, `action` and `lead` are those without a note and its author's initials; the cells as written
//! stand in `action_raw` and `lead_raw`, and so does the time scale in `time_scale_raw`.

mod joining;
mod reading;

#[cfg(test)]
mod tests;

use entity::values::Theme;
use serde::{Deserialize, Serialize};

use super::label::ActionLabel;
use super::time_scale::TimeScale;

/// The columns, in their order, with the most characters an action may have in each.
pub const COLUMNS: [(&str, usize); 8] = [
    ("theme", 200),
    ("aim", 8_000),
    ("activity", 8_000),
    ("activity_number", 64),
    ("action", 8_000),
    ("time_scale", 500),
    ("measure_of_success", 8_000),
    ("lead_person", 2_000),
];

/// The code of every fault a table can have.
pub const FAULT_CODES: [&str; 7] = [
    "missing-label",
    "missing-theme",
    "missing-action",
    "unknown-theme",
    "duplicate-label",
    "too-long",
    "control-character",
];

/// One row as it stands in the file; a cell without text is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanTableRow {
    /// Where the row begins in the file, for faults.
    pub line: u64,
    /// One theme, or several separated by a comma, semicolon, slash or line feed. Blank: that of the row before.
    pub theme: String,
    /// What the theme aims at. Blank: that of the row before, if of the same theme.
    pub aim: String,
    /// The activity that the action belongs to. Blank: that of the row before, if of the same theme.
    pub activity: String,
    /// The label. A row with neither label nor theme continues the one before.
    pub activity_number: String,
    /// What is to be done, with notes after `NB.`.
    pub action: String,
    /// When.
    pub time_scale: String,
    /// How success will be seen.
    pub measure_of_success: String,
    /// Who leads: a role, several, or a group.
    pub lead_person: String,
}

/// An action, in the words of its plan, with what could be understood beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAction {
    /// The line of its first row.
    pub line: u64,
    /// Its label, unique within the plan.
    pub label: ActionLabel,
    /// The theme it stands under.
    pub theme: Theme,
    /// Other themes it counts for: named beside the first, borne by an action it adds to, or named in a note
    /// ("cuts across the Recognition theme"). In the order of [`Theme::ALL`].
    pub additional_themes: Vec<Theme>,
    /// What the theme aims at; may be empty.
    pub aim: String,
    /// The activity it belongs to; may be empty.
    pub activities: String,
    /// What is to be done, without notes.
    pub action: String,
    /// The cell as written, with notes.
    pub action_raw: String,
    /// When, as written; may be empty.
    pub time_scale_raw: String,
    /// What could be understood of it.
    pub time_scale: TimeScale,
    /// How success will be seen.
    pub measure_of_success: Option<String>,
    /// Who leads, in free text, without the initials of a note's author.
    pub lead: Option<String>,
    /// The cell as written.
    pub lead_raw: String,
    /// Whether it is the "Evaluate Impact ..." action of its theme.
    pub evaluation: bool,
    /// The actions it adds to, read from its label.
    pub adds_to: Vec<ActionLabel>,
    /// Remarks made on it after the plan was written.
    pub notes: Vec<Note>,
    /// Its parts, where time scale, measure and lead are stacked in as many lines each. Empty for most.
    pub milestones: Vec<Milestone>,
}

/// A remark on an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What follows `NB.`.
    pub text: String,
    /// Initials or name of who made it.
    pub author: Option<String>,
}

/// A part of an action with a time scale, a measure and a lead of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// 1 for the first.
    pub position: u16,
    /// When, as written.
    pub time_scale_raw: String,
    /// What could be understood of it.
    pub time_scale: TimeScale,
    /// How success will be seen.
    pub measure_of_success: Option<String>,
    /// Who leads.
    pub lead: Option<String>,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {row}, {column}: {message}")]
pub struct PlanFault {
    /// [`PlanTableRow::line`] of the row.
    pub row: u64,
    /// One of [`COLUMNS`].
    pub column: &'static str,
    /// One of [`FAULT_CODES`].
    pub code: &'static str,
    /// For people; quotes at most the beginning of a cell.
    pub message: String,
}

/// Makes a table into actions, in its order, or finds every fault it has, in the order of its rows. A table without
/// a row that says anything is an empty plan; whether that will do is for the caller to say.
pub fn read(
    rows: impl IntoIterator<Item = PlanTableRow>,
) -> Result<Vec<PlannedAction>, Vec<PlanFault>> {
    let rows: Vec<PlanTableRow> = rows.into_iter().collect();
    let mut faults: Vec<PlanFault> = rows.iter().flat_map(reading::control_characters).collect();
    let (actions, more) = reading::actions(&joining::join(rows));
    faults.extend(more);
    if faults.is_empty() {
        return Ok(actions);
    }
    faults.sort_by_key(|fault| fault.row);
    Err(faults)
}

impl PlanTableRow {
    /// The cells, in the order of [`COLUMNS`].
    fn cells(&self) -> [&str; 8] {
        [
            &self.theme,
            &self.aim,
            &self.activity,
            &self.activity_number,
            &self.action,
            &self.time_scale,
            &self.measure_of_success,
            &self.lead_person,
        ]
    }
}
