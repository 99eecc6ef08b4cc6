//! Queries on the collection windows of single datasets.

use super::{Registry, fault};
use crate::fault::Result;
use entity::values::AcademicYear;
use entity::windows::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; its scope is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// The windows of a year's datasets, or of every year's, by year and dataset.
    pub async fn windows(&self, year: Option<AcademicYear>) -> Result<Vec<Model>> {
        let mut select = Entity::find()
            .order_by_asc(Column::Year)
            .order_by_asc(Column::Dataset);
        if let Some(year) = year {
            select = select.filter(Column::Year.eq(year));
        }
        select.all(self.conn).await.map_err(fault)
    }

    /// Sets the windows of a year's datasets; those that are not named go.
    pub async fn put_windows(&self, year: AcademicYear, windows: Vec<Model>) -> Result<()> {
        Entity::delete_many()
            .filter(Column::Year.eq(year))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        if windows.is_empty() {
            return Ok(());
        }
        Entity::insert_many(windows.into_iter().map(Model::into_active_model))
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }
}
