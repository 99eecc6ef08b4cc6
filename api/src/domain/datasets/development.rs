//! What was done for technicians' development over the year, and what it cost.

use super::{Dataset, Dimension, Measure, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static DEVELOPMENT: Dataset = Dataset {
    name: DatasetName::Development,
    title: "Development",
    description: "Participants in apprenticeships, placements, courses and the like over the year; a person in two activities counts in both. Spend is in pence.",
    table: "development_rows",
    dimensions: &[Dimension::coded(
        "activity",
        "Activity",
        "development-activity",
    )],
    measures: &[
        Measure::required("participants", "Participants", Unit::Participants),
        Measure::optional("completions", "Completions", Unit::Participants),
        Measure::optional("spend_pence", "Spend", Unit::Pence),
    ],
    rules: &[RowRule {
        code: "completions-over-participants",
        column: "completions",
        statement: "Who completed an activity took part in it, so there cannot be more.",
        holds: |row| row.at_most(1, 0),
    }],
    relations: &[],
};
