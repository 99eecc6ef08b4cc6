//! Queries on code lists.

use super::{Registry, fault};
use crate::domain::code_lists::{CodeEntry, CodeLists};
use crate::fault::Result;
use entity::code_lists::{Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryOrder as _};

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; its scope is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// Every list with its codes in order.
    pub async fn code_lists(&self) -> Result<CodeLists> {
        let rows = Entity::find()
            .order_by_asc(Column::List)
            .order_by_asc(Column::Position)
            .order_by_asc(Column::Code)
            .all(self.conn)
            .await
            .map_err(fault)?;
        let mut lists = CodeLists::default();
        for Model {
            list,
            code,
            label,
            valid_from,
            valid_to,
            parent,
            source,
            ..
        } in rows
        {
            lists.add(
                &list,
                CodeEntry {
                    code,
                    label,
                    valid_from,
                    valid_to,
                    parent,
                    source,
                },
            );
        }
        Ok(lists)
    }

    /// Adds codes, or brings label, order, validity and source of those that are there up to date.
    pub async fn put_codes(&self, codes: Vec<Model>) -> Result<()> {
        let columns = [
            Column::Label,
            Column::Position,
            Column::ValidFrom,
            Column::ValidTo,
            Column::Parent,
            Column::Source,
        ];
        let replace = OnConflict::columns([Column::List, Column::Code])
            .update_columns(columns)
            .to_owned();
        Entity::insert_many(codes.into_iter().map(Model::into_active_model))
            .on_conflict(replace)
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }
}
