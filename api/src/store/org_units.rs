//! Queries on org units.

use super::counters::{Counter, next};
use super::{Page, PageRequest, Tenant, fault};
use crate::fault::{Fault, Noun, Result};
use entity::ids::OrgUnitId;
use entity::org_units::{Column, Entity, Model};
use entity::values::Code;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, ConnectionTrait, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// Every unit of the institution.
    pub async fn org_units(&self) -> Result<Vec<Model>> {
        self.find::<Entity>()
            .order_by_asc(Column::Code)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// A page of units in the order of their codes.
    pub async fn org_units_page(&self, request: &PageRequest) -> Result<Page<Model>> {
        let select = request.keyset::<_, Code>(self.find::<Entity>(), Column::Code)?;
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.code.to_string()]))
    }

    /// One unit.
    pub async fn org_unit(&self, id: OrgUnitId) -> Result<Model> {
        let row = self
            .find::<Entity>()
            .filter(Column::Id.eq(id))
            .one(self.conn)
            .await
            .map_err(fault)?;
        row.ok_or(Fault::NotFound(Noun::OrgUnit))
    }

    /// Adds a unit.
    pub async fn insert_org_unit(&self, unit: &Model) -> Result<()> {
        self.insert::<Entity>(unit.clone().into_active_model())
            .await?;
        next(self.conn, Counter::Unit).await.map(|_| ())
    }

    /// Changes a unit if it is still at `version`.
    pub async fn update_org_unit(&self, changed: &Model, version: i64) -> Result<()> {
        let mut row = changed.clone().into_active_model().reset_all();
        row.id = ActiveValue::NotSet;
        row.institution_id = ActiveValue::NotSet;
        let done = self
            .update::<Entity>()
            .set(row)
            .filter(Column::Id.eq(changed.id))
            .filter(Column::Version.eq(version))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        match done.rows_affected {
            1 => next(self.conn, Counter::Unit).await.map(|_| ()),
            _ => Err(Fault::PreconditionFailed {
                current: changed.version,
            }),
        }
    }
}
