//! Professional registrations and teaching fellowships. One person may hold several, so persons and registrations are counted apart.

use super::{Dataset, Dimension, Expected, Measure, Quantity, Relation, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static REGISTRATIONS: Dataset = Dataset {
    name: DatasetName::Registrations,
    title: "Professional registrations",
    description: "Technicians on professional registers on 1 December. A person is counted once, under the register that stands highest among those held; a registration is counted under its own register. New and lapsed are over the year.",
    table: "registrations_rows",
    dimensions: &[Dimension::coded("register", "Register", "register")],
    measures: &[
        Measure::required(
            "persons_holding",
            "Persons, each under one register",
            Unit::Persons,
        ),
        Measure::required(
            "registrations_held",
            "Registrations held",
            Unit::Registrations,
        ),
        Measure::optional("new", "New registrations", Unit::Registrations),
        Measure::optional("lapsed", "Lapsed registrations", Unit::Registrations),
    ],
    rules: &[
        RowRule {
            code: "persons-over-registrations",
            column: "persons_holding",
            statement: "Each person counted under a register holds it, so there are at least as many registrations.",
            holds: |row| row.at_most(0, 1),
        },
        RowRule {
            code: "new-over-held",
            column: "new",
            statement: "New registrations are among those held, so cannot be more.",
            holds: |row| row.at_most(2, 1),
        },
    ],
    relations: &[Relation {
        measure: "persons_holding",
        with: Quantity::Total {
            dataset: DatasetName::Headcount,
            measure: "headcount",
        },
        expected: Expected::AtMost,
    }],
};
