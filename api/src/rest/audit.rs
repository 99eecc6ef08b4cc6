//! `/v1/institutions/{slug}/audit`.

use super::query::{Sorted, Strict};
use super::tenant::Tenant;
use crate::access::AuditRead;
use crate::http::Problem;
use crate::operations::audit;
use crate::views::{AuditLine, Page};
use actix_web::get;

/// List the institution's audit trail, oldest first.
#[utoipa::path(tag = "audit", params(Sorted), security(("bearer" = ["audit:read"])), responses((status = 200, body = Page<AuditLine>)))]
#[get("/v1/institutions/{slug}/audit")]
pub async fn list_audit(
    tenant: Tenant<AuditRead>,
    paging: Strict<Sorted>,
) -> Result<Page<AuditLine>, Problem> {
    let found = audit::list(&tenant.service, &tenant.scope, &paging.0.request("at")?).await?;
    Ok(found.map(AuditLine::from).into())
}
