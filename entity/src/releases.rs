//! Releases: what was published of the sector, once and for ever.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One release. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "releases")]
pub struct Model {
    /// Its number, from 1 without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Short name, as `autumn-2026`.
    pub name: String,
    /// Title, for people and for catalogues.
    pub title: String,
    /// What a reader must know.
    pub notes: String,
    /// Its DOI, where one is registered.
    pub doi: Option<String>,
    /// The regime it was protected under.
    pub regime: String,
    /// The state of the facts it was made from.
    pub generation: String,
    /// SHA-256 of the content, in hexadecimal digits.
    pub digest: String,
    /// The moment of the facts.
    pub as_of: DateTime<Utc>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// By whom.
    pub made_by: String,
    /// The tables: JSON, packed with zstd.
    pub content: Vec<u8>,
    /// What later releases need: JSON, packed with zstd. Never shown.
    pub basis: Vec<u8>,
    /// The log of decisions: CSV, packed with zstd.
    pub decisions: Vec<u8>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
