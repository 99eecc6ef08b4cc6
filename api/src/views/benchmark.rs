//! An institution beside its peers.

use super::{CellStatus, Figure};
use crate::operations::benchmark::{Band, Benchmark as Compared};
use async_graphql::{Enum, SimpleObject};
use serde::Serialize;
use utoipa::ToSchema;

/// An institution's own exact figures beside its peers' protected ones.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Benchmark {
    /// The measure.
    pub measure: String,
    /// The unit of the values.
    pub unit: String,
    /// What makes the peers peers: an attribute of institutions, or `sector`.
    pub peers: String,
    /// The number of the release that the peers' figures are from.
    pub release: i64,
    /// The regime they are protected under.
    pub regime: String,
    /// What a reader must know.
    pub note: String,
    /// Year by year.
    pub years: Vec<BenchmarkYear>,
}

/// One year of it.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct BenchmarkYear {
    /// The year.
    pub year: String,
    /// The own value: exact and live, for the institution's eyes.
    #[schema(required)]
    pub own: Option<Figure>,
    /// Whether and why there is one.
    pub status: CellStatus,
    /// The quarter of the peers the own value lies in; null where quartiles are not given.
    #[schema(required)]
    pub band: Option<QuartileBand>,
    /// The code of the group of peers; null where nothing of them is given.
    #[schema(required)]
    pub group: Option<String>,
    /// The codes the group stands for.
    pub stands_for: Vec<String>,
    /// Whether and why there is a median of the peers: `withheld` for a group too small, `not-applicable` for a year that
    /// the release does not have.
    pub group_status: CellStatus,
    /// How many of the peers contributed.
    #[schema(required)]
    pub contributors: Option<u32>,
    /// How many institutions of the registry are in the group.
    #[schema(required)]
    pub of: Option<u32>,
    /// Their median; given from five on.
    #[schema(required)]
    pub median: Option<Figure>,
    /// Their lower quartile; given from ten on.
    #[schema(required)]
    pub lower_quartile: Option<Figure>,
    /// Their upper quartile.
    #[schema(required)]
    pub upper_quartile: Option<Figure>,
}

/// A quarter of the peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "kebab-case")]
pub enum QuartileBand {
    /// Below the lower quartile.
    Lowest,
    /// From the lower quartile to below the median.
    BelowMedian,
    /// From the median to the upper quartile.
    AboveMedian,
    /// Above the upper quartile.
    Highest,
}

impl From<Band> for QuartileBand {
    fn from(band: Band) -> Self {
        match band {
            Band::Lowest => Self::Lowest,
            Band::BelowMedian => Self::BelowMedian,
            Band::AboveMedian => Self::AboveMedian,
            Band::Highest => Self::Highest,
        }
    }
}

impl From<Compared> for Benchmark {
    fn from(compared: Compared) -> Self {
        let years = compared.years.into_iter().map(|year| {
            let group = year.group.as_ref();
            let quartiles = group.and_then(|group| group.quartiles);
            BenchmarkYear {
                year: year.year,
                own: year.own.map(Figure),
                status: year.status.into(),
                band: year.band.map(Into::into),
                group_status: year.group_status.into(),
                contributors: group.and_then(|group| group.contributors),
                of: group.and_then(|group| group.of),
                median: group.and_then(|group| group.median).map(Figure),
                lower_quartile: quartiles.map(|(lower, _)| Figure(lower)),
                upper_quartile: quartiles.map(|(_, upper)| Figure(upper)),
                stands_for: group
                    .map(|group| group.stands_for.clone())
                    .unwrap_or_default(),
                group: year.group.map(|group| group.code),
            }
        });
        Self {
            measure: compared.query.measure.name.clone(),
            unit: compared.query.measure.unit.to_owned(),
            peers: compared.peers.to_owned(),
            release: compared.release.number,
            regime: compared.release.regime,
            note: compared.query.measure.note.clone(),
            years: years.collect(),
        }
    }
}
