//! A mapping made ready for files of many rows.

use super::{ColumnMapping, folded};
use crate::domain::datasets::Dataset;
use std::collections::HashMap;

/// What a heading of a file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The column at this place of the dataset.
    Column(usize),
    /// Nothing that is asked for.
    PassedOver,
    /// Nobody said.
    Unknown,
}

/// A dataset as one institution's files name it. The dataset's own names and codes are understood beside theirs.
#[derive(Debug)]
pub struct Translation {
    dataset: &'static Dataset,
    headings: HashMap<String, Heading>,
    expected: Vec<Option<String>>,
    codes: Vec<HashMap<String, String>>,
    constants: Vec<Option<String>>,
}

impl Translation {
    /// Of a dataset whose own names alone are understood.
    pub fn none(dataset: &'static Dataset) -> Self {
        Self::of(dataset, ColumnMapping::default())
    }

    /// Of a dataset with a mapping that has no fault.
    pub fn of(dataset: &'static Dataset, mut mapping: ColumnMapping) -> Self {
        let mut headings: HashMap<String, Heading> = mapping
            .ignored
            .iter()
            .map(|heading| (folded(heading), Heading::PassedOver))
            .collect();
        let (mut expected, mut codes, mut constants) = (Vec::new(), Vec::new(), Vec::new());
        for (place, name) in dataset.columns().enumerate() {
            headings.insert(name.to_owned(), Heading::Column(place));
            let own = mapping.columns.remove(name);
            if let Some(own) = &own {
                headings.insert(folded(own), Heading::Column(place));
            }
            expected.push(own);
            codes.push(
                mapping
                    .codes
                    .remove(name)
                    .unwrap_or_default()
                    .into_iter()
                    .collect(),
            );
            constants.push(mapping.constants.remove(name));
        }
        Self {
            dataset,
            headings,
            expected,
            codes,
            constants,
        }
    }

    /// The dataset.
    pub const fn dataset(&self) -> &'static Dataset {
        self.dataset
    }

    /// What a heading means, without regard to case and surrounding blanks.
    pub fn heading(&self, text: &str) -> Heading {
        let known = self.headings.get(&folded(text)).copied();
        known.unwrap_or(Heading::Unknown)
    }

    /// What a member of a JSON object means: the dataset's own names as they are, the institution's as headings.
    pub fn member(&self, name: &str) -> Heading {
        match self.dataset.columns().position(|column| column == name) {
            Some(place) => Heading::Column(place),
            None => match self.heading(name) {
                // The dataset's own name in another case is no member's name.
                Heading::Column(place) if self.own(place).map(folded) != Some(folded(name)) => {
                    Heading::Unknown
                }
                meant => meant,
            },
        }
    }

    fn own(&self, place: usize) -> Option<&str> {
        self.expected.get(place)?.as_deref()
    }

    /// What a file is expected to call a column.
    pub fn expected(&self, place: usize) -> String {
        match self.own(place) {
            Some(own) => own.to_owned(),
            None => self
                .dataset
                .columns()
                .nth(place)
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// The code that a text in a column stands for; the text itself where nobody said.
    pub fn code<'t>(&'t self, place: usize, text: &'t str) -> &'t str {
        let own = self.codes.get(place).and_then(|codes| codes.get(text));
        own.map_or(text, String::as_str)
    }

    /// What stands in every row of a column that a file leaves out.
    pub fn constant(&self, place: usize) -> Option<&str> {
        self.constants.get(place)?.as_deref()
    }
}
