//! The audit trail, read back.

use super::Service;
use crate::access::{AuditRead, TenantScope};
use crate::fault::Result;
use crate::store::{Page, PageRequest};
use entity::audit::Model;

/// A page of the institution's trail, oldest first.
pub async fn list(
    service: &Service,
    scope: &TenantScope<AuditRead>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    service.store.tenant(scope).audit_page(page).await
}
