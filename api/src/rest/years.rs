//! `/v1/years`.

use crate::access::RegistryWrite;
use crate::http::{Body, Call, IfMatchHeader, Problem, tagged};
use crate::operations::years::{self, Window, Windows};
use crate::views::{DatasetWindows, Page, Year};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// When a year's returns are collected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YearWindow {
    /// First day; null where not set.
    opens_on: Option<NaiveDate>,
    /// Last day; null where not set.
    closes_on: Option<NaiveDate>,
    /// Windows of single datasets, where they differ; a day that is left out is the year's.
    #[serde(default)]
    datasets: DatasetWindows,
}

/// List the academic years, oldest first; there is one page.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Page<Year>)))]
#[get("/v1/years")]
pub async fn list_years(call: Call) -> Result<Page<Year>, Problem> {
    let items = years::list(&call.service)
        .await?
        .into_iter()
        .map(Year::from)
        .collect();
    Ok(Page { items, next: None })
}

/// Read an academic year.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Year), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/years/{year}")]
pub async fn get_year(
    request: HttpRequest,
    call: Call,
    year: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = Year::from(years::get(&call.service, &year).await?);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// Set when a year's returns are collected.
#[utoipa::path(tag = "registry", request_body = YearWindow, security(("bearer" = ["registry:write"])), responses((status = 200, body = Year)))]
#[put("/v1/years/{year}")]
pub async fn set_year(
    request: HttpRequest,
    call: Call,
    year: Path<String>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let scope = call.registry::<RegistryWrite>()?;
    let window: YearWindow = body.json(&["application/json"]).await?;
    let wanted = Windows {
        year: Window {
            opens_on: window.opens_on,
            closes_on: window.closes_on,
        },
        datasets: window.datasets.windows(),
    };
    let set = years::put(&call.service, &scope, &year, if_match.0, wanted).await?;
    let set = Year::from(set);
    Ok(tagged(&request, set.version, HttpResponse::Ok(), &set))
}
