//! An upload: spooled as it arrives, packed as it travels, to a file without a name; read from there as often as needed.

use super::unpack::Packing;
use crate::fault::{Fault, Result};
use crate::formats::source::{self, Anywhere, Source};
use aws_lc_rs::digest::{Context, SHA256};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek as _, SeekFrom};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

/// Bytes up to which an upload waits in memory: most single rows and small returns, which cost no file so.
const SMALL: usize = 65_536;
/// Bytes that are read from the file at once.
const BUFFER: usize = 65_536;

/// A body that has arrived.
#[derive(Debug)]
pub struct Upload {
    spooled: Spooled,
    packing: Packing,
    length: u64,
    /// Most bytes after unpacking.
    limit: u64,
    /// The SHA-256 of what was sent, as it was sent.
    pub sha256: [u8; 32],
}

#[derive(Debug)]
enum Spooled {
    Memory(Arc<[u8]>),
    File(File),
}

/// A body that is arriving.
pub(super) struct Spool {
    start: Vec<u8>,
    file: Option<tokio::fs::File>,
    digest: Context,
    length: u64,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self {
            start: Vec::new(),
            file: None,
            digest: Context::new(&SHA256),
            length: 0,
        }
    }

    /// Takes the next bytes.
    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
        let file = match &mut self.file {
            None if self.start.len() + bytes.len() <= SMALL => {
                self.start.extend_from_slice(bytes);
                return Ok(());
            }
            None => {
                let made = tokio::task::spawn_blocking(tempfile::tempfile).await;
                let made = made.map_err(|_| Fault::Internal)?.map_err(source::fault)?;
                let file = self.file.insert(tokio::fs::File::from_std(made));
                let start = std::mem::take(&mut self.start);
                file.write_all(&start).await.map_err(source::fault)?;
                file
            }
            Some(file) => file,
        };
        file.write_all(bytes).await.map_err(source::fault)
    }

    /// The whole of it.
    pub(super) async fn end(self, packing: Packing, limit: u64) -> Result<Upload> {
        let spooled = match self.file {
            None => Spooled::Memory(self.start.into()),
            Some(mut file) => {
                file.flush().await.map_err(source::fault)?;
                Spooled::File(file.into_std().await)
            }
        };
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.digest.finish().as_ref());
        Ok(Upload {
            spooled,
            packing,
            length: self.length,
            limit,
            sha256,
        })
    }
}

impl Upload {
    /// What was sent, as it was sent, from its beginning.
    fn packed(&self) -> Result<Box<dyn Anywhere>> {
        Ok(match &self.spooled {
            Spooled::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Spooled::File(file) => {
                let mut file = file.try_clone().map_err(source::fault)?;
                file.seek(SeekFrom::Start(0)).map_err(source::fault)?;
                Box::new(file)
            }
        })
    }
}

impl Source for Upload {
    fn open(&self) -> Result<Box<dyn Read + Send>> {
        let packed = BufReader::with_capacity(BUFFER, self.packed()?);
        self.packing.unpacked(packed, self.length, self.limit)
    }

    fn open_anywhere(&self) -> Result<Box<dyn Anywhere>> {
        if self.packing == Packing::Plain {
            return self.packed();
        }
        let mut file = tempfile::tempfile().map_err(source::fault)?;
        io::copy(&mut self.open()?, &mut file).map_err(source::fault)?;
        file.seek(SeekFrom::Start(0)).map_err(source::fault)?;
        Ok(Box::new(file))
    }

    fn is_small(&self) -> bool {
        matches!(self.spooled, Spooled::Memory(_)) && self.packing == Packing::Plain
    }
}
