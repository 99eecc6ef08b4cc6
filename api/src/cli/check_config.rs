//! `check-config`: what would be in force.

use super::output::{Failure, say};
use super::session::Place;
use clap::Args;

/// Validate and print the effective configuration.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  technician-metrics check-config --config production.toml")]
pub struct CheckConfig {
    /// Say only whether it is valid.
    #[arg(long)]
    quiet: bool,
}

impl CheckConfig {
    /// Prints the configuration with the source of every key, or every fault in it.
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        let config = place.configuration(Vec::new())?;
        if !self.quiet {
            say(config.effective());
        }
        Ok(())
    }
}
