//! Opening the database: which engine a URL names, and how each is set up.

use super::remembered::Remembered;
use super::{Store, fault};
use crate::fault::Result;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::cell::Cell;
use std::time::Duration;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, in a file.
    Sqlite,
    /// A server, shared by replicas.
    Postgres,
}

impl Engine {
    /// The library's name for it.
    pub(super) const fn backend(self) -> sea_orm::DbBackend {
        match self {
            Self::Sqlite => sea_orm::DbBackend::Sqlite,
            Self::Postgres => sea_orm::DbBackend::Postgres,
        }
    }
}

/// How to open the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:///path/to/file` or `postgres://...`.
    pub url: String,
    /// Most connections.
    pub connections: u32,
    /// How long to wait for one.
    pub wait: Duration,
}

tokio::task_local! {
    /// Statements of the request at hand.
    static STATEMENTS: Cell<u32>;
}

/// Runs a future and counts the statements it sends; gives back both.
pub async fn statements<F: Future>(work: F) -> (F::Output, u32) {
    STATEMENTS
        .scope(Cell::new(0), async {
            let output = work.await;
            (output, STATEMENTS.with(Cell::get))
        })
        .await
}

fn counted(mut connection: DatabaseConnection) -> DatabaseConnection {
    connection.set_metric_callback(|_| {
        let _ = STATEMENTS.try_with(|count| count.set(count.get() + 1));
    });
    connection
}

impl Store {
    /// Opens the database a URL names. SQLite gets two handles: one writer connection, so that writers queue here
    /// rather than fail there, and a pool of readers that cannot write.
    pub async fn open(options: &Options) -> Result<Self> {
        if options.url.starts_with("postgres") {
            let pool = open(options, options.connections, |_| {}).await?;
            return Ok(Self {
                reader: pool.clone(),
                writer: pool,
                engine: Engine::Postgres,
                remembered: Remembered::default(),
            });
        }
        let writer = open(options, 1, |connect| sqlite(connect, false)).await?;
        let reader = open(options, options.connections, |connect| {
            sqlite(connect, true);
        })
        .await?;
        Ok(Self {
            reader,
            writer,
            engine: Engine::Sqlite,
            remembered: Remembered::default(),
        })
    }
}

async fn open(
    options: &Options,
    most: u32,
    set_up: impl FnOnce(&mut ConnectOptions),
) -> Result<DatabaseConnection> {
    let mut connect = ConnectOptions::new(options.url.clone());
    connect
        .max_connections(most)
        .acquire_timeout(options.wait)
        .connect_timeout(options.wait)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(30));
    set_up(&mut connect);
    Database::connect(connect).await.map(counted).map_err(fault)
}

fn sqlite(connect: &mut ConnectOptions, read_only: bool) {
    connect.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            .pragma("cache_size", "-16000");
        if read_only {
            options
                .pragma("query_only", "on")
                .pragma("mmap_size", "268435456")
        } else {
            // What the writer walks through is not mapped: a return of a million rows that is replaced would stand in
            // memory as a whole.
            options
        }
    });
}
