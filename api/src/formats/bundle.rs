//! A ZIP archive, written file after file and each of them piece by piece.

use super::source;
use crate::fault::{Fault, Result};
use std::io::{Seek, Write};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

/// An archive that is being written.
pub struct Bundle<W: Write + Seek>(ZipWriter<W>);

impl<W: Write + Seek> std::fmt::Debug for Bundle<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bundle")
    }
}

impl<W: Write + Seek> Bundle<W> {
    /// An archive without files.
    pub fn new(to: W) -> Self {
        Self(ZipWriter::new(to))
    }

    /// Begins the next file.
    ///
    /// # Errors
    /// [`Fault::StorageFull`] or [`Fault::Internal`] where it cannot be written.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default().large_file(true);
        self.0.start_file(name, options).map_err(fault)
    }

    /// Writes the next piece of the file at hand.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.0.write_all(piece).map_err(source::fault)
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn finish(self) -> Result<W> {
        self.0.finish().map_err(fault)
    }
}

fn fault(error: ZipError) -> Fault {
    match error {
        ZipError::Io(error) => source::fault(error),
        error => {
            tracing::error!(%error, "archive not written");
            Fault::Internal
        }
    }
}
