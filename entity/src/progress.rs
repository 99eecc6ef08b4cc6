//! Progress: the append-only history of RAG judgements.

use crate::ids::{ActionId, ActionPlanId, InstitutionId, ProgressId};
use crate::values::Rag;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One judgement at one moment. Never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
pub struct Model {
    /// Identity; sorts by time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgressId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// The plan.
    pub plan_id: ActionPlanId,
    /// The action.
    pub action_id: ActionId,
    /// The judgement.
    pub rag: Rag,
    /// Why; always there with red.
    pub explanation: Option<String>,
    /// Address of evidence.
    pub evidence: Option<String>,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
