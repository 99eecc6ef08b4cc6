//! Labels of actions: `V1`, `CD3 + V2`.
//!
//! A label is text, not a number: it is neither atomic nor ordered, and other institutions number in other ways. It is
//! never rewritten; what it says about other actions is read from it.

use entity::values::{Theme, UnknownCode};
use serde::{Deserialize, Serialize};

/// The label of an action within its plan, without surrounding white space, otherwise as written. Never blank.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActionLabel(String);

impl ActionLabel {
    /// The label in a cell; `None` when the cell is blank.
    pub fn new(raw: &str) -> Option<Self> {
        let text = raw.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The label as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two labels are compared by within a plan: case and spacing do not tell actions apart.
    pub fn key(&self) -> String {
        let words: Vec<&str> = self.0.split_whitespace().collect();
        words
            .join(" ")
            .replace(" +", "+")
            .replace("+ ", "+")
            .to_uppercase()
    }

    /// The actions this one adds to: `CD3 + V2` adds to `CD3` and `V2`. Empty for a label that names itself only, and
    /// for one whose parts are not all codes of letters and digits.
    pub fn adds_to(&self) -> Vec<Self> {
        let parts: Vec<&str> = self.0.split('+').map(str::trim).collect();
        if parts.len() < 2 || !parts.iter().all(|part| is_code(part)) {
            return Vec::new();
        }
        let mut named: Vec<Self> = Vec::new();
        for part in parts {
            let label = Self(part.to_owned());
            if named.iter().all(|former| former.key() != label.key()) {
                named.push(label);
            }
        }
        named
    }

    /// The theme that the prefix of a simple code stands for, by the lettering of the published plans: V, R, CD, S.
    /// A hint: the theme stated in the table comes first.
    pub fn theme(&self) -> Option<Theme> {
        let prefix = self.0.trim_end_matches(|c: char| c.is_ascii_digit());
        if prefix.len() == self.0.len() {
            return None;
        }
        match prefix.trim_end().to_ascii_uppercase().as_str() {
            "V" => Some(Theme::Visibility),
            "R" => Some(Theme::Recognition),
            "CD" => Some(Theme::CareerDevelopment),
            "S" => Some(Theme::Sustainability),
            _ => None,
        }
    }
}

/// Letters, then digits: `CD3`.
fn is_code(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty()
        && letters.len() < part.len()
        && letters.chars().all(|c| c.is_ascii_alphabetic())
}

impl TryFrom<String> for ActionLabel {
    type Error = UnknownCode;

    fn try_from(raw: String) -> Result<Self, UnknownCode> {
        Self::new(&raw).ok_or_else(|| UnknownCode::new("a label of an action", &raw))
    }
}

impl From<ActionLabel> for String {
    fn from(label: ActionLabel) -> Self {
        label.0
    }
}

impl std::fmt::Display for ActionLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn label(text: &str) -> ActionLabel {
        ActionLabel::new(text).unwrap()
    }

    #[test]
    fn a_joint_label_adds_to_each_action_it_names() {
        let joint = label(" CD3 + V2 ");
        assert_eq!(joint.as_str(), "CD3 + V2");
        assert_eq!(joint.adds_to(), [label("CD3"), label("V2")]);
        assert_eq!(label("V2+v2").adds_to(), [label("V2")]);
    }

    #[test]
    fn other_labels_add_to_nothing() {
        for text in ["V1", "A+", "1 + 2", "R + D", "CD3 + ", "+", "V1 + see note"] {
            assert!(label(text).adds_to().is_empty(), "{text}");
        }
    }

    #[test]
    fn prefixes_stand_for_themes() {
        assert_eq!(label("V8").theme(), Some(Theme::Visibility));
        assert_eq!(label("r6").theme(), Some(Theme::Recognition));
        assert_eq!(label("CD 7").theme(), Some(Theme::CareerDevelopment));
        assert_eq!(label("S5").theme(), Some(Theme::Sustainability));
        for text in ["V", "12", "VV1", "CD3 + V2", "Action 1"] {
            assert_eq!(label(text).theme(), None, "{text}");
        }
    }

    #[test]
    fn case_and_spacing_do_not_tell_labels_apart() {
        assert_eq!(label("cd3  +V2").key(), label("CD3 + V2").key());
        assert_ne!(label("1 1").key(), label("11").key());
        assert_eq!(ActionLabel::new(" \n"), None);
    }

    #[test]
    fn json_is_the_text_and_may_not_be_blank() {
        assert_eq!(
            serde_json::to_string(&label("CD3 + V2")).unwrap(),
            "\"CD3 + V2\""
        );
        assert!(serde_json::from_str::<ActionLabel>("\" \"").is_err());
    }
}
