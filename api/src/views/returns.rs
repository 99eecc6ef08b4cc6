//! Returns, their versions and rows.

use super::{DatasetName, Figure, Provenance, ReturnState, Timestamp, VersionState};
use crate::domain::datasets::{Dataset, ORG_UNIT};
use crate::operations::returns::ReturnAt;
use crate::store::{StoredRow, Totals};
use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One institution's figures for one dataset and one academic year.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Return {
    /// The institution, by slug.
    pub institution: String,
    /// The dataset.
    pub dataset: DatasetName,
    /// The academic year.
    pub year: String,
    /// Where it stands.
    pub state: ReturnState,
    /// Number of the latest submitted revision; null before the first.
    #[schema(required)]
    pub revision: Option<i32>,
    /// Counts changes; the `ETag`. 0 before anything was filled in.
    pub version: i64,
    /// When it last changed.
    #[schema(required)]
    pub updated_at: Option<Timestamp>,
    /// The version that was asked for: the open draft, or a revision. Null before anything was filled in.
    #[schema(required)]
    pub shown: Option<ReturnVersion>,
}

/// A version of a return: the draft, or a submitted revision, which never changes.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReturnVersion {
    /// Whether it may still change.
    pub state: VersionState,
    /// Its number, once submitted.
    #[schema(required)]
    pub revision: Option<i32>,
    /// How many rows it has.
    pub rows: i64,
    /// Sums of its measures; left out in lists of revisions.
    pub totals: Vec<ReturnTotal>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    #[schema(required)]
    pub remark: Option<String>,
    /// Why it corrects the revision before.
    #[schema(required)]
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was submitted.
    #[schema(required)]
    pub submitted_at: Option<Timestamp>,
    /// By whom.
    #[schema(required)]
    pub submitted_by: Option<String>,
}

/// The sum of one measure.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReturnTotal {
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// The sum; null where no row states the figure.
    #[schema(required)]
    pub total: Option<Figure>,
}

/// A row: its org unit, a code for every dimension, a figure or null for every measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ReturnRow(pub Map<String, Value>);

async_graphql::scalar!(
    ReturnRowScalar,
    "ReturnRow",
    "A row: its org unit, a code for every dimension, a figure or null for every measure."
);

/// The same row where GraphQL writes it.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ReturnRowScalar(pub Map<String, Value>);

impl ReturnRow {
    /// A stored row under the names of its dataset.
    pub fn of(dataset: &Dataset, row: StoredRow) -> Self {
        let mut members = Map::new();
        members.insert(ORG_UNIT.to_owned(), Value::String(row.org_unit));
        for (dimension, code) in dataset.dimensions.iter().zip(row.codes) {
            members.insert(dimension.name.to_owned(), Value::String(code));
        }
        for (measure, figure) in dataset.measures.iter().zip(row.measures) {
            let shown =
                figure.and_then(|figure| serde_json::to_value(measure.unit.shown(figure)).ok());
            members.insert(measure.name.to_owned(), shown.unwrap_or(Value::Null));
        }
        Self(members)
    }
}

impl Return {
    /// A return of an institution.
    pub fn of(slug: &str, at: ReturnAt) -> Self {
        let dataset = at.key.definition();
        Self {
            institution: slug.to_owned(),
            dataset: at.key.dataset.into(),
            year: at.key.year.to_string(),
            state: at.state.into(),
            revision: (at.revision > 0).then_some(at.revision),
            version: at.version,
            updated_at: at.updated_at.map(Into::into),
            shown: at
                .shown
                .map(|(version, totals)| ReturnVersion::with_totals(version, dataset, &totals)),
        }
    }
}

impl ReturnVersion {
    fn with_totals(
        row: entity::return_versions::Model,
        dataset: &Dataset,
        totals: &Totals,
    ) -> Self {
        let sums = dataset
            .measures
            .iter()
            .zip(&totals.sums)
            .map(|(measure, sum)| ReturnTotal {
                measure: measure.name.to_owned(),
                unit: measure.unit.as_str().to_owned(),
                total: sum.map(|sum| Figure(measure.unit.shown(sum))),
            });
        Self {
            rows: totals.rows,
            totals: sums.collect(),
            ..Self::from(row)
        }
    }
}

impl From<entity::return_versions::Model> for ReturnVersion {
    fn from(row: entity::return_versions::Model) -> Self {
        Self {
            state: row.state.into(),
            revision: row.revision,
            rows: row.row_count,
            totals: Vec::new(),
            provenance: row.provenance.into(),
            remark: row.remark,
            reason: row.reason,
            created_at: row.created_at.into(),
            submitted_at: row.submitted_at.map(Into::into),
            submitted_by: row.submitted_by,
        }
    }
}
