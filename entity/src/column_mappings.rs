//! How an institution's own headings and codes translate into a dataset's.

use crate::ids::InstitutionId;
use crate::values::DatasetName;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The mapping of one institution for one dataset.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "column_mappings")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: InstitutionId,
    /// The dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset: DatasetName,
    /// Headings, codes and constants; the shape is the service's `domain/column_mappings`.
    pub mapping: Json,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
