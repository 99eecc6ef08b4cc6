//! Credentials of a client: from the environment or from a file of one's own, never from an argument, never shown.

use super::output::Failure;
use secrecy::SecretString;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const CLIENT_ID: &str = "TECHNICIAN_METRICS_CLIENT_ID";
const CLIENT_SECRET: &str = "TECHNICIAN_METRICS_CLIENT_SECRET";

/// A client's id and secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The client.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
}

impl Credentials {
    /// From the file, if one is named, or from the environment.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        match file {
            Some(file) => Self::of_file(file),
            None => Self::of_environment(),
        }
    }

    /// From `TECHNICIAN_METRICS_CLIENT_ID` and `TECHNICIAN_METRICS_CLIENT_SECRET`.
    pub fn of_environment() -> Result<Self, Failure> {
        let variable = |name: &str| {
            std::env::var(name).map_err(|_| Failure::new(format_args!("{name} is not set")))
        };
        Ok(Self {
            id: variable(CLIENT_ID)?,
            secret: variable(CLIENT_SECRET)?.into(),
        })
    }

    /// From a file that only its owner may read: an object with `client_id` and `client_secret`, or lines
    /// `TECHNICIAN_METRICS_CLIENT_ID=...` and `TECHNICIAN_METRICS_CLIENT_SECRET=...`.
    fn of_file(file: &Path) -> Result<Self, Failure> {
        let failed = |what: String| Failure::new(format_args!("{}: {what}", file.display()));
        let mode = std::fs::metadata(file)
            .map_err(|cause| failed(cause.to_string()))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            let what = format!(
                "others may read it (mode {:04o}); chmod 600 it, and have the secret changed if it was there for long",
                mode & 0o7777
            );
            return Err(failed(what));
        }
        let text = std::fs::read_to_string(file).map_err(|cause| failed(cause.to_string()))?;
        let found = if text.trim_start().starts_with('{') {
            of_object(&text)
        } else {
            of_lines(&text)
        };
        found.ok_or_else(|| {
            failed(format!(
                "no credentials; it is an object with client_id and client_secret, or the lines {CLIENT_ID}=... and {CLIENT_SECRET}=..."
            ))
        })
    }
}

fn of_object(text: &str) -> Option<Credentials> {
    let object: Value = serde_json::from_str(text).ok()?;
    Some(Credentials {
        id: object["client_id"].as_str()?.to_owned(),
        secret: object["client_secret"].as_str()?.into(),
    })
}

fn of_lines(text: &str) -> Option<Credentials> {
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let line = line.trim().strip_prefix("export ").unwrap_or(line.trim());
            let (key, value) = line.split_once('=')?;
            (key.trim() == name).then(|| value.trim().trim_matches(['"', '\'']))
        })
    };
    Some(Credentials {
        id: value(CLIENT_ID)?.to_owned(),
        secret: value(CLIENT_SECRET)?.into(),
    })
}
