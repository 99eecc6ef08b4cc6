//! The known keys, read from `default.toml`: name, type, default and description each stand there and nowhere else.

use super::fault::ConfigFault;
use super::text::distance;
use toml::{Table, Value};

const DEFAULTS: &str = include_str!("../../default.toml");

/// Start of every environment variable that is a setting.
pub(super) const PREFIX: &str = "TECHNICIAN_METRICS__";

/// The key whose value may hold a password.
pub(super) const DATABASE_URL: &str = "database.url";

/// One setting there is.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub section: String,
    pub name: String,
    pub default: Value,
    pub description: String,
}

impl Key {
    pub fn dotted(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    pub fn variable(&self) -> String {
        format!(
            "{PREFIX}{}__{}",
            self.section.to_uppercase(),
            self.name.to_uppercase()
        )
    }

    /// The short variable that platforms set by custom.
    pub fn customary_variable(&self) -> Option<&'static str> {
        match self.dotted().as_str() {
            DATABASE_URL => Some("DATABASE_URL"),
            "server.address" => Some("PORT"),
            _ => None,
        }
    }
}

/// All keys in the order of the file. The fault is one of this program, not of its user.
pub(super) fn all() -> Result<Vec<Key>, ConfigFault> {
    let broken = |message: &str| ConfigFault::new("embedded defaults", "", message);
    let values: Table = toml::from_str(DEFAULTS).map_err(|error| broken(error.message()))?;
    let (mut keys, mut section, mut comment) = (Vec::new(), String::new(), Vec::new());
    for line in DEFAULTS.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            name.clone_into(&mut section);
            comment.clear();
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.trim();
            let default = values.get(&section).and_then(|table| table.get(name));
            let default = default
                .ok_or_else(|| broken("a key outside its section"))?
                .clone();
            let description = std::mem::take(&mut comment).join(" ");
            keys.push(Key {
                section: section.clone(),
                name: name.to_owned(),
                default,
                description,
            });
        } else {
            comment.clear();
        }
    }
    Ok(keys)
}

/// The known key nearest to an unknown one: least edits, and the right name in a wrong section is one edit away.
pub(super) fn nearest<'a>(keys: &'a [Key], unknown: &str) -> Option<&'a Key> {
    let name = unknown.rsplit_once('.').map_or(unknown, |(_, name)| name);
    keys.iter().min_by_key(|key| {
        let whole = distance(&key.dotted(), unknown);
        whole.min(distance(&key.name, name) + 1)
    })
}
