//! Column mappings: how an institution's own files name what a dataset names.

use super::rows::write::units;
use super::{IfMatch, Service};
use crate::access::{Permit, ReturnsRead, ReturnsWrite, TenantScope};
use crate::domain::column_mappings::{ColumnMapping, Translation};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use crate::store::{Page, PageRequest};
use chrono::{DateTime, Utc};
use entity::column_mappings::Model;
use entity::values::DatasetName;

/// A mapping as it stands.
#[derive(Clone, Debug)]
pub struct MappingAt {
    /// For which dataset.
    pub dataset: DatasetName,
    /// What it says.
    pub mapping: ColumnMapping,
    /// Counts changes; the `ETag`. 0 before it was ever set.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

impl MappingAt {
    fn of(row: Model) -> Result<Self> {
        Ok(Self {
            dataset: row.dataset,
            mapping: read(row.mapping)?,
            version: row.version,
            updated_at: Some(row.updated_at),
        })
    }

    const fn never_set(dataset: DatasetName, mapping: ColumnMapping) -> Self {
        Self {
            dataset,
            mapping,
            version: 0,
            updated_at: None,
        }
    }
}

/// A mapping as it is stored, read back.
fn read(stored: serde_json::Value) -> Result<ColumnMapping> {
    serde_json::from_value(stored).map_err(|_| Fault::Internal)
}

fn written(mapping: &ColumnMapping) -> Result<serde_json::Value> {
    serde_json::to_value(mapping).map_err(|_| Fault::Internal)
}

/// The dataset an address names.
///
/// # Errors
/// [`Fault::NotFound`].
pub fn dataset(name: &str) -> Result<DatasetName> {
    name.parse().map_err(|_| Fault::NotFound(Noun::Dataset))
}

/// A page of the mappings that were ever set.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    page: &PageRequest,
) -> Result<Page<MappingAt>> {
    let found = service.store.tenant(scope).column_mappings(page).await?;
    let items = found.items.into_iter().map(MappingAt::of);
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        next: found.next,
    })
}

/// The mapping for a dataset. One that was never set is there, empty, so that it can be set.
pub async fn get(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    dataset: DatasetName,
) -> Result<MappingAt> {
    let found = service.store.tenant(scope).column_mapping(dataset).await?;
    found.map_or_else(
        || Ok(MappingAt::never_set(dataset, ColumnMapping::default())),
        MappingAt::of,
    )
}

/// A dataset as the institution's files name it.
pub(super) async fn translation<P: Permit>(
    service: &Service,
    scope: &TenantScope<P>,
    dataset: DatasetName,
) -> Result<Translation> {
    let found = service.store.tenant(scope).column_mapping(dataset).await?;
    let mapping = found.map(|row| read(row.mapping)).transpose()?;
    Ok(Translation::of(
        Dataset::of(dataset),
        mapping.unwrap_or_default(),
    ))
}

/// Sets the mapping for a dataset, whole.
///
/// # Errors
/// [`Fault::InvalidBody`] with everything that is wrong with it.
pub async fn set(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    dataset: DatasetName,
    if_match: IfMatch,
    mapping: ColumnMapping,
) -> Result<MappingAt> {
    if_match.check_given()?;
    let mapping = mapping.trimmed();
    let units = units(service, scope).await?;
    let faults = mapping.faults(Dataset::of(dataset), &service.codes(), |code| {
        units.contains_key(code)
    });
    if !faults.is_empty() {
        return Err(Fault::InvalidBody(faults));
    }
    store(
        service,
        scope,
        dataset,
        if_match,
        mapping,
        "column-mapping.set",
    )
    .await
}

/// Empties the mapping for a dataset: its own names and codes alone are understood from then on.
pub async fn clear(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    dataset: DatasetName,
    if_match: IfMatch,
) -> Result<MappingAt> {
    if_match.check_given()?;
    let empty = ColumnMapping::default();
    store(
        service,
        scope,
        dataset,
        if_match,
        empty,
        "column-mapping.clear",
    )
    .await
}

async fn store(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    dataset: DatasetName,
    if_match: IfMatch,
    mapping: ColumnMapping,
    action: &'static str,
) -> Result<MappingAt> {
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let empty = written(&ColumnMapping::default())?;
    let mut row = tx.tenant().lock_column_mapping(dataset, empty, now).await?;
    if_match.check(row.version)?;
    let before = (row.version > 0).then(|| row.mapping.clone());
    row.mapping = written(&mapping)?;
    row.version += 1;
    row.updated_at = now;
    tx.tenant().update_column_mapping(&row).await?;
    let line = service.change(now, action, format!("column-mappings/{dataset}"));
    tx.audit(line.with(before, row.mapping.clone())).await?;
    tx.commit().await?;
    MappingAt::of(row)
}
