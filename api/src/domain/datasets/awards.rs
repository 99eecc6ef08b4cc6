//! Awards for technicians: considered, nominated, shortlisted, won. Nomination and win are counted apart.

use super::{Dataset, Dimension, Measure, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static AWARDS: Dataset = Dataset {
    name: DatasetName::Awards,
    title: "Awards",
    description: "Technicians, their teams and institutions put forward for awards in the year, by scheme, kind and recipient.",
    table: "awards_rows",
    dimensions: &[
        Dimension::coded("scheme", "Scheme", "award-scheme"),
        Dimension::coded("award_kind", "Kind of award", "award-kind"),
        Dimension::coded("recipient", "Recipient", "recipient"),
    ],
    measures: &[
        Measure::optional("considered", "Considered", Unit::Candidates),
        Measure::required("nominated", "Nominated", Unit::Candidates),
        Measure::optional("shortlisted", "Shortlisted", Unit::Candidates),
        Measure::required("won", "Won", Unit::Candidates),
    ],
    rules: &[
        RowRule {
            code: "nominated-over-considered",
            column: "nominated",
            statement: "The nominated are among the considered, so cannot be more.",
            holds: |row| row.at_most(1, 0),
        },
        RowRule {
            code: "shortlisted-over-nominated",
            column: "shortlisted",
            statement: "The shortlisted are among the nominated, so cannot be more.",
            holds: |row| row.at_most(2, 1),
        },
        RowRule {
            code: "won-over-nominated",
            column: "won",
            statement: "Winners are among the nominated, so cannot be more.",
            holds: |row| row.at_most(3, 1),
        },
    ],
    relations: &[],
};
