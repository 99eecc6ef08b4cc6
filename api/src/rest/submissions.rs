//! `/v1/institutions/{slug}/returns/{dataset}/{year}/submit` and the other verbs of an institution.

use super::tenant::Tenant;
use crate::access::{ReturnsSubmit, ReturnsWrite};
use crate::http::{Body, IfMatchHeader, Problem, tagged};
use crate::operations::returns::{ReturnAt, ReturnKey};
use crate::operations::submissions::{self, Statement};
use crate::views::{Provenance, Return};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

type Address = Path<(String, String, String)>;

/// What is said with a submission.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Submission {
    /// Where the figures come from; `returned` where left out.
    provenance: Option<Provenance>,
    /// What a reader must know of the figures; needed where they are not the institution's own.
    remark: Option<String>,
    /// What is said to the warnings among the return's `checks`; each needs something.
    explanations: Vec<Explanation>,
    /// Whether the institution expects to correct the figures.
    provisional: bool,
    /// Whether there is nothing to report: a true zero, without rows.
    nil: bool,
}

/// What is said to a warning.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The warning's code.
    code: String,
    /// The warning's subject.
    subject: String,
    /// The explanation, of 1 to 2,000 characters.
    text: String,
}

/// Why a revision is corrected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The reason, of 1 to 2,000 characters; shown with the new revision.
    reason: String,
}

/// Why figures are taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The reason, of 1 to 2,000 characters; shown with the revision that says so.
    reason: String,
}

fn shown(request: &HttpRequest, slug: &str, at: ReturnAt) -> HttpResponse {
    let view = Return::of(slug, at);
    tagged(request, view.version, HttpResponse::Ok(), &view)
}

/// Submit the draft as the next revision, which never changes again; every warning must be explained.
#[utoipa::path(tag = "returns", request_body = Submission, security(("bearer" = ["returns:submit"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/submit")]
pub async fn submit_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsSubmit>,
    path: Address,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let said: Submission = body.json(&["application/json"]).await?;
    let explanations = said.explanations.into_iter();
    let statement = Statement {
        provenance: said.provenance.map(Into::into),
        remark: said.remark,
        explanations: explanations
            .map(|one| submissions::Explanation {
                code: one.code,
                subject: one.subject,
                text: one.text,
            })
            .collect(),
        provisional: said.provisional,
        nil: said.nil,
    };
    let (service, scope) = (&tenant.service, &tenant.scope);
    let at = submissions::submit(service, scope, key, if_match.0, statement).await?;
    Ok(shown(&request, &tenant.slug, at))
}

/// Begin a correction: a draft with the latest figures' rows, and why.
#[utoipa::path(tag = "returns", request_body = Correction, security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/correct")]
pub async fn correct_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Address,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let why: Correction = body.json(&["application/json"]).await?;
    let (service, scope) = (&tenant.service, &tenant.scope);
    let at = submissions::correct(service, scope, key, if_match.0, &why.reason).await?;
    Ok(shown(&request, &tenant.slug, at))
}

/// Discard the draft: the return stands again where it stood before the draft was begun.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/discard")]
pub async fn discard_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Address,
    if_match: IfMatchHeader,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let (service, scope) = (&tenant.service, &tenant.scope);
    let at = submissions::discard(service, scope, key, if_match.0).await?;
    Ok(shown(&request, &tenant.slug, at))
}

/// Withdraw what was submitted: a revision of its own that takes the figures back from now on.
#[utoipa::path(tag = "returns", request_body = Withdrawal, security(("bearer" = ["returns:submit"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/withdraw")]
pub async fn withdraw_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsSubmit>,
    path: Address,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let why: Withdrawal = body.json(&["application/json"]).await?;
    let (service, scope) = (&tenant.service, &tenant.scope);
    let at = submissions::withdraw(service, scope, key, if_match.0, &why.reason).await?;
    Ok(shown(&request, &tenant.slug, at))
}
