//! `/v1/releases`.

use super::query::Strict;
use super::sector::{SectorQuery, read};
use super::{files, statistics};
use crate::fault::{Fault, Noun, Result};
use crate::http::{Body, Call, Problem};
use crate::operations::releases::{self, NewRelease, media_type};
use crate::sector::release::Family;
use crate::store::PageRequest;
use crate::views::{Page, Release, ReleaseSummary, release_document};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A release to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseToMake {
    /// Short name, as `autumn-2026`.
    name: String,
    /// Title.
    title: String,
    /// What a reader must know.
    notes: Option<String>,
    /// Its DOI, where one is reserved.
    doi: Option<String>,
    /// The regime; the newest where left out.
    regime: Option<String>,
    /// Which tables: `attributes`, `crosses`, `measures`; the default family where left out.
    #[schema(value_type = Option<Object>)]
    family: Option<Family>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReleasesQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// `number`, or `-number` for the latest first.
    sort: Option<String>,
}

/// List releases, oldest first.
#[utoipa::path(tag = "releases", params(ReleasesQuery), security(()), responses((status = 200, body = Page<ReleaseSummary>)))]
#[get("/v1/releases")]
pub async fn list_releases(
    call: Call,
    query: Strict<ReleasesQuery>,
) -> Result<Page<ReleaseSummary>, Problem> {
    let request = PageRequest::read(query.0.limit, query.0.cursor.as_deref())?
        .sorted(query.0.sort.as_deref(), "number")?;
    let (page, last) = releases::list(&call.service, &request).await?;
    Ok(page.map(|entry| ReleaseSummary::of(entry, last)).into())
}

/// Make a release from the facts as they stand. It takes seconds to a minute; nothing is seen of it before it is whole.
#[utoipa::path(tag = "releases", request_body = ReleaseToMake, security(("bearer" = ["releases:write"])),
    responses((status = 201, body = Release, headers(("Location" = String, description = "Where it is")))))]
#[post("/v1/releases")]
pub async fn create_release(call: Call, body: Body) -> Result<HttpResponse, Problem> {
    let scope = call.releases()?;
    let asked: ReleaseToMake = body.json(&["application/json"]).await?;
    let asked = NewRelease {
        name: asked.name,
        title: asked.title,
        notes: asked.notes,
        doi: asked.doi,
        regime: asked.regime,
        family: asked.family,
    };
    let made = releases::create(
        &call.service,
        &scope,
        asked,
        Arc::new(|_, _, _| {}),
        release_document,
    )
    .await?;
    let place = format!("/v1/releases/{}", made.entry.number);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .json(Release::from(made)))
}

/// The number of a release as an address spells it: `3`, or `latest`.
async fn numbered(call: &Call, text: &str) -> Result<i64> {
    match text {
        "latest" => releases::latest(&call.service).await,
        text => text.parse().map_err(|_| Fault::NotFound(Noun::Release)),
    }
}

/// A release: what it holds, how accurate it is, its files. `latest` stands for the latest.
#[utoipa::path(tag = "releases", params(("number" = String, Path, description = "The number, or `latest`")), security(()), responses((status = 200, body = Release)))]
#[get("/v1/releases/{number}")]
pub async fn get_release(call: Call, number: Path<String>) -> Result<HttpResponse, Problem> {
    let number = numbered(&call, &number).await?;
    let release = releases::get(&call.service, number).await?;
    Ok(HttpResponse::Ok().json(Release::from(release)))
}

/// Ask a release, in a query string, as `/v1/sector/query` is asked.
#[utoipa::path(tag = "releases", security(()), responses((status = 200, description = "The answer, in the form that `Accept` names", content((crate::views::SectorAnswer = "application/json"), (String = "text/csv"), (String = "application/vnd.sdmx.data+csv;version=2.0.0"), (serde_json::Value = "application/vnd.sdmx.structure+json;version=2.0.0"), (serde_json::Value = "application/vnd.json-stat+json"), (serde_json::Value = "application/csvm+json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/vnd.apache.parquet"))), (status = 304, description = "Unchanged since the entity tag of If-None-Match")), params(
    ("number" = String, Path, description = "The number, or `latest`"),
    ("measure" = String, Query, description = "The measure"),
    ("statistic" = Option<String>, Query, description = "total, mean, median, quartiles, share, change or index; total where left out"),
    ("group_by" = Option<String>, Query, description = "Dimensions to break down by, parted by commas: the year and up to two more"),
    ("where[nation]" = Option<String>, Query, description = "One code to keep; likewise every other dimension of a table; `where[year]` takes several"),
    ("base_year" = Option<String>, Query, description = "The year that is 100 in an index")))]
#[get("/v1/releases/{number}/query")]
pub async fn query_release(
    request: HttpRequest,
    call: Call,
    number: Path<String>,
) -> Result<HttpResponse, Problem> {
    let number = numbered(&call, &number).await?;
    let query = read(request.query_string())?;
    let answered = releases::query(&call.service, number, query).await?;
    Ok(statistics::answer(&request, &call.service, &answered)?)
}

/// Ask a release, in a body.
#[utoipa::path(tag = "releases", request_body = SectorQuery, security(()), params(("number" = String, Path, description = "The number, or `latest`")), responses((status = 200, description = "The answer, in the form that `Accept` names", content((crate::views::SectorAnswer = "application/json"), (String = "text/csv"), (String = "application/vnd.sdmx.data+csv;version=2.0.0"), (serde_json::Value = "application/vnd.sdmx.structure+json;version=2.0.0"), (serde_json::Value = "application/vnd.json-stat+json"), (serde_json::Value = "application/csvm+json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/vnd.apache.parquet")))))]
#[post("/v1/releases/{number}/query")]
pub async fn post_release_query(
    request: HttpRequest,
    call: Call,
    number: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let number = numbered(&call, &number).await?;
    let query: SectorQuery = body.json(&["application/json"]).await?;
    let answered = releases::query(&call.service, number, query.into()).await?;
    Ok(statistics::answer(&request, &call.service, &answered)?)
}

/// A file of a release: `json`, `csv`, `sdmx-csv`, `sdmx-structure`, `json-stat`, `xlsx` or `parquet`; the same for ever.
#[utoipa::path(tag = "releases", security(()), params(("number" = String, Path, description = "The number, or `latest`"), ("format" = String, Path, description = "The format")), responses((status = 200, description = "The file", content((crate::views::ReleaseDocument = "application/json"), (String = "text/csv"), (String = "application/vnd.sdmx.data+csv;version=2.0.0"), (serde_json::Value = "application/vnd.sdmx.structure+json;version=2.0.0"), (serde_json::Value = "application/vnd.json-stat+json"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/vnd.apache.parquet"))), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/releases/{number}/files/{format}")]
pub async fn get_release_file(
    request: HttpRequest,
    call: Call,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (number, format) = place.into_inner();
    let number = numbered(&call, &number).await?;
    let file = releases::file(&call.service, number, &format).await?;
    let tag = format!("\"{}\"", file.digest);
    if crate::http::conditional::known(&request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    let name = releases::name(number, &format);
    let mut answer = files::whole(media_type(&format), &name, file.content);
    if let Ok(tag) = header::HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// How the figures of a release were decided: every merge and every refusal with its reason, as CSV; no values.
#[utoipa::path(tag = "releases", security(("bearer" = ["releases:write"])), params(("number" = String, Path, description = "The number, or `latest`")), responses((status = 200, description = "The log", content((String = "text/csv")))))]
#[get("/v1/releases/{number}/decisions")]
pub async fn get_release_decisions(
    call: Call,
    number: Path<String>,
) -> Result<HttpResponse, Problem> {
    let scope = call.releases()?;
    let number = numbered(&call, &number).await?;
    let log = releases::decisions(&call.service, &scope, number).await?;
    Ok(files::whole(
        files::CSV,
        &format!("release-{number}-decisions.csv"),
        log,
    ))
}
