//! What the institution says to the warnings of a return, from a file of its own.

use super::Push;
use crate::cli::output::Failure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;

/// One explanation: of which check, found in what, and the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    code: String,
    #[serde(default)]
    subject: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    List(Vec<Explanation>),
    Member { explanations: Vec<Explanation> },
}

/// What is known of the return's findings, of one grade.
pub fn findings(standing: &Value, grade: &str) -> Vec<Value> {
    let checks = standing["checks"].as_array().into_iter().flatten();
    checks
        .filter(|check| check["grade"] == grade)
        .cloned()
        .collect()
}

/// A finding in words.
pub fn in_words(finding: &Value) -> String {
    let text = |member: &str| finding[member].as_str().unwrap_or_default();
    format!(
        "{} ({}): {}",
        text("code"),
        text("subject"),
        text("message")
    )
}

/// The explanations of every warning.
///
/// # Errors
/// Where one is missing; all that are missing are named, and a file that is not there is begun.
pub fn of_all(push: &Push, warnings: &[Value]) -> Result<Vec<Explanation>, Failure> {
    let given = match &push.explanations {
        Some(file) if file.exists() => read(file)?,
        Some(_) | None => Vec::new(),
    };
    let explained = |warning: &&Value| {
        given.iter().any(|one| {
            warning["code"] == one.code.as_str()
                && warning["subject"] == one.subject.as_str()
                && !one.text.trim().is_empty()
        })
    };
    let missing: Vec<&Value> = warnings
        .iter()
        .filter(|warning| !explained(warning))
        .collect();
    if missing.is_empty() {
        // What is no longer warned of needs no explanation.
        let asked = |one: &Explanation| {
            warnings.iter().any(|warning| {
                warning["code"] == one.code.as_str() && warning["subject"] == one.subject.as_str()
            })
        };
        return Ok(given.into_iter().filter(asked).collect());
    }
    let mut lines = vec![format!(
        "The rows are there as a draft; it was not submitted, for {} to be explained:",
        match missing.len() {
            1 => "a warning is".to_owned(),
            many => format!("{many} warnings are"),
        }
    )];
    lines.extend(
        missing
            .iter()
            .map(|warning| format!("  {}", in_words(warning))),
    );
    lines.push(match &push.explanations {
        None => "Name a file with --explanations; one that is not there is begun.".to_owned(),
        Some(file) if file.exists() => format!("Explain each in {}.", file.display()),
        Some(file) => {
            begin(file, warnings)?;
            format!(
                "{} was begun; fill in each text and run the same command again.",
                file.display()
            )
        }
    });
    Err(Failure::new(lines.join("\n")))
}

fn read(file: &Path) -> Result<Vec<Explanation>, Failure> {
    let failed = |what: String| Failure::new(format_args!("{}: {what}", file.display()));
    let bytes = std::fs::read(file).map_err(|cause| failed(cause.to_string()))?;
    let content = serde_json::from_slice(&bytes).map_err(|_| {
        failed("it is not a list of objects with code, subject and text".to_owned())
    })?;
    Ok(match content {
        Content::List(list) => list,
        Content::Member { explanations } => explanations,
    })
}

/// Writes a file with a place for each explanation.
fn begin(file: &Path, warnings: &[Value]) -> Result<(), Failure> {
    let places = warnings
        .iter()
        .map(|warning| json!({"code": warning["code"], "subject": warning["subject"], "text": ""}));
    let content = Value::Array(places.collect());
    std::fs::write(file, format!("{content:#}\n"))
        .map_err(|cause| Failure::new(format_args!("{}: {cause}", file.display())))
}
