//! The gate: what a capability opens, with the tenant's filter already on it.
//!
//! Inside `store` a query on a tenant's table starts from [`Tenant::find`] and its siblings; `clippy.toml` forbids the
//! unscoped ones everywhere, and the `expect`s below are the only places that may call them.

use super::idempotency::applied;
use super::remembered::Remembered;
use super::{Engine, Store, fault};
use crate::access::{
    Actor, ParticipationScope, Permit, RegistryScope, SectorScope, SubmissionsScope, TenantScope,
    WritePermit,
};
use crate::fault::{Fault, Result};
use entity::ids::InstitutionId;
use entity::values::SignatoryStatus;
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbErr, EntityTrait, QueryFilter as _, QuerySelect as _, Select, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _, UpdateMany,
};

/// A connection or a transaction, for functions of the rooms above that work in either.
pub trait Connection: ConnectionTrait {}
impl<C: ConnectionTrait> Connection for C {}

/// A table whose rows each belong to one institution.
pub(super) trait Owned: EntityTrait {
    /// The column that says to which.
    const OWNER: Self::Column;
}

macro_rules! owned {
    ($($noun:ident),+) => {$(
        impl Owned for entity::$noun::Entity {
            const OWNER: Self::Column = entity::$noun::Column::InstitutionId;
        }
    )+};
}
owned!(
    org_units,
    returns,
    return_versions,
    technician_definitions,
    action_plans,
    actions,
    progress,
    column_mappings
);

/// One institution's space, over a connection or a transaction.
#[derive(Debug)]
pub struct Tenant<'c, C> {
    pub(super) conn: &'c C,
    pub(super) institution: InstitutionId,
    pub(super) engine: Engine,
    /// Totals of revisions; none inside a transaction.
    pub(super) remembered: Option<&'c Remembered>,
}

/// An open transaction in one institution's space; consumed by its commit, rolled back if dropped.
#[derive(Debug)]
pub struct TenantTx {
    pub(super) tx: DatabaseTransaction,
    institution: InstitutionId,
    engine: Engine,
    actor: Actor,
}

/// The registry, over a connection or a transaction.
#[derive(Debug)]
pub struct Registry<'c, C> {
    pub(super) conn: &'c C,
}

/// An open transaction in the registry.
#[derive(Debug)]
pub struct RegistryTx {
    pub(super) tx: DatabaseTransaction,
    actor: Actor,
}

/// Aggregates of the whole sector.
#[derive(Debug)]
pub struct Sector<'c> {
    pub(super) conn: &'c DatabaseConnection,
    pub(super) writer: &'c DatabaseConnection,
    pub(super) engine: Engine,
}

/// What was submitted, of all institutions, without figures.
#[derive(Debug)]
pub struct Submissions<'c> {
    pub(super) conn: &'c DatabaseConnection,
    pub(super) engine: Engine,
}

/// What all signatories owe and what became of it, without figures.
#[derive(Debug)]
pub struct Participation<'c> {
    pub(super) conn: &'c DatabaseConnection,
    pub(super) engine: Engine,
}

impl Store {
    /// Opens one institution's space for reading.
    pub fn tenant<P: Permit>(&self, scope: &TenantScope<P>) -> Tenant<'_, DatabaseConnection> {
        Tenant {
            conn: &self.reader,
            institution: scope.institution(),
            engine: self.engine,
            remembered: Some(&self.remembered),
        }
    }

    /// Begins a change in one institution's space.
    pub async fn begin<P: WritePermit>(&self, scope: &TenantScope<P>) -> Result<TenantTx> {
        let tx = self.immediate().await?;
        still_here(&tx, scope.institution()).await?;
        Ok(TenantTx {
            tx,
            institution: scope.institution(),
            engine: self.engine,
            actor: scope.actor().clone(),
        })
    }

    /// Opens the registry for reading.
    pub fn registry<P: Permit>(
        &self,
        _scope: &RegistryScope<P>,
    ) -> Registry<'_, DatabaseConnection> {
        Registry { conn: &self.reader }
    }

    /// Begins a change of the registry.
    pub async fn begin_registry<P: WritePermit>(
        &self,
        scope: &RegistryScope<P>,
    ) -> Result<RegistryTx> {
        Ok(RegistryTx {
            tx: self.immediate().await?,
            actor: scope.actor().clone(),
        })
    }

    /// Opens the aggregates of the sector.
    pub const fn sector(&self, _scope: &SectorScope) -> Sector<'_> {
        Sector {
            conn: &self.reader,
            writer: &self.writer,
            engine: self.engine,
        }
    }

    /// Opens what all institutions submitted, without figures.
    pub const fn submissions(&self, _scope: &SubmissionsScope) -> Submissions<'_> {
        Submissions {
            conn: &self.reader,
            engine: self.engine,
        }
    }

    /// Opens what all signatories owe, without figures.
    pub const fn participation(&self, _scope: &ParticipationScope) -> Participation<'_> {
        Participation {
            conn: &self.reader,
            engine: self.engine,
        }
    }

    /// A transaction that takes the write lock at once: on SQLite one that reads first and writes later would fail.
    async fn immediate(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await.map_err(fault)
    }
}

/// Holds an institution where it is until the commit, so that nothing is written behind one that is leaving.
///
/// # Errors
/// [`Fault::InvalidToken`] where it has left.
#[expect(clippy::disallowed_methods, reason = "asks for the owner itself")]
async fn still_here(tx: &DatabaseTransaction, institution: InstitutionId) -> Result<()> {
    use entity::institutions::{Column, Entity};
    let status: Option<SignatoryStatus> = Entity::find_by_id(institution)
        .select_only()
        .column(Column::Status)
        .lock_shared()
        .into_tuple()
        .one(tx)
        .await
        .map_err(fault)?;
    match status {
        Some(SignatoryStatus::Left) | None => Err(Fault::InvalidToken),
        Some(_) => Ok(()),
    }
}

impl TenantTx {
    /// The space, inside this transaction.
    pub const fn tenant(&self) -> Tenant<'_, DatabaseTransaction> {
        Tenant {
            conn: &self.tx,
            institution: self.institution,
            engine: self.engine,
            remembered: None,
        }
    }

    /// Who acts.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Makes the change durable; nothing of it was visible before.
    pub async fn commit(self) -> Result<()> {
        applied(&self.tx).await?;
        self.tx.commit().await.map_err(fault)
    }

    /// Leaves everything as it was before.
    pub async fn roll_back(self) -> Result<()> {
        self.tx.rollback().await.map_err(fault)
    }
}

impl RegistryTx {
    /// The registry, inside this transaction.
    pub const fn registry(&self) -> Registry<'_, DatabaseTransaction> {
        Registry { conn: &self.tx }
    }

    /// Who acts.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Makes the change durable.
    pub async fn commit(self) -> Result<()> {
        applied(&self.tx).await?;
        self.tx.commit().await.map_err(fault)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the gate: the tenant's filter is added here"
)]
impl<C: ConnectionTrait> Tenant<'_, C> {
    /// The tenant's rows of a table.
    pub(super) fn find<E: Owned>(&self) -> Select<E> {
        E::find().filter(E::OWNER.eq(self.institution))
    }

    /// A change of the tenant's rows of a table.
    pub(super) fn update<E: Owned>(&self) -> UpdateMany<E> {
        E::update_many().filter(E::OWNER.eq(self.institution))
    }

    /// Inserts a row that gets its owner from the scope, whatever it was given.
    pub(super) async fn insert<E>(&self, mut row: E::ActiveModel) -> Result<()>
    where
        E: Owned,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        row.set(E::OWNER, self.institution.into());
        self.exec(E::insert(row).exec_without_returning(self.conn))
            .await
    }

    async fn exec<T>(
        &self,
        work: impl Future<Output = std::result::Result<T, DbErr>>,
    ) -> Result<()> {
        work.await.map(|_| ()).map_err(fault)
    }
}
