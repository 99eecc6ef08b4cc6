//! Access tokens: JWTs of RFC 9068, signed with Ed25519, living fifteen minutes.
//!
//! The algorithm is fixed by the key, issuer and audience are checked, and expiry is judged by the injected clock
//! (RFC 8725).

use super::{Caller, Role, SigningKey};
use crate::fault::{Fault, Result};
use chrono::{DateTime, Utc};
use entity::ids::InstitutionId;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

/// How long a token lives, in seconds.
pub const TOKEN_SECONDS: i64 = 900;

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: the service's own address.
    pub iss: String,
    /// Audience: the service's own address.
    pub aud: String,
    /// Subject: the client id.
    pub sub: String,
    /// Client id, as RFC 9068 asks.
    pub client_id: String,
    /// Scopes, parted by spaces.
    pub scope: String,
    /// The role, a code of [`Role`].
    pub role: String,
    /// The institution it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<InstitutionId>,
    /// Issued at, seconds since 1970.
    pub iat: i64,
    /// Expires at, seconds since 1970.
    pub exp: i64,
    /// Identity of the token.
    pub jti: String,
}

/// Issues tokens and reads them back.
#[derive(Debug)]
pub struct Issuer {
    key: SigningKey,
    name: String,
}

impl Issuer {
    /// An issuer of the given name, which is also the audience.
    pub const fn new(key: SigningKey, name: String) -> Self {
        Self { key, name }
    }

    /// The issuer's name: the base address of the service.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The signing key's public half.
    pub fn jwks(&self) -> serde_json::Value {
        self.key.jwks()
    }

    /// Signs a token for `sub` with `scope`, valid from `now` for [`TOKEN_SECONDS`].
    pub fn issue(
        &self,
        sub: &str,
        role: Role,
        institution: Option<InstitutionId>,
        scope: String,
        now: DateTime<Utc>,
        jti: String,
    ) -> Result<String> {
        let iat = now.timestamp();
        let claims = Claims {
            iss: self.name.clone(),
            aud: self.name.clone(),
            sub: sub.to_owned(),
            client_id: sub.to_owned(),
            scope,
            role: role.to_string(),
            institution,
            iat,
            exp: iat + TOKEN_SECONDS,
            jti,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.key.kid().to_owned());
        jsonwebtoken::encode(&header, &claims, &self.key.encoding).map_err(|_| Fault::Internal)
    }

    /// Reads a token back into its caller and the second it expires.
    ///
    /// # Errors
    /// [`Fault::InvalidToken`], whatever is wrong with it.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<(Caller, i64)> {
        let mut checks = Validation::new(Algorithm::EdDSA);
        checks.set_issuer(&[&self.name]);
        checks.set_audience(&[&self.name]);
        checks.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        checks.validate_exp = false; // judged below, by the injected clock
        let read = jsonwebtoken::decode::<Claims>(token, &self.key.decoding, &checks)
            .map_err(|_| Fault::InvalidToken)?;
        let header = read.header;
        let claims = read.claims;
        let ours = header.typ.as_deref() == Some("at+jwt")
            && header.kid.as_deref() == Some(self.key.kid());
        if !ours || now.timestamp() >= claims.exp || now.timestamp() + 60 < claims.iat {
            return Err(Fault::InvalidToken);
        }
        let role: Role = claims.role.parse().map_err(|_| Fault::InvalidToken)?;
        Ok((
            Caller::known(claims.sub, role, claims.institution, &claims.scope),
            claims.exp,
        ))
    }
}
