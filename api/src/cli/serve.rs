//! `serve`: runs the service.

use super::output::{Failure, say};
use super::session::Place;
use crate::clock::Surroundings;
use crate::config::Config;
use crate::server::Server;
use clap::Args;
use secrecy::ExposeSecret as _;

/// Run the service.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics serve --data-dir ./data\n  DATABASE_URL=postgres://... technician-metrics serve --migrate"
)]
pub struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    /// Apply pending migrations first; on SQLite this is always done.
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    /// Runs until it is told to stop.
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let flags = self
            .address
            .into_iter()
            .map(|address| ("server.address", address))
            .collect();
        let config = place.configuration(flags)?;
        crate::telemetry::init(config.log_format, config.log_level);
        let server = Server::bind(
            &config,
            self.migrate || embedded(&config),
            Surroundings::default(),
        )
        .await?;
        say(format_args!(
            "technician-metrics answers on http://{}",
            server.address()
        ));
        Ok(server.run().await?)
    }
}

/// Whether the database is a file of this service's own.
fn embedded(config: &Config) -> bool {
    config.database_url.expose_secret().starts_with("sqlite")
}
