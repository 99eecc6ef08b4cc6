//! Releases as everybody reads them.

use super::Release;
use crate::access::{RegistryScope, ReleaseScope};
use crate::fault::{Fault, Noun, Result};
use crate::operations::Service;
use crate::operations::sector::{Answered, Origin};
use crate::sector::release::Content;
use crate::sector::{Query, RawQuery, released};
use crate::store::{Page, PageRequest, ReleaseEntry};
use entity::release_files;
use moka::sync::Cache;
use std::sync::Arc;

/// Most releases whose tables are kept in memory at a time.
const MOST_CONTENTS: u64 = 8;
/// Most answers kept.
const MOST_ANSWERS: u64 = 500;

/// Tables of releases and answers from them. A release never changes, so neither is ever out of date.
#[derive(Debug)]
pub struct Contents {
    tables: Cache<i64, Arc<Content>>,
    entries: Cache<i64, Arc<ReleaseEntry>>,
    answers: Cache<(i64, Query), Arc<Answered>>,
}

impl Default for Contents {
    fn default() -> Self {
        Self {
            tables: Cache::new(MOST_CONTENTS),
            entries: Cache::new(MOST_CONTENTS),
            answers: Cache::new(MOST_ANSWERS),
        }
    }
}

fn everybody() -> RegistryScope<crate::access::RegistryRead> {
    RegistryScope::public()
}

/// A page of releases, oldest first, each with the number of the latest of all.
pub async fn list(service: &Service, request: &PageRequest) -> Result<(Page<ReleaseEntry>, i64)> {
    let scope = everybody();
    let registry = service.store.registry(&scope);
    let last = registry.latest_release().await?;
    Ok((registry.releases(request).await?, last))
}

/// The number of the latest release.
///
/// # Errors
/// [`Fault::NotFound`] before the first.
pub async fn latest(service: &Service) -> Result<i64> {
    let number = service
        .store
        .registry(&everybody())
        .latest_release()
        .await?;
    if number == 0 {
        Err(Fault::NotFound(Noun::Release))
    } else {
        Ok(number)
    }
}

/// A release.
pub async fn get(service: &Service, number: i64) -> Result<Release> {
    let scope = everybody();
    let registry = service.store.registry(&scope);
    let last = registry.latest_release().await?;
    Ok(Release {
        entry: registry.release(number).await?,
        files: registry.release_files(number).await?,
        superseded_by: (number < last).then_some(number + 1),
        content: content(service, number).await?,
    })
}

/// The tables of a release.
pub async fn content(service: &Service, number: i64) -> Result<Arc<Content>> {
    if let Some(known) = service.contents.tables.get(&number) {
        return Ok(known);
    }
    let packed = service
        .store
        .registry(&everybody())
        .release_content(number)
        .await?;
    let bytes = super::files::unpacked(&packed)?;
    let content: Content = serde_json::from_slice(&bytes).map_err(|_| Fault::Internal)?;
    let content = Arc::new(content);
    service.contents.tables.insert(number, Arc::clone(&content));
    Ok(content)
}

async fn entry(service: &Service, number: i64) -> Result<Arc<ReleaseEntry>> {
    if let Some(known) = service.contents.entries.get(&number) {
        return Ok(known);
    }
    let entry = Arc::new(service.store.registry(&everybody()).release(number).await?);
    service.contents.entries.insert(number, Arc::clone(&entry));
    Ok(entry)
}

/// Asks a release.
pub async fn query(service: &Service, number: i64, raw: RawQuery) -> Result<Arc<Answered>> {
    let entry = entry(service, number).await?;
    let query = Query::parse_of_release(raw, &service.codes())?;
    let kept = (number, query.clone());
    if let Some(known) = service.contents.answers.get(&kept) {
        return Ok(known);
    }
    let content = content(service, number).await?;
    let answered = Arc::new(Answered {
        answer: released::answer(&query, &content)?,
        generation: number.to_string(),
        as_of: content.as_of,
        origin: Origin::Release(entry),
        query,
    });
    service.contents.answers.insert(kept, Arc::clone(&answered));
    Ok(answered)
}

/// Asks the latest release.
pub async fn answers(service: &Service, raw: RawQuery) -> Result<Arc<Answered>> {
    let number = latest(service).await?;
    query(service, number, raw).await
}

/// A file of a release.
pub async fn file(service: &Service, number: i64, format: &str) -> Result<release_files::Model> {
    let scope = everybody();
    let registry = service.store.registry(&scope);
    registry.release(number).await?;
    registry.release_file(number, format).await
}

/// The log of a release's decisions, as CSV.
pub async fn decisions(service: &Service, scope: &ReleaseScope, number: i64) -> Result<Vec<u8>> {
    let packed = service
        .store
        .registry(scope.registry())
        .release_decisions(number)
        .await?;
    super::files::unpacked(&packed)
}
