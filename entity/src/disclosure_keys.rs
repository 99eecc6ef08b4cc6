//! The secret that rows get their keys from: one for the deployment, made with its first release.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The secret.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure_keys")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 32 bytes. Whoever knows them can take the noise off: they lie beside the exact figures, and are as safe.
    pub key: Vec<u8>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
