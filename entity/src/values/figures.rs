//! Figures with two decimals, counted in integers.

use super::UnknownCode;
use sea_orm::DeriveValueType;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "a number with at most two decimals, without thousands separators";

/// A figure in hundredths: 11.5 FTE is 1150. Exact; no figure is ever held in floating point.
/// Written without needless decimals: `11.5`, `12`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Hundredths(pub i64);

impl Hundredths {
    /// A whole number of units; saturates at the ends of the range.
    pub const fn whole(units: i64) -> Self {
        Self(units.saturating_mul(100))
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (size / 100, size % 100) {
            (units, 0) => write!(f, "{sign}{units}"),
            (units, part) if part % 10 == 0 => write!(f, "{sign}{units}.{}", part / 10),
            (units, part) => write!(f, "{sign}{units}.{part:02}"),
        }
    }
}

impl FromStr for Hundredths {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || UnknownCode::new(WHAT, text);
        let (negative, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (units, part) = digits.split_once('.').unwrap_or((digits, "0"));
        // Trailing zeros say nothing more: 11.500 is 11.5.
        let part = if part.len() > 2 {
            part.trim_end_matches('0')
        } else {
            part
        };
        let numeric =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(units)
            || !(part.is_empty() || numeric(part))
            || part.len() > 2
            || digits.ends_with('.')
        {
            return Err(refuse());
        }
        let units: i64 = units.parse().map_err(|_| refuse())?;
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| refuse())?;
        let size = units
            .checked_mul(100)
            .and_then(|size| size.checked_add(part))
            .ok_or_else(refuse)?;
        Ok(Self(if negative { -size } else { size }))
    }
}

impl Serialize for Hundredths {
    /// A JSON number. The text is turned into the nearest binary fraction, whose shortest form is the same text again;
    /// nothing is calculated with it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            return serializer.serialize_i64(self.0 / 100);
        }
        let nearest: f64 = self
            .to_string()
            .parse()
            .map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(nearest)
    }
}

impl<'de> Deserialize<'de> for Hundredths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Figure;
        impl Visitor<'_> for Figure {
            type Value = Hundredths;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(WHAT)
            }
            fn visit_i64<E: de::Error>(self, units: i64) -> Result<Hundredths, E> {
                units
                    .checked_mul(100)
                    .map(Hundredths)
                    .ok_or_else(|| E::custom(WHAT))
            }
            fn visit_u64<E: de::Error>(self, units: u64) -> Result<Hundredths, E> {
                i64::try_from(units)
                    .map_err(E::custom)
                    .and_then(|units| self.visit_i64(units))
            }
            fn visit_f64<E: de::Error>(self, nearest: f64) -> Result<Hundredths, E> {
                nearest.to_string().parse().map_err(E::custom)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Hundredths, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Figure)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_exact_is_refused() {
        for text in [
            "<5", "1,234", "1.234", "1e3", "", ".", "5.", ".5", "+5", " 5", "5 ", "--5", "NaN",
        ] {
            assert!(text.parse::<Hundredths>().is_err(), "{text}");
        }
        assert_eq!("11.500".parse(), Ok(Hundredths(1150)));
        assert_eq!("5.0".parse(), Ok(Hundredths(500)));
        assert_eq!("0.05".parse(), Ok(Hundredths(5)));
    }

    proptest! {
        #[test]
        fn text_goes_round(hundredths in -9_000_000_000_000_000_i64..9_000_000_000_000_000) {
            let figure = Hundredths(hundredths);
            prop_assert_eq!(figure.to_string().parse::<Hundredths>().unwrap(), figure);
        }
    }
}
