//! Rows of a return: filled in and read back.

pub mod files;
pub mod read;
pub mod write;

/// The form rows come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// `text/csv`.
    Csv,
    /// `application/json`: `{"rows": [...]}`.
    Json,
}
