//! Institutions, as anyone may see them.

use super::{
    InstitutionKind, MissionGroup, Nation, Region, SignatoryStatus, SigningPhase, SizeBand,
    Timestamp,
};
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An institution's public profile.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(complex)]
pub struct Institution {
    /// Identity.
    pub id: Uuid,
    /// Short name in addresses.
    pub slug: String,
    /// Name as the institution writes it.
    pub name: String,
    /// What sort of employer.
    pub kind: InstitutionKind,
    /// Where it is.
    pub nation: Nation,
    /// Region of its main site.
    pub region: Region,
    /// Group of universities.
    pub mission_group: MissionGroup,
    /// Size by published figures of academic staff.
    pub size_band: SizeBand,
    /// UK Provider Reference Number.
    #[schema(required)]
    pub ukprn: Option<String>,
    /// ROR id, as its full address.
    #[schema(required)]
    pub ror: Option<String>,
    /// Standing towards the Technician Commitment.
    pub status: SignatoryStatus,
    /// When it signed: a year, a month or a day.
    #[schema(required)]
    pub signed: Option<String>,
    /// Whether it was a founding signatory of May 2017; null where unknown.
    #[schema(required)]
    pub founding: Option<bool>,
    /// Signing phase, which sets the date of Stage 3.
    pub phase: SigningPhase,
    /// Where the entry was taken from.
    #[schema(required)]
    pub source: Option<String>,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl From<entity::institutions::Model> for Institution {
    fn from(row: entity::institutions::Model) -> Self {
        Self {
            id: row.id.0,
            slug: row.slug.to_string(),
            name: row.name,
            kind: row.kind.into(),
            nation: row.nation.into(),
            region: row.region.into(),
            mission_group: row.mission_group.into(),
            size_band: row.size_band.into(),
            ukprn: row.ukprn.map(|value| value.to_string()),
            ror: row.ror.map(|value| value.to_string()),
            status: row.status.into(),
            signed: row.signed.map(|value| value.to_string()),
            founding: row.founding,
            phase: row.phase.into(),
            source: row.source,
            version: row.version,
            updated_at: row.updated_at.into(),
        }
    }
}
