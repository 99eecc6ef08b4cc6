//! Rows of a version, read back: a page, or all of them as a file.

use crate::access::{ReturnsRead, TenantScope};
use crate::fault::Result;
use crate::formats;
use crate::operations::Service;
use crate::operations::returns::{ReturnKey, version};
use crate::store::{AtVersion, Page, PageRequest, StoredRow};

/// A page of a version's rows; empty before anything was filled in.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    at: AtVersion,
    page: &PageRequest,
) -> Result<Page<StoredRow>> {
    match version(service, scope, key, at).await? {
        Some(version) => {
            service
                .store
                .tenant(scope)
                .rows(key.definition(), version.id, page)
                .await
        }
        None => Ok(Page {
            items: Vec::new(),
            next: None,
        }),
    }
}

/// Every row of a version as CSV, in the columns a replacement takes.
pub async fn csv(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    at: AtVersion,
) -> Result<Vec<u8>> {
    let rows = match version(service, scope, key, at).await? {
        Some(version) => {
            service
                .store
                .tenant(scope)
                .all_rows(key.definition(), version.id)
                .await?
        }
        None => Vec::new(),
    };
    let header: Vec<&str> = key.definition().columns().collect();
    let lines = rows.into_iter().map(|row| {
        let figures =
            key.definition()
                .measures
                .iter()
                .zip(row.measures)
                .map(|(measure, figure)| {
                    figure
                        .map(|figure| measure.unit.shown(figure).to_string())
                        .unwrap_or_default()
                });
        std::iter::once(row.org_unit)
            .chain(row.codes)
            .chain(figures)
            .collect()
    });
    formats::csv::write(&header, lines)
}
