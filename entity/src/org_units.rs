//! Org units: faculties, departments and other parts of one institution.

use crate::ids::{InstitutionId, OrgUnitId};
use crate::values::{Code, OrgUnitKind};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

/// One unit. Closed, never deleted, so that history keeps its names.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_units")]
pub struct Model {
    /// Identity; what rows refer to, so that renaming breaks nothing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrgUnitId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// The unit it belongs to; none for the root.
    pub parent_id: Option<OrgUnitId>,
    /// What sort of unit.
    pub kind: OrgUnitKind,
    /// The institution's own short code, unique within it; files name units by it.
    pub code: Code,
    /// Name.
    pub name: String,
    /// HESA cost centre (code list `discipline`).
    pub discipline: Option<Code>,
    /// Last day, once closed.
    pub closed_on: Option<NaiveDate>,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
