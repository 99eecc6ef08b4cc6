//! What institutions submitted, as the board sees it: no rows and no totals.

use super::{Check, DatasetName, Provenance, ReturnState, Timestamp, Verdict, VersionKind};
use crate::operations::reviews::Submitted;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// The latest submitted revision of a return. Figures of one institution are its own; none stand here.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SubmittedReturn {
    /// The institution, by slug.
    pub institution: String,
    /// The dataset.
    pub dataset: DatasetName,
    /// The academic year.
    pub year: String,
    /// Its number.
    pub revision: i32,
    /// What it says: figures, nothing to report, or that figures are taken back.
    pub kind: VersionKind,
    /// Where it stands: submitted, accepted, returned or withdrawn.
    pub state: ReturnState,
    /// Whether the institution has begun a correction; until that is submitted or discarded there is no verdict.
    pub correcting: bool,
    /// Counts changes of the return; the `ETag`.
    pub version: i64,
    /// Whether it was submitted after the window had closed.
    pub late: bool,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    #[schema(required)]
    pub remark: Option<String>,
    /// Why it corrects the revision before, or takes it back.
    #[schema(required)]
    pub reason: Option<String>,
    /// When it was submitted.
    #[schema(required)]
    pub submitted_at: Option<Timestamp>,
    /// How many rows it has.
    pub rows: i64,
    /// What the board made of it; null where it said nothing.
    #[schema(required)]
    pub verdict: Option<Verdict>,
    /// Why it was returned for correction.
    #[schema(required)]
    pub verdict_reason: Option<String>,
    /// When the board said so.
    #[schema(required)]
    pub verdict_at: Option<Timestamp>,
    /// What the checks found when it was submitted, without figures, and how the institution explained it.
    pub checks: Vec<Check>,
}

impl From<Submitted> for SubmittedReturn {
    fn from(submitted: Submitted) -> Self {
        let row = submitted.revision;
        Self {
            institution: submitted.institution,
            dataset: row.dataset.into(),
            year: row.year.to_string(),
            revision: row.revision.unwrap_or_default(),
            kind: row.kind.into(),
            state: submitted.state.into(),
            correcting: submitted.correcting,
            version: submitted.version,
            late: row.late,
            provisional: row.provisional,
            provenance: row.provenance.into(),
            remark: row.remark,
            reason: row.reason,
            submitted_at: row.submitted_at.map(Into::into),
            rows: row.row_count,
            verdict: row.verdict.map(Into::into),
            verdict_reason: row.verdict_reason,
            verdict_at: row.verdict_at.map(Into::into),
            checks: submitted
                .findings
                .into_iter()
                .map(Check::without_figures)
                .collect(),
        }
    }
}
