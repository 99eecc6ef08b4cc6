//! What was sent, as the readers of formats see it: bytes that can be read from their beginning as often as needed.

use crate::fault::{Fault, Result};
use std::cell::Cell;
use std::fmt::Debug;
use std::io::{self, Cursor, Read, Seek};
use std::rc::Rc;

/// Most bytes of one row as it was sent; what is longer is no row, and is never held in memory.
pub const MAX_ROW: u64 = 1_048_576;

/// Something that can be read here and there.
pub trait Anywhere: Read + Seek + Send {}
impl<R: Read + Seek + Send> Anywhere for R {}

/// What was sent. One reader at a time.
pub trait Source: Debug + Send + Sync {
    /// Reads it from its beginning, unpacked. An error of the reader may carry a [`Fault`]; [`fault`] takes it out.
    fn open(&self) -> Result<Box<dyn Read + Send>>;

    /// Reads it here and there, unpacked.
    fn open_anywhere(&self) -> Result<Box<dyn Anywhere>>;

    /// Whether it is so little that it may be read in passing.
    fn is_small(&self) -> bool;
}

/// Bytes in memory.
impl Source for Vec<u8> {
    fn open(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.clone())))
    }

    fn open_anywhere(&self) -> Result<Box<dyn Anywhere>> {
        Ok(Box::new(Cursor::new(self.clone())))
    }

    fn is_small(&self) -> bool {
        self.len() < 65_536
    }
}

/// A fault as an error of a reader, so that it passes through the libraries that read.
pub fn carried(fault: Fault) -> io::Error {
    io::Error::other(fault)
}

/// What an error of a reader means: the fault it carries, or that the disk fails us.
pub fn fault(error: io::Error) -> Fault {
    match error.downcast::<Fault>() {
        Ok(fault) => fault,
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Fault::StorageFull,
        Err(error) => {
            tracing::error!(%error, "an upload cannot be read again");
            Fault::Internal
        }
    }
}

/// Reads what is left and lets it go. Whether a body was whole is known at its end only, and goes before what was
/// wrong with the rows in it.
pub fn drain(source: &mut impl Read) -> Result<()> {
    io::copy(source, &mut io::sink()).map(|_| ()).map_err(fault)
}

/// A reader that ends with an error once more than [`MAX_ROW`] bytes were read without a row having come to its end.
pub(super) struct Paced<R> {
    inner: R,
    pace: Pace,
}

/// How many bytes of the row at hand were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(Rc<Cell<u64>>);

impl Pace {
    /// A row came to its end.
    pub(super) fn row_ends(&self) {
        self.0.set(0);
    }

    /// Whether the row at hand is too long.
    pub(super) fn is_too_long(&self) -> bool {
        self.0.get() > MAX_ROW
    }
}

impl<R: Read> Paced<R> {
    pub(super) fn new(inner: R) -> (Self, Pace) {
        let pace = Pace::default();
        let reader = Self {
            inner,
            pace: pace.clone(),
        };
        (reader, pace)
    }
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pace.is_too_long() {
            return Err(io::Error::other("the row is too long"));
        }
        let read = self.inner.read(buffer)?;
        self.pace.0.set(self.pace.0.get() + read as u64);
        Ok(read)
    }
}
