//! How an institution's own headings and codes translate into a dataset's: what may be set, and why not.

mod translation;

pub use translation::{Heading, Translation};

use super::code_lists::CodeLists;
use super::datasets::{Dataset, ORG_UNIT, Values};
use crate::fault::{MAX_VIOLATIONS, Violation};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most codes of one mapping, those of all columns together.
pub const MAX_CODES: usize = 5_000;
/// Most headings that are passed over.
pub const MAX_IGNORED: usize = 500;
/// Longest heading or code, in characters.
pub const MAX_LENGTH: usize = 200;

/// One institution's way of naming what a dataset names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnMapping {
    /// Column of the dataset to the heading of the institution's own files.
    pub columns: BTreeMap<String, String>,
    /// Column of the dataset to the institution's own codes, each with the code it stands for.
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    /// Column of the dataset that the files do not have, to the code that stands for every row.
    pub constants: BTreeMap<String, String>,
    /// Headings of the files that are passed over.
    pub ignored: Vec<String>,
}

/// Two headings are one if they differ in case and surrounding blanks only.
fn folded(heading: &str) -> String {
    heading.trim().to_lowercase()
}

impl ColumnMapping {
    /// The same without blanks around headings and codes.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let texts = |texts: BTreeMap<String, String>| {
            texts
                .into_iter()
                .map(|(column, text)| (column, text.trim().to_owned()))
                .collect()
        };
        let codes = self.codes.into_iter().map(|(column, codes)| {
            let codes = codes
                .into_iter()
                .map(|(own, ours)| (own.trim().to_owned(), ours.trim().to_owned()));
            (column, codes.collect())
        });
        Self {
            columns: texts(self.columns),
            codes: codes.collect(),
            constants: texts(self.constants),
            ignored: self
                .ignored
                .iter()
                .map(|heading| heading.trim().to_owned())
                .collect(),
        }
    }

    /// Everything that keeps the mapping from being used with a dataset; nothing where it may be. `is_unit` tells the
    /// codes of the institution's org units.
    pub fn faults(
        &self,
        dataset: &Dataset,
        lists: &CodeLists,
        is_unit: impl Fn(&str) -> bool,
    ) -> Vec<Violation> {
        let mut checking = Checking {
            dataset,
            lists,
            is_unit: &is_unit,
            used: dataset.columns().map(ToOwned::to_owned).collect(),
            faults: Vec::new(),
        };
        checking.columns(&self.columns);
        checking.ignored(&self.ignored);
        checking.codes(&self.codes);
        checking.constants(&self.constants, &self.columns);
        checking.faults.truncate(MAX_VIOLATIONS);
        checking.faults
    }
}

/// A mapping while it is looked through.
struct Checking<'m> {
    dataset: &'m Dataset,
    lists: &'m CodeLists,
    is_unit: &'m dyn Fn(&str) -> bool,
    /// Headings that mean something already.
    used: BTreeSet<String>,
    faults: Vec<Violation>,
}

impl Checking<'_> {
    fn fault(&mut self, place: &[&str], code: &'static str, message: impl Into<String>) {
        let pointer: String = place
            .iter()
            .map(|token| format!("/{}", token.replace('~', "~0").replace('/', "~1")))
            .collect();
        self.faults.push(Violation::at(pointer, code, message));
    }

    /// Whether the dataset has the column; notes it where it has not.
    fn column(&mut self, member: &str, column: &str) -> bool {
        let known = self.dataset.columns().any(|name| name == column);
        if !known {
            let columns: Vec<&str> = self.dataset.columns().collect();
            let message = format!(
                "There is no such column; the columns are {}.",
                columns.join(", ")
            );
            self.fault(&[member, column], "unknown-column", message);
        }
        known
    }

    /// Whether a text may be a heading or a code; notes it where it may not.
    fn text(&mut self, place: &[&str], text: &str) -> bool {
        if text.trim().is_empty() {
            self.fault(place, "missing", "This must not be empty.");
            return false;
        }
        if text.chars().count() > MAX_LENGTH {
            let message = format!("At most {MAX_LENGTH} characters are taken.");
            self.fault(place, "too-long", message);
            return false;
        }
        if text.contains('\0') {
            self.fault(place, "control-character", "This holds a NUL character.");
            return false;
        }
        true
    }

    /// Whether a heading means nothing else yet; notes it where it does.
    fn free(&mut self, place: &[&str], heading: &str) {
        if self.text(place, heading) && !self.used.insert(folded(heading)) {
            self.fault(
                place,
                "heading-used-twice",
                "Another column has this heading, or it is named twice.",
            );
        }
    }

    fn columns(&mut self, columns: &BTreeMap<String, String>) {
        for (column, heading) in columns {
            if self.column("columns", column) && folded(heading) != *column {
                self.free(&["columns", column], heading);
            }
        }
    }

    fn ignored(&mut self, ignored: &[String]) {
        if ignored.len() > MAX_IGNORED {
            let message = format!("At most {MAX_IGNORED} headings are passed over.");
            self.fault(&["ignored"], "too-many", message);
            return;
        }
        for (place, heading) in ignored.iter().enumerate() {
            self.free(&["ignored", &place.to_string()], heading);
        }
    }

    fn codes(&mut self, codes: &BTreeMap<String, BTreeMap<String, String>>) {
        if codes.values().map(BTreeMap::len).sum::<usize>() > MAX_CODES {
            let message = format!("A mapping has at most {MAX_CODES} codes.");
            self.fault(&["codes"], "too-many", message);
            return;
        }
        for (column, codes) in codes {
            if !self.column("codes", column) || !self.coded("codes", column) {
                continue;
            }
            for (own, ours) in codes {
                let place = ["codes", column.as_str(), own.as_str()];
                if !self.text(&place, own) {
                    continue;
                }
                if own != ours && self.is_code(column, own) {
                    let message = "This is a code here already, and keeps its meaning.";
                    self.fault(&place, "code-has-a-meaning", message);
                }
                self.target(&place, column, ours);
            }
        }
    }

    fn constants(
        &mut self,
        constants: &BTreeMap<String, String>,
        columns: &BTreeMap<String, String>,
    ) {
        for (column, code) in constants {
            if !self.column("constants", column) || !self.coded("constants", column) {
                continue;
            }
            let place = ["constants", column.as_str()];
            if columns.contains_key(column) {
                let message =
                    "The column has a heading; a constant is for one the files do not have.";
                self.fault(&place, "column-has-a-heading", message);
            }
            self.target(&place, column, code);
        }
    }

    /// Whether a column holds codes; notes it where it does not.
    fn coded(&mut self, member: &str, column: &str) -> bool {
        let holds = column == ORG_UNIT
            || self
                .dataset
                .dimensions
                .iter()
                .any(|dimension| dimension.name == column && dimension.list().is_some());
        if !holds {
            let message = "Only columns that hold codes or org units have codes and constants.";
            self.fault(&[member, column], "not-coded", message);
        }
        holds
    }

    fn is_code(&self, column: &str, text: &str) -> bool {
        if column == ORG_UNIT {
            return (self.is_unit)(text);
        }
        self.list(column)
            .is_some_and(|list| self.lists.find(list, text).is_some())
    }

    fn list(&self, column: &str) -> Option<&'static str> {
        let mut dimensions = self.dataset.dimensions.iter();
        match dimensions
            .find(|dimension| dimension.name == column)?
            .values
        {
            Values::List(list) => Some(list),
            Values::Doi => None,
        }
    }

    /// Notes a code that is translated to and is not there.
    fn target(&mut self, place: &[&str], column: &str, code: &str) {
        if self.is_code(column, code) {
            return;
        }
        let shown: String = code.chars().take(60).collect();
        if let Some(list) = self.list(column) {
            let message = format!("\u{201c}{shown}\u{201d} is not in the code list {list}.");
            self.fault(place, "unknown-code", message);
        } else {
            let message =
                format!("\u{201c}{shown}\u{201d} is not an org unit of this institution.");
            self.fault(place, "unknown-org-unit", message);
        }
    }
}
