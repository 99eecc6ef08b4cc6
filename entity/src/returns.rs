//! Returns: one institution's figures for one dataset and one academic year.

use crate::ids::{InstitutionId, ReturnId, VersionId};
use crate::values::{AcademicYear, DatasetName, ReturnState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One return. Its figures stand in its versions.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "returns")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReturnId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// The dataset.
    pub dataset: DatasetName,
    /// The academic year.
    pub year: AcademicYear,
    /// The open draft.
    pub draft_id: Option<VersionId>,
    /// Number of the latest submitted revision; 0 before the first.
    pub revision: i32,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ReturnState,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
