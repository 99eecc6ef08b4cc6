//! `/v1/returns` and the board's verdicts.

use super::query::{Strict, code};
use crate::http::{Body, Call, IfMatchHeader, Problem, tagged};
use crate::operations::returns::ReturnKey;
use crate::operations::reviews;
use crate::store::{PageRequest, StandingFilter};
use crate::views::{Page, SubmittedReturn};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What the list may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubmittedQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Institution, by slug.
    institution: Option<String>,
    /// Dataset.
    dataset: Option<String>,
    /// Academic year.
    year: Option<String>,
    /// State of the revision: `submitted`, `accepted`, `returned` or `withdrawn`.
    state: Option<String>,
    /// Whether it came after the window had closed.
    late: Option<bool>,
}

/// Why a revision is returned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingBack {
    /// The reason, of 1 to 2,000 characters; the institution reads it.
    reason: String,
}

/// List the latest revisions that institutions submitted, without any figure of theirs.
#[utoipa::path(tag = "returns", params(SubmittedQuery), security(("bearer" = ["returns:review"])), responses((status = 200, body = Page<SubmittedReturn>)))]
#[get("/v1/returns")]
pub async fn list_submitted_returns(
    call: Call,
    query: Strict<SubmittedQuery>,
) -> Result<Page<SubmittedReturn>, Problem> {
    let scope = call.submissions()?;
    let query = query.0;
    let filter = StandingFilter {
        dataset: code("dataset", query.dataset.as_deref())?,
        year: code("year", query.year.as_deref())?,
        state: code("state", query.state.as_deref())?,
        late: query.late,
        ..StandingFilter::default()
    };
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?;
    let institution = query.institution.as_deref();
    let found = reviews::list(&call.service, &scope, institution, filter, &page).await?;
    Ok(found.map(SubmittedReturn::from).into())
}

/// Accept the latest revision.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:review"])), responses((status = 200, body = SubmittedReturn)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/accept")]
pub async fn accept_return(
    request: HttpRequest,
    call: Call,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
) -> Result<HttpResponse, Problem> {
    let scope = call.review(&path.0).await?;
    let key = ReturnKey::read(&path.1, &path.2)?;
    let judged = reviews::accept(&call.service, &scope, &path.0, key, if_match.0).await?;
    let view = SubmittedReturn::from(judged);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Return the latest revision for correction, with a reason that the institution reads.
#[utoipa::path(tag = "returns", request_body = SendingBack, security(("bearer" = ["returns:review"])), responses((status = 200, body = SubmittedReturn)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/return")]
pub async fn send_back_return(
    request: HttpRequest,
    call: Call,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let scope = call.review(&path.0).await?;
    let key = ReturnKey::read(&path.1, &path.2)?;
    let why: SendingBack = body.json(&["application/json"]).await?;
    let (slug, reason) = (&path.0, &why.reason);
    let judged = reviews::send_back(&call.service, &scope, slug, key, if_match.0, reason).await?;
    let view = SubmittedReturn::from(judged);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}
