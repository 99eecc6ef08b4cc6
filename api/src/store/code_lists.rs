//! Queries on code lists.

use super::counters::{Counter, next};
use super::{Registry, fault};
use crate::domain::code_lists::{CodeEntry, CodeLists};
use crate::fault::{Fault, Result};
use entity::code_lists::{Column, Entity, Model};
use entity::values::Code;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

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
            position,
            version,
            changed_at: _,
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
                    position,
                    version,
                },
            );
        }
        Ok(lists)
    }

    /// Adds codes, or brings label, order, validity and source of those that are there up to date. Codes that the board
    /// changed stay as they are.
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
            .action_and_where(Expr::col((Entity, Column::ChangedAt)).is_null())
            .to_owned();
        Entity::insert_many(codes.into_iter().map(Model::into_active_model))
            .on_conflict(replace)
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// A list's codes, none of them changed by anybody else until the commit.
    pub async fn lock_codes(&self, list: &str) -> Result<Vec<Model>> {
        Entity::find()
            .filter(Column::List.eq(list))
            .order_by_asc(Column::Position)
            .order_by_asc(Column::Code)
            .lock_exclusive()
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// Adds a code of the board's, which every replica notices.
    pub async fn insert_code(&self, code: Model) -> Result<()> {
        Entity::insert(code.into_active_model())
            .exec_without_returning(self.conn)
            .await
            .map_err(fault)?;
        next(self.conn, Counter::Registry).await.map(|_| ())
    }

    /// Changes a code taken with [`Self::lock_codes`], which every replica notices.
    pub async fn update_code(&self, changed: Model) -> Result<()> {
        let (list, code): (String, Code) = (changed.list.clone(), changed.code.clone());
        let done = Entity::update_many()
            .set(changed.into_active_model().reset_all())
            .filter(Column::List.eq(list))
            .filter(Column::Code.eq(code))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        match done.rows_affected {
            1 => next(self.conn, Counter::Registry).await.map(|_| ()),
            _ => Err(Fault::Internal),
        }
    }
}
