//! Reading rows back.

use super::MEDIA_TYPES;
use crate::access::ReturnsRead;
use crate::fault::{Fault, Result};
use crate::http::Problem;
use crate::operations::returns::ReturnKey;
use crate::operations::rows::read as rows;
use crate::rest::query::Strict;
use crate::rest::returns::AtQuery;
use crate::rest::tenant::Tenant;
use crate::store::{AtVersion, PageRequest};
use crate::views::{Page, ReturnRow};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, Responder as _, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which rows, of which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// How many rows of a JSON page, from 1 to 500; 50 where nothing is said. CSV gives every row.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// A revision by its number.
    #[param(minimum = 1)]
    revision: Option<i32>,
    /// The revision that stood at a moment (RFC 3339).
    as_of: Option<DateTime<Utc>>,
}

impl RowQuery {
    fn at(&self) -> Result<AtVersion> {
        AtQuery {
            revision: self.revision,
            as_of: self.as_of,
        }
        .at()
    }
}

/// Whether the caller wants CSV rather than JSON.
fn wants_csv(request: &HttpRequest) -> Result<bool> {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    let names = |wanted: &[&str]| {
        accept
            .split(',')
            .any(|range| wanted.contains(&range.split(';').next().unwrap_or_default().trim()))
    };
    match (
        names(&["text/csv", "text/*"]),
        names(&["application/json", "application/*", "*/*"]),
    ) {
        (_, true) => Ok(false),
        (true, false) => Ok(true),
        (false, false) => Err(Fault::NotAcceptable {
            offered: MEDIA_TYPES,
        }),
    }
}

/// Read the rows of a version: a page as JSON, or all of them as CSV in the columns a replacement takes.
#[utoipa::path(tag = "returns", params(RowQuery), security(("bearer" = ["returns:read"])), responses((status = 200, content(
    (crate::rest::openapi::RowPage = "application/json"), (String = "text/csv")))))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn get_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    query: Strict<RowQuery>,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let at = query.0.at()?;
    if wants_csv(&request)? {
        let file = rows::csv(&tenant.service, &tenant.scope, key, at).await?;
        let name = format!(
            "attachment; filename=\"{}-{}-{}.csv\"",
            tenant.slug, key.dataset, key.year
        );
        let mut answer = HttpResponse::Ok();
        answer.insert_header((header::CONTENT_DISPOSITION, name));
        return Ok(answer
            .content_type("text/csv; charset=utf-8; header=present")
            .body(file));
    }
    let page = PageRequest::read(query.0.limit, query.0.cursor.as_deref())?;
    let found = rows::list(&tenant.service, &tenant.scope, key, at, &page).await?;
    let page: Page<ReturnRow> = found.map(|row| ReturnRow::of(key.definition(), row)).into();
    Ok(page.respond_to(&request))
}
