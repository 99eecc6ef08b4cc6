//! Academic years and when their returns are collected.

use super::{IfMatch, Service};
use crate::access::{RegistryScope, RegistryWrite};
use crate::fault::{Fault, Noun, Result};
use chrono::NaiveDate;
use entity::values::AcademicYear;
use entity::years::Model;

/// Every year, oldest first.
pub async fn list(service: &Service) -> Result<Vec<Model>> {
    service
        .store
        .registry(&RegistryScope::public())
        .years()
        .await
}

/// One year.
pub async fn get(service: &Service, year: &str) -> Result<Model> {
    let year: AcademicYear = year.parse().map_err(|_| Fault::NotFound(Noun::Year))?;
    service
        .store
        .registry(&RegistryScope::public())
        .year(year)
        .await
}

/// Sets when a year's returns are collected.
pub async fn put(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    year: &str,
    if_match: IfMatch,
    opens_on: Option<NaiveDate>,
    closes_on: Option<NaiveDate>,
) -> Result<Model> {
    let year: AcademicYear = year.parse().map_err(|_| Fault::NotFound(Noun::Year))?;
    if matches!((opens_on, closes_on), (Some(opens), Some(closes)) if closes < opens) {
        return Err(Fault::body(
            "/closes_on",
            "before-opening",
            "The last day is before the first.",
        ));
    }
    let now = service.now();
    let tx = service.store.begin_registry(scope).await?;
    let version = match tx.registry().year(year).await {
        Ok(before) => before.version,
        Err(Fault::NotFound(_)) => 0,
        Err(fault) => return Err(fault),
    };
    if_match.check(version)?;
    let after = Model {
        year,
        opens_on,
        closes_on,
        version: version + 1,
        updated_at: now,
    };
    tx.registry().put_year(after.clone()).await?;
    let shape = serde_json::json!({"opens_on": opens_on, "closes_on": closes_on});
    tx.audit(
        service
            .change(now, "year.set", format!("years/{year}"))
            .with(None, shape),
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}
