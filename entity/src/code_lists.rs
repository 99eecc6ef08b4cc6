//! Code lists: disciplines, grades, job families and the like, as data.

use crate::values::{AcademicYear, Code};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One code of one list.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "codes")]
pub struct Model {
    /// The list: `discipline`, `grade`, `job-family` and so on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: String,
    /// The code, unique within its list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: Code,
    /// What it stands for.
    pub label: String,
    /// Order within the list.
    pub position: i32,
    /// First year it may be used.
    pub valid_from: Option<AcademicYear>,
    /// Last year it may be used.
    pub valid_to: Option<AcademicYear>,
    /// The wider code it belongs to.
    pub parent: Option<Code>,
    /// Whose code and label it is.
    pub source: String,
    /// When the board added or changed it; none for a code that is as it was shipped.
    pub changed_at: Option<DateTime<Utc>>,
    /// Counts changes; the `ETag`.
    pub version: i64,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
