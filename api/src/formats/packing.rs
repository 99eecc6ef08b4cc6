//! Documents packed for keeping: zstd, with a limit on what they may unpack to.

use crate::fault::{Fault, Result};
use std::io::Read as _;

/// Level 3 is zstd's own choice between time and size.
const LEVEL: i32 = 3;
/// The largest document kept.
const MOST: u64 = 512 * 1024 * 1024;

/// Packs a document.
///
/// # Errors
/// [`Fault::Internal`] where the library fails.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::encode_all(bytes, LEVEL).map_err(|_| Fault::Internal)
}

/// Unpacks it.
///
/// # Errors
/// [`Fault::Internal`] where it is not a packed document, or larger than any.
pub fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let reader = zstd::Decoder::new(bytes).map_err(|_| Fault::Internal)?;
    let mut document = Vec::new();
    reader
        .take(MOST)
        .read_to_end(&mut document)
        .map_err(|_| Fault::Internal)?;
    Ok(document)
}
