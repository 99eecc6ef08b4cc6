//! Reading rows back.

use crate::access::ReturnsRead;
use crate::fault::{Fault, Result, Violation};
use crate::http::{Problem, accept};
use crate::operations::returns::ReturnKey;
use crate::operations::rows::read::{self as rows, Wanted};
use crate::rest::files::{CSV, NDJSON, XLSX, streamed};
use crate::rest::query::Strict;
use crate::rest::returns::AtQuery;
use crate::rest::tenant::Tenant;
use crate::store::PageRequest;
use crate::views::{Page, ReturnRow};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, Responder as _, get};
use futures::TryStreamExt as _;
use std::sync::Arc;
use utoipa::IntoParams;

/// The forms rows are given in.
const OFFERED: &[&str] = &["application/json", NDJSON, "text/csv", XLSX];

/// Which page, where the rows are read as JSON.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowPaging {
    /// How many rows of a JSON page, from 1 to 500; 50 where nothing is said. The other forms give every row.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before; of JSON only.
    cursor: Option<String>,
}

/// Which rows, of which version.
#[derive(Debug, Default)]
struct RowQuery {
    page: RowPaging,
    at: AtQuery,
    /// Every other parameter: what the rows are narrowed to.
    filters: Vec<(String, String)>,
}

impl RowQuery {
    /// Sorts parameters into those that every dataset has and those that are the dataset's.
    fn read(given: Vec<(String, String)>) -> Result<Self> {
        let mut query = Self::default();
        let mut faults = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for (name, text) in given {
            if seen.contains(&name) {
                let message = "The parameter stands there twice.";
                faults.push(Violation::parameter(&name, "repeated-parameter", message));
                continue;
            }
            seen.push(name.clone());
            let wrong = |what: &str| {
                let message = format!("\u{201c}{text}\u{201d} is not {what}.");
                Violation::parameter(&name, "wrong-form", message)
            };
            match name.as_str() {
                "limit" => match text.parse() {
                    Ok(limit) => query.page.limit = Some(limit),
                    Err(_) => faults.push(wrong("a number")),
                },
                "revision" => match text.parse() {
                    Ok(number) => query.at.revision = Some(number),
                    Err(_) => faults.push(wrong("a number")),
                },
                "as_of" => match text.parse() {
                    Ok(moment) => query.at.as_of = Some(moment),
                    Err(_) => {
                        faults.push(wrong("a moment of RFC 3339, such as 2026-01-15T00:00:00Z"));
                    }
                },
                "cursor" => query.page.cursor = Some(text),
                _ => query.filters.push((name, text)),
            }
        }
        if faults.is_empty() {
            Ok(query)
        } else {
            Err(Fault::InvalidParameters(faults))
        }
    }
}

/// Read the rows of a version: a page as JSON, or all of them as NDJSON, CSV or a workbook, in the columns a replacement
/// takes.
#[utoipa::path(tag = "returns", params(RowPaging, AtQuery), security(("bearer" = ["returns:read"])), responses((status = 200, content(
    (crate::rest::openapi::RowPage = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"),
    (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/rows")]
pub async fn get_rows(
    request: HttpRequest,
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    query: Strict<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let query = RowQuery::read(query.0)?;
    let form = accept::choose(&request, OFFERED)?;
    let wanted = Wanted {
        key,
        at: query.at.at()?,
        filter: rows::filter(&tenant.service, &tenant.scope, key, &query.filters).await?,
    };
    let page = PageRequest::read(query.page.limit, query.page.cursor.as_deref())?;
    let service = Arc::clone(&tenant.service);
    let named = |ending: &str| format!("{}-{}-{}.{ending}", tenant.slug, key.dataset, key.year);
    match form {
        "text/csv" => {
            let pieces = rows::csv(&service, &tenant.scope, wanted).await?;
            Ok(streamed(CSV, &named("csv"), pieces))
        }
        NDJSON => {
            let pages = rows::pages(&service, &tenant.scope, wanted).await?;
            let lines = pages.and_then(move |page| async move {
                let mut lines = Vec::new();
                for row in page {
                    let row = ReturnRow::of(key.definition(), row);
                    serde_json::to_writer(&mut lines, &row).map_err(|_| Fault::Internal)?;
                    lines.push(b'\n');
                }
                Ok(lines)
            });
            Ok(streamed(NDJSON, &named("ndjson"), lines))
        }
        XLSX => {
            let pieces = rows::workbook(&service, &tenant.scope, wanted, None).await?;
            Ok(streamed(XLSX, &named("xlsx"), pieces))
        }
        _ => {
            let found = rows::list(&service, &tenant.scope, &wanted, &page).await?;
            let page: Page<ReturnRow> =
                found.map(|row| ReturnRow::of(key.definition(), row)).into();
            Ok(page.respond_to(&request))
        }
    }
}
