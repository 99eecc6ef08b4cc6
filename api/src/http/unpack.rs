//! Packed bodies (RFC 9110, section 8.4.1): unpacked while they are read, so that a bomb is met before it is large, and
//! as a whole or not at all.

use crate::fault::{Fault, Result};
use crate::formats::source::carried;
use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, Read};

/// How many times larger a body may become when it is unpacked.
const MAX_RATIO: u64 = 100;
/// Unpacked bytes from which on the ratio matters: small bodies may pack well, and cost nothing.
const SMALL: u64 = 1_048_576;
/// The largest window of zstd, as a power of two: 8 MiB (RFC 9659). The decoder holds that much in memory.
const MAX_WINDOW: u32 = 23;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
}

impl Packing {
    /// Reads `Content-Encoding`.
    ///
    /// # Errors
    /// [`Fault::UnsupportedEncoding`].
    pub fn read(header: Option<&[u8]>) -> Result<Self> {
        match header.map(<[u8]>::to_ascii_lowercase).as_deref() {
            None | Some(b"identity") => Ok(Self::Plain),
            Some(b"gzip") => Ok(Self::Gzip),
            Some(b"zstd") => Ok(Self::Zstd),
            Some(_) => Err(Fault::UnsupportedEncoding),
        }
    }

    /// Reads a body of `length` bytes unpacked, `limit` bytes of it at most. Errors of the reader carry
    /// [`Fault::MalformedBody`] where the body is not packed so, or not to its end, and [`Fault::BodyTooLarge`] where it
    /// becomes more than the limit, or in the end more than its size allows.
    ///
    /// # Errors
    /// [`Fault::MalformedBody`] for a body without a byte; [`Fault::Internal`].
    pub fn unpacked<'b>(
        self,
        body: impl BufRead + Send + 'b,
        length: u64,
        limit: u64,
    ) -> Result<Box<dyn Read + Send + 'b>> {
        let decoder: Box<dyn Read + Send + 'b> = match self {
            Self::Plain => return Ok(Box::new(body)),
            Self::Gzip | Self::Zstd if length == 0 => return Err(broken(0)),
            Self::Gzip => Box::new(MultiGzDecoder::new(body)),
            Self::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(body);
                let mut decoder = decoder.map_err(|_| Fault::Internal)?;
                decoder
                    .window_log_max(MAX_WINDOW)
                    .map_err(|_| Fault::Internal)?;
                Box::new(decoder)
            }
        };
        Ok(Box::new(Unpacked {
            decoder,
            read: 0,
            limit,
            in_proportion: length.saturating_mul(MAX_RATIO),
        }))
    }
}

fn broken(at: u64) -> Fault {
    Fault::MalformedBody {
        place: format!("byte {at}"),
        reason: "it cannot be unpacked".to_owned(),
    }
}

/// A body while it is unpacked.
struct Unpacked<'b> {
    decoder: Box<dyn Read + Send + 'b>,
    read: u64,
    limit: u64,
    in_proportion: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer).map_err(|error| {
            // What the file beneath says is no fault of the body.
            match error.kind() {
                io::ErrorKind::Interrupted => error,
                _ => carried(broken(self.read)),
            }
        })?;
        self.read += count as u64;
        let limit = match count {
            0 if self.read > self.in_proportion.max(SMALL) => self.in_proportion,
            _ if self.read > self.limit => self.limit,
            _ => return Ok(count),
        };
        Err(carried(Fault::BodyTooLarge { limit }))
    }
}
