//! Academic years and when their returns are collected.

use crate::values::AcademicYear;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

/// One academic year.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "years")]
pub struct Model {
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: AcademicYear,
    /// First day on which returns are expected; none where not set.
    pub opens_on: Option<NaiveDate>,
    /// Last day; none where not set.
    pub closes_on: Option<NaiveDate>,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
