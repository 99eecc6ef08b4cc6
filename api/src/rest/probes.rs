//! `/livez` and `/readyz`.

use crate::http::{Call, Problem};
use actix_web::get;
use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process runs.
#[utoipa::path(tag = "probes", security(()), responses((status = 200, body = Health)))]
#[get("/livez")]
pub async fn get_liveness() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the service can answer: its database does.
#[utoipa::path(tag = "probes", security(()), responses((status = 200, body = Health)))]
#[get("/readyz")]
pub async fn get_readiness(call: Call) -> Result<Json<Health>, Problem> {
    call.service.ready().await?;
    Ok(Json(Health { status: "ok" }))
}
