//! Client secrets: 256 random bits, shown once, kept as a digest.
//!
//! A secret with that much randomness cannot be guessed from its digest, so a plain SHA-256 is enough; the slow
//! hashes are for passwords people choose.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// A new secret. It is printed by whoever asked for it and never stored.
#[derive(Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Draws one from the system's generator.
    pub fn generate() -> crate::fault::Result<Self> {
        let mut bytes = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| crate::fault::Fault::Internal)?;
        Ok(Self(SecretString::from(format!(
            "tms_{}",
            URL_SAFE_NO_PAD.encode(bytes)
        ))))
    }

    /// The text, for showing it once.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored.
    pub fn digest(&self) -> String {
        digest(self.reveal())
    }
}

/// A SHA-256 that is taken piece by piece.
#[derive(Clone)]
pub struct Digest(aws_lc_rs::digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest")
    }
}

impl Digest {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest, in hexadecimal.
    pub fn hexadecimal(self) -> String {
        let digest = self.0.finish();
        digest
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// SHA-256 of a presented secret, in hexadecimal.
pub fn digest(presented: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, presented.as_bytes());
    hexadecimal(digest.as_ref())
}

/// Bytes in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            text.push_str(&format!("{byte:02x}"));
            text
        })
}

/// Whether two digests are equal, in a time that does not tell where they differ.
pub fn digests_match(stored: &str, presented: &str) -> bool {
    stored.as_bytes().ct_eq(presented.as_bytes()).into()
}
