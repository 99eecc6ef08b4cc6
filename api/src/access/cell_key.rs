//! The deployment's secret of disclosure control: who has it could take the noise off what was published.

use crate::fault::{Fault, Result};
use aws_lc_rs::hmac;

/// The secret, ready for use.
pub struct CellKey(hmac::Key);

impl std::fmt::Debug for CellKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CellKey")
    }
}

impl CellKey {
    /// Draws the bytes of a new one from the system's generator.
    ///
    /// # Errors
    /// [`Fault::Internal`] where the generator fails.
    pub fn generate() -> Result<Vec<u8>> {
        let mut bytes = vec![0_u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::Internal)?;
        Ok(bytes)
    }

    /// Takes the bytes as they are kept.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key of a text: the first byte of its HMAC-SHA256.
    pub fn of(&self, text: &str) -> u8 {
        let tag = hmac::sign(&self.0, text.as_bytes());
        tag.as_ref().first().copied().unwrap_or_default()
    }
}
