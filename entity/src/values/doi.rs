//! Digital object identifiers of outputs.

use super::{UnknownCode, stored_as_text};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const WHAT: &str = "a DOI such as 10.1000/xyz123";
/// Most characters of one. The handbook sets no limit; longer ones are not met.
const LONGEST: usize = 200;

/// A DOI: `10.`, a registrant, `/`, a suffix (DOI Handbook, section 2). Compared without regard to case, so kept in
/// lower case; the resolver's address and the prefix `doi:` are taken off.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doi(Arc<str>);

impl Doi {
    /// The text, in lower case, without a resolver.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Doi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Doi {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let folded = text.trim().to_lowercase();
        let bare = [
            "https://doi.org/",
            "http://doi.org/",
            "https://dx.doi.org/",
            "http://dx.doi.org/",
            "doi:",
        ]
        .iter()
        .find_map(|prefix| folded.strip_prefix(prefix))
        .unwrap_or(&folded)
        .trim_start();
        let sound = bare.strip_prefix("10.").is_some_and(|rest| {
            rest.split_once('/').is_some_and(|(registrant, suffix)| {
                let digits =
                    |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                registrant.len() >= 4
                    && registrant.split('.').all(digits)
                    && !suffix.is_empty()
                    && !suffix
                        .chars()
                        .any(|letter| letter.is_whitespace() || letter.is_control())
            })
        });
        if sound && bare.chars().count() <= LONGEST {
            Ok(Self(Arc::from(bare)))
        } else {
            Err(UnknownCode::new(WHAT, text))
        }
    }
}

stored_as_text!(Doi);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_output_has_one_spelling() {
        let one: Result<Doi, _> = "10.1038/S41586-020-2649-2".parse();
        for text in [
            "10.1038/s41586-020-2649-2",
            "https://doi.org/10.1038/s41586-020-2649-2",
            "http://dx.doi.org/10.1038/S41586-020-2649-2",
            " DOI: 10.1038/s41586-020-2649-2 ",
        ] {
            assert_eq!(text.parse(), one, "{text}");
        }
        assert_eq!(
            one.map(|doi| doi.to_string()),
            Ok("10.1038/s41586-020-2649-2".to_owned())
        );
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "10.1038",
            "10.1038/",
            "11.1038/x",
            "10.x/y",
            "10.12/y",
            "10.1038/a b",
            "10.1038./x",
            "https://example.org/10.1038/x",
        ] {
            assert!(text.parse::<Doi>().is_err(), "{text}");
        }
        assert!(
            format!("10.1038/{}", "x".repeat(192))
                .parse::<Doi>()
                .is_ok()
        );
        assert!(
            format!("10.1038/{}", "x".repeat(193))
                .parse::<Doi>()
                .is_err()
        );
    }
}
