//! What came of a push: for a person, and as one JSON object for a script.

use super::Push;
use super::explanations::{findings, in_words};
use crate::cli::output::Failure;
use crate::fault::Violation;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The rows are sound; nothing was stored.
    Checked,
    /// The rows are there, as a draft.
    Sent,
    /// The rows are there, and submitted.
    Submitted,
    /// The rows have faults; nothing was stored.
    Faults,
    /// The rows are there, and warnings are to be explained.
    ExplanationsNeeded,
    /// Anything else went wrong.
    Failed,
}

/// The report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, for a person; null where nothing did.
    pub message: Option<String>,
    dataset: String,
    institution: String,
    year: String,
    file: String,
    /// How many rows the return has.
    pub rows: Option<u64>,
    /// The number of the revision, once submitted.
    pub revision: Option<i64>,
    /// The entity tag of the return.
    pub etag: Option<String>,
    /// Whether an earlier run was gone on with.
    pub resumed: bool,
    /// How many changes were sent, repetitions included.
    pub attempts: u32,
    /// The faults of the rows, each with its place.
    pub faults: Vec<Value>,
    /// How many there are in all.
    pub fault_count: u64,
    /// What is to be explained on submission.
    pub warnings: Vec<Value>,
    /// What else is worth a look.
    pub hints: Vec<Value>,
}

impl Report {
    /// The report of a push that has not begun.
    pub fn begin(push: &Push) -> Self {
        Self {
            outcome: Outcome::Failed,
            message: None,
            dataset: push.dataset.to_string(),
            institution: push.institution.clone(),
            year: push.year.to_string(),
            file: push.file.path.display().to_string(),
            rows: None,
            revision: None,
            etag: None,
            resumed: false,
            attempts: 0,
            faults: Vec::new(),
            fault_count: 0,
            warnings: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// What the server says of the return.
    pub fn standing(&mut self, standing: &Value, etag: &str) {
        self.rows = standing["shown"]["rows"].as_u64();
        self.revision = standing["revision"].as_i64();
        self.etag = Some(etag.to_owned());
        self.warnings = findings(standing, "warning");
        self.hints = findings(standing, "hint");
    }

    /// Faults that were found here.
    pub fn found(&mut self, violations: &[Violation], total: u64) {
        self.outcome = Outcome::Faults;
        let written = violations.iter().map(serde_json::to_value);
        self.faults = written.filter_map(Result::ok).collect();
        self.fault_count = total;
    }

    /// Faults that the server found.
    pub fn told(&mut self, problem: &Value) {
        let violations = problem["violations"].as_array();
        if problem["code"] == "invalid-rows" {
            self.outcome = Outcome::Faults;
        }
        self.faults = violations.cloned().unwrap_or_default();
        let count = self.faults.len() as u64;
        self.fault_count = problem["violation_count"].as_u64().unwrap_or(count);
    }

    /// What went wrong, if anything did.
    pub fn attempted(&mut self, failure: Option<&Failure>) {
        self.message = failure.map(ToString::to_string);
    }

    /// As one JSON object.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match self.rows {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{rows} rows"),
            None => "the rows".to_owned(),
        };
        let what = match self.outcome {
            Outcome::Checked => format!("{rows} without a fault; nothing was stored"),
            Outcome::Sent => format!("{rows} stand as a draft, which was not submitted"),
            Outcome::Submitted => format!(
                "{rows} stand, submitted as revision {}",
                self.revision.unwrap_or_default()
            ),
            Outcome::Faults | Outcome::ExplanationsNeeded | Outcome::Failed => "failed".to_owned(),
        };
        write!(
            f,
            "{} {} of {}: {what}.",
            self.dataset, self.year, self.institution
        )?;
        for (grade, found) in [("warning", &self.warnings), ("hint", &self.hints)] {
            for finding in found {
                write!(f, "\n  {grade}: {}", in_words(finding))?;
            }
        }
        Ok(())
    }
}
