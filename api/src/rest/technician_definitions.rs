//! `/v1/institutions/{slug}/technician-definitions`.

use super::query::{Paging, Strict};
use super::tenant::Tenant;
use crate::access::{ReturnsRead, ReturnsSubmit};
use crate::http::{Body, Problem};
use crate::operations::technician_definitions as definitions;
use crate::views::{Page, TechnicianDefinition};
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What the institution means by a technician.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTechnicianDefinition {
    /// The wording, of 1 to 4,000 characters.
    text: String,
    /// The first academic year whose figures follow it.
    from_year: String,
}

/// List what the institution has meant by a technician, oldest wording first.
#[utoipa::path(tag = "returns", params(Paging), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<TechnicianDefinition>)))]
#[get("/v1/institutions/{slug}/technician-definitions")]
pub async fn list_technician_definitions(
    tenant: Tenant<ReturnsRead>,
    paging: Strict<Paging>,
) -> Result<Page<TechnicianDefinition>, Problem> {
    let page = paging.0.request()?;
    let found = definitions::list(&tenant.service, &tenant.scope, &page).await?;
    Ok(found.map(TechnicianDefinition::from).into())
}

/// Say what the institution means by a technician, from a year on. Wordings are only ever added.
#[utoipa::path(tag = "returns", request_body = NewTechnicianDefinition, security(("bearer" = ["returns:submit"])), responses((status = 201, body = TechnicianDefinition)))]
#[post("/v1/institutions/{slug}/technician-definitions")]
pub async fn create_technician_definition(
    tenant: Tenant<ReturnsSubmit>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let new: NewTechnicianDefinition = body.json(&["application/json"]).await?;
    let (text, year) = (&new.text, &new.from_year);
    let added = definitions::add(&tenant.service, &tenant.scope, text, year).await?;
    Ok(HttpResponse::Created().json(TechnicianDefinition::from(added)))
}
