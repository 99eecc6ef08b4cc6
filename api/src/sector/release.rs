//! What a release holds: a finite family of tables of protected figures, and nothing else.
//!
//! Everything that is answered from a release is made of these figures: slices, means, shares, changes and indices. So
//! nothing more can be learnt by asking than by reading it all.

use super::catalogue::{Attribute, Dimension};
use chrono::{DateTime, Utc};
use entity::values::{CellStatus, Provenance};
use serde::{Deserialize, Serialize};

/// Which tables a release is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What groups institutions, those to be kept fine first.
    pub attributes: Vec<Attribute>,
    /// Attributes to be crossed with each other.
    #[serde(default)]
    pub crosses: Vec<(Attribute, Attribute)>,
    /// The measures.
    pub measures: Vec<FamilyMeasure>,
}

/// The tables of one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyMeasure {
    /// The measure.
    pub measure: String,
    /// Dimensions of figures, each over all institutions and by each attribute.
    #[serde(default)]
    pub dimensions: Vec<Dimension>,
    /// Dimensions of figures over all institutions only.
    #[serde(default)]
    pub alone: Vec<Dimension>,
    /// Dimensions of figures crossed with each other.
    #[serde(default)]
    pub pairs: Vec<(Dimension, Dimension)>,
}

/// The content of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The regime it was protected under.
    pub regime: String,
    /// The moment the facts are of.
    pub as_of: DateTime<Utc>,
    /// The tables, by measure.
    pub measures: Vec<Released>,
    /// How far the figures are from the exact ones.
    pub accuracy: Accuracy,
}

/// A measure of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The measure.
    pub measure: String,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Where figures come from that are not the institutions' own returns.
    pub sources: Vec<ReleasedSource>,
    /// From which years figures are not quite like those before: year and remark.
    pub series_breaks: Vec<(String, String)>,
    /// Whether a revision in it was provisional.
    pub provisional: bool,
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedSource {
    /// Published elsewhere, or synthetic.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<String>,
}

/// A table: the year, and up to two dimensions beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The dimensions beside the year.
    pub dimensions: Vec<Dimension>,
    /// The years it has.
    pub years: Vec<String>,
    /// The codes of each dimension; a combination without a cell in a year is withheld there.
    pub axes: Vec<Vec<String>>,
    /// Its cells, by year and codes.
    pub cells: Vec<ReleasedCell>,
    /// What merged codes stand for.
    pub merged: Vec<Merged>,
}

/// A protected cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedCell {
    /// The year.
    pub year: String,
    /// Its codes, in the order of the table's dimensions.
    pub codes: Vec<String>,
    /// The value, in hundredths of the measure's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// Whether and why there is one.
    pub status: CellStatus,
    /// How many institutions contributed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributors: Option<u32>,
    /// How many institutions of the registry are in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// The median of the institutions' values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<i64>,
    /// Their lower and upper quartile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartiles: Option<(i64, i64)>,
}

/// What a merged code stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The year.
    pub year: String,
    /// The dimension.
    pub dimension: Dimension,
    /// The code that stands in cells.
    pub code: String,
    /// The codes it stands for.
    pub stands_for: Vec<String>,
}

/// How far a release's figures are from the exact ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accuracy {
    /// By level of detail.
    pub levels: Vec<Level>,
}

/// The accuracy of one level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The level: `sector`, `groups`, `codes`, `groups-by-codes`, `codes-by-codes`.
    pub level: String,
    /// How many figures there would be if nothing were protected, nobody's and zeros left out.
    pub figures: u32,
    /// How many of them are given.
    pub given: u32,
    /// How many needed no protection by themselves.
    pub harmless: u32,
    /// How many of those are given.
    pub harmless_given: u32,
    /// Mean error of the given figures of at least 100 units, in hundredths of a per cent.
    pub mean_error: i64,
    /// Largest error of the same.
    pub worst_error: i64,
}
