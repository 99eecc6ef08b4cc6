//! Figures of a submitted revision as columns: codes by number, one array a dimension, one array a measure.
//!
//! A number stands for the same code in every revision, so a query compares numbers and never texts. A revision never
//! changes, and neither do its columns.

use crate::domain::datasets::{Dataset, Values};
use crate::domain::rows::Key;
use std::collections::HashMap;

/// Stands for a figure that is not recorded; no figure is negative.
pub const NOT_RECORDED: i64 = i64::MIN;

/// Codes and their numbers, in the order in which they were first met.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    codes: Vec<Key>,
    numbers: HashMap<Key, u32>,
}

impl Dictionary {
    /// The number of a code, a new one where it has none.
    pub fn number(&mut self, code: &str) -> u32 {
        if let Some(number) = self.numbers.get(code) {
            return *number;
        }
        let number = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        let code = Key::stored(code);
        self.codes.push(code.clone());
        self.numbers.insert(code, number);
        number
    }

    /// The code of a number.
    pub fn code(&self, number: usize) -> Option<&Key> {
        self.codes.get(number)
    }

    /// The codes, by their numbers.
    pub fn codes(&self) -> &[Key] {
        &self.codes
    }
}

/// The rows of a revision, column by column.
#[derive(Debug, Default)]
pub struct Columns {
    /// How many rows.
    pub rows: usize,
    /// The org unit of each row, by its number.
    pub units: Box<[u32]>,
    /// The codes of each listed dimension, in the order of [`listed`].
    pub codes: Vec<Box<[u16]>>,
    /// The identifier of each row, where the dataset has a dimension of identifiers.
    pub identifiers: Box<[u32]>,
    /// The figures of each measure in stored units, [`NOT_RECORDED`] where there is none.
    pub measures: Vec<Box<[i64]>>,
}

/// The dimensions of a dataset whose codes are of a list.
pub fn listed(dataset: &'static Dataset) -> impl Iterator<Item = &'static str> {
    dataset
        .dimensions
        .iter()
        .filter(|one| matches!(one.values, Values::List(_)))
        .map(|one| one.name)
}

/// Columns as they fill.
#[derive(Debug, Default)]
pub struct Filling {
    units: Vec<u32>,
    codes: Vec<Vec<u16>>,
    identifiers: Vec<u32>,
    measures: Vec<Vec<i64>>,
}

impl Filling {
    /// Columns for a dataset.
    pub fn of(dataset: &'static Dataset) -> Self {
        Self {
            codes: listed(dataset).map(|_| Vec::new()).collect(),
            measures: dataset.measures.iter().map(|_| Vec::new()).collect(),
            ..Self::default()
        }
    }

    /// Adds a row: its unit, the numbers of its codes and of its identifier, its figures.
    pub fn add(
        &mut self,
        unit: u32,
        codes: impl Iterator<Item = u16>,
        identifier: Option<u32>,
        figures: impl Iterator<Item = Option<i64>>,
    ) {
        self.units.push(unit);
        for (column, code) in self.codes.iter_mut().zip(codes) {
            column.push(code);
        }
        self.identifiers.extend(identifier);
        for (column, figure) in self.measures.iter_mut().zip(figures) {
            column.push(figure.unwrap_or(NOT_RECORDED));
        }
    }

    /// The columns, as small as they can be.
    pub fn finish(self) -> Columns {
        Columns {
            rows: self.units.len(),
            units: self.units.into(),
            codes: self.codes.into_iter().map(Into::into).collect(),
            identifiers: self.identifiers.into(),
            measures: self.measures.into_iter().map(Into::into).collect(),
        }
    }
}
