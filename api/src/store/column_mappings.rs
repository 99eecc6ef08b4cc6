//! Queries on column mappings.

use super::{Page, PageRequest, Tenant, fault};
use crate::fault::{Fault, Result};
use chrono::{DateTime, Utc};
use entity::column_mappings::{Column, Entity, Model};
use entity::values::DatasetName;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// The mapping for a dataset, if one was ever set.
    pub async fn column_mapping(&self, dataset: DatasetName) -> Result<Option<Model>> {
        self.find::<Entity>()
            .filter(Column::Dataset.eq(dataset))
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// A page of the mappings that were ever set, by dataset.
    pub async fn column_mappings(&self, request: &PageRequest) -> Result<Page<Model>> {
        let mut select = self
            .find::<Entity>()
            .order_by_asc(Column::Dataset)
            .limit(request.fetch());
        if let Some(after) = request.after_key::<DatasetName>()? {
            select = select.filter(Column::Dataset.gt(after.as_str()));
        }
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.dataset.to_string()]))
    }

    /// Takes the mapping for a dataset for changing, making it if it is not there; nobody else changes it until the
    /// commit.
    #[expect(
        clippy::disallowed_methods,
        reason = "the owner is set from the scope here"
    )]
    pub async fn lock_column_mapping(
        &self,
        dataset: DatasetName,
        empty: serde_json::Value,
        now: DateTime<Utc>,
    ) -> Result<Model> {
        let fresh = Model {
            institution_id: self.institution,
            dataset,
            mapping: empty,
            version: 0,
            updated_at: now,
        };
        let keep = OnConflict::columns([Column::InstitutionId, Column::Dataset])
            .do_nothing()
            .to_owned();
        Entity::insert(fresh.into_active_model())
            .on_conflict(keep)
            .exec_without_returning(self.conn)
            .await
            .map_err(fault)?;
        let locked = self
            .find::<Entity>()
            .filter(Column::Dataset.eq(dataset))
            .lock_exclusive()
            .one(self.conn)
            .await
            .map_err(fault)?;
        locked.ok_or(Fault::Internal)
    }

    /// Writes a mapping taken with [`Self::lock_column_mapping`] back.
    pub async fn update_column_mapping(&self, changed: &Model) -> Result<()> {
        self.update::<Entity>()
            .col_expr(Column::Mapping, Expr::value(changed.mapping.clone()))
            .col_expr(Column::Version, Expr::value(changed.version))
            .col_expr(Column::UpdatedAt, Expr::value(changed.updated_at))
            .filter(Column::Dataset.eq(changed.dataset))
            .exec(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }
}
