//! Rows of a return: filled in and read back.

pub mod files;
mod incoming;
pub mod read;
pub mod write;

pub use incoming::Sent;

/// The form rows come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// `text/csv`.
    Csv,
    /// `application/json`: `{"rows": [...]}`.
    Json,
    /// `application/x-ndjson`: an object a line.
    Ndjson,
    /// A workbook.
    Xlsx,
}
