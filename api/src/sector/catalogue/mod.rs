//! What can be asked: measures, dimensions, statistics, panels. One definition each.
//!
//! Measures of datasets, and the dimensions of their rows, are read off the definitions in `domain/datasets`, so a
//! dataset that is added there is on offer here without a line. What is more than a dataset's own sum stands in
//! [`measures`].

mod dimension;
mod measures;
mod ratios;
mod statistic;

pub use dimension::{Attribute, Dimension, NO_DISCIPLINE};
pub use measures::{measure, measures};
pub use statistic::{Panel, Statistic};

use entity::values::DatasetName;

/// A measure of the sector.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Measure {
    /// Name in queries.
    pub name: String,
    /// Title, for people.
    pub title: String,
    /// Unit of its values.
    pub unit: &'static str,
    /// What it is taken from.
    pub basis: Basis,
    /// The dimensions that make sense with it.
    pub dimensions: Vec<Dimension>,
    /// What a reader must know.
    pub note: String,
}

impl Measure {
    /// Whether its values of different cells add up.
    pub const fn adds_up(&self) -> bool {
        matches!(
            self.basis,
            Basis::Sum(Part::Rows { .. }) | Basis::Plans(PlanFigure::Actions)
        )
    }

    /// The statistics that make sense with it.
    pub fn statistics(&self) -> impl Iterator<Item = Statistic> {
        let (adds_up, yearly) = (self.adds_up(), self.dimensions.contains(&Dimension::Year));
        let sensible = move |statistic: &&Statistic| match statistic {
            Statistic::Total | Statistic::Mean | Statistic::Median | Statistic::Quartiles => true,
            Statistic::Share => adds_up,
            Statistic::Change | Statistic::Index => yearly,
        };
        Statistic::ALL.iter().filter(sensible).copied()
    }

    /// The datasets its figures come from.
    pub fn datasets(&self) -> Vec<DatasetName> {
        let of = |part: Part| match part {
            Part::Rows { figure, .. } => vec![figure.dataset],
            Part::Outputs(credit) => vec![credit.counted.dataset, credit.identified],
        };
        let mut datasets = match self.basis {
            Basis::Sum(part) => of(part),
            Basis::Per100 { above, below, .. } => [of(above), of(below)].concat(),
            Basis::Participation => DatasetName::ALL.to_vec(),
            Basis::Plans(_) => Vec::new(),
        };
        datasets.dedup();
        datasets
    }
}

/// What a measure is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// One part, summed.
    Sum(Part),
    /// A hundred times one part by another, over institutions that state both.
    Per100 {
        /// What is counted.
        above: Part,
        /// By what it is divided.
        below: Part,
        /// Whether the upper part is some of the lower, so that the value is a percentage.
        share: bool,
    },
    /// The share of institutions that returned a dataset, in per cent.
    Participation,
    /// Actions in plans.
    Plans(PlanFigure),
}

/// A quantity each institution has, in stored units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A figure of a dataset over some or all of its rows.
    Rows {
        /// The figure.
        figure: Figure,
        /// Over which rows; all of them where none is said.
        only: Option<Only>,
    },
    /// Different outputs: those that are identified are counted once however many institutions report them; of those
    /// an institution counts beyond the ones it identifies nothing is known, so they are added.
    Outputs(Credit),
}

impl Part {
    /// The dataset its figures are in; of outputs the one that every institution can fill.
    pub const fn dataset(self) -> DatasetName {
        match self {
            Self::Rows { figure, .. } => figure.dataset,
            Self::Outputs(credit) => credit.counted.dataset,
        }
    }

    /// The condition on its rows, where there is one.
    pub const fn only(self) -> Option<Only> {
        match self {
            Self::Rows { only, .. } => only,
            Self::Outputs(_) => None,
        }
    }
}

/// A figure of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure {
    /// The dataset.
    pub dataset: DatasetName,
    /// The measure's name in the dataset.
    pub measure: &'static str,
}

/// A condition on rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Only {
    /// The dimension of the dataset.
    pub dimension: &'static str,
    /// Codes of it.
    pub codes: &'static [&'static str],
    /// Whether the rows with these codes are meant, or all the others.
    pub kept: bool,
}

impl Only {
    /// Whether a row with this code is meant.
    pub fn keeps(&self, code: &str) -> bool {
        self.codes.contains(&code) == self.kept
    }
}

/// A way of being credited on outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credit {
    /// Outputs by identifier.
    pub identified: DatasetName,
    /// The way, a code of the dimension [`CONTRIBUTION`].
    pub contribution: &'static str,
    /// The institutions' counts of the same.
    pub counted: Figure,
}

/// The dimension of identified outputs that says how technicians are credited.
pub const CONTRIBUTION: &str = "contribution";

/// A figure of action plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanFigure {
    /// How many actions.
    Actions,
    /// How many of the actions that are due are green, in per cent.
    GreenAtDue,
    /// How many days actions that were ever red were red, on average.
    DaysInRed,
}
