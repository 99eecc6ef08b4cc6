//! The only room with a connection.
//!
//! [`Store`] opens its doors to capabilities alone: a [`TenantScope`] leads to one institution's rows, a
//! [`SectorScope`] to aggregates, a [`RegistryScope`] to the registry. The filter on the tenant is added by the gate
//! (`gate.rs`), and inserts get their owner from the scope. Each noun's queries stand in the file of its name.
//!
//! A read needs its scope:
//!
//! ```compile_fail
//! # async fn unscoped(store: &technician_metrics::store::Store) {
//! store.tenant().plans().await;
//! # }
//! ```
//!
//! and a permission to read does not open a transaction:
//!
//! ```compile_fail
//! # use technician_metrics::{access::{ReturnsRead, TenantScope}, store::Store};
//! # async fn reader_writes(store: &Store, scope: &TenantScope<ReturnsRead>) {
//! store.begin(scope).await;
//! # }
//! ```
//!
//! while the permission to write does:
//!
//! ```
//! # use technician_metrics::{access::{ReturnsWrite, TenantScope}, store::Store};
//! # async fn writer_writes(store: &Store, scope: &TenantScope<ReturnsWrite>) {
//! let _ = store.begin(scope).await;
//! # }
//! ```

mod action_plans;
mod audit;
mod changes;
mod checks;
mod clients;
mod code_lists;
mod column_mappings;
mod connect;
mod counters;
mod gate;
mod idempotency;
mod institutions;
mod leaving;
mod org_units;
mod page;
mod participation;
mod releases;
mod remembered;
mod returns;
mod row_pages;
mod row_sql;
mod rows;
mod sector;
mod standing;
mod technician_definitions;
mod windows;
mod years;

pub use audit::Change;
pub use changes::{ChangedRow, RowChange};
pub use checks::Around;
pub use connect::{Engine, Options, statements};
pub use counters::Generation;
pub use gate::{
    Connection, Participation, Registry, RegistryTx, Sector, Submissions, Tenant, TenantTx,
};
pub use idempotency::{Repeatable, Reserved, StoredAnswer, repeatable};
pub use institutions::InstitutionFilter;
pub use leaving::Deleted;
pub use page::{MAX_LIMIT, Page, PageRequest};
pub use participation::{Begun, Planned};
pub use releases::{FileEntry, ReleaseEntry};
pub use returns::{AtVersion, ReturnFilter};
pub use row_pages::{RowFilter, StoredRow};
pub use rows::Totals;
pub use sector::{LeafFact, PlannedAction, Submission};
pub use standing::{Standing, StandingFilter};

use crate::fault::{Fault, Result};
use migration::MigratorTrait as _;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, RuntimeErr};

/// The database, closed but for its doors.
#[derive(Clone, Debug)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    engine: Engine,
    remembered: remembered::Remembered,
}

impl Store {
    /// The engine behind it.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Applies every pending migration; gives back how many there were.
    pub async fn migrate(&self) -> Result<usize> {
        let pending = migration::Migrator::get_pending_migrations(&self.writer)
            .await
            .map_err(fault)?
            .len();
        migration::Migrator::up(&self.writer, None)
            .await
            .map_err(fault)?;
        Ok(pending)
    }

    /// Names of the migrations, each with whether it was applied. Only reads: in production the service's role may not
    /// create tables, not even one that is there.
    pub async fn migrations(&self) -> Result<Vec<(String, bool)>> {
        let journal = Query::select()
            .column("version")
            .from("seaql_migrations")
            .to_owned();
        let applied: Vec<String> = match self.reader.query_all(&journal).await {
            Ok(rows) => rows
                .iter()
                .map(|row| row.try_get("", "version").map_err(fault))
                .collect::<Result<_>>()?,
            // A database nobody migrated yet has no journal.
            Err(DbErr::Query(RuntimeErr::SqlxError(cause)))
                if cause.as_database_error().is_some() =>
            {
                Vec::new()
            }
            Err(error) => return Err(fault(error)),
        };
        let all = migration::Migrator::migrations();
        Ok(all
            .iter()
            .map(|step| {
                (
                    step.name().to_owned(),
                    applied.iter().any(|name| name == step.name()),
                )
            })
            .collect())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.reader.ping().await.map_err(fault)
    }

    /// Closes the connections.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

/// What a database error means to the service. The cause goes to the log, never into the fault.
#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it can stand in `map_err`"
)]
fn fault(error: DbErr) -> Fault {
    if let Some(sea_orm::SqlErr::UniqueConstraintViolation(which)) = error.sql_err() {
        return Fault::AlreadyExists {
            member: unique_member(&which),
        };
    }
    let text = error.to_string();
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) || lost(&error) {
        tracing::warn!(error = %text, "the database does not answer");
        return Fault::Unavailable;
    }
    // SQLITE_FULL, and PostgreSQL's disk_full (53100).
    if text.contains("database or disk is full") || text.contains("No space left on device") {
        tracing::error!(error = %text, "the store is full");
        return Fault::StorageFull;
    }
    if text.contains("database is locked") {
        tracing::warn!(error = %text, "the writer is busy");
        return Fault::Unavailable;
    }
    tracing::error!(error = %text, "the database refused a statement");
    Fault::Internal
}

/// Whether the connection broke, as it does when the server restarts.
fn lost(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            // 57P01 to 57P03: the server shuts down, crashed, or is starting.
            let code = cause
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code);
            matches!(
                **cause,
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed
            ) || code.is_some_and(|code| code.starts_with("57P"))
        }
        _ => false,
    }
}

/// Which member a unique index stands for, so that a message can name it. PostgreSQL names the index, SQLite the columns.
fn unique_member(violated: &str) -> &'static str {
    const MEMBERS: [(&str, &str, &str); 7] = [
        ("institutions_slug_ux", "institutions.slug", "slug"),
        ("institutions_ukprn_ux", "institutions.ukprn", "ukprn"),
        ("institutions_ror_ux", "institutions.ror", "ror"),
        ("clients_client_id_ux", "clients.client_id", "client_id"),
        ("actions_plan_id_ux", "actions.label", "label"),
        ("org_units_institution_id_ux", "org_units.code", "code"),
        (
            "technician_definitions_institution_id_ux",
            "technician_definitions.number",
            "number",
        ),
    ];
    let known = MEMBERS
        .into_iter()
        .find(|(index, column, _)| violated.contains(index) || violated.contains(column));
    known.map_or("key", |(_, _, member)| member)
}
