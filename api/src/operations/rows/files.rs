//! Files that are made whole before they are sent: they wait on disk, without a name, not in memory.

use super::read::blocking;
use crate::fault::Result;
use crate::formats::source;
use futures::stream::{BoxStream, StreamExt as _};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// A file on its way out, piece by piece.
pub type Chunks = BoxStream<'static, Result<Vec<u8>>>;

/// Bytes of one piece.
const PIECE: u64 = 64 * 1024;

/// A file that is being made; it is gone when nobody wants it any more.
pub(in crate::operations) struct Waiting(BufWriter<Box<dyn Disk>>);

/// What can be written and read again.
trait Disk: Read + Write + Seek + Send {}
impl<D: Read + Write + Seek + Send> Disk for D {}

impl Write for Waiting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Waiting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// An empty file.
///
/// # Errors
/// [`crate::fault::Fault::StorageFull`] where there is no room for it.
pub(in crate::operations) fn waiting() -> Result<Waiting> {
    let file = tempfile::tempfile().map_err(source::fault)?;
    Ok(Waiting(BufWriter::new(Box::new(file))))
}

impl Waiting {
    /// Gives the file out; it is gone when the last piece was sent.
    pub(in crate::operations) async fn out(self) -> Result<Chunks> {
        let reader = blocking(move || {
            let written = self.0.into_inner();
            let mut file = written.map_err(|error| source::fault(error.into_error()))?;
            file.rewind().map_err(source::fault)?;
            Ok(BufReader::new(file))
        })
        .await?;
        let pieces = futures::stream::try_unfold(reader, |mut reader| async move {
            blocking(move || {
                let mut piece = Vec::new();
                let read = reader.by_ref().take(PIECE).read_to_end(&mut piece);
                read.map_err(source::fault)?;
                Ok((!piece.is_empty()).then_some((piece, reader)))
            })
            .await
        });
        Ok(pieces.boxed())
    }
}
