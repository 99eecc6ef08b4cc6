//! Collection windows of single datasets, where they differ from the year's.

use crate::values::{AcademicYear, DatasetName};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// The window of one dataset in one year.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "windows")]
pub struct Model {
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: AcademicYear,
    /// The dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset: DatasetName,
    /// First day on which a return may be submitted; none where not set.
    pub opens_on: Option<NaiveDate>,
    /// Last day on which it is in time; none where not set.
    pub closes_on: Option<NaiveDate>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
