//! Code lists.

use crate::domain::code_lists as rules;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// A code list by name.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CodeListName {
    /// Its name.
    pub name: String,
    /// How many codes it has.
    pub codes: u64,
}

/// A code list.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CodeList {
    /// Its name.
    pub name: String,
    /// Its codes, in their order.
    pub codes: Vec<CodeEntry>,
}

/// A code of a list.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CodeEntry {
    /// The code.
    pub code: String,
    /// What it stands for.
    pub label: String,
    /// First academic year it may be used in; null where it always could.
    #[schema(required)]
    pub valid_from: Option<String>,
    /// Last academic year it may be used in; null where it still can.
    #[schema(required)]
    pub valid_to: Option<String>,
    /// The wider code it belongs to.
    #[schema(required)]
    pub parent: Option<String>,
    /// Whose code and label it is.
    pub source: String,
    /// Order within the list.
    pub position: i32,
    /// Counts changes; the `ETag`.
    pub version: i64,
}

impl CodeList {
    /// A list of the rules, as it is shown.
    pub fn of(name: &str, entries: &[rules::CodeEntry]) -> Self {
        Self {
            name: name.to_owned(),
            codes: entries.iter().map(CodeEntry::from).collect(),
        }
    }
}

impl From<&rules::CodeEntry> for CodeEntry {
    fn from(entry: &rules::CodeEntry) -> Self {
        Self {
            code: entry.code.to_string(),
            label: entry.label.clone(),
            valid_from: entry.valid_from.map(|year| year.to_string()),
            valid_to: entry.valid_to.map(|year| year.to_string()),
            parent: entry.parent.as_ref().map(ToString::to_string),
            source: entry.source.clone(),
            position: entry.position,
            version: entry.version,
        }
    }
}
