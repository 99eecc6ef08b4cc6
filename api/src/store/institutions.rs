//! Queries on institutions, the registry of tenants.

use super::counters::{Counter, next};
use super::{Page, PageRequest, Registry, fault};
use crate::fault::{Fault, Noun, Result};
use entity::ids::InstitutionId;
use entity::institutions::{ActiveModel, Column, Entity, Model};
use entity::org_units;
use entity::values::{
    InstitutionKind, MissionGroup, Nation, Region, SignatoryStatus, SigningPhase, SizeBand, Slug,
    Ukprn,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};

/// What a list of institutions may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct InstitutionFilter {
    /// Nation.
    pub nation: Option<Nation>,
    /// Kind.
    pub kind: Option<InstitutionKind>,
    /// Mission group.
    pub mission_group: Option<MissionGroup>,
    /// Signatory status.
    pub status: Option<SignatoryStatus>,
    /// Region.
    pub region: Option<Region>,
    /// Size band.
    pub size_band: Option<SizeBand>,
    /// Signing phase.
    pub phase: Option<SigningPhase>,
}

impl InstitutionFilter {
    /// What an institution must be for it to pass.
    pub(super) fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.nation.map(|nation| Column::Nation.eq(nation)))
            .add_option(self.kind.map(|kind| Column::Kind.eq(kind)))
            .add_option(
                self.mission_group
                    .map(|group| Column::MissionGroup.eq(group)),
            )
            .add_option(self.status.map(|status| Column::Status.eq(status)))
            .add_option(self.region.map(|region| Column::Region.eq(region)))
            .add_option(self.size_band.map(|band| Column::SizeBand.eq(band)))
            .add_option(self.phase.map(|phase| Column::Phase.eq(phase)))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; its scope is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// The institution of a slug.
    pub async fn institution(&self, slug: &Slug) -> Result<Option<Model>> {
        Entity::find()
            .filter(Column::Slug.eq(slug.clone()))
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// The institution of a UKPRN.
    pub async fn institution_by_ukprn(&self, ukprn: Ukprn) -> Result<Option<Model>> {
        Entity::find()
            .filter(Column::Ukprn.eq(ukprn))
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// Institutions by their ids; those that do not exist are left out.
    pub async fn institutions_by_id(&self, ids: &[InstitutionId]) -> Result<Vec<Model>> {
        Entity::find()
            .filter(Column::Id.is_in(ids.iter().copied()))
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// A page of institutions in the order of their slugs.
    pub async fn institutions(
        &self,
        filter: &InstitutionFilter,
        request: &PageRequest,
    ) -> Result<Page<Model>> {
        let select = request.keyset::<_, Slug>(Entity::find(), Column::Slug)?;
        let rows = select
            .filter(filter.condition())
            .all(self.conn)
            .await
            .map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.slug.to_string()]))
    }

    /// Enters an institution and its root org unit.
    pub async fn insert_institution(
        &self,
        institution: &Model,
        root: org_units::Model,
    ) -> Result<()> {
        Entity::insert(institution.clone().into_active_model())
            .exec_without_returning(self.conn)
            .await
            .map_err(fault)?;
        org_units::Entity::insert(root.into_active_model())
            .exec_without_returning(self.conn)
            .await
            .map_err(fault)?;
        next(self.conn, Counter::Registry).await.map(|_| ())
    }

    /// Changes an institution if it is still at `version`.
    ///
    /// # Errors
    /// [`Fault::PreconditionFailed`] where it is not.
    pub async fn update_institution(&self, changed: Model, version: i64) -> Result<()> {
        let (id, current) = (changed.id, changed.version);
        let mut row: ActiveModel = changed.into_active_model();
        row = row.reset_all();
        row.id = sea_orm::ActiveValue::NotSet;
        let done = Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id))
            .filter(Column::Version.eq(version))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        match done.rows_affected {
            1 => next(self.conn, Counter::Registry).await.map(|_| ()),
            _ => Err(Fault::PreconditionFailed { current }),
        }
    }

    /// The institution of a slug, or not found.
    pub async fn known_institution(&self, slug: &Slug) -> Result<Model> {
        self.institution(slug)
            .await?
            .ok_or(Fault::NotFound(Noun::Institution))
    }
}
