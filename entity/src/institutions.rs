//! Institutions: the registry of tenants.

use crate::ids::InstitutionId;
use crate::values::{
    InstitutionKind, MissionGroup, Nation, PartialDate, RorId, SignatoryStatus, Slug, Ukprn,
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
    /// Group of universities.
    pub mission_group: MissionGroup,
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
    /// Signing phase (One to Six) that sets its Stage 3 date; none where unknown.
    pub phase: Option<String>,
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
