//! The audit trail.

use super::Timestamp;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One change: who, when, what before, what after.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct AuditLine {
    /// Identity; sorts by time.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The client that did it.
    pub actor: String,
    /// The verb, such as `return.submit`.
    pub action: String,
    /// What it was done to, within the institution.
    pub subject: String,
    /// The request it came with.
    pub request_id: String,
    /// The state before, without rows or contact details.
    #[schema(required)]
    pub before: Option<serde_json::Value>,
    /// The state after, likewise.
    #[schema(required)]
    pub after: Option<serde_json::Value>,
}

impl From<entity::audit::Model> for AuditLine {
    fn from(row: entity::audit::Model) -> Self {
        Self {
            id: row.id.0,
            at: row.at.into(),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            request_id: row.request_id,
            before: row.before,
            after: row.after,
        }
    }
}
