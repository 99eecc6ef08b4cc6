//! Outputs of the year, and how technicians are credited on them, as counts.

use super::{Dataset, Dimension, Expected, Measure, Quantity, Relation, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static AUTHORSHIP: Dataset = Dataset {
    name: DatasetName::Authorship,
    title: "Credit on outputs",
    description: "Outputs published or submitted in the year, by type: how many have a technician among the authors, acknowledge one by name, acknowledge a facility. An output may be among several of these.",
    table: "authorship_rows",
    dimensions: &[Dimension::coded(
        "output_type",
        "Type of output",
        "output-type",
    )],
    measures: &[
        Measure::optional("outputs", "Outputs", Unit::Outputs),
        Measure::required(
            "outputs_with_technician_author",
            "Outputs with a technician among the authors",
            Unit::Outputs,
        ),
        Measure::optional(
            "outputs_acknowledging_technician",
            "Outputs acknowledging a technician by name",
            Unit::Outputs,
        ),
        Measure::optional(
            "outputs_acknowledging_facility",
            "Outputs acknowledging a facility",
            Unit::Outputs,
        ),
        Measure::optional(
            "technician_authors",
            "Technicians among authors",
            Unit::OutputPersonPairs,
        ),
    ],
    rules: &[
        RowRule {
            code: "authored-over-outputs",
            column: "outputs_with_technician_author",
            statement: "Outputs with a technician author are among all outputs, so cannot be more.",
            holds: |row| row.at_most(1, 0),
        },
        RowRule {
            code: "acknowledging-over-outputs",
            column: "outputs_acknowledging_technician",
            statement: "Outputs acknowledging a technician are among all outputs, so cannot be more.",
            holds: |row| row.at_most(2, 0),
        },
        RowRule {
            code: "facility-over-outputs",
            column: "outputs_acknowledging_facility",
            statement: "Outputs acknowledging a facility are among all outputs, so cannot be more.",
            holds: |row| row.at_most(3, 0),
        },
        RowRule {
            code: "authored-over-authors",
            column: "technician_authors",
            statement: "Every output with a technician author has at least one, so there are at least as many authors as outputs.",
            holds: |row| row.at_most(1, 4),
        },
        RowRule {
            code: "authors-without-outputs",
            column: "technician_authors",
            statement: "Technicians are authors of something: without authored outputs there are none.",
            holds: |row| row.together(1, 4),
        },
    ],
    relations: &[Relation {
        measure: "outputs_with_technician_author",
        with: Quantity::Different {
            dataset: DatasetName::AuthorshipOutputs,
            dimension: "doi",
            among: ("contribution", "author"),
        },
        expected: Expected::AtLeast,
    }],
};
