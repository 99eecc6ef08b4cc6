//! `/v1/institutions/{slug}/action-plans`.

use super::patch::{self, lay, present};
use super::query::{Sorted, Strict, code};
use super::tenant::Tenant;
use crate::access::{PlansRead, PlansWrite};
use crate::fault::{Fault, Noun};
use crate::http::{Body, IfMatchHeader, Problem, tagged};
use crate::operations::action_plans::{self, PlanInput};
use crate::operations::progress::{self, Judgement};
use crate::store::PageRequest;
use crate::views::{Action, ActionPlan, Page, Progress, Rag};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use entity::ids::{ActionId, ActionPlanId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new action plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActionPlan {
    /// Title.
    title: String,
    /// Self-assessment stage it belongs to, from 1 to 9.
    stage: i32,
    /// First day; years of the plan count from it.
    starts_on: Option<NaiveDate>,
    /// Length in months, extensions included; 24 where left out.
    months: Option<i32>,
    /// How many of the months are an extension; none where left out.
    extended_by: Option<i32>,
    /// Where the plan was taken from.
    source: Option<String>,
}

/// Changes to a plan: a member left out stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ActionPlanPatch {
    /// Title.
    title: Option<String>,
    /// Stage.
    stage: Option<i32>,
    /// First day.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<NaiveDate>)]
    starts_on: Option<Option<NaiveDate>>,
    /// Length in months.
    months: Option<i32>,
    /// How many of the months are an extension.
    extended_by: Option<i32>,
    /// Where the plan was taken from.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    source: Option<Option<String>>,
}

/// A plan with the actions that were imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedPlan {
    /// The plan.
    plan: ActionPlan,
    /// Its actions, in their order.
    actions: Vec<Action>,
}

/// What a list of actions may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActionQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// `position`, the order of the list, or `-position`, the other way round.
    sort: Option<String>,
    /// The theme an action stands under.
    theme: Option<String>,
    /// Its latest judgement.
    rag: Option<String>,
}

/// A judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProgress {
    /// The colour.
    rag: Rag,
    /// Why; red needs it. At most 4,000 characters.
    explanation: Option<String>,
    /// Address of evidence.
    evidence: Option<String>,
}

/// A plan's id from an address; what is no id names nothing.
fn plan_id(text: &str) -> Result<ActionPlanId, Fault> {
    text.parse().map_err(|_| Fault::NotFound(Noun::ActionPlan))
}

/// An action's id from an address.
fn action_id(text: &str) -> Result<ActionId, Fault> {
    text.parse().map_err(|_| Fault::NotFound(Noun::Action))
}

/// List the institution's action plans, oldest first.
#[utoipa::path(tag = "action plans", params(Sorted), security(("bearer" = ["plans:read"])), responses((status = 200, body = Page<ActionPlan>)))]
#[get("/v1/institutions/{slug}/action-plans")]
pub async fn list_action_plans(
    tenant: Tenant<PlansRead>,
    paging: Strict<Sorted>,
) -> Result<Page<ActionPlan>, Problem> {
    let found = action_plans::list(
        &tenant.service,
        &tenant.scope,
        &paging.0.request("created_at")?,
    )
    .await?;
    Ok(found.map(|plan| ActionPlan::of(&tenant.slug, plan)).into())
}

/// Make an empty action plan.
#[utoipa::path(tag = "action plans", request_body = NewActionPlan, security(("bearer" = ["plans:write"])), responses((status = 201, body = ActionPlan)))]
#[post("/v1/institutions/{slug}/action-plans")]
pub async fn create_action_plan(
    request: HttpRequest,
    tenant: Tenant<PlansWrite>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let new: NewActionPlan = body.json(&["application/json"]).await?;
    let input = PlanInput {
        title: new.title,
        stage: new.stage,
        starts_on: new.starts_on,
        months: new.months.unwrap_or(24),
        extended_by: new.extended_by.unwrap_or(0),
        source: new.source,
    };
    let made = action_plans::create(&tenant.service, &tenant.scope, input).await?;
    let made = ActionPlan::of(&tenant.slug, made);
    let mut answer = HttpResponse::Created();
    answer.insert_header((
        header::LOCATION,
        format!("/v1/institutions/{}/action-plans/{}", tenant.slug, made.id),
    ));
    Ok(tagged(&request, made.version, answer, &made))
}

/// Read an action plan.
#[utoipa::path(tag = "action plans", security(("bearer" = ["plans:read"])), responses((status = 200, body = ActionPlan), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/action-plans/{id}")]
pub async fn get_action_plan(
    request: HttpRequest,
    tenant: Tenant<PlansRead>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let found = action_plans::get(&tenant.service, &tenant.scope, plan_id(&path.1)?).await?;
    let found = ActionPlan::of(&tenant.slug, found);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// Change an action plan's head (JSON Merge Patch).
#[utoipa::path(tag = "action plans", request_body(content = ActionPlanPatch, content_type = "application/merge-patch+json"),
    security(("bearer" = ["plans:write"])), responses((status = 200, body = ActionPlan)))]
#[patch("/v1/institutions/{slug}/action-plans/{id}")]
pub async fn change_action_plan(
    request: HttpRequest,
    tenant: Tenant<PlansWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let patch: ActionPlanPatch = body.json(patch::MEDIA_TYPES).await?;
    let changed = action_plans::update(
        &tenant.service,
        &tenant.scope,
        plan_id(&path.1)?,
        if_match.0,
        |input| {
            lay(&mut input.title, patch.title);
            lay(&mut input.stage, patch.stage);
            lay(&mut input.starts_on, patch.starts_on);
            lay(&mut input.months, patch.months);
            lay(&mut input.extended_by, patch.extended_by);
            lay(&mut input.source, patch.source);
        },
    );
    let changed = ActionPlan::of(&tenant.slug, changed.await?);
    Ok(tagged(
        &request,
        changed.version,
        HttpResponse::Ok(),
        &changed,
    ))
}

/// Import the table of a plan, as CSV, into a plan that has no action yet: all of it or nothing.
#[utoipa::path(tag = "action plans", request_body(content = String, content_type = "text/csv"),
    security(("bearer" = ["plans:write"])), responses((status = 200, body = ImportedPlan)))]
#[post("/v1/institutions/{slug}/action-plans/{id}/import")]
pub async fn import_action_plan(
    request: HttpRequest,
    tenant: Tenant<PlansWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    if_match.0.check_given()?;
    body.expect(&["text/csv"])?;
    let file = body.upload().await?;
    let imported = action_plans::import(
        &tenant.service,
        &tenant.scope,
        plan_id(&path.1)?,
        if_match.0,
        &file,
    );
    let (plan, actions) = imported.await?;
    let actions = actions
        .into_iter()
        .map(|action| Action::of(&plan, action))
        .collect();
    let view = ImportedPlan {
        plan: ActionPlan::of(&tenant.slug, plan),
        actions,
    };
    Ok(tagged(
        &request,
        view.plan.version,
        HttpResponse::Ok(),
        &view,
    ))
}

/// List a plan's actions, by theme and colour.
#[utoipa::path(tag = "action plans", params(ActionQuery), security(("bearer" = ["plans:read"])), responses((status = 200, body = Page<Action>)))]
#[get("/v1/institutions/{slug}/action-plans/{id}/actions")]
pub async fn list_actions(
    tenant: Tenant<PlansRead>,
    path: Path<(String, String)>,
    query: Strict<ActionQuery>,
) -> Result<Page<Action>, Problem> {
    let query = query.0;
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?
        .sorted(query.sort.as_deref(), "position")?;
    let (theme, rag) = (
        code("theme", query.theme.as_deref())?,
        code("rag", query.rag.as_deref())?,
    );
    let plan = action_plans::get(&tenant.service, &tenant.scope, plan_id(&path.1)?).await?;
    let found =
        action_plans::actions(&tenant.service, &tenant.scope, plan.id, theme, rag, &page).await?;
    Ok(found.map(|action| Action::of(&plan, action)).into())
}

/// Read an action.
#[utoipa::path(tag = "action plans", security(("bearer" = ["plans:read"])), responses((status = 200, body = Action), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/action-plans/{id}/actions/{action}")]
pub async fn get_action(
    request: HttpRequest,
    tenant: Tenant<PlansRead>,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let plan = action_plans::get(&tenant.service, &tenant.scope, plan_id(&path.1)?).await?;
    let found =
        action_plans::action(&tenant.service, &tenant.scope, plan.id, action_id(&path.2)?).await?;
    let found = Action::of(&plan, found);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// List an action's judgements, oldest first.
#[utoipa::path(tag = "action plans", params(Sorted), security(("bearer" = ["plans:read"])), responses((status = 200, body = Page<Progress>)))]
#[get("/v1/institutions/{slug}/action-plans/{id}/actions/{action}/progress")]
pub async fn list_progress(
    tenant: Tenant<PlansRead>,
    path: Path<(String, String, String)>,
    paging: Strict<Sorted>,
) -> Result<Page<Progress>, Problem> {
    let (plan, action) = (plan_id(&path.1)?, action_id(&path.2)?);
    let found = progress::list(
        &tenant.service,
        &tenant.scope,
        plan,
        action,
        &paging.0.request("at")?,
    )
    .await?;
    Ok(found.map(Progress::from).into())
}

/// Add a judgement to an action's history. Red is refused without an explanation.
#[utoipa::path(tag = "action plans", request_body = NewProgress, security(("bearer" = ["plans:write"])), responses((status = 201, body = Progress)))]
#[post("/v1/institutions/{slug}/action-plans/{id}/actions/{action}/progress")]
pub async fn record_progress(
    tenant: Tenant<PlansWrite>,
    path: Path<(String, String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (plan, action) = (plan_id(&path.1)?, action_id(&path.2)?);
    let new: NewProgress = body.json(&["application/json"]).await?;
    let judgement = Judgement {
        rag: new.rag.into(),
        explanation: new.explanation,
        evidence: new.evidence,
    };
    let (_, entry) =
        progress::record(&tenant.service, &tenant.scope, plan, action, judgement).await?;
    Ok(HttpResponse::Created().json(Progress::from(entry)))
}
