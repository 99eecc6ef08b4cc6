//! Org units over the years.

use chrono::NaiveDate;
use entity::values::AcademicYear;

/// The first academic year for which a unit has nothing to return: closed on a day, it is missing from the first census
/// after it.
pub fn closed_from(day: NaiveDate) -> Option<AcademicYear> {
    let year = AcademicYear::of(day)?;
    if year.census()? > day {
        Some(year)
    } else {
        AcademicYear::starting(year.start() + 1)
    }
}
