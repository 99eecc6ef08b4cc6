//! UK Provider Reference Numbers.

use super::{UnknownCode, stored_as_text};
use std::fmt;
use std::str::FromStr;

/// A UKPRN: eight digits of which the first is 1. It has no check digit; most research institutes have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ukprn(u32);

impl fmt::Display for Ukprn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Ukprn {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = text.len() == 8
            && text.starts_with('1')
            && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| form)
            .map(Self)
            .ok_or_else(|| UnknownCode::new("a UKPRN: eight digits, the first of them 1", text))
    }
}

stored_as_text!(Ukprn);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_checked() {
        assert!("10007768".parse::<Ukprn>().is_ok());
        for text in [
            "20007768",
            "1000776",
            "100077688",
            "1000776x",
            " 10007768",
            "",
        ] {
            assert!(text.parse::<Ukprn>().is_err(), "{text}");
        }
    }
}
