//! Institutions: the registry of tenants. Profiles are public; the secretariat keeps them.

use super::{IfMatch, Service, bounded, bounded_or_none, profiles};
use crate::access::{RegistryScope, RegistryWrite};
use crate::fault::{Fault, Noun, Result, Violation};
use crate::store::{InstitutionFilter, Page, PageRequest};
use entity::ids::{InstitutionId, OrgUnitId};
use entity::institutions::Model;
use entity::org_units;
use entity::values::{
    InstitutionKind, MissionGroup, Nation, OrgUnitKind, PartialDate, Region, RorId,
    SignatoryStatus, SigningPhase, SizeBand, Slug, Ukprn,
};
use std::str::FromStr;

/// The code of the root org unit: the institution as a whole.
pub const ROOT_UNIT: &str = "institution";

/// An institution as it was sent.
#[derive(Clone, Debug, Default)]
pub struct InstitutionInput {
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Nation.
    pub nation: String,
    /// Region of the main site; what the nation settles where missing.
    pub region: Option<String>,
    /// Size band; not known where missing.
    pub size_band: Option<String>,
    /// Mission group; none where missing.
    pub mission_group: Option<String>,
    /// UKPRN.
    pub ukprn: Option<String>,
    /// ROR id.
    pub ror: Option<String>,
    /// Signatory status; a signatory where missing.
    pub status: Option<String>,
    /// Date of signing, as precise as is known.
    pub signed: Option<String>,
    /// Founding signatory.
    pub founding: Option<bool>,
    /// Signing phase; not known where missing.
    pub phase: Option<String>,
    /// Where the entry was taken from.
    pub source: Option<String>,
}

/// Reads one member into its value, or notes what is wrong with it.
fn read<T: FromStr<Err = entity::values::UnknownCode>>(
    faults: &mut Vec<Violation>,
    pointer: &str,
    code: &'static str,
    text: &str,
) -> Option<T> {
    text.parse()
        .map_err(|fault| faults.push(Violation::at(pointer, code, format!("{fault}."))))
        .ok()
}

/// What a profile says of vocabularies, read.
struct Groups {
    kind: InstitutionKind,
    nation: Nation,
    region: Region,
    mission_group: MissionGroup,
    size_band: SizeBand,
    status: SignatoryStatus,
    phase: SigningPhase,
}

/// Where the region of an institution is not said, or does not lie in its nation.
fn region(
    faults: &mut Vec<Violation>,
    said: Option<&str>,
    nation: Option<Nation>,
) -> Option<Region> {
    let region: Option<Region> = match said {
        Some(text) => read(faults, "/region", "unknown-code", text),
        None => nation.map(Region::implied),
    };
    let (region, nation) = (region?, nation?);
    if let Some(other) = region.nation().filter(|other| *other != nation) {
        let message = format!("The region {region} is not in the nation {nation}, but in {other}.");
        faults.push(Violation::at("/region", "not-in-nation", message));
        return None;
    }
    Some(match region {
        Region::NotKnown => Region::implied(nation),
        region => region,
    })
}

impl InstitutionInput {
    /// Every code of a vocabulary; none where one of them is unknown.
    fn groups(&self, faults: &mut Vec<Violation>) -> Option<Groups> {
        const CODE: &str = "unknown-code";
        let or = |text: &Option<String>, otherwise: &str| {
            text.clone().unwrap_or_else(|| otherwise.to_owned())
        };
        let kind = read(faults, "/kind", CODE, &self.kind);
        let nation = read(faults, "/nation", CODE, &self.nation);
        let region = region(faults, self.region.as_deref(), nation);
        let mission_group = read(
            faults,
            "/mission_group",
            CODE,
            &or(&self.mission_group, "none"),
        );
        let size_band = read(
            faults,
            "/size_band",
            CODE,
            &or(&self.size_band, "not-known"),
        );
        let status = read(faults, "/status", CODE, &or(&self.status, "signatory"));
        let phase = read(faults, "/phase", CODE, &or(&self.phase, "not-known"));
        Some(Groups {
            kind: kind?,
            nation: nation?,
            region: region?,
            mission_group: mission_group?,
            size_band: size_band?,
            status: status?,
            phase: phase?,
        })
    }

    /// Every member parsed; all faults at once.
    fn parse(self, service: &Service) -> Result<Model> {
        let now = service.now();
        let mut faults = Vec::new();
        let slug: Option<Slug> = read(&mut faults, "/slug", "unknown-form", &self.slug);
        let groups = self.groups(&mut faults);
        let ukprn: Option<Ukprn> = self
            .ukprn
            .as_deref()
            .and_then(|text| read(&mut faults, "/ukprn", "unknown-form", text));
        let ror: Option<RorId> = self
            .ror
            .as_deref()
            .and_then(|text| read(&mut faults, "/ror", "wrong-checksum", text));
        let signed: Option<PartialDate> = self
            .signed
            .as_deref()
            .and_then(|text| read(&mut faults, "/signed", "unknown-form", text));
        let mut keep = |checked: Result<Option<String>>| match checked {
            Ok(text) => text,
            Err(fault) => {
                faults.extend_from_slice(fault.violations());
                None
            }
        };
        let name = keep(bounded("/name", &self.name, 300).map(Some));
        let source = keep(bounded_or_none("/source", self.source.as_deref(), 1_000));
        match (slug, groups, name) {
            (Some(slug), Some(of), Some(name)) if faults.is_empty() => Ok(Model {
                id: InstitutionId(service.id(now)),
                slug,
                name,
                kind: of.kind,
                nation: of.nation,
                region: of.region,
                mission_group: of.mission_group,
                size_band: of.size_band,
                ukprn,
                ror,
                status: of.status,
                signed,
                founding: self.founding,
                phase: of.phase,
                source,
                version: 1,
                created_at: now,
                updated_at: now,
            }),
            _ => Err(Fault::InvalidBody(faults)),
        }
    }
}

/// A page of public profiles.
pub async fn list(
    service: &Service,
    filter: &InstitutionFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    service
        .store
        .registry(&RegistryScope::public())
        .institutions(filter, page)
        .await
}

/// One public profile.
pub async fn get(service: &Service, slug: &str) -> Result<Model> {
    let slug: Slug = slug
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Institution))?;
    profiles::of(service, &slug).await
}

/// The public profile of a UKPRN.
pub async fn by_ukprn(service: &Service, ukprn: Ukprn) -> Result<Option<Model>> {
    service
        .store
        .registry(&RegistryScope::public())
        .institution_by_ukprn(ukprn)
        .await
}

/// Public profiles by id, for loaders.
pub async fn by_id(service: &Service, ids: &[InstitutionId]) -> Result<Vec<Model>> {
    service
        .store
        .registry(&RegistryScope::public())
        .institutions_by_id(ids)
        .await
}

/// Enters an institution, with the root org unit that stands for the whole of it.
pub async fn create(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    input: InstitutionInput,
) -> Result<Model> {
    let institution = input.parse(service)?;
    let now = institution.created_at;
    let root = org_units::Model {
        id: OrgUnitId(service.id(now)),
        institution_id: institution.id,
        parent_id: None,
        kind: OrgUnitKind::Institution,
        code: ROOT_UNIT.parse().map_err(|_| Fault::Internal)?,
        name: institution.name.clone(),
        discipline: None,
        closed_on: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let tx = service.store.begin_registry(scope).await?;
    let change = service.change(
        now,
        "institution.add",
        format!("institutions/{}", institution.slug),
    );
    tx.audit(change.with(
        None,
        serde_json::json!({"slug": institution.slug, "name": institution.name}),
    ))
    .await?;
    tx.registry().insert_institution(&institution, root).await?;
    tx.commit().await?;
    service.profiles.forget();
    Ok(institution)
}

/// Changes an institution: `change` is laid over what stands there.
pub async fn update(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    slug: &str,
    if_match: IfMatch,
    change: impl FnOnce(&mut InstitutionInput) + Send,
) -> Result<Model> {
    let slug: Slug = slug
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Institution))?;
    let tx = service.store.begin_registry(scope).await?;
    let before = tx.registry().known_institution(&slug).await?;
    if_match.check(before.version)?;
    let mut input = InstitutionInput {
        slug: before.slug.to_string(),
        name: before.name.clone(),
        kind: before.kind.to_string(),
        nation: before.nation.to_string(),
        // Where the nation settles the region, a change of the nation does too.
        region: Some(before.region)
            .filter(|region| *region != Region::implied(before.nation))
            .map(|region| region.to_string()),
        mission_group: Some(before.mission_group.to_string()),
        size_band: Some(before.size_band.to_string()),
        ukprn: before.ukprn.map(|value| value.to_string()),
        ror: before.ror.map(|value| value.to_string()),
        status: Some(before.status.to_string()),
        signed: before.signed.as_ref().map(ToString::to_string),
        founding: before.founding,
        phase: Some(before.phase.to_string()),
        source: before.source.clone(),
    };
    change(&mut input);
    let mut after = input.parse(service)?;
    if after.status == SignatoryStatus::Left && before.status != SignatoryStatus::Left {
        let message = "An institution leaves by being deleted (DELETE), which takes what it recorded with it.";
        return Err(Fault::body("/status", "left-by-deletion", message));
    }
    after.id = before.id;
    after.slug = before.slug.clone();
    after.created_at = before.created_at;
    after.version = before.version + 1;
    let line = service.change(
        after.updated_at,
        "institution.change",
        format!("institutions/{slug}"),
    );
    let (was, is) = (profile(&before), profile(&after));
    tx.audit(line.with(Some(was), is)).await?;
    tx.registry()
        .update_institution(after.clone(), before.version)
        .await?;
    tx.commit().await?;
    service.profiles.forget();
    Ok(after)
}

fn profile(of: &Model) -> serde_json::Value {
    serde_json::json!({
        "slug": of.slug, "name": of.name, "kind": of.kind, "nation": of.nation, "region": of.region,
        "mission_group": of.mission_group, "size_band": of.size_band,
        "ukprn": of.ukprn, "ror": of.ror, "status": of.status, "signed": of.signed, "phase": of.phase,
    })
}
