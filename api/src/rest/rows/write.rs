//! Filling rows in, and checking them.

use crate::access::ReturnsWrite;
use crate::fault::Result;
use crate::http::{Body, IfMatchHeader, Prefer, Problem, tagged};
use crate::operations::returns::ReturnKey;
use crate::operations::rows::write::{self as rows, How, RowChange};
use crate::operations::rows::{RowFormat, Sent};
use crate::rest::files::{NDJSON, XLSX};
use crate::rest::tenant::Tenant;
use crate::views::Return;
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse, patch, post, put};

/// The forms rows are taken in, in the order of [`FORMATS`].
const MEDIA_TYPES: &[&str] = &["text/csv", "application/json", NDJSON, XLSX];
const FORMATS: &[RowFormat] = &[
    RowFormat::Csv,
    RowFormat::Json,
    RowFormat::Ndjson,
    RowFormat::Xlsx,
];

/// A body of rows and the form it is in.
async fn sent(body: Body) -> Result<Sent> {
    body.expect(MEDIA_TYPES)?;
    let media_type = body.media_type();
    let mut forms = MEDIA_TYPES.iter().zip(FORMATS);
    let format = forms
        .find(|(name, _)| **name == media_type)
        .map_or(RowFormat::Csv, |(_, format)| *format);
    Ok(Sent::new(format, body.upload().await?))
}

/// Changes rows, and shows what stands there now or, if the caller prefers, nothing.
async fn changed(
    request: &HttpRequest,
    tenant: &Tenant<ReturnsWrite>,
    change: RowChange,
    body: Body,
) -> Result<HttpResponse, Problem> {
    // Refused before a body is read that would be for nothing.
    change.if_match.check_given()?;
    let sent = sent(body).await?;
    let written = rows::change(&tenant.service, &tenant.scope, change, sent).await?;
    Ok(match written.shown {
        None => Prefer::minimal_answer(written.version),
        Some(at) => {
            let view = Return::of(&tenant.slug, at);
            tagged(request, view.version, HttpResponse::Ok(), &view)
        }
    })
}

/// Replace every row of the draft: all of them or, if there is a fault, none.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    params(("Prefer" = Option<String>, Header, description = "`return=minimal`: only the new version, without totals")),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Return), (status = 204, description = "Done; the ETag is the new version")))]
#[put("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn replace_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    prefer: Prefer,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let change = RowChange {
        key: ReturnKey::read(&path.1, &path.2)?,
        if_match: if_match.0,
        how: How::Replace,
        minimal: prefer.minimal,
    };
    changed(&request, &tenant, change, body).await
}

/// Merge rows into the draft: a row with the org unit and codes of one that is there takes its place.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    params(("Prefer" = Option<String>, Header, description = "`return=minimal`: only the new version, without totals")),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Return), (status = 204, description = "Done; the ETag is the new version")))]
#[patch("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn merge_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    if_match: IfMatchHeader,
    prefer: Prefer,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let change = RowChange {
        key: ReturnKey::read(&path.1, &path.2)?,
        if_match: if_match.0,
        how: How::Merge,
        minimal: prefer.minimal,
    };
    changed(&request, &tenant, change, body).await
}

/// Check rows: the answer a replacement would get, and nothing stored.
#[utoipa::path(tag = "returns", request_body(content((crate::rest::openapi::RowsBody = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    security(("bearer" = ["returns:write"])), responses((status = 200, body = Return)))]
#[post("/v1/institutions/{slug}/returns/{dataset}/{year}/rows:check")]
pub async fn check_rows(
    tenant: Tenant<ReturnsWrite>,
    path: Path<(String, String, String)>,
    body: Body,
) -> Result<Json<Return>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let sent = sent(body).await?;
    let at = rows::check(&tenant.service, &tenant.scope, key, sent).await?;
    Ok(Json(Return::of(&tenant.slug, at)))
}
