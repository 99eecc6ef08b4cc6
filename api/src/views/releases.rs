//! Releases, as everybody sees them.

use super::{SectorAnswer, Timestamp};
use crate::operations::releases::{LICENCE, PUBLISHER, Release as Read};
use crate::operations::sector::Answered;
use crate::sector::release::{Content, Level, Released, Table};
use crate::store::{FileEntry, ReleaseEntry};
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// A release in a list.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReleaseSummary {
    /// Number, from 1.
    pub number: i64,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The regime its figures are protected under.
    pub regime: String,
    /// SHA-256 of its figures as they are kept.
    pub digest: String,
    /// Its DOI.
    #[schema(required)]
    pub doi: Option<String>,
    /// The moment of the facts.
    pub as_of: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// The release that replaced it; null for the latest.
    #[schema(required)]
    pub superseded_by: Option<i64>,
}

/// A release.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Release {
    /// Number, from 1.
    pub number: i64,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What a reader must know.
    pub notes: String,
    /// The regime its figures are protected under.
    pub regime: String,
    /// SHA-256 of its figures as they are kept; that of each file stands beside it.
    pub digest: String,
    /// Its DOI.
    #[schema(required)]
    pub doi: Option<String>,
    /// The moment of the facts.
    pub as_of: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// The release that replaced it; null for the latest.
    #[schema(required)]
    pub superseded_by: Option<i64>,
    /// How to cite it.
    pub citation: String,
    /// Who publishes it.
    pub publisher: String,
    /// Under which licence.
    pub licence: String,
    /// Its tables, by measure.
    pub measures: Vec<ReleaseMeasure>,
    /// How far its figures are from the exact ones, by level of detail.
    pub accuracy: Vec<ReleaseAccuracy>,
    /// Its files.
    pub files: Vec<ReleaseFile>,
}

/// The tables of a measure.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReleaseMeasure {
    /// The measure.
    pub measure: String,
    /// Whether a return in it was provisional.
    pub provisional: bool,
    /// Breaks in its series: year and remark.
    pub series_breaks: Vec<super::SectorSeriesBreak>,
    /// Its tables.
    pub tables: Vec<ReleaseTable>,
}

/// A table on offer.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReleaseTable {
    /// The dimensions beside the year.
    pub dimensions: Vec<String>,
    /// Its years.
    pub years: Vec<String>,
    /// How many figures it gives.
    pub figures: usize,
}

/// The accuracy of one level of detail.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReleaseAccuracy {
    /// `sector`, `groups`, `groups-by-groups`, `codes`, `groups-by-codes`, `codes-by-codes`.
    pub level: String,
    /// How many figures other than zero there would be if nothing were protected.
    pub figures: u32,
    /// How many of them are given by themselves; the others are merged or withheld.
    pub given: u32,
    /// How many need no protection by themselves.
    pub harmless: u32,
    /// How many of those are given.
    pub harmless_given: u32,
    /// Mean error of given figures of 100 units and more, in hundredths of a per cent.
    pub mean_error: i64,
    /// Largest error of the same, in hundredths of a per cent.
    pub worst_error: i64,
}

/// A file of a release.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReleaseFile {
    /// Format.
    pub format: String,
    /// Where it is.
    pub href: String,
    /// SHA-256.
    pub digest: String,
    /// Bytes.
    pub size: i64,
}

/// A release as a file: all its figures, each table in the shape of an answer to a query.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReleaseDocument {
    /// Number of the release, from 1.
    pub release: i64,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What a reader must know.
    pub notes: String,
    /// The regime its figures are protected under.
    pub regime: String,
    /// Its DOI.
    #[schema(required)]
    pub doi: Option<String>,
    /// The moment of the facts.
    pub as_of: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who publishes it.
    pub publisher: String,
    /// Under which licence.
    pub licence: String,
    /// How far its figures are from the exact ones, by level of detail.
    pub accuracy: Vec<ReleaseAccuracy>,
    /// Of each table the totals and, where it has any, the medians and the quartiles.
    pub answers: Vec<SectorAnswer>,
}

/// A release as the bytes of its file.
///
/// # Errors
/// Those of the writer; its shapes have none.
pub fn release_document(
    entry: &ReleaseEntry,
    content: &Content,
    answers: &[Answered],
) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&ReleaseDocument {
        release: entry.number,
        name: entry.name.clone(),
        title: entry.title.clone(),
        notes: entry.notes.clone(),
        regime: entry.regime.clone(),
        doi: entry.doi.clone(),
        as_of: entry.as_of.into(),
        made_at: entry.made_at.into(),
        publisher: PUBLISHER.to_owned(),
        licence: LICENCE.to_owned(),
        accuracy: content.accuracy.levels.iter().map(accuracy).collect(),
        answers: answers.iter().map(SectorAnswer::from).collect(),
    })
}

impl ReleaseSummary {
    /// A release of a list whose latest is `last`.
    pub fn of(entry: ReleaseEntry, last: i64) -> Self {
        Self {
            superseded_by: (entry.number < last).then_some(entry.number + 1),
            number: entry.number,
            name: entry.name,
            title: entry.title,
            regime: entry.regime,
            digest: entry.digest,
            doi: entry.doi,
            as_of: entry.as_of.into(),
            made_at: entry.made_at.into(),
        }
    }
}

impl From<Read> for Release {
    fn from(read: Read) -> Self {
        let Read {
            entry,
            files,
            superseded_by,
            content,
        } = read;
        let number = entry.number;
        Self {
            citation: citation(&entry, &files),
            publisher: PUBLISHER.to_owned(),
            licence: LICENCE.to_owned(),
            measures: content.measures.iter().map(measure).collect(),
            accuracy: content.accuracy.levels.iter().map(accuracy).collect(),
            files: files
                .into_iter()
                .map(|file| file_of(number, file))
                .collect(),
            superseded_by,
            number,
            name: entry.name,
            title: entry.title,
            notes: entry.notes,
            regime: entry.regime,
            digest: entry.digest,
            doi: entry.doi,
            as_of: entry.as_of.into(),
            made_at: entry.made_at.into(),
        }
    }
}

/// How to cite a release: by its DOI, or by what anybody can check its file `json` with.
fn citation(entry: &ReleaseEntry, files: &[FileEntry]) -> String {
    let year = entry.made_at.format("%Y");
    let file = files.iter().find(|file| file.format == "json");
    let place = match (&entry.doi, file) {
        (Some(doi), _) => format!("https://doi.org/{doi}"),
        (None, Some(file)) => format!("SHA-256 of its file json: {}", file.digest),
        (None, None) => format!("SHA-256 {}", entry.digest),
    };
    format!(
        "{PUBLISHER} ({year}). {}. Release {}. {place}",
        entry.title, entry.number
    )
}

fn measure(released: &Released) -> ReleaseMeasure {
    let table = |table: &Table| ReleaseTable {
        dimensions: table
            .dimensions
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        years: table.years.clone(),
        figures: table.cells.len(),
    };
    let breaks = released
        .series_breaks
        .iter()
        .map(|(year, remark)| super::SectorSeriesBreak {
            year: year.clone(),
            remark: remark.clone(),
        });
    ReleaseMeasure {
        measure: released.measure.clone(),
        provisional: released.provisional,
        series_breaks: breaks.collect(),
        tables: released.tables.iter().map(table).collect(),
    }
}

fn accuracy(level: &Level) -> ReleaseAccuracy {
    ReleaseAccuracy {
        level: level.level.clone(),
        figures: level.figures,
        given: level.given,
        harmless: level.harmless,
        harmless_given: level.harmless_given,
        mean_error: level.mean_error,
        worst_error: level.worst_error,
    }
}

fn file_of(number: i64, file: FileEntry) -> ReleaseFile {
    ReleaseFile {
        href: format!("/v1/releases/{number}/files/{}", file.format),
        format: file.format,
        digest: file.digest,
        size: file.size,
    }
}
