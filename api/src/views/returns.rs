//! Returns, their versions and rows.

use super::{
    Check, DatasetName, Figure, Provenance, ReturnState, Timestamp, Verdict, VersionKind,
    VersionState,
};
use crate::domain::datasets::{Dataset, ORG_UNIT};
use crate::operations::returns::{ReturnAt, Review, Shown};
use crate::store::StoredRow;
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
    /// Where it stands; with `as_of`, where it stood with the revision of then.
    pub state: ReturnState,
    /// Number of the latest submitted revision, or of that which stood `as_of`; null before the first.
    #[schema(required)]
    pub revision: Option<i32>,
    /// Counts changes; the `ETag`. 0 before anything was filled in.
    pub version: i64,
    /// When it last changed.
    #[schema(required)]
    pub updated_at: Option<Timestamp>,
    /// What the board made of the revision shown or, where a draft is shown, of the latest revision; null where it said
    /// nothing.
    #[schema(required)]
    pub review: Option<ReturnReview>,
    /// What the checks found in the version shown: of a draft, as things stand; of a revision, as kept with it. Null in
    /// lists, which do not look, and before anything was filled in.
    #[schema(required)]
    pub checks: Option<Vec<Check>>,
    /// The version that was asked for: the open draft, or a revision. Null before anything was filled in.
    #[schema(required)]
    pub shown: Option<ReturnVersion>,
}

/// What the board made of a revision.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReturnReview {
    /// The revision.
    pub revision: i32,
    /// Accepted, or returned for correction.
    pub verdict: Verdict,
    /// Why it was returned.
    #[schema(required)]
    pub reason: Option<String>,
    /// When.
    #[schema(required)]
    pub at: Option<Timestamp>,
}

/// What an institution means by a technician, where figures follow it.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct FollowedDefinition {
    /// Its number at the institution.
    pub number: i32,
    /// The wording.
    pub text: String,
    /// The first academic year whose figures follow it.
    pub from_year: String,
}

/// A version of a return: the draft, or a submitted revision, which never changes.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReturnVersion {
    /// Whether it may still change.
    pub state: VersionState,
    /// Its number, once submitted.
    #[schema(required)]
    pub revision: Option<i32>,
    /// What it says: figures, nothing to report, or that figures are taken back.
    pub kind: VersionKind,
    /// How many rows it has.
    pub rows: i64,
    /// Sums of its measures; empty in lists.
    pub totals: Vec<ReturnTotal>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    #[schema(required)]
    pub remark: Option<String>,
    /// Why it corrects the revision before, or takes it back.
    #[schema(required)]
    pub reason: Option<String>,
    /// Whether it was submitted after the window had closed.
    pub late: bool,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// What the board made of it; null where it said nothing.
    #[schema(required)]
    pub verdict: Option<Verdict>,
    /// Why it was returned for correction.
    #[schema(required)]
    pub verdict_reason: Option<String>,
    /// When the board said so.
    #[schema(required)]
    pub verdict_at: Option<Timestamp>,
    /// The definition of a technician its figures follow: of a draft, the one that holds now. Null where there is none,
    /// and in lists.
    #[schema(required)]
    pub definition: Option<FollowedDefinition>,
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
            review: at.review.map(Into::into),
            checks: at
                .checks
                .map(|findings| findings.into_iter().map(Check::from).collect()),
            shown: at.shown.map(|shown| ReturnVersion::with(shown, dataset)),
        }
    }
}

impl Return {
    /// Whether nothing of it changes without its version: checks of a draft do.
    pub fn settled(&self) -> bool {
        self.shown
            .as_ref()
            .is_none_or(|shown| matches!(shown.state, VersionState::Submitted))
    }
}

impl From<Review> for ReturnReview {
    fn from(review: Review) -> Self {
        Self {
            revision: review.revision,
            verdict: review.verdict.into(),
            reason: review.reason,
            at: review.at.map(Into::into),
        }
    }
}

impl ReturnVersion {
    fn with(shown: Shown, dataset: &Dataset) -> Self {
        let sums = shown.sums.unwrap_or_default();
        let totals = dataset
            .measures
            .iter()
            .zip(sums)
            .map(|(measure, sum)| ReturnTotal {
                measure: measure.name.to_owned(),
                unit: measure.unit.as_str().to_owned(),
                total: sum.map(|sum| Figure(measure.unit.shown(sum))),
            });
        let definition = shown.definition.map(|definition| FollowedDefinition {
            number: definition.number,
            text: definition.text,
            from_year: definition.from_year.to_string(),
        });
        Self {
            totals: totals.collect(),
            definition,
            ..Self::from(shown.version)
        }
    }
}

impl From<entity::return_versions::Model> for ReturnVersion {
    fn from(row: entity::return_versions::Model) -> Self {
        Self {
            state: row.state.into(),
            revision: row.revision,
            kind: row.kind.into(),
            rows: row.row_count,
            totals: Vec::new(),
            provenance: row.provenance.into(),
            remark: row.remark,
            reason: row.reason,
            late: row.late,
            provisional: row.provisional,
            verdict: row.verdict.map(Into::into),
            verdict_reason: row.verdict_reason,
            verdict_at: row.verdict_at.map(Into::into),
            definition: None,
            created_at: row.created_at.into(),
            submitted_at: row.submitted_at.map(Into::into),
            submitted_by: row.submitted_by,
        }
    }
}
