//! Credited outputs by their identifiers, so that one that several institutions report counts once. No persons.

use super::{Dataset, Dimension, Measure, RowRule, Unit, Values};
use entity::values::DatasetName;

/// The definition.
pub static AUTHORSHIP_OUTPUTS: Dataset = Dataset {
    name: DatasetName::AuthorshipOutputs,
    title: "Credited outputs by DOI",
    description: "Outputs of the year that credit technicians, by DOI: one row for each output, way of crediting and, where recorded, CRediT role. The sector counts each DOI once however many institutions report it.",
    table: "authorship_outputs_rows",
    dimensions: &[
        Dimension {
            name: "doi",
            title: "DOI",
            values: Values::Doi,
        },
        Dimension::coded("output_type", "Type of output", "output-type"),
        Dimension::coded("contribution", "Way of crediting", "contribution"),
        Dimension::coded("credit_role", "CRediT role", "credit-role"),
    ],
    measures: &[Measure::optional(
        "technicians",
        "Technicians credited",
        Unit::OutputPersonPairs,
    )],
    rules: &[RowRule {
        code: "nobody-credited",
        column: "technicians",
        statement: "A row stands for a credit, so at least one technician or facility has it; leave the figure out where it is not known.",
        holds: |row| row.figure(0) != Some(0),
    }],
    relations: &[],
};
