//! `/v1/institutions/{slug}/benchmark`.

use super::query::Strict;
use super::tenant::Tenant;
use crate::access::ReturnsRead;
use crate::http::Problem;
use crate::operations::benchmark;
use crate::views::Benchmark;
use actix_web::get;
use actix_web::web::Json;
use serde::Deserialize;
use utoipa::IntoParams;

/// What is compared with whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BenchmarkQuery {
    /// The measure, of the latest release; `headcount` where nothing is said.
    measure: Option<String>,
    /// The peers: `nation`, `region`, `kind`, `mission_group`, `size_band`, `phase`, or all of the `sector`, which is meant
    /// where nothing is said.
    peers: Option<String>,
}

/// Compare the institution's own exact figures with its peers' median and quartiles, year by year.
#[utoipa::path(tag = "sector", params(("slug" = String, Path, description = "The institution"), BenchmarkQuery), security(("bearer" = ["returns:read"])),
    responses((status = 200, body = Benchmark)))]
#[get("/v1/institutions/{slug}/benchmark")]
pub async fn get_benchmark(
    tenant: Tenant<ReturnsRead>,
    query: Strict<BenchmarkQuery>,
) -> Result<Json<Benchmark>, Problem> {
    let (measure, peers) = (query.0.measure.as_deref(), query.0.peers.as_deref());
    let compared = benchmark::compare(&tenant.service, &tenant.scope, measure, peers).await?;
    Ok(Json(compared.into()))
}
