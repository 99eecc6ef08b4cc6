//! Packed bodies (RFC 9110, section 8.4.1): unpacked a little at a time, so that a bomb is met before it is large, and
//! as a whole or not at all.

use crate::fault::{Fault, Result};
use actix_web::dev::Decompress;
use actix_web::error::PayloadError;
use actix_web::http::header::ContentEncoding;
use actix_web::web::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};

/// How many times larger a body may become when it is unpacked.
const MAX_RATIO: u64 = 100;
/// Unpacked bytes from which on the ratio matters: small bodies may pack well, and cost nothing.
const SMALL: u64 = 1_048_576;
/// Packed bytes that are unpacked at once. Four bytes of zstd may become 128 KiB, so this many become 16 MiB at most.
const PIECE: usize = 512;
/// Pieces after which others get their turn.
const TURN: usize = 128;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
}

/// Unpacks a body to `limit` bytes at most.
///
/// # Errors
/// [`Fault::MalformedBody`] where it is not packed so, or not to its end; [`Fault::BodyTooLarge`] where it becomes more
/// than the limit, or more than its size allows.
pub async fn unpack(packing: Packing, packed: &Bytes, limit: u64) -> Result<Bytes> {
    let broken = |at: usize| Fault::MalformedBody {
        place: format!("byte {at}"),
        reason: "it cannot be unpacked".to_owned(),
    };
    let encoding = match packing {
        Packing::Gzip => ContentEncoding::Gzip,
        Packing::Zstd if !ends(packed) => return Err(broken(packed.len())),
        Packing::Zstd => ContentEncoding::Zstd,
    };
    let pieces = (0..packed.len()).step_by(PIECE).map(|start| {
        Ok::<Bytes, PayloadError>(packed.slice(start..packed.len().min(start + PIECE)))
    });
    let mut chunks = Decompress::new(stream::iter(pieces), encoding);
    let mut read = BytesMut::new();
    let mut turn = 0;
    while let Some(chunk) = chunks.next().await {
        read.extend_from_slice(&chunk.map_err(|_| broken(read.len()))?);
        if read.len() as u64 > limit {
            return Err(Fault::BodyTooLarge { limit });
        }
        turn += 1;
        if turn % TURN == 0 {
            tokio::task::yield_now().await;
        }
    }
    let most = (packed.len() as u64).saturating_mul(MAX_RATIO);
    if read.len() as u64 > most.max(SMALL) {
        return Err(Fault::BodyTooLarge { limit: most });
    }
    Ok(read.freeze())
}

/// Whether there is a zstd frame, and every one comes to its end. The decoder takes one that was cut off for a whole
/// one; rows at the end of a file would be lost without a word.
fn ends(packed: &[u8]) -> bool {
    let mut rest = Some(packed).filter(|packed| !packed.is_empty());
    while let Some(frames) = rest.filter(|frames| !frames.is_empty()) {
        rest = after_frame(frames);
    }
    rest.is_some()
}

/// What follows the first frame (RFC 8878, section 3.1); none where the frame does not end.
fn after_frame(bytes: &[u8]) -> Option<&[u8]> {
    const FRAME: u32 = 0xfd2f_b528;
    const SKIPPABLE: u32 = 0x184d_2a50;
    let (magic, bytes) = bytes.split_first_chunk::<4>()?;
    let magic = u32::from_le_bytes(*magic);
    if magic & !0xf == SKIPPABLE {
        let (size, bytes) = bytes.split_first_chunk::<4>()?;
        return bytes.get(usize::try_from(u32::from_le_bytes(*size)).ok()?..);
    }
    if magic != FRAME {
        return None;
    }
    let (descriptor, bytes) = bytes.split_first()?;
    let single = descriptor & 0x20 != 0;
    let dictionary = match descriptor & 3 {
        3 => 4,
        size => usize::from(size),
    };
    let content = match descriptor >> 6 {
        0 => usize::from(single),
        size => 1 << size,
    };
    let mut bytes = bytes.get(usize::from(!single) + dictionary + content..)?;
    loop {
        let ([low, middle, high], block) = bytes.split_first_chunk::<3>()?;
        let head = u32::from_le_bytes([*low, *middle, *high, 0]);
        let size = match head >> 1 & 3 {
            0 | 2 => head >> 3,
            1 => 1,
            _ => return None,
        };
        bytes = block.get(usize::try_from(size).ok()?..)?;
        if head & 1 == 1 {
            break;
        }
    }
    let checksum = if descriptor & 4 == 0 { 0 } else { 4 };
    bytes.get(checksum..)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "technicians\n" as one block as it is, with its size and a checksum; and a frame to be skipped.
    const FRAME: &[u8] = b"\x28\xb5\x2f\xfd\x24\x0c\x61\x00\x00technicians\n\0\0\0\0";
    const SKIPPABLE: &[u8] = b"\x53\x2a\x4d\x18\x02\0\0\0no";

    #[test]
    fn frames_end_where_they_say() {
        assert!(ends(FRAME));
        assert!(ends(&[FRAME, SKIPPABLE, FRAME].concat()));
        for length in 0..FRAME.len() {
            assert!(!ends(&FRAME[..length]), "{length}");
            assert!(
                length == 0 || !ends(&[SKIPPABLE, &FRAME[..length]].concat()),
                "{length}"
            );
        }
        assert!(!ends(&SKIPPABLE[..9]));
        assert!(!ends(b"technicians\n"));
    }
}
