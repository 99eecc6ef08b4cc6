//! Filling rows in, and checking them.

use super::MEDIA_TYPES;
use crate::access::ReturnsWrite;
use crate::fault::Result;
use crate::http::{Body, IfMatchHeader, Problem, tagged};
use crate::operations::returns::ReturnKey;
use crate::operations::rows::{RowFormat, write as rows};
use crate::rest::tenant::Tenant;
use crate::views::{Checked, Return};
use actix_web::web::{Bytes, Json, Path};
use actix_web::{HttpRequest, HttpResponse, patch, post, put};

/// A body of rows and the form it is in.
async fn upload(body: Body) -> Result<(RowFormat, Bytes)> {
    body.expect(MEDIA_TYPES)?;
    let format = if body.media_type() == "text/csv" {
        RowFormat::Csv
    } else {
        RowFormat::Json
    };
    Ok((format, body.upload().await?))
}

/// Replace every row of the draft: all of them or, if there is a fault, none.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"))),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[put("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn replace_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    if_match.0.check_given()?;
    let (format, body) = upload(body).await?;
    let at = rows::replace(
        &tenant.service,
        &tenant.scope,
        key,
        if_match.0,
        format,
        &body,
    )
    .await?;
    let view = Return::of(&tenant.slug, at);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Merge rows into the draft: a row with the org unit and codes of one that is there takes its place.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"))),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[patch("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn merge_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    if_match.0.check_given()?;
    let (format, body) = upload(body).await?;
    let at = rows::merge(
        &tenant.service,
        &tenant.scope,
        key,
        if_match.0,
        format,
        &body,
    )
    .await?;
    let view = Return::of(&tenant.slug, at);
    Ok(tagged(&request, view.version, HttpResponse::Ok(), &view))
}

/// Check rows as a replacement would, and store nothing.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"))),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Checked)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/rows:check")]
pub async fn check_rows(
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    body: Body,
) -> Result<Json<Checked>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let (format, body) = upload(body).await?;
    let checked = rows::check(&tenant.service, &tenant.scope, key, format, &body).await?;
    Ok(Json(Checked {
        rows: checked.rows as u64,
    }))
}
