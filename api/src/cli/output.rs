//! What a command says: results on standard output, one clear line of failure on standard error.

use std::fmt;
use std::io::Write as _;

/// Why a command failed, for a person.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure in plain words.
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// A line on standard output. Nobody is told when the reader has gone away.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line on standard error, for whoever watches.
pub fn note(line: impl fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A failure on standard error.
pub fn complain(failure: &Failure) {
    let _ = writeln!(std::io::stderr().lock(), "technician-metrics: {failure}");
}

/// A value as indented JSON on standard output.
pub fn say_json(value: &serde_json::Value) {
    say(format_args!("{value:#}"));
}
