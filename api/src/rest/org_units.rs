//! `/v1/institutions/{slug}/org-units`.

use super::patch::{self, lay, present};
use super::query::{Sorted, Strict};
use super::tenant::Tenant;
use crate::access::{InstitutionRead, OrgUnitsWrite};
use crate::http::{Body, IfMatchHeader, Problem, tagged};
use crate::operations::org_units::{self, OrgUnitInput};
use crate::views::{OrgUnit, Page};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use entity::ids::OrgUnitId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A new org unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrgUnit {
    /// Short code, unique within the institution; files name units by it.
    code: String,
    /// Name.
    name: String,
    /// Kind: `faculty`, `department`, `school`, `facility`, `service`, `other`.
    kind: String,
    /// The unit it belongs to; the institution as a whole where left out.
    parent_id: Option<Uuid>,
    /// HESA cost centre, a code of the list `discipline`.
    discipline: Option<String>,
}

/// Changes to an org unit: a member left out stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrgUnitPatch {
    /// Short code.
    code: Option<String>,
    /// Name.
    name: Option<String>,
    /// Kind.
    kind: Option<String>,
    /// The unit it belongs to.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    parent_id: Option<Option<Uuid>>,
    /// HESA cost centre.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    discipline: Option<Option<String>>,
}

/// When a unit closes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Its last day.
    closed_on: NaiveDate,
}

/// List the institution's org units.
#[utoipa::path(tag = "org units", params(Sorted), security(("bearer" = ["institution:read"])), responses((status = 200, body = Page<OrgUnit>)))]
#[get("/v1/institutions/{slug}/org-units")]
pub async fn list_org_units(
    tenant: Tenant<InstitutionRead>,
    paging: Strict<Sorted>,
) -> Result<Page<OrgUnit>, Problem> {
    let found = org_units::list(&tenant.service, &tenant.scope, &paging.0.request("code")?).await?;
    Ok(found.map(OrgUnit::from).into())
}

/// Add an org unit.
#[utoipa::path(tag = "org units", request_body = NewOrgUnit, security(("bearer" = ["org-units:write"])), responses((status = 201, body = OrgUnit)))]
#[post("/v1/institutions/{slug}/org-units")]
pub async fn create_org_unit(
    request: HttpRequest,
    tenant: Tenant<OrgUnitsWrite>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let new: NewOrgUnit = body.json(&["application/json"]).await?;
    let input = OrgUnitInput {
        code: new.code,
        name: new.name,
        kind: new.kind,
        parent_id: new.parent_id.map(OrgUnitId),
        discipline: new.discipline,
    };
    let made = OrgUnit::from(org_units::create(&tenant.service, &tenant.scope, input).await?);
    let mut answer = HttpResponse::Created();
    answer.insert_header((
        header::LOCATION,
        format!("/v1/institutions/{}/org-units/{}", tenant.slug, made.id),
    ));
    Ok(tagged(&request, made.version, answer, &made))
}

/// Read an org unit.
#[utoipa::path(tag = "org units", security(("bearer" = ["institution:read"])), responses((status = 200, body = OrgUnit), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/org-units/{id}")]
pub async fn get_org_unit(
    request: HttpRequest,
    tenant: Tenant<InstitutionRead>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let found = OrgUnit::from(org_units::get(&tenant.service, &tenant.scope, id(&path.1)?).await?);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// Rename, move or reclassify an org unit (JSON Merge Patch).
#[utoipa::path(tag = "org units", request_body(content = OrgUnitPatch, content_type = "application/merge-patch+json"),
    security(("bearer" = ["org-units:write"])), responses((status = 200, body = OrgUnit)))]
#[patch("/v1/institutions/{slug}/org-units/{id}")]
pub async fn change_org_unit(
    request: HttpRequest,
    tenant: Tenant<OrgUnitsWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let patch: OrgUnitPatch = body.json(patch::MEDIA_TYPES).await?;
    let changed = org_units::update(
        &tenant.service,
        &tenant.scope,
        id(&path.1)?,
        if_match.0,
        |input| {
            lay(&mut input.code, patch.code);
            lay(&mut input.name, patch.name);
            lay(&mut input.kind, patch.kind);
            lay(
                &mut input.parent_id,
                patch.parent_id.map(|id| id.map(OrgUnitId)),
            );
            lay(&mut input.discipline, patch.discipline);
        },
    );
    let changed = OrgUnit::from(changed.await?);
    Ok(tagged(
        &request,
        changed.version,
        HttpResponse::Ok(),
        &changed,
    ))
}

/// Close an org unit: history keeps it, rows of later years may not name it.
#[utoipa::path(tag = "org units", request_body = Closing, security(("bearer" = ["org-units:write"])), responses((status = 200, body = OrgUnit)))]
#[post("/v1/institutions/{slug}/org-units/{id}/close")]
pub async fn close_org_unit(
    request: HttpRequest,
    tenant: Tenant<OrgUnitsWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let closing: Closing = body.json(&["application/json"]).await?;
    let unit = org_units::close(
        &tenant.service,
        &tenant.scope,
        id(&path.1)?,
        if_match.0,
        closing.closed_on,
    );
    let closed = OrgUnit::from(unit.await?);
    Ok(tagged(
        &request,
        closed.version,
        HttpResponse::Ok(),
        &closed,
    ))
}

/// An id from an address; what is no id names nothing.
fn id(text: &str) -> Result<OrgUnitId, Problem> {
    text.parse()
        .map_err(|_| Problem(crate::fault::Fault::NotFound(crate::fault::Noun::OrgUnit)))
}
