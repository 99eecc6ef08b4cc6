//! The short readable name of an institution in addresses.

use super::{UnknownCode, stored_as_text};
use std::fmt;
use std::str::FromStr;

/// Lower-case letters, digits and single hyphens, 2 to 60 characters, starting with a letter: `lancaster`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sound = (2..=60).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !text.ends_with('-')
            && !text.contains("--");
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownCode::new(
                "a slug: 2 to 60 lower-case letters, digits and single hyphens",
                text,
            ))
        }
    }
}

stored_as_text!(Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads_well_in_an_address() {
        assert!("lancaster".parse::<Slug>().is_ok() && "edinburgh-napier".parse::<Slug>().is_ok());
        for text in [
            "Lancaster",
            "-a",
            "a-",
            "a--b",
            "a",
            "",
            "a b",
            "1a",
            "caf\u{e9}",
        ] {
            assert!(text.parse::<Slug>().is_err(), "{text}");
        }
    }
}
