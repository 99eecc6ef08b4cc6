//! Reference data: shipped in the binary, loaded at every start; loading twice changes nothing.

use super::Service;
use crate::access::{Caller, RegistryScope, RegistryWrite};
use crate::fault::{Fault, Result};
use entity::code_lists::Model as CodeRow;
use entity::values::{AcademicYear, Code};
use entity::years::Model as YearRow;
use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

/// The files of `reference/`; its README names their sources and licences.
#[derive(RustEmbed)]
#[folder = "../reference"]
pub struct Files;

impl Files {
    /// The bytes of a file.
    pub fn bytes(name: &str) -> Result<Vec<u8>> {
        Self::get(name).map(|file| file.data.into_owned()).ok_or(Fault::Internal)
    }

    /// The records of a file.
    pub fn records<T: DeserializeOwned>(name: &str) -> Result<Vec<T>> {
        csv::Reader::from_reader(Self::bytes(name)?.as_slice())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|error| {
                tracing::error!(file = name, %error, "reference data cannot be read");
                Fault::Internal
            })
    }
}

#[derive(serde::Deserialize)]
struct CodeRecord {
    list: String,
    code: Code,
    label: String,
    position: i32,
    valid_from: Option<AcademicYear>,
    valid_to: Option<AcademicYear>,
    parent: Option<Code>,
    source: String,
}

/// First and last of the years that are there from the start.
const YEARS: std::ops::RangeInclusive<u16> = 2012..=2029;

/// Brings code lists and years up to date and keeps the code lists in memory.
pub async fn load(service: &Service) -> Result<()> {
    let scope: RegistryScope<RegistryWrite> = Caller::operator().registry()?;
    let now = service.now();
    let codes = Files::records::<CodeRecord>("code-lists.csv")?
        .into_iter()
        .map(|record| CodeRow {
            list: record.list,
            code: record.code,
            label: record.label,
            position: record.position,
            valid_from: record.valid_from,
            valid_to: record.valid_to,
            parent: record.parent,
            source: record.source,
        })
        .collect();
    let tx = service.store.begin_registry(&scope).await?;
    tx.registry().put_codes(codes).await?;
    for year in YEARS.filter_map(AcademicYear::starting) {
        tx.registry().seed_year(YearRow { year, opens_on: None, closes_on: None, version: 1, updated_at: now }).await?;
    }
    tx.commit().await?;
    let lists = service.store.registry(&scope).code_lists().await?;
    service.set_codes(lists);
    Ok(())
}
