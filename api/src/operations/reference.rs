//! Reference data: shipped in the binary, loaded at every start; loading twice changes nothing.

use super::Service;
use super::institutions::{self, InstitutionInput};
use crate::access::{Caller, RegistryScope, RegistryWrite};
use crate::domain::slugs;
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
        Self::get(name)
            .map(|file| file.data.into_owned())
            .ok_or(Fault::Internal)
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
            changed_at: None,
            version: 1,
        })
        .collect();
    let tx = service.store.begin_registry(&scope).await?;
    tx.registry().put_codes(codes).await?;
    for year in YEARS.filter_map(AcademicYear::starting) {
        tx.registry()
            .seed_year(YearRow {
                year,
                opens_on: None,
                closes_on: None,
                version: 1,
                updated_at: now,
            })
            .await?;
    }
    tx.commit().await?;
    service.begin_registry_reading().await
}

#[derive(serde::Deserialize)]
struct SignatoryRecord {
    name: String,
    ukprn: Option<String>,
    ror: Option<String>,
    kind: String,
    nation: String,
    region: String,
    mission_group: Option<String>,
    size_band: String,
    founding_signatory: String,
    signed: Option<String>,
    status: String,
    source: String,
}

#[derive(serde::Deserialize)]
struct PhaseRecord {
    phase: String,
    signed: String,
}

/// A code from a wording: `research institute` is `research-institute`.
fn code(wording: &str) -> String {
    wording.to_lowercase().replace(' ', "-")
}

/// The slug of a name, which every name in the reference data has.
pub fn slug(name: &str) -> Result<String> {
    slugs::proposed(name)
        .map(|slug| slug.to_string())
        .ok_or(Fault::Internal)
}

/// Enters the signatories of `reference/signatories.csv`, leaving those that are there; gives back how many were new.
pub async fn load_signatories(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
) -> Result<usize> {
    let phases = Files::records::<PhaseRecord>("tc-phases.csv")?;
    let mut entered = 0;
    for record in Files::records::<SignatoryRecord>("signatories.csv")? {
        let slug = slug(&record.name)?;
        if institutions::get(service, &slug).await.is_ok() {
            continue;
        }
        // A phase is known where the month of signing is.
        let month = record.signed.as_deref().and_then(|signed| signed.get(..7));
        let phase = phases
            .iter()
            .find(|phase| Some(phase.signed.as_str()) == month)
            .map(|phase| code(&phase.phase));
        let input = InstitutionInput {
            slug,
            name: record.name,
            kind: code(&record.kind),
            nation: code(&record.nation),
            region: Some(record.region),
            mission_group: record.mission_group.as_deref().map(code),
            size_band: Some(record.size_band),
            ukprn: record.ukprn,
            ror: record.ror,
            status: Some(code(&record.status)),
            signed: record.signed,
            founding: match record.founding_signatory.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            phase,
            source: Some(record.source).filter(|source| !source.is_empty()),
        };
        institutions::create(service, scope, input).await?;
        entered += 1;
    }
    Ok(entered)
}
