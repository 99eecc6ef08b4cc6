//! Who is calling: client credentials in, tokens out, tokens back into callers.

use super::Service;
use crate::access::{
    Caller, Permission, RegistryScope, Role, TOKEN_SECONDS, digest, digests_match, policy,
};
use crate::fault::{Fault, Result};
use std::sync::Arc;

/// Tokens whose signature was checked, so that it is checked once and not at every request.
#[derive(Debug)]
pub struct Verified(moka::sync::Cache<String, (Arc<Caller>, i64)>);

impl Default for Verified {
    fn default() -> Self {
        Self(moka::sync::Cache::new(10_000))
    }
}

/// Why the token endpoint refuses (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Unknown client or wrong secret: `invalid_client`.
    Client,
    /// Another grant than client credentials: `unsupported_grant_type`.
    Grant,
    /// A scope that the client may not ask for: `invalid_scope`.
    Scope(String),
    /// The service failed.
    Service(Fault),
}

/// A fresh token.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// How long it lives, in seconds.
    pub expires_in: i64,
    /// The scopes it holds, parted by spaces.
    pub scope: String,
}

/// Issues a token for a client that shows its secret. Without `scope` it gets every scope the client may have.
pub async fn issue(
    service: &Service,
    client_id: &str,
    secret: &str,
    scope: Option<&str>,
) -> Result<Issued, TokenFault> {
    let presented = digest(secret);
    let known = service
        .store
        .registry(&RegistryScope::public())
        .client(client_id)
        .await
        .map_err(TokenFault::Service)?;
    // Compared in any case, so that an unknown client takes as long as a wrong secret.
    let stored = known
        .as_ref()
        .map_or_else(|| digest(""), |client| client.secret_digest.clone());
    let Some(client) = known.filter(|_| digests_match(&stored, &presented)) else {
        return Err(TokenFault::Client);
    };
    let role: Role = client
        .role
        .parse()
        .map_err(|_| TokenFault::Service(Fault::Internal))?;
    let granted = grant(role, &client.scopes, scope)?;
    let now = service.now();
    let jti = service.id(now).to_string();
    let token = service
        .issuer
        .issue(
            &client.client_id,
            role,
            client.institution_id,
            granted.clone(),
            now,
            jti,
        )
        .map_err(TokenFault::Service)?;
    Ok(Issued {
        token,
        expires_in: TOKEN_SECONDS,
        scope: granted,
    })
}

/// The scopes a token gets: those asked for, all of which the client must have.
fn grant(role: Role, held: &str, wanted: Option<&str>) -> Result<String, TokenFault> {
    let held: Vec<&str> = Permission::ALL
        .iter()
        .filter(|permission| policy::allows(role, **permission))
        .map(|permission| permission.scope())
        .filter(|scope| held.split(' ').any(|word| word == *scope))
        .collect();
    let Some(wanted) = wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) else {
        return Ok(held.join(" "));
    };
    match wanted.split(' ').find(|word| !held.contains(word)) {
        Some(refused) => Err(TokenFault::Scope(refused.chars().take(60).collect())),
        None => Ok(wanted.to_owned()),
    }
}

/// The caller a bearer token stands for.
///
/// # Errors
/// [`Fault::InvalidToken`], whatever is wrong with it.
pub fn caller(service: &Service, token: &str) -> Result<Arc<Caller>> {
    let caller = verified(service, token)?;
    match caller.institution() {
        Some(own) if service.registry.has_left(own) => Err(Fault::InvalidToken),
        _ => Ok(caller),
    }
}

fn verified(service: &Service, token: &str) -> Result<Arc<Caller>> {
    let now = service.now();
    if let Some((caller, expires)) = service.tokens.0.get(token) {
        if now.timestamp() < expires {
            return Ok(caller);
        }
        return Err(Fault::InvalidToken);
    }
    let (caller, expires) = service.issuer.verify(token, now)?;
    let caller = Arc::new(caller);
    service
        .tokens
        .0
        .insert(token.to_owned(), (Arc::clone(&caller), expires));
    Ok(caller)
}
