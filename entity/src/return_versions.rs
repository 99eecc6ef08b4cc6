//! Versions of a return: the draft, and the submitted revisions, which never change.

use crate::ids::{InstitutionId, ReturnId, VersionId};
use crate::values::{AcademicYear, DatasetName, Provenance, Verdict, VersionKind, VersionState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One version; rows of the dataset's table refer to it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "return_versions")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VersionId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// The return.
    pub return_id: ReturnId,
    /// The dataset, as the return says.
    pub dataset: DatasetName,
    /// The year, as the return says.
    pub year: AcademicYear,
    /// Whether it may still change.
    pub state: VersionState,
    /// Its number, from 1, once submitted.
    pub revision: Option<i32>,
    /// Its place among all submissions, in the order of commits.
    pub sequence: Option<i64>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of the figures.
    pub remark: Option<String>,
    /// Why it corrects the revision before.
    pub reason: Option<String>,
    /// How many rows it has.
    pub row_count: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// By whom.
    pub submitted_by: Option<String>,
    /// What it says: figures, nothing to report, or that figures are taken back.
    pub kind: VersionKind,
    /// Whether it was submitted after the window had closed.
    pub late: bool,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// Number of the institution's definition of a technician its figures follow, once submitted.
    pub definition: Option<i32>,
    /// Warnings that stood when it was submitted, each with its explanation, and hints; the shape is the service's
    /// `domain/checks`.
    pub checks: Option<Json>,
    /// What the board made of it.
    pub verdict: Option<Verdict>,
    /// Why it was returned for correction.
    pub verdict_reason: Option<String>,
    /// When the board said so.
    pub verdict_at: Option<DateTime<Utc>>,
    /// By whom.
    pub verdict_by: Option<String>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
