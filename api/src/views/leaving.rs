//! Institutions that have left.

use super::Institution;
use crate::operations::leaving;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// An institution that has left.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Departure {
    /// Its public entry, which stays.
    pub institution: Institution,
    /// Why.
    pub reason: String,
    /// What was deleted.
    pub deleted: Deleted,
}

/// How much of an institution was deleted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Deleted {
    /// Rows of returns, of every dataset and version.
    pub rows: u64,
    /// Versions of returns: drafts and revisions.
    pub versions: u64,
    /// Returns.
    pub returns: u64,
    /// Judgements of actions.
    pub progress: u64,
    /// Actions.
    pub actions: u64,
    /// Action plans.
    pub action_plans: u64,
    /// Wordings of what a technician is.
    pub technician_definitions: u64,
    /// Column mappings.
    pub column_mappings: u64,
    /// Stored answers to repeatable requests.
    pub idempotency_keys: u64,
    /// Org units below the institution as a whole.
    pub org_units: u64,
    /// Clients, whose secrets and tokens are worth nothing any more.
    pub clients: u64,
    /// Lines of the audit trail that lost what they were about.
    pub audit_lines: u64,
}

impl From<leaving::Departure> for Departure {
    fn from(departure: leaving::Departure) -> Self {
        let of = departure.deleted;
        Self {
            institution: departure.institution.into(),
            reason: departure.reason,
            deleted: Deleted {
                rows: of.rows,
                versions: of.versions,
                returns: of.returns,
                progress: of.progress,
                actions: of.actions,
                action_plans: of.action_plans,
                technician_definitions: of.technician_definitions,
                column_mappings: of.column_mappings,
                idempotency_keys: of.idempotency_keys,
                org_units: of.org_units,
                clients: of.clients,
                audit_lines: of.audit_lines,
            },
        }
    }
}
