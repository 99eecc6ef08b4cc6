//! `demo`: the service over a fresh demonstration sector, loaded through the operations a client would use.

mod clients;
mod figures;
mod plan;

use super::output::{Failure, say};
use super::session::Place;
use crate::access::Caller;
use crate::clock::Surroundings;
use crate::operations::{Service, reference};
use crate::server::Server;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};

/// Run the service over a fresh demonstration sector.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics demo\n  technician-metrics demo --address 127.0.0.1:9000 --data-dir ./demo"
)]
pub struct Demo {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
}

impl Demo {
    /// Makes the sector, says where everything is, and runs until it is told to stop.
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let kept = place.data_dir.is_some();
        let directory = place.data_dir.clone().unwrap_or_else(temporary);
        std::fs::create_dir_all(&directory)?;
        let database = directory.join("technician-metrics.db");
        if database.exists() {
            return Err(Failure::new(format_args!(
                "{} exists; a demonstration begins afresh: name another --data-dir, or run `serve` over this one",
                database.display()
            )));
        }
        let place = Place {
            data_dir: Some(directory.clone()),
            ..place
        };
        let flags = self
            .address
            .into_iter()
            .map(|address| ("server.address", address))
            .collect();
        let config = place.configuration(flags)?;
        crate::telemetry::init(config.log_format, config.log_level);
        let server = Server::bind(&config, true, Surroundings::default()).await?;
        load(server.service()).await?;
        let base_url = format!("http://{}", server.address());
        let credentials = clients::make(server.service(), &base_url, &directory).await?;
        greet(&base_url, &credentials);
        server.run().await?;
        if !kept {
            std::fs::remove_dir_all(&directory)?;
        }
        Ok(())
    }
}

/// A directory of its own for a demonstration that is not to be kept.
fn temporary() -> PathBuf {
    std::env::temp_dir().join(format!("technician-metrics-demo-{}", std::process::id()))
}

/// Loads the sector: signatories and providers, published figures, Lancaster's plan.
async fn load(service: &Service) -> Result<(), Failure> {
    let registry = Caller::operator().registry()?;
    reference::load_signatories(service, &registry).await?;
    figures::enter_providers(service, &registry).await?;
    let returns = figures::published()?;
    let progress = bar(returns.len());
    for (done, entry) in (1..).zip(&returns) {
        figures::submit(service, entry).await?;
        progress.set_position(done);
    }
    progress.finish_and_clear();
    plan::load(service).await
}

/// A bar on a terminal; one line elsewhere.
fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if bar.is_hidden() {
        say(format_args!(
            "Loading {length} returns of published figures ..."
        ));
    }
    let style = ProgressStyle::with_template("Loading returns {bar:40} {pos}/{len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn greet(base_url: &str, credentials: &Path) {
    let file = credentials.display();
    say(format_args!(
        "
technician-metrics answers on {base_url}

  {base_url}/            where everything is
  {base_url}/docs/       REST, documented
  {base_url}/graphiql    GraphQL, tried out

Credentials of the demonstration's clients are in
  {file}

Paste this into another terminal to ask for technicians in Scotland by year
(the figures are HESA's published group 3, wider than technicians, and marked so):

  CREDENTIALS={file}
  secret() {{ grep -A3 \"\\\"$1\\\": {{\" \"$CREDENTIALS\" | sed -n 's/.*\"client_secret\": \"\\(.*\\)\".*/\\1/p'; }}
  token() {{ curl -s {base_url}/oauth/token -d grant_type=client_credentials -d client_id=$1 -d client_secret=$(secret $1) | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/'; }}
  curl -sg -H \"Authorization: Bearer $(token board)\" '{base_url}/v1/sector/query?measure=headcount&group_by=year&where[nation]=scotland'

Stop with Ctrl-C."
    ));
}
