//! `healthcheck`: asks a running server whether it is ready.

use super::output::{Failure, say};
use super::session::Place;
use clap::Args;
use std::time::Duration;

/// Ask a running server whether it is ready.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  technician-metrics healthcheck --server http://127.0.0.1:8080")]
pub struct Healthcheck {
    /// The server; the configured address where left out.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

impl Healthcheck {
    /// Asks `/readyz` once, waiting at most three seconds.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        let server = if let Some(server) = self.server {
            server
        } else {
            let mut address = place.configuration(Vec::new())?.address;
            if address.ip().is_unspecified() {
                address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{address}")
        };
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(3))
            .build()?;
        let answer = client
            .get(format!("{}/readyz", server.trim_end_matches('/')))
            .send()
            .await?;
        if !answer.status().is_success() {
            return Err(Failure::new(format_args!(
                "{server} answered {}",
                answer.status()
            )));
        }
        say("ready");
        Ok(())
    }
}
