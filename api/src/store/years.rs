//! Queries on academic years.

use super::{Registry, fault};
use crate::fault::{Fault, Noun, Result};
use entity::values::AcademicYear;
use entity::years::{Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryOrder as _};

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; its scope is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// Every year, oldest first.
    pub async fn years(&self) -> Result<Vec<Model>> {
        Entity::find()
            .order_by_asc(Column::Year)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// One year.
    pub async fn year(&self, year: AcademicYear) -> Result<Model> {
        let row = Entity::find_by_id(year)
            .one(self.conn)
            .await
            .map_err(fault)?;
        row.ok_or(Fault::NotFound(Noun::Year))
    }

    /// Adds a year that is not there yet; leaves one that is.
    pub async fn seed_year(&self, year: Model) -> Result<()> {
        let keep = OnConflict::column(Column::Year).do_nothing().to_owned();
        Entity::insert(year.into_active_model())
            .on_conflict(keep)
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Sets a year's window, making the year if it is not there.
    pub async fn put_year(&self, year: Model) -> Result<()> {
        let columns = [
            Column::OpensOn,
            Column::ClosesOn,
            Column::Version,
            Column::UpdatedAt,
        ];
        let replace = OnConflict::column(Column::Year)
            .update_columns(columns)
            .to_owned();
        Entity::insert(year.into_active_model())
            .on_conflict(replace)
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }
}
