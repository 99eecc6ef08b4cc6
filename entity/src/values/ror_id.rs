//! Research Organization Registry identifiers: the common key of universities and institutes.

use super::{UnknownCode, stored_as_text};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "a ROR id such as https://ror.org/04f2nsd36 with a valid check number";
const ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A ROR id whose check number was verified. Written as its full address.
///
/// `0`, six characters of Crockford's base 32, two check digits: `98 - (n * 100 mod 97)`, where `n` is the value of the
/// six characters (ISO 7064 mod 97-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RorId([u8; 9]);

impl fmt::Display for RorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("https://ror.org/")?;
        self.0
            .iter()
            .try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl FromStr for RorId {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || UnknownCode::new(WHAT, text);
        let id = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text)
            .strip_prefix("ror.org/")
            .unwrap_or(text)
            .to_ascii_lowercase();
        let bytes: [u8; 9] = id.as_bytes().try_into().map_err(|_| refuse())?;
        if bytes[0] != b'0' {
            return Err(refuse());
        }
        let mut number: u64 = 0;
        for byte in &bytes[1..7] {
            let digit = ALPHABET
                .iter()
                .position(|letter| letter == byte)
                .ok_or_else(refuse)?;
            number = number * 32 + u64::try_from(digit).map_err(|_| refuse())?;
        }
        let check = 98 - (number * 100 % 97);
        let given = std::str::from_utf8(&bytes[7..])
            .ok()
            .and_then(|digits| digits.parse::<u64>().ok());
        if given == Some(check) {
            Ok(Self(bytes))
        } else {
            Err(refuse())
        }
    }
}

stored_as_text!(RorId);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;

    #[test]
    fn a_valid_id_is_kept_in_full() {
        let id: RorId = "04f2nsd36".parse().unwrap();
        assert_eq!(id.to_string(), "https://ror.org/04f2nsd36");
        assert_eq!(id, "https://ror.org/04f2nsd36".parse().unwrap());
    }

    #[test]
    fn one_wrong_character_is_refused() {
        for text in [
            "04f2nsd37",
            "04f2nse36",
            "14f2nsd36",
            "04f2nsi36",
            "https://example.org/04f2nsd36",
            "",
        ] {
            assert!(text.parse::<RorId>().is_err(), "{text}");
        }
    }
}
