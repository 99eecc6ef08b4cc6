//! From merged settings to checked values: ranges, forms, files that must exist, and keys that exclude each other.

mod database;

use super::fault::ConfigFault;
use super::layers::{Origin, Settings};
use super::render::{self, Override};
use super::text::quoted;
use super::{Config, Limits, LogFormat, cores, origin_of};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing::Level;

/// Four gibibytes: more than any limit on a request can sensibly be.
const MOST_BYTES: u32 = u32::MAX;

/// Checks every key. `None` comes with at least one fault; the value itself means nothing while there are faults.
pub(super) fn config(settings: &Settings, faults: &mut Vec<ConfigFault>) -> Option<Config> {
    let mut check = Check {
        settings,
        faults,
        overrides: Vec::new(),
    };
    // Each is called before any `?`, so that no fault hides another.
    let address = check.address();
    let public_url = check.public_url(address);
    let workers = check.number("server.workers", 0..=1024);
    let shutdown = check.number("server.shutdown_seconds", 0..=3600);
    let data_directory = check.data_directory();
    let database_url = check.database_url(&data_directory);
    let database_connections = check.number("database.connections", 1..=1000);
    let database_wait = check.number("database.wait_milliseconds", 1..=600_000);
    let (signing_key_file, signing_key_may_be_made) = check.signing_key(&data_directory);
    let log_format = check.word("log.format", &FORMATS);
    let log_level = check.word("log.level", &LEVELS);
    let limits = check.limits();
    let workers = check.workers(workers?);
    let (public_url, public_url_is_derived) = public_url?;
    Some(Config {
        address: address?,
        public_url,
        workers,
        shutdown: Duration::from_secs(shutdown?.into()),
        database_url: database_url?,
        database_connections: database_connections?,
        database_wait: Duration::from_millis(database_wait?.into()),
        data_directory,
        signing_key_file,
        signing_key_may_be_made,
        log_format: log_format?,
        log_level: log_level?,
        limits: limits?,
        public_url_is_derived,
        shown: render::shown(settings, &check.overrides),
    })
}

const FORMATS: [(&str, LogFormat); 2] = [("human", LogFormat::Human), ("json", LogFormat::Json)];

const LEVELS: [(&str, Level); 5] = [
    ("error", Level::ERROR),
    ("warn", Level::WARN),
    ("info", Level::INFO),
    ("debug", Level::DEBUG),
    ("trace", Level::TRACE),
];

struct Check<'a> {
    settings: &'a Settings,
    faults: &'a mut Vec<ConfigFault>,
    overrides: Vec<Override>,
}

impl Check<'_> {
    fn fault<T>(&mut self, key: &str, message: impl Into<String>) -> Option<T> {
        let source = self
            .settings
            .get(key)
            .map_or(Origin::Default, |setting| setting.origin.clone());
        self.faults
            .push(ConfigFault::new(source.to_string(), key, message));
        None
    }

    fn text(&self, key: &str) -> String {
        let value = self
            .settings
            .get(key)
            .and_then(|setting| setting.value.as_str());
        value.unwrap_or_default().to_owned()
    }

    fn shows(&mut self, key: &'static str, value: impl Into<toml::Value>, note: impl Into<String>) {
        self.overrides.push(Override {
            key,
            value: value.into(),
            note: note.into(),
        });
    }

    fn number(&mut self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self
            .settings
            .get(key)
            .and_then(|setting| setting.value.as_integer())?;
        match u32::try_from(value) {
            Ok(number) if range.contains(&number) => Some(number),
            _ => self.fault(
                key,
                format!("must be {} to {}, not {value}", range.start(), range.end()),
            ),
        }
    }

    fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let given = self.text(key);
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == given) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.fault(
            key,
            format!("must be one of {}, not {}", all.join(", "), quoted(&given)),
        )
    }

    fn address(&mut self) -> Option<SocketAddr> {
        let given = self.text("server.address");
        let mut address = given.parse::<SocketAddr>().ok();
        if address.is_none() {
            let right = "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";
            self.fault::<()>("server.address", format!("{right}, not {}", quoted(&given)));
        }
        if let Some(port) = &self.settings.port {
            let source = Origin::Environment("PORT".to_owned()).to_string();
            if let Ok(number) = port.trim().parse() {
                if let Some(address) = &mut address {
                    address.set_port(number);
                    self.shows(
                        "server.address",
                        address.to_string(),
                        format!("port: {source}"),
                    );
                }
            } else {
                let message = format!("must be a port, 0 to 65535, not {}", quoted(port));
                self.faults
                    .push(ConfigFault::new(source, "server.address", message));
            }
        }
        address
    }

    /// The origin and whether it was derived. An unusable address has its own fault and gives no second one here.
    fn public_url(&mut self, address: Option<SocketAddr>) -> Option<(String, bool)> {
        let given = self.text("server.public_url");
        if given.is_empty() {
            let derived = origin_of(address?);
            self.shows(
                "server.public_url",
                derived.as_str(),
                "derived from server.address",
            );
            return Some((derived, true));
        }
        let origin = given.strip_suffix('/').unwrap_or(&given);
        if is_origin(origin) {
            return Some((origin.to_owned(), false));
        }
        let right = "must be http:// or https://, a host and nothing after its port, such as https://metrics.example.ac.uk";
        self.fault(
            "server.public_url",
            format!("{right}; it is {}", quoted(&given)),
        )
    }

    fn workers(&mut self, given: u32) -> usize {
        if given > 0 {
            return usize::try_from(given).unwrap_or(1);
        }
        let cores = cores();
        let shown = i64::try_from(cores).unwrap_or(1);
        self.shows("server.workers", shown, "0 means one for each core");
        cores
    }

    fn data_directory(&mut self) -> PathBuf {
        let given = self.text("data.directory");
        let directory = PathBuf::from(&given);
        if given.is_empty() {
            self.fault::<()>("data.directory", "must name a directory, such as ./data");
        } else if directory.exists() && !directory.is_dir() {
            self.fault::<()>(
                "data.directory",
                format!("{} is a file; name a directory", quoted(&given)),
            );
        }
        directory
    }

    fn signing_key(&mut self, data_directory: &Path) -> (PathBuf, bool) {
        const KEY: &str = "access.signing_key_file";
        let given = self.text(KEY);
        if given.is_empty() {
            let path = data_directory.join("signing-key.pem");
            self.shows(
                KEY,
                path.to_string_lossy().as_ref(),
                "derived from data.directory",
            );
            return (path, true);
        }
        let path = PathBuf::from(&given);
        if let Err(error) = std::fs::read(&path) {
            let message = format!(
                "{} cannot be read: {error}; leave it empty to have a key made in the data directory",
                quoted(&given)
            );
            self.fault::<()>(KEY, message);
        }
        (path, false)
    }

    fn limits(&mut self) -> Option<Limits> {
        let json = self.number("limits.json_bytes", 1024..=MOST_BYTES);
        let upload = self.number("limits.upload_bytes", 1024..=MOST_BYTES);
        let graphql = self.number("limits.graphql_bytes", 1024..=MOST_BYTES);
        let unpacked = self.number("limits.unpacked_bytes", 1024..=MOST_BYTES);
        let (upload, unpacked) = (upload?, unpacked?);
        if unpacked < upload {
            let message =
                format!("must be at least limits.upload_bytes, which is {upload}, not {unpacked}");
            self.fault::<()>("limits.unpacked_bytes", message);
        }
        Some(Limits {
            json_bytes: bytes(json?),
            upload_bytes: bytes(upload),
            graphql_bytes: bytes(graphql?),
            unpacked_bytes: bytes(unpacked),
        })
    }
}

/// The same number where addresses have 32 bits or more, which is everywhere the service runs.
fn bytes(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Whether the text is scheme, host and at most a port: RFC 6454 section 6.1.
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some(authority) = rest else { return false };
    let colon = authority.rfind(':').filter(|_| !authority.ends_with(']'));
    let (host, port) = match colon.and_then(|at| authority.split_at_checked(at)) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => (authority, None),
    };
    let bracketed = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    let host_is_good = match bracketed {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter))
        }
    };
    host_is_good && port.is_none_or(|port| port.parse::<u16>().is_ok())
}
