//! The rules of action plans: what a time scale, a label and a whole table mean, and what a judgement of progress needs.
//!
//! Pure rules over plain values: no I/O, no database, no web, no file format. Text is kept as its authors wrote it,
//! spelling included; what can be understood of it stands beside it and never in its place.
//! The rules follow the Technician Commitment's guidance for self-assessments and the plans institutions published.

pub mod label;
pub mod rag;
pub mod table;
pub mod time_scale;

pub use label::ActionLabel;
pub use rag::{ProgressFault, check_progress, due_on};
pub use table::{Milestone, Note, PlanFault, PlanTableRow, PlannedAction};
pub use time_scale::{PlanDate, PlanYear, Priority, TimeScale, YearMonth};

/// Whether a text holds a control character other than line feed, carriage return and tab. Such text comes from
/// broken files, and one of the databases cannot store all of it.
fn has_control_character(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}
