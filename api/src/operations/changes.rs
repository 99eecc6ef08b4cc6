//! The difference between two versions of a return, row by row.

use super::Service;
use super::returns::ReturnKey;
use crate::access::{ReturnsRead, TenantScope};
use crate::fault::{Fault, Noun, Result};
use crate::store::{AtVersion, ChangedRow, Connection, Page, PageRequest, Tenant};
use entity::return_versions::Model as Version;
use entity::returns::Model;

/// A page of the rows that differ, by org unit code and codes: from a revision, or from the one before, to a version.
/// Before the first revision there were no rows.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    from: Option<i32>,
    to: AtVersion,
    page: &PageRequest,
) -> Result<Page<ChangedRow>> {
    let tenant = service.store.tenant(scope);
    let missing = Fault::NotFound(Noun::Revision);
    let nothing = Page {
        items: Vec::new(),
        next: None,
    };
    let Some(of) = tenant.return_of(key.dataset, key.year).await? else {
        return match (from, to) {
            (None, AtVersion::Current) => Ok(nothing),
            _ => Err(missing),
        };
    };
    let Some(to) = tenant.version_at(&of, to).await? else {
        return match (from, to) {
            (None, AtVersion::Current) => Ok(nothing),
            _ => Err(missing),
        };
    };
    let from = before(&tenant, &of, from, &to).await?;
    tenant
        .changes(key.definition(), from.map(|from| from.id), to.id, page)
        .await
}

async fn before<C: Connection>(
    tenant: &Tenant<'_, C>,
    of: &Model,
    from: Option<i32>,
    to: &Version,
) -> Result<Option<Version>> {
    let number = from.unwrap_or_else(|| to.revision.map_or(of.revision, |number| number - 1));
    if from.is_none() && number == 0 {
        return Ok(None);
    }
    let found = tenant.version_at(of, AtVersion::Revision(number)).await?;
    found.map(Some).ok_or(Fault::NotFound(Noun::Revision))
}
