//! Queries on what institutions mean by a technician.

use super::{Page, PageRequest, Tenant, fault};
use crate::fault::Result;
use entity::technician_definitions::{Column, Entity, Model};
use entity::values::AcademicYear;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of wordings, oldest first.
    pub async fn definitions(&self, request: &PageRequest) -> Result<Page<Model>> {
        let mut select = self
            .find::<Entity>()
            .order_by_asc(Column::Number)
            .limit(request.fetch());
        if let Some(after) = request.after_key::<i32>()? {
            select = select.filter(Column::Number.gt(after));
        }
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.number.to_string()]))
    }

    /// The latest wording that figures of a year follow.
    pub async fn definition_in(&self, year: AcademicYear) -> Result<Option<Model>> {
        self.find::<Entity>()
            .filter(Column::FromYear.lte(year))
            .order_by_desc(Column::Number)
            .limit(1)
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// A wording by its number.
    pub async fn definition(&self, number: i32) -> Result<Option<Model>> {
        self.find::<Entity>()
            .filter(Column::Number.eq(number))
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// The number of the last wording; 0 before the first.
    pub async fn last_definition(&self) -> Result<i32> {
        let last = self
            .find::<Entity>()
            .order_by_desc(Column::Number)
            .limit(1)
            .one(self.conn)
            .await
            .map_err(fault)?;
        Ok(last.map_or(0, |last| last.number))
    }

    /// Adds a wording.
    pub async fn insert_definition(&self, definition: &Model) -> Result<()> {
        self.insert::<Entity>(definition.clone().into_active_model())
            .await
    }
}
