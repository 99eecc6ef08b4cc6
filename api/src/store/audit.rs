//! The audit trail: written in the transaction of the change it tells of.

use super::{Page, PageRequest, RegistryTx, Sector, Tenant, TenantTx, fault};
use crate::access::Actor;
use crate::fault::Result;
use chrono::{DateTime, Utc};
use entity::audit::{Column, Entity, Model};
use entity::ids::{AuditId, InstitutionId};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::Value;

/// One change, as the operation tells it.
#[derive(Clone, Debug)]
pub struct Change {
    /// Identity of the line.
    pub id: AuditId,
    /// When.
    pub at: DateTime<Utc>,
    /// The verb, such as `return.submit`.
    pub action: &'static str,
    /// What it was done to, as a path under `/v1`.
    pub subject: String,
    /// The state before, without rows or contact details.
    pub before: Option<Value>,
    /// The state after, likewise.
    pub after: Option<Value>,
}

impl Change {
    fn line(self, institution_id: Option<InstitutionId>, actor: &Actor) -> Model {
        Model {
            id: self.id,
            institution_id,
            at: self.at,
            actor: actor.subject.clone(),
            action: self.action.to_owned(),
            subject: self.subject,
            request_id: actor.request_id.clone(),
            before: self.before,
            after: self.after,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "lines are only ever added, with the owner of the scope"
)]
async fn add<C: ConnectionTrait>(conn: &C, line: Model) -> Result<()> {
    Entity::insert(line.into_active_model())
        .exec_without_returning(conn)
        .await
        .map(|_| ())
        .map_err(fault)
}

impl TenantTx {
    /// Writes down a change in the tenant's space.
    pub async fn audit(&self, change: Change) -> Result<()> {
        add(
            &self.tx,
            change.line(Some(self.tenant().institution), self.actor()),
        )
        .await
    }
}

impl RegistryTx {
    /// Writes down a change of the registry.
    pub async fn audit(&self, change: Change) -> Result<()> {
        add(&self.tx, change.line(None, self.actor())).await
    }
}

impl Sector<'_> {
    /// Writes down, all at once, that live exact aggregates were asked.
    #[expect(
        clippy::disallowed_methods,
        reason = "lines are only ever added, and these have no owner"
    )]
    pub async fn audit(&self, looks: Vec<(Change, &Actor)>) -> Result<()> {
        let lines = looks.into_iter();
        let lines = lines.map(|(look, actor)| look.line(None, actor).into_active_model());
        Entity::insert_many(lines)
            .exec_without_returning(self.writer)
            .await
            .map(|_| ())
            .map_err(fault)
    }
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of the institution's trail, oldest first.
    #[expect(
        clippy::disallowed_methods,
        reason = "the owner may be empty here, so the filter stands beside it"
    )]
    pub async fn audit_page(&self, request: &PageRequest) -> Result<Page<Model>> {
        let select = Entity::find().filter(Column::InstitutionId.eq(self.institution));
        let select = request.keyset::<_, AuditId>(select, Column::Id)?;
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.id.to_string()]))
    }
}
