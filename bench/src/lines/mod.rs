//! What is measured: a file per line of the report.
//!
//! A line measures its floor in the same run, on the same machine, over the same database. Where both are rates, floor and
//! service take turns, so that a change of the machine's mood meets both.

pub mod keyed_read;
pub mod merge;
pub mod million;
mod process;
pub mod replace;
pub mod sector_query;
pub mod sector_served;

use crate::Failure;
use crate::fill::Filled;
use crate::served::Served;
use ::tests::cluster::Cluster;
use std::path::PathBuf;
use std::time::Duration;
use technician_metrics::store::Engine;

/// A filled database with the service over it.
pub struct Bench<'c> {
    /// The database.
    pub filled: Filled,
    /// The service.
    pub served: Served,
    /// Where PostgreSQL runs.
    pub cluster: &'c Cluster,
    /// A directory on the disk, for scripts.
    pub directory: PathBuf,
    /// How long is measured.
    pub pace: Pace,
}

/// How long is measured.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Turns of floor and service.
    pub turns: u32,
    /// What does not count yet, of each turn.
    pub warm_up: Duration,
    /// What counts, of each turn.
    pub measured: Duration,
    /// How many times a return is replaced.
    pub replacements: u64,
    /// How many sector queries are asked.
    pub queries: u64,
    /// How many of them the floor answers.
    pub floor_queries: u64,
}

impl Pace {
    /// For figures to be written down.
    pub const FULL: Self = Self {
        turns: 5,
        warm_up: Duration::from_millis(500),
        measured: Duration::from_secs(2),
        replacements: 15,
        queries: 240,
        floor_queries: 12,
    };
    /// For a quick look.
    pub const QUICK: Self = Self {
        turns: 1,
        warm_up: Duration::from_millis(500),
        measured: Duration::from_secs(2),
        replacements: 5,
        queries: 200,
        floor_queries: 10,
    };
}

impl Bench<'_> {
    /// The engine's name, for the report.
    pub const fn engine(&self) -> &'static str {
        match self.filled.engine {
            Engine::Postgres => "PostgreSQL",
            Engine::Sqlite => "SQLite",
        }
    }

    /// The address of one institution's headcount return.
    pub fn return_path(&self, institution: usize, year: &str) -> String {
        format!(
            "/v1/institutions/{}/returns/headcount/{year}",
            self.filled.institutions[institution].slug
        )
    }
}

/// The middle of some times, in milliseconds.
pub fn median(times: &mut [Duration]) -> Result<f64, Failure> {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).ok_or("nothing was measured")?;
    Ok(middle.as_secs_f64() * 1000.0)
}
