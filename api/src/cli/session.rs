//! Where a command works: the configuration, and a service straight on the database.

use super::output::Failure;
use crate::clock::Surroundings;
use crate::config::{Config, Inputs, load};
use crate::operations::Service;
use crate::server::{StartFault, issuer, open_store};
use std::path::PathBuf;

/// What the global options name.
#[derive(Debug, Default)]
pub struct Place {
    /// Configuration file.
    pub config: Option<PathBuf>,
    /// Data directory.
    pub data_dir: Option<PathBuf>,
}

impl Place {
    /// The effective configuration, with flags of the command laid over it.
    pub fn configuration(&self, flags: Vec<(&'static str, String)>) -> Result<Config, Failure> {
        let mut flags = flags;
        if let Some(directory) = &self.data_dir {
            flags.push(("data.directory", directory.display().to_string()));
        }
        let inputs = Inputs {
            file: self.config.clone(),
            environment: std::env::vars().collect(),
            flags,
        };
        Ok(load(&inputs)?)
    }

    /// A service on the database the configuration names; every migration must be applied.
    pub async fn service(&self) -> Result<Service, Failure> {
        let config = self.configuration(Vec::new())?;
        crate::telemetry::init(config.log_format, tracing::Level::WARN);
        let store = open_store(&config).await?;
        let due = store
            .migrations()
            .await?
            .iter()
            .filter(|(_, applied)| !applied)
            .count();
        if due > 0 {
            return Err(StartFault::Migrations(due).into());
        }
        let issuer = issuer(&config, config.public_url.clone())?;
        Ok(Service::start(store, issuer, Surroundings::default()).await?)
    }
}
