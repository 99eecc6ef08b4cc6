//! `DELETE /v1/institutions/{slug}` and `/v1/institutions/{slug}/export`.

use super::files::streamed;
use super::query::Strict;
use super::tenant::Tenant;
use crate::access::{InstitutionExport, RegistryWrite};
use crate::http::{Call, IfMatchHeader, Problem, tagged};
use crate::operations::export::{self, Shapes};
use crate::operations::leaving;
use crate::views::{
    Action, ActionPlan, AuditLine, Departure, Institution, Progress, ReturnVersion,
    TechnicianDefinition,
};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, delete, get};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::IntoParams;

/// Why an institution is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Leaving {
    /// Why, in at most 500 characters; the audit trail keeps it.
    #[param(required = true)]
    reason: Option<String>,
}

/// Delete everything an institution holds. Its public entry stays, with the status `left`; its clients are revoked.
#[utoipa::path(tag = "institutions", params(Leaving), security(("bearer" = ["registry:write"])), responses((status = 200, body = Departure)))]
#[delete("/v1/institutions/{slug}")]
pub async fn remove_institution(
    request: HttpRequest,
    call: Call,
    slug: Path<String>,
    if_match: IfMatchHeader,
    said: Strict<Leaving>,
) -> Result<HttpResponse, Problem> {
    let scope = call.registry::<RegistryWrite>()?;
    let reason = said.0.reason.as_deref();
    let left = leaving::leave(&call.service, &scope, &slug, if_match.0, reason).await?;
    let left = Departure::from(left);
    let version = left.institution.version;
    Ok(tagged(&request, version, HttpResponse::Ok(), &left))
}

/// Take out everything the institution holds, as one archive: returns with every revision, action plans, org units,
/// settings and the whole audit trail, with a manifest of its files.
#[utoipa::path(tag = "institutions", security(("bearer" = ["institution:export"])), responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
#[get("/v1/institutions/{slug}/export")]
pub async fn export_institution(
    tenant: Tenant<InstitutionExport>,
) -> Result<HttpResponse, Problem> {
    let service = Arc::clone(&tenant.service);
    let made = export::archive(&service, &tenant.scope, &tenant.slug, SHAPES).await?;
    let name = format!("{}-export-{}.zip", tenant.slug, made.at.format("%Y-%m-%d"));
    Ok(streamed("application/zip", &name, made.file))
}

fn value(view: impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}

/// Everything in the archive has the shape it has here.
const SHAPES: Shapes = Shapes {
    institution: |row| value(Institution::from(row)),
    version: |row| value(ReturnVersion::from(row)),
    plan: |slug, row| value(ActionPlan::of(slug, row)),
    action: |plan, row| value(Action::of(plan, row)),
    progress: |row| value(Progress::from(row)),
    definition: |row| value(TechnicianDefinition::from(row)),
    audit: |row| value(AuditLine::from(row)),
};
