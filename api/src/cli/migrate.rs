//! `migrate`: the schema, on either engine.

use super::output::{Failure, say};
use super::session::Place;
use crate::server::open_store;
use clap::Subcommand;

/// Apply or list schema migrations.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Apply every pending migration.
    #[command(after_help = "Example:\n  DATABASE_URL=postgres://... technician-metrics migrate up")]
    Up,
    /// List every migration and whether it was applied.
    #[command(after_help = "Example:\n  technician-metrics migrate status")]
    Status,
}

impl Migrate {
    /// Runs the command.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        let config = place.configuration(Vec::new())?;
        crate::telemetry::init(config.log_format, tracing::Level::WARN);
        let store = open_store(&config).await?;
        match self {
            Self::Up => match store.migrate().await? {
                0 => say("The schema is up to date."),
                1 => say("1 migration applied."),
                applied => say(format_args!("{applied} migrations applied.")),
            },
            Self::Status => {
                for (name, applied) in store.migrations().await? {
                    say(format_args!(
                        "{}  {name}",
                        if applied { "applied" } else { "pending" }
                    ));
                }
            }
        }
        Ok(())
    }
}
