//! Dates known to the year, the month or the day (ISO 8601 with reduced precision).

use super::{UnknownCode, stored_as_text};
use chrono::NaiveDate;
use std::fmt;
use std::str::FromStr;

/// `2017`, `2017-05` or `2017-05-31`: as precise as its source and no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate(String);

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PartialDate {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => String::new(),
        };
        NaiveDate::parse_from_str(&whole, "%Y-%m-%d")
            .map(|_| Self(text.to_owned()))
            .map_err(|_| UnknownCode::new("a date such as 2017, 2017-05 or 2017-05-31", text))
    }
}

stored_as_text!(PartialDate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_is_kept() {
        for text in ["2017", "2017-05", "2017-05-31"] {
            assert_eq!(
                text.parse::<PartialDate>()
                    .map(|date| date.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        for text in ["2017-13", "2017-02-30", "17", "2017-5", ""] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
