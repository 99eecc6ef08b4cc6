//! The configuration as text: the effective one as TOML, and the reference of all keys as Markdown.

use super::keys::{self, DATABASE_URL, Key};
use super::layers::Settings;
use super::mask::masked_url;
use std::fmt::Write;
use toml::Value;

/// One line of the effective configuration; the value is masked already.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    section: String,
    name: String,
    value: Value,
    note: String,
}

/// What is shown instead of the value as given: one that was derived, read from a file or masked.
pub(super) struct Override {
    pub key: &'static str,
    pub value: Value,
    pub note: String,
}

/// What the effective configuration shows.
pub(super) fn shown(settings: &Settings, overrides: &[Override]) -> Vec<Shown> {
    let lines = settings.entries.iter().map(|setting| {
        let dotted = setting.key.dotted();
        let (value, note) = match overrides.iter().find(|other| other.key == dotted) {
            Some(other) => (other.value.clone(), other.note.clone()),
            None => (setting.value.clone(), setting.origin.to_string()),
        };
        let value = match value {
            Value::String(url) if dotted == DATABASE_URL => Value::String(masked_url(&url)),
            other => other,
        };
        Shown {
            section: setting.key.section.clone(),
            name: setting.key.name.clone(),
            value,
            note,
        }
    });
    lines.collect()
}

/// TOML, one comment per key.
pub(super) fn effective(shown: &[Shown]) -> String {
    let mut text = String::new();
    let mut section = "";
    for line in shown {
        if line.section != section {
            section = &line.section;
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}[{section}]");
        }
        // A file's name may hold a line feed, which would end the comment.
        let note = line.note.replace(char::is_control, " ");
        let _ = writeln!(text, "{} = {} # {note}", line.name, line.value);
    }
    text
}

/// The reference of all keys as Markdown, for `docs/contracts/configuration.md`. Empty only if the embedded defaults
/// were broken, which a test rules out.
pub fn reference() -> String {
    let Ok(keys) = keys::all() else {
        return String::new();
    };
    let mut text = INTRODUCTION.to_owned();
    for (position, key) in keys.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| keys.get(before));
        if before.is_none_or(|before| before.section != key.section) {
            let _ = write!(text, "\n## [{}]\n\n{HEADING}", key.section);
        }
        text.push_str(&row(key));
    }
    text
}

const INTRODUCTION: &str = "\
# Configuration

Generated from `api/default.toml` by `technician-metrics contracts`.

Each layer wins over those before it: the defaults, the TOML file of `--config`, environment variables, flags of the
command line. `DATABASE_URL` and `PORT` give way to the full name of the same key; empty, they count as not set. Unknown
keys are faults. `technician-metrics check-config` shows the effective configuration, or all faults at once.
";

const HEADING: &str = "\
| key | default | environment variable | meaning |
| --- | --- | --- | --- |
";

fn row(key: &Key) -> String {
    let custom = key
        .customary_variable()
        .map(|name| format!(", `{name}`"))
        .unwrap_or_default();
    let description = key.description.replace('|', "\\|");
    format!(
        "| `{}` | `{}` | `{}`{custom} | {description} |\n",
        key.dotted(),
        key.default,
        key.variable()
    )
}
