//! Technicians by job family, grade, sex, age, terms and mode.
//!
//! Headcount and FPE are stocks on the census date, 1 December; FTE is the share of a full-time year over the whole
//! reporting period, so staff who left still count in it (HESA Staff record). The three never quite agree.

use super::{Dataset, Dimension, Measure, RowRule, Unit};
use crate::domain::rows::Row;
use entity::values::DatasetName;

/// How far FTE or FPE may exceed headcount: a tenth, and one whole equivalent. FTE runs over the year, so leavers are
/// in it; FPE follows contracts, and a second contract may stand in another row than the person.
const ALLOWANCE_PERCENT: i64 = 10;
const ALLOWANCE_HUNDREDTHS: i64 = 100;

/// The definition.
pub static HEADCOUNT: Dataset = Dataset {
    name: DatasetName::Headcount,
    title: "Technician headcount",
    description: "Technicians employed on 1 December, by job family, grade, sex, age band, terms and mode of employment. \
                  Rows exclude each other, so a total is a sum.",
    table: "headcount_rows",
    dimensions: &[
        Dimension::coded("job_family", "Job family", "job-family"),
        Dimension::coded("grade", "Grade (HESA levels)", "grade"),
        Dimension::coded("sex", "Sex", "sex"),
        Dimension::coded("age_band", "Age band", "age-band"),
        Dimension::coded("terms", "Terms of employment", "terms"),
        Dimension::coded("mode", "Mode of employment", "mode"),
    ],
    measures: &[
        Measure {
            name: "headcount",
            title: "Headcount",
            unit: Unit::Persons,
            required: true,
        },
        Measure {
            name: "fpe",
            title: "Full-person equivalent",
            unit: Unit::FullPersonEquivalent,
            required: false,
        },
        Measure {
            name: "fte",
            title: "Full-time equivalent",
            unit: Unit::FullTimeEquivalent,
            required: false,
        },
    ],
    rules: &[
        RowRule {
            code: "fpe-over-headcount",
            column: "fpe",
            statement: "FPE may exceed headcount by at most a tenth and one whole equivalent.",
            holds: |row| within_allowance(row, 1),
        },
        RowRule {
            code: "fte-over-headcount",
            column: "fte",
            statement: "FTE may exceed headcount by at most a tenth and one whole equivalent.",
            holds: |row| within_allowance(row, 2),
        },
    ],
    relations: &[],
};

fn within_allowance(row: &Row, measure: usize) -> bool {
    let (Some(Some(persons)), Some(Some(equivalents))) =
        (row.measures.first(), row.measures.get(measure))
    else {
        return true;
    };
    let allowed = persons
        .saturating_mul(100 + ALLOWANCE_PERCENT)
        .saturating_add(ALLOWANCE_HUNDREDTHS);
    *equivalents <= allowed
}
