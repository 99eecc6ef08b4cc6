//! Institutions: the registry of tenants.

use crate::ids::InstitutionId;
use crate::values::{
    InstitutionKind, MissionGroup, Nation, PartialDate, Region, RorId, SignatoryStatus,
    SigningPhase, SizeBand, Slug, Ukprn,
};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One institution. All but its returns and plans is public.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "institutions")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InstitutionId,
    /// Short name in addresses, unique.
    pub slug: Slug,
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
    /// UK Provider Reference Number, unique where present.
    pub ukprn: Option<Ukprn>,
    /// ROR id, unique where present.
    pub ror: Option<RorId>,
    /// Standing towards the Commitment.
    pub status: SignatoryStatus,
    /// When it signed, as precisely as is known.
    pub signed: Option<PartialDate>,
    /// Whether it was a founding signatory of May 2017; none where unknown.
    pub founding: Option<bool>,
    /// Signing phase, which sets its Stage 3 date. The column of free text before it, `phase`, goes in a later release.
    #[sea_orm(column_name = "signing_phase")]
    pub phase: SigningPhase,
    /// Where the entry was taken from.
    pub source: Option<String>,
    /// Counts changes; the `ETag`.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
