//! Code lists as the rules see them: which codes there are, and in which years.

use entity::values::{AcademicYear, Code};
use std::collections::HashMap;

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// What it stands for.
    pub label: String,
    /// First year it may be used.
    pub valid_from: Option<AcademicYear>,
    /// Last year it may be used.
    pub valid_to: Option<AcademicYear>,
    /// The wider code it belongs to.
    pub parent: Option<Code>,
    /// Whose code and label it is.
    pub source: String,
    /// Order within the list.
    pub position: i32,
    /// Counts changes.
    pub version: i64,
}

impl CodeEntry {
    /// Whether the code may be used in a year.
    pub fn valid_in(&self, year: AcademicYear) -> bool {
        self.valid_from.is_none_or(|from| from <= year) && self.valid_to.is_none_or(|to| year <= to)
    }
}

/// The list whose codes are the parents of a list's codes: most often its own.
pub fn parents_of(list: &str) -> &str {
    match list {
        "discipline" => "discipline-group",
        own => own,
    }
}

/// Every list, in the order of its codes.
#[derive(Clone, Debug, Default)]
pub struct CodeLists {
    lists: HashMap<String, Vec<CodeEntry>>,
    places: HashMap<String, HashMap<Code, usize>>,
}

impl CodeLists {
    /// Adds a code at the end of its list.
    pub fn add(&mut self, list: &str, entry: CodeEntry) {
        let entries = self.lists.entry(list.to_owned()).or_default();
        self.places
            .entry(list.to_owned())
            .or_default()
            .insert(entry.code.clone(), entries.len());
        entries.push(entry);
    }

    /// The names of the lists, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.lists.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// A list; `None` where there is none of that name.
    pub fn list(&self, name: &str) -> Option<&[CodeEntry]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// A code of a list, as the text of a file spells it.
    pub fn find(&self, list: &str, text: &str) -> Option<&CodeEntry> {
        let place = *self.places.get(list)?.get(text)?;
        self.lists.get(list)?.get(place)
    }
}
