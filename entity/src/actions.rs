//! Actions of a plan.

use crate::ids::{ActionId, ActionPlanId, InstitutionId};
use crate::values::{Rag, Theme};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One action: its text as written, and what could be read from it beside.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "actions")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionId,
    /// The tenant.
    pub institution_id: InstitutionId,
    /// The plan.
    pub plan_id: ActionPlanId,
    /// Order within the plan, from 1.
    pub position: i32,
    /// Its number as written: `V1`, `CD3 + V2`.
    pub label: String,
    /// The theme it stands under.
    pub theme: Theme,
    /// Further themes it counts for: a list of codes.
    pub additional_themes: Json,
    /// Aim, as written.
    pub aim: String,
    /// Activity, as written.
    pub activity: String,
    /// What will be done, without notes.
    pub action: String,
    /// The cell as written, notes included.
    pub action_as_written: String,
    /// Time scale, as written; empty where the plan has none.
    pub time_scale: String,
    /// What could be read from the time scale.
    pub time_scale_parsed: Json,
    /// Measure of success, as written.
    pub measure_of_success: Option<String>,
    /// Lead person(s), free text: a role, several, or a group.
    pub lead: Option<String>,
    /// The cell as written.
    pub lead_as_written: String,
    /// Whether it evaluates its theme's impact.
    pub evaluation: bool,
    /// Labels of actions it adds to.
    pub adds_to: Json,
    /// Notes: text, and the author's initials where given.
    pub notes: Json,
    /// Milestones, where one number holds several.
    pub milestones: Json,
    /// The latest judgement; the history is in `progress`.
    pub rag: Rag,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
