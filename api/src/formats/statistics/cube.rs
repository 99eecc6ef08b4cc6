//! What every format is written from: one measure by one statistic, broken down by some dimensions.

use crate::fault::{Fault, Result};
use chrono::{DateTime, Utc};
use entity::values::{CellStatus, Hundredths};
use std::collections::HashSet;

/// A table of figures of one measure and one statistic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cube {
    /// Stable name: ASCII letters, digits, `-` and `_`, as `headcount-total-by-year-nation`.
    pub id: String,
    /// Title, for people.
    pub title: String,
    /// What a reader must know, a sentence or paragraph each.
    pub notes: Vec<String>,
    /// What is measured.
    pub measure: Concept,
    /// How it is summed up.
    pub statistic: Concept,
    /// Unit of the values.
    pub unit: Concept,
    /// Decimals the values are shown with: 0, 1 or 2.
    pub decimals: u8,
    /// What it is broken down by, in the order of the observations' codes.
    pub dimensions: Vec<CubeDimension>,
    /// The figures, in the order they are to be written; a combination of codes stands at most once.
    pub observations: Vec<Observation>,
    /// Where the figures are from.
    pub source: CubeSource,
    /// Years (a code of the dimension of time) before which figures are not to be compared with later ones, and why.
    pub series_breaks: Vec<(String, String)>,
}

/// A code and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concept {
    /// The code: letters, digits, `-`, `_` and `.`.
    pub code: String,
    /// What people call it.
    pub label: String,
}

/// One dimension of a cube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeDimension {
    /// Name, `snake_case`.
    pub name: String,
    /// Title, for people.
    pub title: String,
    /// Whether its codes are academic years (`2024-25`). At most one dimension of a cube is.
    pub time: bool,
    /// Its codes, in the order they are to be shown.
    pub codes: Vec<Concept>,
}

/// One figure, or the reason there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The place in each dimension's codes, in the order of the dimensions.
    pub codes: Vec<usize>,
    /// The value, in hundredths of the unit; none where the status says why.
    pub value: Option<Hundredths>,
    /// Lower quartile of the institutions' own values, where given.
    pub lower_quartile: Option<Hundredths>,
    /// Upper quartile, likewise.
    pub upper_quartile: Option<Hundredths>,
    /// Whether and why there is a value.
    pub status: CellStatus,
    /// How many institutions contributed, where that may be said.
    pub contributors: Option<u32>,
    /// How many institutions are in the group, where that may be said.
    pub of: Option<u32>,
}

/// Where figures are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeSource {
    /// `release 3`, or `live`.
    pub name: String,
    /// Title, for people.
    pub title: String,
    /// The rules of disclosure control they passed; none where they are exact.
    pub regime: Option<String>,
    /// The moment they stand for.
    pub as_of: DateTime<Utc>,
    /// Names the state of the facts they were taken from.
    pub generation: String,
    /// Whether they may still change.
    pub provisional: bool,
    /// A DOI to cite them by, without a resolver before it.
    pub doi: Option<String>,
    /// Who publishes them.
    pub publisher: String,
    /// Under which licence: an address or a name.
    pub licence: Option<String>,
}

impl Cube {
    /// Refuses a cube that contradicts itself, so that a slip elsewhere is an error and not a figure that should not be
    /// seen: a value beside a status that says there is none, a code that does not exist, a figure said twice.
    ///
    /// # Errors
    /// [`Fault::Internal`].
    pub(super) fn check(&self) -> Result<()> {
        let mut seen = HashSet::new();
        let sound = self.decimals <= 2
            && self.dimensions.iter().filter(|one| one.time).count() <= 1
            && self
                .observations
                .iter()
                .all(|one| self.sound(one) && seen.insert(&one.codes));
        if sound {
            Ok(())
        } else {
            tracing::error!(cube = self.id, "a cube contradicts itself");
            Err(Fault::Internal)
        }
    }

    fn sound(&self, observation: &Observation) -> bool {
        let quartiles = observation
            .lower_quartile
            .or(observation.upper_quartile)
            .is_some();
        let valued = match observation.status {
            CellStatus::Published => observation.value.is_some(),
            CellStatus::Zero => observation.value == Some(Hundredths(0)),
            CellStatus::Withheld
            | CellStatus::WithheldForOthers
            | CellStatus::NotSupplied
            | CellStatus::NotApplicable => observation.value.is_none() && !quartiles,
        };
        let placed = self
            .dimensions
            .iter()
            .zip(&observation.codes)
            .all(|(dimension, code)| *code < dimension.codes.len());
        valued && placed && observation.codes.len() == self.dimensions.len()
    }

    /// An observation's code in each dimension.
    pub(super) fn codes<'c>(
        &'c self,
        observation: &'c Observation,
    ) -> impl Iterator<Item = (&'c CubeDimension, &'c Concept)> {
        self.dimensions
            .iter()
            .zip(&observation.codes)
            .filter_map(|(dimension, code)| Some((dimension, dimension.codes.get(*code)?)))
    }

    /// Why an observation is not to be compared with those of earlier years.
    pub(super) fn series_break(&self, observation: &Observation) -> Option<&str> {
        let (_, year) = self
            .codes(observation)
            .find(|(dimension, _)| dimension.time)?;
        self.series_breaks
            .iter()
            .find(|(broken, _)| *broken == year.code)
            .map(|(_, remark)| remark.as_str())
    }

    /// Whether any observation has quartiles.
    pub(super) fn has_quartiles(&self) -> bool {
        self.observations
            .iter()
            .any(|one| one.lower_quartile.is_some() || one.upper_quartile.is_some())
    }
}

/// Checks every cube.
///
/// # Errors
/// As [`Cube::check`].
pub(super) fn check_all(cubes: &[&Cube]) -> Result<()> {
    cubes.iter().try_for_each(|cube| cube.check())
}
