//! Queries on OAuth clients.

use super::{Registry, fault};
use crate::fault::Result;
use entity::clients::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; its scope is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// The client of a public name, unless revoked.
    pub async fn client(&self, client_id: &str) -> Result<Option<Model>> {
        Entity::find()
            .filter(Column::ClientId.eq(client_id))
            .filter(Column::RevokedAt.is_null())
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// Adds a client.
    pub async fn insert_client(&self, client: Model) -> Result<()> {
        Entity::insert(client.into_active_model())
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Gives a client another secret; gives back whether there is such a client.
    pub async fn rotate_client(&self, client_id: &str, secret_digest: &str) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(
                Column::SecretDigest,
                sea_orm::sea_query::Expr::value(secret_digest),
            )
            .filter(Column::ClientId.eq(client_id))
            .filter(Column::RevokedAt.is_null())
            .exec(self.conn)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected == 1)
    }
}
