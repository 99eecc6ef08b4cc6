//! Datasets, each one definition: dimensions, measures and row rules.
//!
//! File headings, checks, catalogue entries, JSON schemas and documentation are derived from it. Adding a dataset is
//! adding a file here and a migration; `docs/ADDING-A-DATASET.md` shows how.

mod denominators;
mod headcount;

pub use denominators::DENOMINATORS;
pub use headcount::HEADCOUNT;

use super::rows::Row;
use entity::values::DatasetName;

/// The heading of the org-unit column, first in every dataset.
pub const ORG_UNIT: &str = "org_unit";

/// What is recorded, once a year, by every institution.
#[derive(Debug)]
pub struct Dataset {
    /// Its name in addresses.
    pub name: DatasetName,
    /// Title, for people.
    pub title: &'static str,
    /// What it counts, in a sentence or two.
    pub description: &'static str,
    /// The database table of its rows.
    pub table: &'static str,
    /// Dimensions beside the org unit. With it they are a row's natural key.
    pub dimensions: &'static [Dimension],
    /// What is counted.
    pub measures: &'static [Measure],
    /// Rules between the figures of one row.
    pub rules: &'static [RowRule],
}

/// A property every row states, as a code of a list.
#[derive(Debug)]
pub struct Dimension {
    /// Column heading and member name.
    pub name: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// The code list its codes are from.
    pub list: &'static str,
}

/// A figure.
#[derive(Debug)]
pub struct Measure {
    /// Column heading and member name.
    pub name: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether every row must state it.
    pub required: bool,
}

/// What a figure is counted in. A figure without its unit is worthless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Persons on the census date; whole numbers.
    Persons,
    /// Full-person equivalents on the census date; two decimals, stored in hundredths.
    FullPersonEquivalent,
    /// Full-time equivalents over the year; two decimals, stored in hundredths.
    FullTimeEquivalent,
}

impl Unit {
    /// The code in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::FullPersonEquivalent => "fpe",
            Self::FullTimeEquivalent => "fte",
        }
    }

    /// A stored figure as it is shown.
    pub const fn shown(self, stored: i64) -> entity::values::Hundredths {
        match self {
            Self::Persons => entity::values::Hundredths::whole(stored),
            Self::FullPersonEquivalent | Self::FullTimeEquivalent => {
                entity::values::Hundredths(stored)
            }
        }
    }

    /// How many stored units make one: 1 for whole numbers, 100 for hundredths.
    pub const fn scale(self) -> i64 {
        match self {
            Self::Persons => 1,
            Self::FullPersonEquivalent | Self::FullTimeEquivalent => 100,
        }
    }
}

/// A rule between the figures of one row.
#[derive(Debug)]
pub struct RowRule {
    /// Stable code.
    pub code: &'static str,
    /// The column a fault is reported at.
    pub column: &'static str,
    /// What must hold, for people.
    pub statement: &'static str,
    /// Whether it holds.
    pub holds: fn(&Row) -> bool,
}

impl Dataset {
    /// Every dataset.
    pub const ALL: &'static [&'static Self] = &[&HEADCOUNT, &DENOMINATORS];

    /// The definition of a dataset.
    pub const fn of(name: DatasetName) -> &'static Self {
        match name {
            DatasetName::Headcount => &HEADCOUNT,
            DatasetName::Denominators => &DENOMINATORS,
        }
    }

    /// Column headings of a file: the org unit, the dimensions, the measures.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> + '_ {
        std::iter::once(ORG_UNIT)
            .chain(self.dimensions.iter().map(|dimension| dimension.name))
            .chain(self.measures.iter().map(|measure| measure.name))
    }

    /// The place of a measure among the measures.
    pub fn measure(&self, name: &str) -> Option<usize> {
        self.measures
            .iter()
            .position(|measure| measure.name == name)
    }

    /// The place of a dimension among the dimensions.
    pub fn dimension(&self, name: &str) -> Option<usize> {
        self.dimensions
            .iter()
            .position(|dimension| dimension.name == name)
    }
}
