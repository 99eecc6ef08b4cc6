//! Action plans.

use crate::ids::{ActionPlanId, InstitutionId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

/// One plan of one institution.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plans")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionPlanId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// Title.
    pub title: String,
    /// Self-assessment stage it belongs to, from 1.
    pub stage: i32,
    /// First day; years of the plan count from it.
    pub starts_on: Option<NaiveDate>,
    /// Length in months, extensions included.
    pub months: i32,
    /// How many of the months are an extension.
    pub extended_by: i32,
    /// Where the plan was taken from.
    pub source: Option<String>,
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
