//! Files of releases, written once so that they stay the same byte for byte.

use sea_orm::entity::prelude::*;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_files")]
pub struct Model {
    /// The release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub release: i64,
    /// The format: `csv`, `parquet` ...
    #[sea_orm(primary_key, auto_increment = false)]
    pub format: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// Its size in bytes.
    pub size: i64,
    /// The file.
    pub content: Vec<u8>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
