//! The audit trail: who changed what, when.

use crate::ids::{AuditId, InstitutionId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One change. Lines are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Identity; sorts by time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    /// The tenant it concerns; none for the registry.
    pub institution_id: Option<InstitutionId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The client or command that did it.
    pub actor: String,
    /// The verb: `return.submit`, `progress.record` and so on.
    pub action: String,
    /// What it was done to, as a path under `/v1`.
    pub subject: String,
    /// The request it came with.
    pub request_id: String,
    /// The state before, without rows or contact details.
    pub before: Option<Json>,
    /// The state after, likewise.
    pub after: Option<Json>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
