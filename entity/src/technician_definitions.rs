//! What each institution means by "technician". Wordings are only ever added, so that every figure keeps the one it
//! was counted by.

use crate::ids::{DefinitionId, InstitutionId};
use crate::values::AcademicYear;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One wording.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "technician_definitions")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DefinitionId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// Its number at the institution, from 1.
    pub number: i32,
    /// The wording.
    pub text: String,
    /// The first academic year whose figures follow it.
    pub from_year: AcademicYear,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
