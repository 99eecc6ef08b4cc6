//! `/v1/sector/participation`.

use super::files::{CSV, whole};
use super::query::{Strict, code};
use crate::fault::Result;
use crate::http::accept;
use crate::http::{Call, Problem};
use crate::operations::participation::{self, Wanted};
use crate::store::{InstitutionFilter, PageRequest};
use crate::views::{OBLIGATION_COLUMNS, Obligation, Page, ParticipationCount};
use actix_web::{HttpRequest, HttpResponse, Responder as _, get};
use serde::Deserialize;
use utoipa::IntoParams;

const OFFERED: &[&str] = &["application/json", "text/csv"];

/// What the list may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ParticipationQuery {
    /// How many items, from 1 to 500; 50 where nothing is said. CSV has them all.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Academic year.
    year: Option<String>,
    /// Dataset.
    dataset: Option<String>,
    /// What became of it: `owed`, `overdue`, `draft`, `submitted`, `accepted`, `returned`, `nil` or `withdrawn`.
    state: Option<String>,
    /// Nation.
    nation: Option<String>,
    /// Kind of institution.
    kind: Option<String>,
    /// Mission group.
    mission_group: Option<String>,
    /// Region.
    region: Option<String>,
    /// Size band.
    size_band: Option<String>,
    /// Signing phase.
    phase: Option<String>,
}

/// What the counts may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ParticipationSummaryQuery {
    /// Academic year.
    year: Option<String>,
    /// Dataset.
    dataset: Option<String>,
    /// Nation.
    nation: Option<String>,
    /// Kind of institution.
    kind: Option<String>,
    /// Mission group.
    mission_group: Option<String>,
    /// Region.
    region: Option<String>,
    /// Size band.
    size_band: Option<String>,
    /// Signing phase.
    phase: Option<String>,
}

impl ParticipationSummaryQuery {
    fn wanted(&self) -> Result<Wanted> {
        Ok(Wanted {
            year: code("year", self.year.as_deref())?,
            dataset: code("dataset", self.dataset.as_deref())?,
            state: None,
            institutions: InstitutionFilter {
                nation: code("nation", self.nation.as_deref())?,
                kind: code("kind", self.kind.as_deref())?,
                mission_group: code("mission_group", self.mission_group.as_deref())?,
                region: code("region", self.region.as_deref())?,
                size_band: code("size_band", self.size_band.as_deref())?,
                phase: code("phase", self.phase.as_deref())?,
                status: None,
            },
        })
    }
}

/// List which signatory owes which return, and what became of it: a page as JSON, or all as CSV.
#[utoipa::path(tag = "sector", params(ParticipationQuery), security(("bearer" = ["participation:read"])),
    responses((status = 200, content((Page<Obligation> = "application/json"), (String = "text/csv")))))]
#[get("/v1/sector/participation")]
pub async fn list_participation(
    request: HttpRequest,
    call: Call,
    query: Strict<ParticipationQuery>,
) -> Result<HttpResponse, Problem> {
    let scope = call.participation()?;
    let form = accept::choose(&request, OFFERED)?;
    let query = query.0;
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?;
    let state = code("state", query.state.as_deref())?;
    let narrowed = ParticipationSummaryQuery {
        year: query.year,
        dataset: query.dataset,
        nation: query.nation,
        kind: query.kind,
        mission_group: query.mission_group,
        region: query.region,
        size_band: query.size_band,
        phase: query.phase,
    };
    let wanted = Wanted {
        state,
        ..narrowed.wanted()?
    };
    if form == "text/csv" {
        let line = |one| Obligation::from(one).cells();
        let columns = &OBLIGATION_COLUMNS;
        let file = participation::csv(&call.service, &scope, &wanted, columns, line).await?;
        return Ok(whole(CSV, "participation.csv", file));
    }
    let found = participation::list(&call.service, &scope, &wanted, &page).await?;
    Ok(Page::from(found.map(Obligation::from)).respond_to(&request))
}

/// Count how many signatories are in which state, by year and dataset.
#[utoipa::path(tag = "sector", params(ParticipationSummaryQuery), security(("bearer" = ["participation:read"])), responses((status = 200, body = Page<ParticipationCount>)))]
#[get("/v1/sector/participation/summary")]
pub async fn summarise_participation(
    call: Call,
    query: Strict<ParticipationSummaryQuery>,
) -> Result<Page<ParticipationCount>, Problem> {
    let scope = call.participation()?;
    let counts = participation::summary(&call.service, &scope, &query.0.wanted()?).await?;
    Ok(Page {
        items: counts.into_iter().map(ParticipationCount::from).collect(),
        next: None,
    })
}
