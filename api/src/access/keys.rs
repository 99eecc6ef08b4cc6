//! The signing key: Ed25519, made on first start and kept in a file only its owner may read.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The file could not be read or made.
    #[error("signing key file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("signing key file {path} is not an Ed25519 key in PKCS#8 PEM form")]
    Form {
        /// The file.
        path: String,
    },
}

/// A key that signs access tokens, and its public half.
pub struct SigningKey {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    kid: String,
    public: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Reads the key at `path`, or makes one there (mode 0600) if `make` and there is none.
    pub fn at(path: &Path, make: bool) -> Result<Self, KeyFault> {
        let file = |source| KeyFault::File {
            path: path.display().to_string(),
            source,
        };
        let form = || KeyFault::Form {
            path: path.display().to_string(),
        };
        if make && !path.exists() {
            let pem = generate().ok_or_else(form)?;
            let mut options = std::fs::OpenOptions::new();
            let mut handle = options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)
                .map_err(file)?;
            handle
                .write_all(pem.as_bytes())
                .and_then(|()| handle.sync_all())
                .map_err(file)?;
        }
        Self::from_pem(&std::fs::read_to_string(path).map_err(file)?).ok_or_else(form)
    }

    /// Reads a PKCS#8 PEM; `None` where it is not an Ed25519 key.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let body: String = pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .map(str::trim)
            .collect();
        let der = STANDARD.decode(body).ok()?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok()?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // The thumbprint of RFC 7638: members in alphabetical order, no white space.
        let thumb = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, thumb.as_bytes()).as_ref(),
        );
        Some(Self {
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_components(&public).ok()?,
            kid,
            public,
        })
    }

    /// The key's id: its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> serde_json::Value {
        serde_json::json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": self.public,
        }]})
    }
}

/// A new key as PKCS#8 PEM.
fn generate() -> Option<String> {
    let pair = Ed25519KeyPair::generate().ok()?;
    let der = pair.to_pkcs8v1().ok()?;
    let _ = pair.public_key().as_der().ok()?;
    let body = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    Some(format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    ))
}
