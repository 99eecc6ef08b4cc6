//! Red, amber, green: a judgement of how far an action has come (guidance, RAG analysis).
//!
//! The colours alone. That a red needs an explanation is a rule of `domain`; that judgements are kept as a history is
//! a matter of the table that holds them. Local wordings ("In Progress, near completion") are not read here, for the
//! same words stand for different colours at different institutions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::UnknownCode;

/// How far an action has come, by the wording of the guidance. Ordered from least to most.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "kebab-case")]
pub enum Rag {
    /// Nobody has judged it yet; no colour may be invented.
    #[sea_orm(string_value = "not-assessed")]
    NotAssessed,
    /// Still to be carried out.
    #[sea_orm(string_value = "red")]
    Red,
    /// In progress.
    #[sea_orm(string_value = "amber")]
    Amber,
    /// Undertaken and completed.
    #[sea_orm(string_value = "green")]
    Green,
}

impl Rag {
    /// Every state, from least to most.
    pub const ALL: [Self; 4] = [Self::NotAssessed, Self::Red, Self::Amber, Self::Green];

    /// The canonical code, as stored and as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAssessed => "not-assessed",
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
        }
    }
}

impl fmt::Display for Rag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Rag {
    type Err = UnknownCode;

    /// Accepts the codes in any case, with a space or underscore for the hyphen.
    fn from_str(given: &str) -> Result<Self, UnknownCode> {
        let code = given.trim().to_lowercase().replace([' ', '_'], "-");
        Self::ALL
            .into_iter()
            .find(|rag| rag.as_str() == code)
            .ok_or_else(|| UnknownCode::new("a RAG status", given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for rag in Rag::ALL {
            assert_eq!(rag.to_string().parse(), Ok(rag));
        }
        assert_eq!(
            Rag::ALL.map(Rag::as_str),
            ["not-assessed", "red", "amber", "green"]
        );
    }

    #[test]
    fn case_and_spacing_are_forgiven_but_not_other_words() {
        assert_eq!(" Not assessed ".parse(), Ok(Rag::NotAssessed));
        assert_eq!("NOT_ASSESSED".parse(), Ok(Rag::NotAssessed));
        assert_eq!("Red".parse(), Ok(Rag::Red));
        for given in ["", "complete", "In Progress", "redd", "r"] {
            let error = given.parse::<Rag>();
            assert!(
                matches!(&error, Err(e) if e.what == "a RAG status" && e.given == given),
                "{error:?}"
            );
        }
    }

    #[test]
    fn the_order_is_that_of_progress() {
        assert!(Rag::NotAssessed < Rag::Red && Rag::Red < Rag::Amber && Rag::Amber < Rag::Green);
    }
}
