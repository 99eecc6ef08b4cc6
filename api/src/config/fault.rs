//! What is wrong with a configuration: source, key and what would be right. A secret's value is never part of it.

use std::fmt;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// The file, environment variable or flag the value came from.
    pub source: String,
    /// Dotted key, such as `server.address`; empty where the source as a whole is meant.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl ConfigFault {
    pub(super) fn new(
        source: impl Into<String>,
        key: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            source: source.into(),
            key: key.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(out, "{}: {}", self.source, self.message)
        } else {
            write!(out, "{}: {}: {}", self.source, self.key, self.message)
        }
    }
}

/// All faults of one load; displayed one per line, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.0.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            write!(out, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigFaults {}
