//! Technicians by disability. Since 2022/23 a person may have up to nine (HESA Staff record), so categories need not add up to persons.

use super::{Dataset, Dimension, Expected, Measure, Quantity, Relation, Unit};
use entity::values::DatasetName;

/// The definition.
pub static HEADCOUNT_DISABILITY: Dataset = Dataset {
    name: DatasetName::HeadcountDisability,
    title: "Technician headcount by disability",
    description: "Technicians employed on 1 December, by disability alone. A person with several counts in each, so the total is at least that of the headcount.",
    table: "headcount_disability_rows",
    dimensions: &[Dimension::coded("disability", "Disability", "disability")],
    measures: &[Measure::required("headcount", "Headcount", Unit::Persons)],
    rules: &[],
    relations: &[Relation {
        measure: "headcount",
        with: Quantity::Total {
            dataset: DatasetName::Headcount,
            measure: "headcount",
        },
        expected: Expected::AtLeast,
    }],
};
