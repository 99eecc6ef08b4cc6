//! Datasets, each one definition: dimensions, measures and row rules.
//!
//! File headings, checks, catalogue entries, JSON schemas and documentation are derived from it. Adding a dataset is
//! adding a file here and a migration; `docs/ADDING-A-DATASET.md` shows how.

mod authorship;
mod authorship_outputs;
mod awards;
mod denominators;
mod development;
mod headcount;
mod headcount_disability;
mod headcount_ethnicity;
mod registrations;
mod representation;
mod unit;

pub use authorship::AUTHORSHIP;
pub use authorship_outputs::AUTHORSHIP_OUTPUTS;
pub use awards::AWARDS;
pub use denominators::DENOMINATORS;
pub use development::DEVELOPMENT;
pub use headcount::HEADCOUNT;
pub use headcount_disability::HEADCOUNT_DISABILITY;
pub use headcount_ethnicity::HEADCOUNT_ETHNICITY;
pub use registrations::REGISTRATIONS;
pub use representation::REPRESENTATION;
pub use unit::Unit;

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
    /// What is counted. The first is the one that changes, shares and org units are judged by.
    pub measures: &'static [Measure],
    /// Rules between the figures of one row.
    pub rules: &'static [RowRule],
    /// What its totals have to do with those of other datasets of the same year.
    pub relations: &'static [Relation],
}

/// A property every row states, as a code of a list or as an identifier.
#[derive(Debug)]
pub struct Dimension {
    /// Column heading and member name.
    pub name: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// What may stand in it.
    pub values: Values,
}

/// What may stand in a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// A code of a list.
    List(&'static str),
    /// A DOI, compared without regard to case.
    Doi,
}

impl Dimension {
    const fn coded(name: &'static str, title: &'static str, list: &'static str) -> Self {
        Self {
            name,
            title,
            values: Values::List(list),
        }
    }

    /// What it is called within a sentence: the title without what stands in brackets.
    pub fn noun(&self) -> String {
        let title = self.title.split(" (").next().unwrap_or(self.title);
        title.to_lowercase()
    }

    /// The code list its codes are from; none where it holds identifiers.
    pub const fn list(&self) -> Option<&'static str> {
        match self.values {
            Values::List(list) => Some(list),
            Values::Doi => None,
        }
    }
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

impl Measure {
    /// A figure every row states.
    const fn required(name: &'static str, title: &'static str, unit: Unit) -> Self {
        Self {
            name,
            title,
            unit,
            required: true,
        }
    }

    /// A figure that a row may leave out where the source does not have it.
    const fn optional(name: &'static str, title: &'static str, unit: Unit) -> Self {
        Self {
            name,
            title,
            unit,
            required: false,
        }
    }
}

/// What a total has to do with another of the same institution and year.
#[derive(Clone, Copy, Debug)]
pub struct Relation {
    /// The measure of this dataset.
    pub measure: &'static str,
    /// What is compared with.
    pub with: Quantity,
    /// What is expected.
    pub expected: Expected,
}

/// A quantity of another return.
#[derive(Clone, Copy, Debug)]
pub enum Quantity {
    /// The total of a measure.
    Total {
        /// The dataset.
        dataset: DatasetName,
        /// The measure.
        measure: &'static str,
    },
    /// How many different identifiers its rows name.
    Different {
        /// The dataset.
        dataset: DatasetName,
        /// The dimension that holds the identifiers.
        dimension: &'static str,
        /// The dimension and its code that rows must have to be counted.
        among: (&'static str, &'static str),
    },
}

impl Quantity {
    /// The dataset it is taken from.
    pub const fn dataset(self) -> DatasetName {
        match self {
            Self::Total { dataset, .. } | Self::Different { dataset, .. } => dataset,
        }
    }
}

/// How two totals are expected to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The same.
    Equal,
    /// Not more than the other.
    AtMost,
    /// Not less than the other.
    AtLeast,
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
    /// Every dataset, in the order people read of them.
    pub const ALL: &'static [&'static Self] = &[
        &HEADCOUNT,
        &HEADCOUNT_ETHNICITY,
        &HEADCOUNT_DISABILITY,
        &AUTHORSHIP,
        &AUTHORSHIP_OUTPUTS,
        &AWARDS,
        &REGISTRATIONS,
        &DEVELOPMENT,
        &REPRESENTATION,
        &DENOMINATORS,
    ];

    /// The definition of a dataset.
    pub const fn of(name: DatasetName) -> &'static Self {
        match name {
            DatasetName::Headcount => &HEADCOUNT,
            DatasetName::HeadcountEthnicity => &HEADCOUNT_ETHNICITY,
            DatasetName::HeadcountDisability => &HEADCOUNT_DISABILITY,
            DatasetName::Authorship => &AUTHORSHIP,
            DatasetName::AuthorshipOutputs => &AUTHORSHIP_OUTPUTS,
            DatasetName::Awards => &AWARDS,
            DatasetName::Registrations => &REGISTRATIONS,
            DatasetName::Development => &DEVELOPMENT,
            DatasetName::Representation => &REPRESENTATION,
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

impl Row {
    /// A figure by its place among the measures; none where it is not recorded.
    fn figure(&self, place: usize) -> Option<i64> {
        self.measures.get(place).copied().flatten()
    }

    /// Whether one figure is at most another, as far as both are recorded.
    fn at_most(&self, less: usize, more: usize) -> bool {
        match (self.figure(less), self.figure(more)) {
            (Some(less), Some(more)) => less <= more,
            _ => true,
        }
    }

    /// Whether two figures are both zero or both not, as far as both are recorded.
    fn together(&self, one: usize, other: usize) -> bool {
        match (self.figure(one), self.figure(other)) {
            (Some(one), Some(other)) => (one == 0) == (other == 0),
            _ => true,
        }
    }
}
