//! The demonstration's clients and the file of their secrets.

use crate::access::{Caller, Permission};
use crate::cli::output::Failure;
use crate::operations::Service;
use crate::operations::clients::{self, NewClient};
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Institutions that a visitor plays: what they have beyond published figures is for the visitor to fill in.
pub const PLAYED: &[&str] = &["lancaster", "edinburgh"];

const READS: &[Permission] = &[
    Permission::InstitutionRead,
    Permission::ReturnsRead,
    Permission::PlansRead,
    Permission::AuditRead,
];

/// Makes the clients and writes their secrets to a file only its owner may read; gives back where.
pub async fn make(service: &Service, base_url: &str, directory: &Path) -> Result<PathBuf, Failure> {
    let registry = Caller::operator().registry()?;
    let mut made = Map::new();
    for (client_id, institution, scopes) in [
        ("board", None, None),
        ("lancaster", Some("lancaster"), None),
        ("lancaster-readonly", Some("lancaster"), Some(READS)),
        ("edinburgh", Some("edinburgh"), None),
    ] {
        let new = NewClient {
            client_id: client_id.to_owned(),
            name: format!("Demonstration: {client_id}"),
            institution: institution.map(ToOwned::to_owned),
            scopes: scopes.map(<[Permission]>::to_vec),
        };
        let secret = clients::add(service, &registry, new).await?;
        made.insert(
            client_id.to_owned(),
            json!({"client_id": client_id, "client_secret": secret.reveal()}),
        );
    }
    let path = directory.join("demo-credentials.json");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    let content = json!({"base_url": base_url, "clients": Value::Object(made), "users": {}});
    writeln!(file, "{content:#}")?;
    Ok(path)
}
