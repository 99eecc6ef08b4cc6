//! Action plans: made, imported from the table institutions publish, read back with their actions.

use super::{IfMatch, Service, bounded, bounded_or_none};
use crate::access::{PlansRead, PlansWrite, TenantScope};
use crate::domain::action_plans::{PlannedAction, TimeScale, due_on};
use crate::fault::{Fault, Result};
use crate::formats::plan_csv;
use crate::formats::source::Source;
use crate::store::{Page, PageRequest};
use chrono::{DateTime, NaiveDate, Utc};
use entity::action_plans::Model;
use entity::actions::Model as Action;
use entity::ids::{ActionId, ActionPlanId};
use entity::values::{Rag, Theme};
use serde_json::json;

/// Longest plan, in months.
const MAX_MONTHS: i32 = 120;

/// A plan as it was sent.
#[derive(Clone, Debug)]
pub struct PlanInput {
    /// Title.
    pub title: String,
    /// Self-assessment stage, from 1.
    pub stage: i32,
    /// First day, if it is known.
    pub starts_on: Option<NaiveDate>,
    /// Length in months, extensions included.
    pub months: i32,
    /// How many of the months are an extension.
    pub extended_by: i32,
    /// Where the plan was taken from.
    pub source: Option<String>,
}

impl PlanInput {
    fn laid_over(&self, plan: &Model) -> Result<Model> {
        if !(1..=9).contains(&self.stage) {
            return Err(Fault::body(
                "/stage",
                "out-of-range",
                "Stages count from 1 to 9.",
            ));
        }
        if !(1..=MAX_MONTHS).contains(&self.months) {
            return Err(Fault::body(
                "/months",
                "out-of-range",
                format!("A plan runs from 1 to {MAX_MONTHS} months."),
            ));
        }
        if !(0..self.months).contains(&self.extended_by) {
            return Err(Fault::body(
                "/extended_by",
                "out-of-range",
                "An extension is shorter than the plan it ends.",
            ));
        }
        Ok(Model {
            title: bounded("/title", &self.title, 300)?,
            stage: self.stage,
            starts_on: self.starts_on,
            months: self.months,
            extended_by: self.extended_by,
            source: bounded_or_none("/source", self.source.as_deref(), 1_000)?,
            ..plan.clone()
        })
    }
}

/// A page of the institution's plans, oldest first.
pub async fn list(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    service.store.tenant(scope).plans(page).await
}

/// One plan.
pub async fn get(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    id: ActionPlanId,
) -> Result<Model> {
    service.store.tenant(scope).plan(id).await
}

/// The actions of several plans, for loaders.
pub async fn actions_of(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    plans: &[ActionPlanId],
) -> Result<Vec<Action>> {
    service.store.tenant(scope).actions_of(plans).await
}

/// A page of a plan's actions, narrowed to a theme and a colour.
pub async fn actions(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    plan: ActionPlanId,
    theme: Option<Theme>,
    rag: Option<Rag>,
    page: &PageRequest,
) -> Result<Page<Action>> {
    let tenant = service.store.tenant(scope);
    tenant.plan(plan).await?;
    tenant.actions(plan, theme, rag, page).await
}

/// One action.
pub async fn action(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    plan: ActionPlanId,
    id: ActionId,
) -> Result<Action> {
    service.store.tenant(scope).action(plan, id).await
}

/// When an action is due; `None` where the plan has no start or the action no end.
pub fn due(plan: &Model, action: &Action) -> Option<NaiveDate> {
    let scale: TimeScale = serde_json::from_value(action.time_scale_parsed.clone()).ok()?;
    due_on(plan.starts_on?, &scale)
}

/// Makes an empty plan.
pub async fn create(
    service: &Service,
    scope: &TenantScope<PlansWrite>,
    input: PlanInput,
) -> Result<Model> {
    let now = service.now();
    let plan = input.laid_over(&Model {
        id: ActionPlanId(service.id(now)),
        institution_id: scope.institution(),
        title: String::new(),
        stage: 1,
        starts_on: None,
        months: 24,
        extended_by: 0,
        source: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })?;
    let tx = service.store.begin(scope).await?;
    tx.tenant().insert_plan(&plan).await?;
    tx.audit(
        service
            .change(now, "action-plan.add", subject(&plan))
            .with(None, shape(&plan)),
    )
    .await?;
    tx.commit().await?;
    Ok(plan)
}

/// Changes a plan's head: `change` is laid over what stands there.
pub async fn update(
    service: &Service,
    scope: &TenantScope<PlansWrite>,
    id: ActionPlanId,
    if_match: IfMatch,
    change: impl FnOnce(&mut PlanInput) + Send,
) -> Result<Model> {
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let before = tx.tenant().lock_plan(id).await?;
    if_match.check(before.version)?;
    let mut input = PlanInput {
        title: before.title.clone(),
        stage: before.stage,
        starts_on: before.starts_on,
        months: before.months,
        extended_by: before.extended_by,
        source: before.source.clone(),
    };
    change(&mut input);
    let after = Model {
        version: before.version + 1,
        updated_at: now,
        ..input.laid_over(&before)?
    };
    tx.tenant().update_plan(&after).await?;
    tx.audit(
        service
            .change(now, "action-plan.change", subject(&after))
            .with(Some(shape(&before)), shape(&after)),
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// Imports the table of a plan, as CSV, into a plan that has no action yet: all of it or nothing.
pub async fn import(
    service: &Service,
    scope: &TenantScope<PlansWrite>,
    id: ActionPlanId,
    if_match: IfMatch,
    body: &impl Source,
) -> Result<(Model, Vec<Action>)> {
    if_match.check_given()?;
    let planned = plan_csv::read(body.open()?)?;
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let mut plan = tx.tenant().lock_plan(id).await?;
    if_match.check(plan.version)?;
    if !tx.tenant().actions_of(&[id]).await?.is_empty() {
        return Err(Fault::WrongState {
            is: "a plan with actions",
            needs: "an empty plan",
        });
    }
    let mut actions = Vec::with_capacity(planned.len());
    for (position, action) in (1..).zip(planned) {
        actions.push(row(service, &plan, position, action, now)?);
    }
    plan.version += 1;
    plan.updated_at = now;
    tx.tenant().insert_actions(actions.clone()).await?;
    tx.tenant().update_plan(&plan).await?;
    let after = json!({"actions": actions.len()});
    tx.audit(
        service
            .change(now, "action-plan.import", subject(&plan))
            .with(None, after),
    )
    .await?;
    tx.commit().await?;
    Ok((plan, actions))
}

fn row(
    service: &Service,
    plan: &Model,
    position: i32,
    from: PlannedAction,
    now: DateTime<Utc>,
) -> Result<Action> {
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|_| Fault::Internal);
    Ok(Action {
        id: ActionId(service.id(now)),
        institution_id: plan.institution_id,
        plan_id: plan.id,
        position,
        label: from.label.as_str().to_owned(),
        theme: from.theme,
        additional_themes: json(serde_json::to_value(&from.additional_themes))?,
        aim: from.aim,
        activity: from.activities,
        action: from.action,
        action_as_written: from.action_raw,
        time_scale: from.time_scale_raw,
        time_scale_parsed: json(serde_json::to_value(&from.time_scale))?,
        measure_of_success: from.measure_of_success,
        lead: from.lead,
        lead_as_written: from.lead_raw,
        evaluation: from.evaluation,
        adds_to: json(serde_json::to_value(&from.adds_to))?,
        notes: json(serde_json::to_value(&from.notes))?,
        milestones: json(serde_json::to_value(&from.milestones))?,
        rag: Rag::NotAssessed,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

fn subject(plan: &Model) -> String {
    format!("action-plans/{}", plan.id)
}

fn shape(plan: &Model) -> serde_json::Value {
    json!({
        "title": plan.title, "stage": plan.stage, "starts_on": plan.starts_on, "months": plan.months,
        "extended_by": plan.extended_by,
    })
}
