//! `/v1/sector`.

use super::statistics;
use crate::fault::{Fault, Result, Violation};
use crate::http::{Body, Call, Problem};
use crate::operations::{Service, sector};
use crate::sector::RawQuery;
use crate::views::{Catalogue, SectorAnswer};
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most parameters of a query string.
const MAX_PARAMETERS: usize = 50;

/// A sector query.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectorQuery {
    /// The measure, of `/v1/sector/catalogue`.
    measure: String,
    /// The statistic; `total` where left out.
    statistic: Option<String>,
    /// Dimensions to break down by.
    #[serde(default)]
    group_by: Vec<String>,
    /// Codes to keep, by dimension.
    #[serde(default, rename = "where")]
    filters: BTreeMap<String, Vec<String>>,
    /// The panel; `all` where left out.
    panel: Option<String>,
    /// The year that is 100 in an index; the first of the answer where left out.
    base_year: Option<String>,
    /// The moment to answer for (RFC 3339); now where left out.
    as_of: Option<DateTime<Utc>>,
}

impl From<SectorQuery> for RawQuery {
    fn from(query: SectorQuery) -> Self {
        Self {
            measure: query.measure,
            statistic: query.statistic,
            group_by: query.group_by,
            filters: query.filters,
            panel: query.panel,
            base_year: query.base_year,
            as_of: query.as_of,
        }
    }
}

/// What can be asked of the sector: measures, dimensions, statistics.
#[utoipa::path(tag = "sector", security(()), responses((status = 200, body = Catalogue)))]
#[get("/v1/sector/catalogue")]
pub async fn get_catalogue(service: Data<Service>) -> Json<Catalogue> {
    Json(Catalogue::current(&service.codes()))
}

/// Ask the sector, in a query string: `measure=headcount&group_by=year,nation&where[nation]=scotland,wales`.
///
/// Whoever holds `sector:exact` is answered live and exactly, each use on record; everybody else, without a token too,
/// from the latest release, and the answer says so.
#[utoipa::path(tag = "sector", security(()), responses((status = 200, description = "The answer, in the form that `Accept` names", content((SectorAnswer = "application/json"), (String = "text/csv"), (String = "application/vnd.sdmx.data+csv;version=2.0.0"), (serde_json::Value = "application/vnd.sdmx.structure+json;version=2.0.0"), (serde_json::Value = "application/vnd.json-stat+json"), (serde_json::Value = "application/csvm+json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/vnd.apache.parquet"))), (status = 304, description = "Unchanged since the entity tag of If-None-Match")), params(
    ("measure" = String, Query, description = "The measure, of the catalogue"),
    ("statistic" = Option<String>, Query, description = "total, mean, median, quartiles, share, change or index; total where left out"),
    ("group_by" = Option<String>, Query, description = "Dimensions to break down by, parted by commas"),
    ("where[nation]" = Option<String>, Query, description = "Codes to keep, parted by commas; likewise `where[year]` and every other dimension"),
    ("panel" = Option<String>, Query, description = "all or constant; all where left out"),
    ("base_year" = Option<String>, Query, description = "The year that is 100 in an index; the first where left out"),
    ("as_of" = Option<String>, Query, description = "The moment to answer for (RFC 3339)")))]
#[get("/v1/sector/query")]
pub async fn query_sector(request: HttpRequest, call: Call) -> Result<HttpResponse, Problem> {
    let query = read(request.query_string())?;
    let answered = sector::ask(&call.service, &call.caller, query).await?;
    Ok(statistics::answer(&request, &call.service, &answered)?)
}

/// Ask the sector, in a body.
#[utoipa::path(tag = "sector", request_body = SectorQuery, security(()), responses((status = 200, description = "The answer, in the form that `Accept` names", content((SectorAnswer = "application/json"), (String = "text/csv"), (String = "application/vnd.sdmx.data+csv;version=2.0.0"), (serde_json::Value = "application/vnd.sdmx.structure+json;version=2.0.0"), (serde_json::Value = "application/vnd.json-stat+json"), (serde_json::Value = "application/csvm+json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/vnd.apache.parquet")))))]
#[post("/v1/sector/query")]
pub async fn post_sector_query(
    request: HttpRequest,
    call: Call,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let query: SectorQuery = body.json(&["application/json"]).await?;
    let answered = sector::ask(&call.service, &call.caller, query.into()).await?;
    Ok(statistics::answer(&request, &call.service, &answered)?)
}

/// Reads the query string, every fault at once.
pub(super) fn read(text: &str) -> Result<RawQuery> {
    let mut raw = RawQuery::default();
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()).take(MAX_PARAMETERS) {
        if seen.contains(&name) {
            faults.push(Violation::parameter(
                &name,
                "repeated-parameter",
                "This parameter is named twice.",
            ));
            continue;
        }
        seen.push(name.clone());
        let list = || {
            value
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(ToOwned::to_owned)
                .collect()
        };
        match name.as_ref() {
            "measure" => raw.measure = value.into_owned(),
            "statistic" => raw.statistic = Some(value.into_owned()),
            "panel" => raw.panel = Some(value.into_owned()),
            "base_year" => raw.base_year = Some(value.into_owned()),
            "group_by" => raw.group_by = list(),
            "as_of" => match value.parse() {
                Ok(moment) => raw.as_of = Some(moment),
                Err(_) => faults.push(Violation::parameter(
                    "as_of",
                    "wrong-form",
                    "This is not a moment such as 2026-03-03T00:00:00Z.",
                )),
            },
            other => match other
                .strip_prefix("where[")
                .and_then(|rest| rest.strip_suffix(']'))
            {
                Some(dimension) => {
                    raw.filters.insert(dimension.to_owned(), list());
                }
                None => faults.push(Violation::parameter(
                    &other.chars().take(60).collect::<String>(),
                    "unknown-parameter",
                    "On offer: measure, statistic, group_by, where[dimension], panel, base_year, as_of.",
                )),
            },
        }
    }
    if faults.is_empty() {
        Ok(raw)
    } else {
        Err(Fault::InvalidParameters(faults))
    }
}
