//! Academic years: 1 August to 31 July, the reporting period of the HESA Staff record.

use super::{UnknownCode, stored_as_text};
use chrono::{Datelike, NaiveDate};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "an academic year such as 2024-25";

/// An academic year, known by the calendar year it starts in. Written `2024-25`; `2024/25` is accepted.
/// Stored as its canonical text, which sorts as the years do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(u16);

impl AcademicYear {
    /// The year starting on 1 August of `start`; from 1990 to 2098.
    pub fn starting(start: u16) -> Option<Self> {
        (1990..=2098).contains(&start).then_some(Self(start))
    }

    /// The academic year a day falls in; `None` outside 1990 to 2098.
    pub fn of(day: NaiveDate) -> Option<Self> {
        let start = if day.month() >= 8 {
            day.year()
        } else {
            day.year() - 1
        };
        u16::try_from(start).ok().and_then(Self::starting)
    }

    /// The calendar year of its 1 August.
    pub const fn start(self) -> u16 {
        self.0
    }

    /// The census date, 1 December: stocks are counted on it.
    pub fn census(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(i32::from(self.0), 12, 1)
    }

    /// The year before.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).and_then(Self::starting)
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl FromStr for AcademicYear {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || UnknownCode::new(WHAT, text);
        let (start, end) = text.split_once(['-', '/']).ok_or_else(refuse)?;
        if start.len() != 4 || end.len() != 2 {
            return Err(refuse());
        }
        let digits = |part: &str| -> Option<u16> {
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse().ok())
                .flatten()
        };
        let year = digits(start).and_then(Self::starting).ok_or_else(refuse)?;
        if digits(end) == Some((year.0 + 1) % 100) {
            Ok(year)
        } else {
            Err(refuse())
        }
    }
}

stored_as_text!(AcademicYear);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;

    #[test]
    fn both_spellings_are_one_year() {
        let year: AcademicYear = "2024-25".parse().unwrap();
        assert_eq!(year, "2024/25".parse().unwrap());
        assert_eq!(year.to_string(), "2024-25");
        assert_eq!("1999-00".parse::<AcademicYear>().unwrap().start(), 1999);
    }

    #[test]
    fn what_is_not_a_year_is_refused() {
        for text in [
            "2024",
            "2024-26",
            "24-25",
            "2024-2025",
            "+024-25",
            "1899-00",
            "",
            "2024 25",
        ] {
            assert!(text.parse::<AcademicYear>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_year_turns_on_the_first_of_august() {
        let day = |month, day| {
            AcademicYear::of(NaiveDate::from_ymd_opt(2025, month, day).unwrap()).unwrap()
        };
        assert_eq!(day(7, 31).to_string(), "2024-25");
        assert_eq!(day(8, 1).to_string(), "2025-26");
    }
}
