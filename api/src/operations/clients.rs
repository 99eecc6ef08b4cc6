//! OAuth clients: made and renewed from the command line.

use super::{Service, bounded};
use crate::access::{Permission, RegistryScope, RegistryWrite, Role, Secret, policy};
use crate::fault::{Fault, Noun, Result};
use entity::clients::Model;
use entity::ids::ClientKey;

/// A client to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its public name.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// The institution it belongs to, by slug; none for the secretariat's.
    pub institution: Option<String>,
    /// Scopes it may ask for; every one its role allows where none is named.
    pub scopes: Option<Vec<Permission>>,
}

/// Makes a client; gives back its secret, which is not kept.
pub async fn add(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    new: NewClient,
) -> Result<Secret> {
    let now = service.now();
    let registry = service.store.registry(scope);
    let institution_id = match &new.institution {
        Some(slug) => {
            let slug = slug
                .parse()
                .map_err(|_| Fault::NotFound(Noun::Institution))?;
            Some(registry.known_institution(&slug).await?.id)
        }
        None => None,
    };
    let role = if institution_id.is_some() {
        Role::InstitutionClient
    } else {
        Role::BoardClient
    };
    let allowed = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| policy::allows(role, *permission));
    let scopes: Vec<Permission> = new.scopes.unwrap_or_else(|| allowed.collect());
    if let Some(refused) = scopes
        .iter()
        .find(|permission| !policy::allows(role, **permission))
    {
        return Err(Fault::body(
            "/scopes",
            "scope-not-allowed",
            format!("A {role} cannot hold {refused}."),
        ));
    }
    let secret = Secret::generate()?;
    let client = Model {
        id: ClientKey(service.id(now)),
        client_id: bounded("/client_id", &new.client_id, 100)?,
        name: bounded("/name", &new.name, 200)?,
        institution_id,
        role: role.to_string(),
        scopes: scopes
            .iter()
            .map(|permission| permission.scope())
            .collect::<Vec<_>>()
            .join(" "),
        secret_digest: secret.digest(),
        created_at: now,
        revoked_at: None,
    };
    let after = serde_json::json!({"client_id": client.client_id, "role": client.role, "scopes": client.scopes});
    let tx = service.store.begin_registry(scope).await?;
    tx.audit(
        service
            .change(now, "client.add", format!("clients/{}", client.client_id))
            .with(None, after),
    )
    .await?;
    tx.registry().insert_client(client).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Gives a client another secret; the former stops working at once.
pub async fn rotate(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    client_id: &str,
) -> Result<Secret> {
    let now = service.now();
    let secret = Secret::generate()?;
    let tx = service.store.begin_registry(scope).await?;
    if !tx
        .registry()
        .rotate_client(client_id, &secret.digest())
        .await?
    {
        return Err(Fault::body(
            "/client_id",
            "unknown-client",
            "There is no client of this name.",
        ));
    }
    tx.audit(service.change(now, "client.rotate", format!("clients/{client_id}")))
        .await?;
    tx.commit().await?;
    Ok(secret)
}
