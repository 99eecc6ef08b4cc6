//! Answers to requests that carried an `Idempotency-Key`, kept for a day so that a repetition gets the same one.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One key of one caller.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// The client it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner: String,
    /// The key as the client chose it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of method, address, media type and precondition, and of the body; empty until the change is committed.
    pub fingerprint: String,
    /// When the request that is being answered began; another may take over when it is long ago.
    pub started_at: DateTime<Utc>,
    /// Status of the answer; none while it is not there yet.
    pub status: Option<i32>,
    /// Headers of the answer that matter to the caller: `etag`, `location`.
    pub headers: Option<Json>,
    /// Body of the answer.
    pub body: Option<String>,
    /// When the request that made the change began; set in the transaction of the change itself, before there is an
    /// answer.
    pub completed_at: Option<DateTime<Utc>>,
    /// Which attempt holds the key.
    pub attempt: String,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
