//! Technicians by ethnicity, apart from the other dimensions so that no small group is crossed with anything.

use super::{Dataset, Dimension, Expected, Measure, Quantity, Relation, Unit};
use entity::values::DatasetName;

/// The definition.
pub static HEADCOUNT_ETHNICITY: Dataset = Dataset {
    name: DatasetName::HeadcountEthnicity,
    title: "Technician headcount by ethnicity",
    description: "Technicians employed on 1 December, by ethnicity alone. Its total is expected to be that of the headcount.",
    table: "headcount_ethnicity_rows",
    dimensions: &[Dimension::coded("ethnicity", "Ethnicity", "ethnicity")],
    measures: &[Measure::required("headcount", "Headcount", Unit::Persons)],
    rules: &[],
    relations: &[Relation {
        measure: "headcount",
        with: Quantity::Total {
            dataset: DatasetName::Headcount,
            measure: "headcount",
        },
        expected: Expected::Equal,
    }],
};
