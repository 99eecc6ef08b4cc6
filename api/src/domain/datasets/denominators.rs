//! Academic and all staff: what "per 100 academics" divides by.

use super::{Dataset, Measure, RowRule, Unit};
use entity::values::DatasetName;

/// The definition.
pub static DENOMINATORS: Dataset = Dataset {
    name: DatasetName::Denominators,
    title: "Denominators",
    description: "Academic staff and all staff employed on 1 December, for ratios. Academic FTE runs over the year.",
    table: "denominators_rows",
    dimensions: &[],
    measures: &[
        Measure {
            name: "academic_headcount",
            title: "Academic staff, headcount",
            unit: Unit::Persons,
            required: false,
        },
        Measure {
            name: "academic_fte",
            title: "Academic staff, FTE",
            unit: Unit::FullTimeEquivalent,
            required: false,
        },
        Measure {
            name: "all_staff_headcount",
            title: "All staff, headcount",
            unit: Unit::Persons,
            required: false,
        },
    ],
    rules: &[
        RowRule {
            code: "nothing-recorded",
            column: "academic_headcount",
            statement: "A row states at least one figure.",
            holds: |row| row.measures.iter().any(Option::is_some),
        },
        RowRule {
            code: "academics-over-all-staff",
            column: "academic_headcount",
            statement: "Academic staff are among all staff, so cannot be more.",
            holds: |row| match (row.measures.first(), row.measures.get(2)) {
                (Some(Some(academic)), Some(Some(all))) => academic <= all,
                _ => true,
            },
        },
    ],
    relations: &[],
};
