//! Action plans, their actions and progress.

use super::{Priority, Rag, Theme, Timestamp};
use crate::domain::action_plans as rules;
use crate::operations::action_plans::due;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use uuid::Uuid;

/// An action plan.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct ActionPlan {
    /// Identity.
    pub id: Uuid,
    /// The institution, by slug.
    pub institution: String,
    /// Title.
    pub title: String,
    /// Self-assessment stage it belongs to, from 1.
    pub stage: i32,
    /// First day; years of the plan count from it. Null where unknown.
    #[schema(required)]
    pub starts_on: Option<NaiveDate>,
    /// Length in months, extensions included.
    pub months: i32,
    /// How many of the months are an extension.
    pub extended_by: i32,
    /// Where the plan was taken from.
    #[schema(required)]
    pub source: Option<String>,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An action of a plan: its text as written, and what could be read from it beside.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Action {
    /// Identity.
    pub id: Uuid,
    /// The plan it belongs to.
    pub plan_id: Uuid,
    /// Order within the plan, from 1.
    pub position: i32,
    /// Its number as written: `V1`, `CD3 + V2`.
    pub label: String,
    /// The theme it stands under.
    pub theme: Theme,
    /// Further themes it counts for.
    pub additional_themes: Vec<Theme>,
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
    pub time_scale_parsed: TimeScale,
    /// When it is due; null where the plan has no start or the action no end.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// Measure of success, as written.
    #[schema(required)]
    pub measure_of_success: Option<String>,
    /// Lead person(s): a role, several, or a group.
    #[schema(required)]
    pub lead: Option<String>,
    /// The cell as written.
    pub lead_as_written: String,
    /// Whether it evaluates its theme's impact.
    pub evaluation: bool,
    /// Labels of actions it adds to.
    pub adds_to: Vec<String>,
    /// Remarks made on it.
    pub notes: Vec<Note>,
    /// Its parts, where one number holds several.
    pub milestones: Vec<Milestone>,
    /// The latest judgement.
    pub rag: Rag,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What could be read from a time scale.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct TimeScale {
    /// Years of the plan.
    pub years: Vec<PlanYear>,
    /// Whether it goes on without an end.
    pub ongoing: bool,
    /// Priority, where it states one.
    #[schema(required)]
    pub priority: Option<Priority>,
    /// First day or month, where it is a calendar's: `2019-05`, `2019-05-01`.
    #[schema(required)]
    pub start: Option<String>,
    /// Last day or month, likewise.
    #[schema(required)]
    pub end: Option<String>,
    /// Whatever was not understood.
    #[schema(required)]
    pub remark: Option<String>,
}

/// A year of the plan, counted from its start.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct PlanYear {
    /// 1 for the first.
    pub year: i32,
    /// The month it names beside, as `2020-05`.
    #[schema(required)]
    pub by: Option<String>,
}

/// A remark on an action.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Note {
    /// The remark.
    pub text: String,
    /// Initials of who made it.
    #[schema(required)]
    pub author: Option<String>,
}

/// A part of an action with a time scale, a measure and a lead of its own.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Milestone {
    /// 1 for the first.
    pub position: i32,
    /// Time scale, as written.
    pub time_scale: String,
    /// What could be read from it.
    pub time_scale_parsed: TimeScale,
    /// Measure of success.
    #[schema(required)]
    pub measure_of_success: Option<String>,
    /// Lead.
    #[schema(required)]
    pub lead: Option<String>,
}

/// One judgement in an action's history. Never changed, never removed.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Progress {
    /// Identity.
    pub id: Uuid,
    /// The action.
    pub action_id: Uuid,
    /// The judgement.
    pub rag: Rag,
    /// Why; always there with red.
    #[schema(required)]
    pub explanation: Option<String>,
    /// Address of evidence.
    #[schema(required)]
    pub evidence: Option<String>,
    /// When.
    pub recorded_at: Timestamp,
    /// By whom: a client.
    pub recorded_by: String,
}

impl ActionPlan {
    /// A plan of an institution.
    pub fn of(slug: &str, row: entity::action_plans::Model) -> Self {
        Self {
            id: row.id.0,
            institution: slug.to_owned(),
            title: row.title,
            stage: row.stage,
            starts_on: row.starts_on,
            months: row.months,
            extended_by: row.extended_by,
            source: row.source,
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}

/// Reads a JSON column that this service wrote; what it cannot read it shows as empty.
fn stored<T: DeserializeOwned>(value: serde_json::Value) -> Vec<T> {
    serde_json::from_value(value).unwrap_or_default()
}

impl Action {
    /// An action of a plan.
    pub fn of(plan: &entity::action_plans::Model, row: entity::actions::Model) -> Self {
        let due_on = due(plan, &row);
        let themes = stored::<entity::values::Theme>(row.additional_themes);
        let notes = stored::<rules::Note>(row.notes);
        let milestones = stored::<rules::Milestone>(row.milestones);
        let scale: Option<rules::TimeScale> = serde_json::from_value(row.time_scale_parsed).ok();
        Self {
            id: row.id.0,
            plan_id: row.plan_id.0,
            position: row.position,
            label: row.label,
            theme: row.theme.into(),
            additional_themes: themes.into_iter().map(Into::into).collect(),
            aim: row.aim,
            activity: row.activity,
            action: row.action,
            action_as_written: row.action_as_written,
            time_scale: row.time_scale,
            time_scale_parsed: TimeScale::from(scale.unwrap_or_default()),
            due_on,
            measure_of_success: row.measure_of_success,
            lead: row.lead,
            lead_as_written: row.lead_as_written,
            evaluation: row.evaluation,
            adds_to: stored(row.adds_to),
            notes: notes
                .into_iter()
                .map(|note| Note {
                    text: note.text,
                    author: note.author,
                })
                .collect(),
            milestones: milestones.into_iter().map(Milestone::from).collect(),
            rag: row.rag.into(),
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}

/// A value as the text its JSON form is.
fn text(value: impl Serialize) -> Option<String> {
    serde_json::to_value(value)
        .ok()?
        .as_str()
        .map(ToOwned::to_owned)
}

impl From<rules::TimeScale> for TimeScale {
    fn from(scale: rules::TimeScale) -> Self {
        let years = scale.years.into_iter().map(|year| PlanYear {
            year: i32::from(year.year),
            by: year.by.and_then(text),
        });
        Self {
            years: years.collect(),
            ongoing: scale.ongoing,
            priority: scale.priority.map(Into::into),
            start: scale.start.and_then(text),
            end: scale.end.and_then(text),
            remark: scale.remark,
        }
    }
}

impl From<rules::Milestone> for Milestone {
    fn from(milestone: rules::Milestone) -> Self {
        Self {
            position: i32::from(milestone.position),
            time_scale: milestone.time_scale_raw,
            time_scale_parsed: milestone.time_scale.into(),
            measure_of_success: milestone.measure_of_success,
            lead: milestone.lead,
        }
    }
}

impl From<entity::progress::Model> for Progress {
    fn from(row: entity::progress::Model) -> Self {
        Self {
            id: row.id.0,
            action_id: row.action_id.0,
            rag: row.rag.into(),
            explanation: row.explanation,
            evidence: row.evidence,
            recorded_at: row.recorded_at.into(),
            recorded_by: row.recorded_by,
        }
    }
}
