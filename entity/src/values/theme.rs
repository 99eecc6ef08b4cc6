//! The five themes of the Technician Commitment (guidance for self-assessment, section on themes).
//!
//! Reading is lenient, writing is not: whatever wording a plan used, the stored code is the canonical one. What a
//! theme means for a plan or a report is not decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::UnknownCode;

/// One theme of the Commitment. The public site counts the first four as "pillars"; the fifth is the assessment itself.
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
pub enum Theme {
    /// Technicians are identifiable and their contribution is seen inside and outside.
    #[sea_orm(string_value = "visibility")]
    Visibility,
    /// Recognition through professional registration and awards.
    #[sea_orm(string_value = "recognition")]
    Recognition,
    /// Progression through clear, documented pathways.
    #[sea_orm(string_value = "career-development")]
    CareerDevelopment,
    /// The future of technical skills; expertise fully used.
    #[sea_orm(string_value = "sustainability")]
    Sustainability,
    /// The impact of what was done is judged.
    #[sea_orm(string_value = "evaluating-impact")]
    EvaluatingImpact,
}

impl Theme {
    /// Every theme, in the order of the guidance.
    pub const ALL: [Self; 5] = [
        Self::Visibility,
        Self::Recognition,
        Self::CareerDevelopment,
        Self::Sustainability,
        Self::EvaluatingImpact,
    ];

    /// The canonical code, as stored and as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Recognition => "recognition",
            Self::CareerDevelopment => "career-development",
            Self::Sustainability => "sustainability",
            Self::EvaluatingImpact => "evaluating-impact",
        }
    }

    /// The wording of the guidance, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Visibility => "Visibility",
            Self::Recognition => "Recognition",
            Self::CareerDevelopment => "Career Development",
            Self::Sustainability => "Sustainability",
            Self::EvaluatingImpact => "Evaluating Impact",
        }
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Theme {
    type Err = UnknownCode;

    /// Accepts the code and the wordings of the sources, in any case, with spaces, hyphens or underscores.
    fn from_str(given: &str) -> Result<Self, UnknownCode> {
        let words: Vec<String> = given
            .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        match words.join("-").as_str() {
            "visibility" => Ok(Self::Visibility),
            "recognition" => Ok(Self::Recognition),
            "career-development" => Ok(Self::CareerDevelopment),
            "sustainability" => Ok(Self::Sustainability),
            "evaluating-impact" | "evaluate-impact" | "evaluation-of-impact" => {
                Ok(Self::EvaluatingImpact)
            }
            _ => Err(UnknownCode::new("a theme", given)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_title_reads_back() {
        for theme in Theme::ALL {
            assert_eq!(theme.as_str().parse(), Ok(theme));
            assert_eq!(theme.title().parse(), Ok(theme));
            assert_eq!(theme.to_string(), theme.as_str());
        }
    }

    #[test]
    fn the_wordings_of_the_sources_are_read() {
        assert_eq!("Career Development".parse(), Ok(Theme::CareerDevelopment));
        assert_eq!(
            " CAREER\n development ".parse(),
            Ok(Theme::CareerDevelopment)
        );
        assert_eq!("career_development".parse(), Ok(Theme::CareerDevelopment));
        assert_eq!("Evaluate Impact".parse(), Ok(Theme::EvaluatingImpact));
    }

    #[test]
    fn anything_else_is_named_in_the_error() {
        for given in ["", "Careers", "visibility!", "V", "career--"] {
            let error = given.parse::<Theme>();
            assert!(
                matches!(&error, Err(e) if e.what == "a theme" && e.given == given),
                "{error:?}"
            );
        }
    }
}
