//! Technicians' seats on bodies that decide.

use super::{Dataset, Dimension, Measure, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static REPRESENTATION: Dataset = Dataset {
    name: DatasetName::Representation,
    title: "Representation",
    description: "Boards, committees and other bodies on 1 December: how many there are, how many have a technician, how many seats technicians have.",
    table: "representation_rows",
    dimensions: &[
        Dimension::coded("level", "Level", "body-level"),
        Dimension::coded("body_kind", "Kind of body", "body-kind"),
    ],
    measures: &[
        Measure::required("bodies", "Bodies", Unit::Bodies),
        Measure::required(
            "bodies_with_technician",
            "Bodies with a technician",
            Unit::Bodies,
        ),
        Measure::required("technician_seats", "Seats of technicians", Unit::Seats),
    ],
    rules: &[
        RowRule {
            code: "represented-over-bodies",
            column: "bodies_with_technician",
            statement: "Bodies with a technician are among all bodies, so cannot be more.",
            holds: |row| row.at_most(1, 0),
        },
        RowRule {
            code: "represented-over-seats",
            column: "technician_seats",
            statement: "Every body with a technician has at least one seat of one.",
            holds: |row| row.at_most(1, 2),
        },
        RowRule {
            code: "seats-without-bodies",
            column: "technician_seats",
            statement: "Without a body that has a technician there is no seat.",
            holds: |row| row.together(1, 2),
        },
    ],
    relations: &[],
};
