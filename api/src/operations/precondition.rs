//! `If-Match`: nobody's edit is lost.

use crate::fault::{Fault, Result};

/// What a change requires of the thing's present version (RFC 9110, section 13.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// The version last read.
    Version(i64),
    /// Nothing was said.
    Missing,
}

impl IfMatch {
    /// Reads the header's value; a tag that is none of ours matches nothing.
    pub fn read(header: Option<&str>) -> Self {
        match header.map(str::trim) {
            None => Self::Missing,
            Some("*") => Self::Any,
            Some(tag) => Self::Version(tag.trim_matches('"').parse().unwrap_or(-1)),
        }
    }

    /// Refuses a change that says nothing, before any work is done for it.
    ///
    /// # Errors
    /// [`Fault::PreconditionRequired`].
    pub const fn check_given(self) -> Result<()> {
        match self {
            Self::Missing => Err(Fault::PreconditionRequired),
            Self::Any | Self::Version(_) => Ok(()),
        }
    }

    /// Checks it against the present version.
    ///
    /// # Errors
    /// [`Fault::PreconditionRequired`] where nothing was said, [`Fault::PreconditionFailed`] where it differs.
    pub const fn check(self, current: i64) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Version(version) if version == current => Ok(()),
            Self::Version(_) => Err(Fault::PreconditionFailed { current }),
            Self::Missing => Err(Fault::PreconditionRequired),
        }
    }
}
