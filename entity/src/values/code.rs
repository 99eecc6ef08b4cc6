//! Codes of code lists: discipline, grade, job family and the like.

use super::{UnknownCode, stored_as_text};
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A code as a list spells it: 1 to 40 letters, digits, full stops, hyphens and underscores.
/// Whether the list holds it, and in which years, is the list's to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Arc<str>);

impl Code {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared with this code.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

/// Compared, ordered and hashed as its text, so that maps of codes can be asked with a text.
impl Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sound = (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        if sound {
            Ok(Self(Arc::from(text)))
        } else {
            Err(UnknownCode::new(
                "a code: 1 to 40 letters, digits, full stops, hyphens and underscores",
                text,
            ))
        }
    }
}

stored_as_text!(Code);
