//! `/v1/institutions/{slug}/column-mappings`.

use super::query::{Paging, Strict};
use super::tenant::Tenant;
use crate::access::{ReturnsRead, ReturnsWrite};
use crate::domain::column_mappings as rules;
use crate::http::{Body, IfMatchHeader, Problem, tagged};
use crate::operations::column_mappings::{self, dataset};
use crate::views::{ColumnMapping, Page};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How the institution's own files name what the dataset names; a member left out is empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewColumnMapping {
    /// Column to the heading of the files, compared without case and surrounding blanks.
    columns: BTreeMap<String, String>,
    /// Column to the institution's own codes, each with the code it stands for; at most 5,000.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    /// Column that the files do not have, to the code that stands for every row: org unit and dimensions only.
    constants: BTreeMap<String, String>,
    /// Headings of the files that are passed over; at most 500.
    ignored: Vec<String>,
}

/// List the institution's column mappings that were ever set.
#[utoipa::path(tag = "returns", params(Paging), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<ColumnMapping>)))]
#[get("/v1/institutions/{slug}/column-mappings")]
pub async fn list_column_mappings(
    tenant: Tenant<ReturnsRead>,
    paging: Strict<Paging>,
) -> Result<Page<ColumnMapping>, Problem> {
    let page = paging.0.request()?;
    let found = column_mappings::list(&tenant.service, &tenant.scope, &page).await?;
    Ok(found.map(ColumnMapping::from).into())
}

/// Read how the institution's files name what a dataset names; empty, with the version 0, before it was ever set.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:read"])), responses((status = 200, body = ColumnMapping), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/column-mappings/{dataset}")]
pub async fn get_column_mapping(
    request: HttpRequest,
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let found = column_mappings::get(&tenant.service, &tenant.scope, dataset(&path.1)?).await?;
    let view = ColumnMapping::from(found);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Set how the institution's files name what a dataset names: headings, codes, constants, and what is passed over.
#[utoipa::path(tag = "returns", request_body = NewColumnMapping, security(("bearer" = ["returns:write"])), responses((status = 200, body = ColumnMapping)))]
#[put("/v1/institutions/{slug}/column-mappings/{dataset}")]
pub async fn set_column_mapping(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&path.1)?;
    let new: NewColumnMapping = body.json(&["application/json"]).await?;
    let mapping = rules::ColumnMapping {
        columns: new.columns,
        codes: new.codes,
        constants: new.constants,
        ignored: new.ignored,
    };
    let set =
        column_mappings::set(&tenant.service, &tenant.scope, dataset, if_match.0, mapping).await?;
    let view = ColumnMapping::from(set);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Empty a mapping: the dataset's own names and codes alone are understood from then on. Versions go on counting.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:write"])), responses((status = 204, description = "Emptied; the ETag is the new version")))]
#[delete("/v1/institutions/{slug}/column-mappings/{dataset}")]
pub async fn delete_column_mapping(
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&path.1)?;
    let left = column_mappings::clear(&tenant.service, &tenant.scope, dataset, if_match.0).await?;
    Ok(HttpResponse::NoContent()
        .insert_header((
            actix_web::http::header::ETAG,
            format!("\"{}\"", left.version),
        ))
        .finish())
}
