//! Releases: made by the board from a frozen copy of the facts, read by everybody, never changed.

mod cubes;
mod files;
mod making;
mod notes;
mod reading;
mod tables;

pub use cubes::cube;
pub use files::{media_type, name};
pub use making::{Document, NewRelease, Progress, create};
pub use reading::{Contents, answers, content, decisions, file, get, latest, list, query};

use crate::sector::release::Content;
use crate::store::{FileEntry, ReleaseEntry};
use std::sync::Arc;

/// A release as it is read.
#[derive(Clone, Debug)]
pub struct Release {
    /// What is said of it.
    pub entry: ReleaseEntry,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// The release that replaced it; none for the latest.
    pub superseded_by: Option<i64>,
    /// Its tables.
    pub content: Arc<Content>,
}

/// Who publishes releases.
pub const PUBLISHER: &str = "Steering board of the Technician Commitment";
/// Under which licence.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
