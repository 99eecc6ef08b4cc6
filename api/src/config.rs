//! Configuration: embedded defaults, a TOML file, the environment and flags become one checked [`Config`].
//!
//! Nothing here reads the process's environment or arguments: they come in as [`Inputs`], so that a test can set them.
//! Files named by the configuration are read, none is written. All faults are found in one pass and named together;
//! no message and no rendering shows a secret.

mod check;
mod fault;
mod keys;
mod layers;
mod mask;
mod render;
mod text;

#[cfg(test)]
mod tests;

pub use fault::{ConfigFault, ConfigFaults};
pub use render::reference;

use secrecy::SecretString;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Where settings come from, besides the embedded defaults; later fields win over earlier ones.
#[derive(Clone, Default)]
pub struct Inputs {
    /// The TOML file of `--config`.
    pub file: Option<PathBuf>,
    /// The environment. Only `TECHNICIAN_METRICS__*`, `DATABASE_URL` and `PORT` are looked at.
    pub environment: Vec<(String, String)>,
    /// What flags of the command line set: dotted key and value.
    pub flags: Vec<(&'static str, String)>,
}

/// The effective configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 lets the system choose.
    pub address: SocketAddr,
    /// Origin under which clients reach the service, without a final slash; issuer and audience of tokens.
    /// Where the port is chosen by the system, see [`Config::public_url_at`].
    pub public_url: String,
    /// Threads that serve requests, at least one.
    pub workers: usize,
    /// How long requests under way may take to finish once the service is asked to stop.
    pub shutdown: Duration,
    /// `sqlite:` or `postgres://` URL; may hold a password.
    pub database_url: SecretString,
    /// Most database connections of this process.
    pub database_connections: u32,
    /// How long to wait for a free connection.
    pub database_wait: Duration,
    /// Directory of what the service keeps itself. It need not exist yet.
    pub data_directory: PathBuf,
    /// PKCS#8 PEM file of the key that signs tokens.
    pub signing_key_file: PathBuf,
    /// Whether that file may be made when it is missing: true only for the default place in the data directory.
    pub signing_key_may_be_made: bool,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Least severe level that is written.
    pub log_level: tracing::Level,
    /// Most bytes of what is sent to the service.
    pub limits: Limits,
    public_url_is_derived: bool,
    shown: Vec<render::Shown>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for a person.
    Human,
    /// One JSON object per line.
    Json,
}

/// Most bytes of what is sent to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A JSON request body.
    pub json_bytes: usize,
    /// An uploaded table, as sent.
    pub upload_bytes: usize,
    /// A GraphQL request.
    pub graphql_bytes: usize,
    /// Any upload after decompression.
    pub unpacked_bytes: usize,
}

impl Config {
    /// The public origin once the listening address is known: the configured one, or the one derived from `bound`.
    pub fn public_url_at(&self, bound: SocketAddr) -> String {
        if self.public_url_is_derived {
            origin_of(bound)
        } else {
            self.public_url.clone()
        }
    }

    /// The effective configuration as TOML: secrets masked, and beside each key where its value came from.
    pub fn effective(&self) -> String {
        render::effective(&self.shown)
    }
}

/// Reads all layers and checks every value.
///
/// # Errors
/// All faults of all layers at once; the order is that of the layers, then that of the keys in the defaults.
pub fn load(inputs: &Inputs) -> Result<Config, ConfigFaults> {
    let mut faults = Vec::new();
    let settings = match layers::Settings::merge(inputs, &mut faults) {
        Ok(settings) => settings,
        Err(fault) => return Err(ConfigFaults(vec![fault])),
    };
    let config = check::config(&settings, &mut faults);
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(ConfigFaults(faults)),
    }
}

/// The origin a client on this machine or network can go to; all interfaces are no place to go to.
fn origin_of(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// One for each core; one where the number is not to be had.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
