//! What remains when an institution leaves: its public entry, and lines of the audit trail without what they were about.

use super::counters::{Counter, next};
use super::{Registry, fault};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use chrono::{DateTime, Utc};
use entity::ids::InstitutionId;
use entity::institutions::{Column, Entity, Model};
use entity::values::{SignatoryStatus, Slug};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    Statement, Value,
};

/// How much was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Deleted {
    /// Rows of returns, of every dataset and version.
    pub rows: u64,
    /// Versions of returns: drafts and revisions.
    pub versions: u64,
    /// Returns.
    pub returns: u64,
    /// Judgements of actions.
    pub progress: u64,
    /// Actions.
    pub actions: u64,
    /// Action plans.
    pub action_plans: u64,
    /// Wordings of what a technician is.
    pub technician_definitions: u64,
    /// Column mappings.
    pub column_mappings: u64,
    /// Stored answers to repeatable requests.
    pub idempotency_keys: u64,
    /// Org units below the institution as a whole.
    pub org_units: u64,
    /// Clients, whose secrets and tokens are worth nothing any more.
    pub clients: u64,
    /// Lines of the audit trail that lost what they were about.
    pub audit_lines: u64,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the registry has no tenant; the institution is the filter"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// Takes an institution for changing; nobody writes in its space until the commit.
    pub async fn lock_institution(&self, slug: &Slug) -> Result<Model> {
        Entity::find()
            .filter(Column::Slug.eq(slug.clone()))
            .lock_exclusive()
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::Institution))
    }

    /// Notes that an institution taken with [`Self::lock_institution`] has left, which every replica notices.
    pub async fn mark_left(&self, id: InstitutionId, now: DateTime<Utc>) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(SignatoryStatus::Left))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1_i64))
            .col_expr(Column::UpdatedAt, Expr::value(now))
            .filter(Column::Id.eq(id))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        next(self.conn, Counter::Registry).await.map(|_| ())
    }

    /// Deletes everything in an institution's space but its root org unit, revokes its clients, and empties its lines of
    /// the audit trail.
    pub async fn empty_space(&self, id: InstitutionId, now: DateTime<Utc>) -> Result<Deleted> {
        const OWN: &str = "WHERE \"institution_id\" = $1";
        let mut rows = 0;
        for dataset in Dataset::ALL {
            let sql = format!(
                "DELETE FROM \"{}\" {OWN} AND \"version_id\" IN (SELECT \"id\" FROM \"return_versions\" {OWN})",
                dataset.table
            );
            rows += self.run(sql, vec![id.into()]).await?;
        }
        let delete = async |table: &'static str| {
            let sql = format!("DELETE FROM \"{table}\" {OWN}");
            self.run(sql, vec![id.into()]).await
        };
        let keys = format!(
            "DELETE FROM \"idempotency_keys\" WHERE \"owner\" IN (SELECT \"client_id\" FROM \"clients\" {OWN})"
        );
        let revoke =
            format!("UPDATE \"clients\" SET \"revoked_at\" = $2 {OWN} AND \"revoked_at\" IS NULL");
        let empty = format!("UPDATE \"audit\" SET \"before\" = NULL, \"after\" = NULL {OWN}");
        let units = format!("DELETE FROM \"org_units\" {OWN} AND \"parent_id\" IS NOT NULL");
        Ok(Deleted {
            rows,
            versions: delete("return_versions").await?,
            returns: delete("returns").await?,
            progress: delete("progress").await?,
            actions: delete("actions").await?,
            action_plans: delete("action_plans").await?,
            technician_definitions: delete("technician_definitions").await?,
            column_mappings: delete("column_mappings").await?,
            idempotency_keys: self.run(keys, vec![id.into()]).await?,
            org_units: self.run(units, vec![id.into()]).await?,
            clients: self.run(revoke, vec![id.into(), now.into()]).await?,
            audit_lines: self.run(empty, vec![id.into()]).await?,
        })
    }

    async fn run(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        let statement =
            Statement::from_sql_and_values(self.conn.get_database_backend(), sql, values);
        let done = self.conn.execute_raw(statement).await.map_err(fault)?;
        Ok(done.rows_affected())
    }
}
