//! The layers laid over each other: one value and one origin per key. A value of the wrong type leaves the one below
//! it in place, so that everything else is still checked in the same pass.

use super::Inputs;
use super::fault::ConfigFault;
use super::keys::{self, DATABASE_URL, Key, PREFIX};
use super::text::quoted;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where a value came from; a later variant wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    Flag,
}

impl Origin {
    /// Height of the layer, whatever the name of the file or variable.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File(_) => 1,
            Self::Environment(_) => 2,
            Self::Flag => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(out, "default"),
            Self::File(path) => write!(out, "file {}", path.display()),
            Self::Environment(name) => write!(out, "environment variable {name}"),
            Self::Flag => write!(out, "command line"),
        }
    }
}

/// A key with the value that won.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub key: Key,
    pub value: Value,
    pub origin: Origin,
}

/// All keys with their values, in the order of the defaults, and the customary `PORT`.
pub(super) struct Settings {
    pub entries: Vec<Setting>,
    /// `PORT`, where nothing above it sets the address.
    pub port: Option<String>,
}

impl Settings {
    /// Lays the layers over each other; what is wrong with one goes to `faults`.
    pub fn merge(inputs: &Inputs, faults: &mut Vec<ConfigFault>) -> Result<Self, ConfigFault> {
        let entries = keys::all()?.into_iter().map(|key| {
            let value = key.default.clone();
            Setting {
                key,
                value,
                origin: Origin::Default,
            }
        });
        let mut settings = Self {
            entries: entries.collect(),
            port: None,
        };
        if let Some(path) = &inputs.file {
            settings.file(path, faults);
        }
        settings.environment(&inputs.environment, faults);
        for (key, value) in &inputs.flags {
            settings.text(key, value, &Origin::Flag, faults);
        }
        if settings.get("server.address").is_some_and(|address| {
            address.origin == Origin::Flag || matches!(&address.origin, Origin::Environment(_))
        }) {
            settings.port = None;
        }
        Ok(settings)
    }

    /// The setting of a dotted key.
    pub fn get(&self, dotted: &str) -> Option<&Setting> {
        self.entries
            .iter()
            .find(|setting| setting.key.dotted() == dotted)
    }

    fn file(&mut self, path: &Path, faults: &mut Vec<ConfigFault>) {
        let origin = Origin::File(path.to_owned());
        let content = match std::fs::read_to_string(path) {
            Ok(content) => content,
            Err(error) => {
                faults.push(ConfigFault::new(
                    origin.to_string(),
                    "",
                    format!("cannot be read: {error}"),
                ));
                return;
            }
        };
        match toml::from_str::<Table>(&content) {
            Ok(table) => self.table(&table, &origin, faults),
            Err(error) => {
                // The error's own rendering quotes the line, which may hold a secret.
                let start = error.span().map_or(0, |span| span.start);
                let line = content
                    .bytes()
                    .take(start)
                    .filter(|byte| *byte == b'\n')
                    .count()
                    + 1;
                let message = format!("line {line} is not TOML: {}", error.message());
                faults.push(ConfigFault::new(origin.to_string(), "", message));
            }
        }
    }

    fn table(&mut self, table: &Table, origin: &Origin, faults: &mut Vec<ConfigFault>) {
        for (section, content) in table {
            let known = self
                .entries
                .iter()
                .any(|setting| setting.key.section == *section);
            match content {
                Value::Table(leaves) if !leaves.is_empty() => {
                    for (name, value) in leaves {
                        self.set(&format!("{section}.{name}"), value.clone(), origin, faults);
                    }
                }
                Value::Table(_) if known => {}
                _ if known => {
                    let message = format!("is a section; write [{section}] and its keys below");
                    faults.push(ConfigFault::new(origin.to_string(), section, message));
                }
                _ => self.unknown(section, origin, faults),
            }
        }
    }

    /// Customary variables first: the full name of the same key says more and wins.
    fn environment(&mut self, environment: &[(String, String)], faults: &mut Vec<ConfigFault>) {
        for (name, value) in environment.iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "DATABASE_URL" => {
                    self.text(
                        DATABASE_URL,
                        value,
                        &Origin::Environment(name.clone()),
                        faults,
                    );
                }
                "PORT" => self.port = Some(value.clone()),
                _ => {}
            }
        }
        for (name, value) in environment {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                let dotted = rest.to_lowercase().replacen("__", ".", 1);
                self.text(&dotted, value, &Origin::Environment(name.clone()), faults);
            }
        }
    }

    /// A value that came as text takes the type of its key.
    fn text(&mut self, dotted: &str, text: &str, origin: &Origin, faults: &mut Vec<ConfigFault>) {
        let whole = matches!(self.get(dotted), Some(setting) if setting.key.default.is_integer());
        let value = match text.trim().parse() {
            Ok(number) if whole => Value::Integer(number),
            _ => Value::String(text.to_owned()),
        };
        self.set(dotted, value, origin, faults);
    }

    fn set(&mut self, dotted: &str, value: Value, origin: &Origin, faults: &mut Vec<ConfigFault>) {
        let Some(setting) = self
            .entries
            .iter_mut()
            .find(|setting| setting.key.dotted() == dotted)
        else {
            self.unknown(dotted, origin, faults);
            return;
        };
        if setting.key.default.same_type(&value) {
            setting.value = value;
            setting.origin = origin.clone();
        } else {
            let message = wrong_type(setting, &value);
            faults.push(ConfigFault::new(origin.to_string(), dotted, message));
        }
    }

    fn unknown(&self, dotted: &str, origin: &Origin, faults: &mut Vec<ConfigFault>) {
        let keys: Vec<Key> = self
            .entries
            .iter()
            .map(|setting| setting.key.clone())
            .collect();
        let hint = keys::nearest(&keys, dotted).map_or_else(String::new, |key| {
            let name = match origin {
                Origin::Environment(_) => key.variable(),
                Origin::Default | Origin::File(_) | Origin::Flag => key.dotted(),
            };
            format!("; did you mean {name}?")
        });
        let message = format!("there is no such key{hint}");
        faults.push(ConfigFault::new(origin.to_string(), dotted, message));
    }
}

fn wrong_type(setting: &Setting, value: &Value) -> String {
    let wanted = if setting.key.default.is_integer() {
        format!("a whole number such as {}", setting.key.default)
    } else {
        "text in quotes".to_owned()
    };
    let given = match value {
        Value::String(text) if setting.key.dotted() != DATABASE_URL => {
            format!("the text {}", quoted(text))
        }
        Value::String(_) => "text".to_owned(),
        Value::Integer(_) => "a number".to_owned(),
        Value::Float(_) => "a number with a fraction".to_owned(),
        Value::Boolean(_) => "true or false".to_owned(),
        Value::Datetime(_) => "a date or time".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a section".to_owned(),
    };
    format!("must be {wanted}, not {given}")
}
