//! Files that are made whole before they are sent: they wait on disk, without a name, not in memory.

use super::read::blocking;
use crate::fault::{Fault, Result};
use futures::stream::{BoxStream, StreamExt as _};
use std::io::{BufReader, BufWriter, Read as _, Seek, Write};

/// A file on its way out, piece by piece.
pub type Chunks = BoxStream<'static, Result<Vec<u8>>>;

/// Bytes of one piece.
const PIECE: u64 = 64 * 1024;

/// Makes a file and gives it out; it is gone when the last piece was sent or nobody wants it any more.
///
/// # Errors
/// What `make` says; [`Fault::StorageFull`] where there is no room for the file.
pub async fn file<F>(make: F) -> Result<Chunks>
where
    F: FnOnce(&mut (dyn Disk + Send)) -> Result<()> + Send + 'static,
{
    let reader = blocking(move || {
        let mut writer = BufWriter::new(tempfile::tempfile().map_err(full)?);
        make(&mut writer)?;
        let mut file = writer
            .into_inner()
            .map_err(|error| full(error.into_error()))?;
        file.rewind().map_err(full)?;
        Ok(BufReader::new(file))
    })
    .await?;
    let pieces = futures::stream::try_unfold(reader, |mut reader| async move {
        blocking(move || {
            let mut piece = Vec::new();
            reader
                .by_ref()
                .take(PIECE)
                .read_to_end(&mut piece)
                .map_err(full)?;
            Ok((!piece.is_empty()).then_some((piece, reader)))
        })
        .await
    });
    Ok(pieces.boxed())
}

/// What a file is written to.
pub trait Disk: Write + Seek {}
impl<D: Write + Seek> Disk for D {}

/// What the disk said, as a fault.
#[expect(clippy::needless_pass_by_value, reason = "the form `map_err` takes")]
pub(in crate::operations) fn full(error: std::io::Error) -> Fault {
    tracing::error!(%error, "temporary file");
    match error.kind() {
        std::io::ErrorKind::StorageFull => Fault::StorageFull,
        _ => Fault::Internal,
    }
}
