//! `/v1/institutions/{slug}/returns`.

use super::files::{XLSX, streamed};
use super::query::{Paging, Strict, code};
use super::tenant::Tenant;
use crate::access::{ReturnsRead, ReturnsSubmit, ReturnsWrite};
use crate::fault::{Fault, Noun};
use crate::http::{Body, IfMatchHeader, Problem, accept, tagged};
use crate::operations::returns::{self, ReturnKey};
use crate::operations::rows::read as rows;
use crate::operations::submissions::{self, Statement};
use crate::store::{AtVersion, PageRequest, ReturnFilter, RowFilter};
use crate::views::{Page, Provenance, Return, ReturnVersion};
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// What a list of returns may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReturnQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Dataset.
    dataset: Option<String>,
    /// Academic year.
    year: Option<String>,
    /// State.
    state: Option<String>,
}

/// Which version of a return is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtQuery {
    /// A revision by its number.
    #[param(minimum = 1)]
    pub revision: Option<i32>,
    /// The revision that stood at a moment (RFC 3339).
    pub as_of: Option<DateTime<Utc>>,
}

impl AtQuery {
    /// The version that is meant.
    pub fn at(&self) -> Result<AtVersion, Fault> {
        match (self.revision, self.as_of) {
            (None, None) => Ok(AtVersion::Current),
            (Some(number), None) => Ok(AtVersion::Revision(number)),
            (None, Some(moment)) => Ok(AtVersion::AsOf(moment)),
            (Some(_), Some(_)) => Err(Fault::parameter(
                "as_of",
                "one-of-two",
                "Name a revision or a moment, not both.",
            )),
        }
    }
}

/// What is said with a submission.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Submission {
    /// Where the figures come from; `returned` where left out.
    provenance: Option<Provenance>,
    /// What a reader must know of the figures; needed where they are not the institution's own.
    remark: Option<String>,
}

/// Why a revision is corrected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The reason; shown with the new revision.
    reason: String,
}

/// List the institution's returns that were begun.
#[utoipa::path(tag = "returns", params(ReturnQuery), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<Return>)))]
#[get("/v1/institutions/{slug}/returns")]
pub async fn list_returns(
    tenant: Tenant<ReturnsRead>,
    query: Strict<ReturnQuery>,
) -> Result<Page<Return>, Problem> {
    let query = query.0;
    let filter = ReturnFilter {
        dataset: code("dataset", query.dataset.as_deref())?,
        year: code("year", query.year.as_deref())?,
        state: code("state", query.state.as_deref())?,
    };
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?;
    let found = returns::list(&tenant.service, &tenant.scope, &filter, &page).await?;
    Ok(found.map(|at| Return::of(&tenant.slug, at)).into())
}

/// A return as a workbook: what it says of itself, its rows, and what the checks found.
async fn workbook(
    tenant: &Tenant<ReturnsRead>,
    key: ReturnKey,
    at: AtVersion,
    shown: &Return,
) -> Result<HttpResponse, Problem> {
    let about = serde_json::to_value(shown).map_err(|_| Fault::Internal)?;
    let wanted = rows::Wanted {
        key,
        at,
        filter: RowFilter::default(),
    };
    let service = Arc::clone(&tenant.service);
    let pieces = rows::workbook(&service, &tenant.scope, wanted, Some(about)).await?;
    let name = format!("{}-{}-{}-return.xlsx", tenant.slug, key.dataset, key.year);
    Ok(streamed(XLSX, &name, pieces))
}

/// Read where a return stands, with the totals of the version asked for. As a workbook with its rows and checks beside.
#[utoipa::path(tag = "returns", params(AtQuery), security(("bearer" = ["returns:read"])), responses(
    (status = 200, content((Return = "application/json"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}")]
pub async fn get_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    at: Strict<AtQuery>,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let form = accept::choose(&request, &["application/json", XLSX])?;
    let at = at.0.at()?;
    let found = Return::of(
        &tenant.slug,
        returns::get(&tenant.service, &tenant.scope, key, at).await?,
    );
    if form == XLSX {
        return workbook(&tenant, key, at, &found).await;
    }
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// List a return's submitted revisions, oldest first.
#[utoipa::path(tag = "returns", params(Paging), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<ReturnVersion>)))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/revisions")]
pub async fn list_revisions(
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    paging: Strict<Paging>,
) -> Result<Page<ReturnVersion>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let found =
        returns::revisions(&tenant.service, &tenant.scope, key, &paging.0.request()?).await?;
    Ok(found.map(ReturnVersion::from).into())
}

/// Read one submitted revision of a return.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:read"])), responses((status = 200, body = Return)))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/revisions/{revision}")]
pub async fn get_revision(
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String, String)>,
) -> Result<Json<Return>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let number = path
        .3
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Revision))?;
    let found = returns::get(
        &tenant.service,
        &tenant.scope,
        key,
        AtVersion::Revision(number),
    )
    .await?;
    Ok(Json(Return::of(&tenant.slug, found)))
}

/// Submit the draft as the next revision, which never changes again.
#[utoipa::path(tag = "returns", request_body = Submission, security(("bearer" = ["returns:submit"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/submit")]
pub async fn submit_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsSubmit>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let said: Submission = body.json(&["application/json"]).await?;
    let statement = Statement {
        provenance: said.provenance.map(Into::into),
        remark: said.remark,
    };
    let at =
        submissions::submit(&tenant.service, &tenant.scope, key, if_match.0, statement).await?;
    let view = Return::of(&tenant.slug, at);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Begin a correction: a draft with the latest revision's rows, and why.
#[utoipa::path(tag = "returns", request_body = Correction, security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/correct")]
pub async fn correct_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let why: Correction = body.json(&["application/json"]).await?;
    let at =
        submissions::correct(&tenant.service, &tenant.scope, key, if_match.0, &why.reason).await?;
    let view = Return::of(&tenant.slug, at);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}
