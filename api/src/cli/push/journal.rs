//! What is under way, written down before it is sent, so that a second run goes on where the first was cut off.
//!
//! One small file for each file that is pushed, which only its owner may read; it holds keys and entity tags, no secret
//! and no figure, and is removed when the push has come to its end.

use super::Push;
use crate::access::digest;
use crate::cli::output::Failure;
use crate::clock::{Clock as _, IdSource as _, RandomIds, SystemClock};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// One change: its key, what it presupposes, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The `If-Match`.
    pub if_match: String,
    /// The entity tag after it; none until it is known to be done.
    pub done: Option<String>,
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The beginning of a correction.
    pub correct: Option<Leg>,
    /// The sending of the rows.
    pub rows: Option<Leg>,
    /// The submission.
    pub submit: Option<Leg>,
}

/// An entry and the file it is kept in.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// What is under way.
    pub entry: Entry,
    /// Whether an earlier run left it.
    pub resumed: bool,
}

impl Leg {
    /// A change that was not sent yet.
    pub fn new(if_match: &str) -> Self {
        Self {
            key: RandomIds.next(SystemClock.now()).to_string(),
            if_match: if_match.to_owned(),
            done: None,
        }
    }
}

/// The directory where nothing else is named.
fn state_directory() -> Result<PathBuf, Failure> {
    let named = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    named("XDG_STATE_HOME")
        .or_else(|| named("HOME").map(|home| home.join(".local/state")))
        .map(|base| base.join("technician-metrics"))
        .ok_or_else(|| Failure::new("neither XDG_STATE_HOME nor HOME is set; name a --state-dir"))
}

impl Journal {
    /// The journal of this push: of this server, institution, dataset, year, manner and file.
    pub fn open(push: &Push, content: &[u8]) -> Result<Self, Failure> {
        let directory = match &push.state_dir {
            Some(directory) => directory.clone(),
            None => state_directory()?,
        };
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)
            .map_err(|cause| Failure::new(format_args!("{}: {cause}", directory.display())))?;
        let manner = if push.merge { "merge" } else { "replace" };
        let server = push.server.trim_end_matches('/');
        let bytes = crate::access::Fingerprint::of(&[
            server.as_bytes(),
            push.path().as_bytes(),
            manner.as_bytes(),
            content,
        ]);
        let name: String = digest(&bytes.text()).chars().take(32).collect();
        let path = directory.join(format!("push-{name}.json"));
        let (entry, resumed) = match std::fs::read(&path) {
            // What cannot be understood is as good as none: the entity tags see to it that nothing is done twice.
            Ok(bytes) => (serde_json::from_slice(&bytes).unwrap_or_default(), true),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => (Entry::default(), false),
            Err(cause) => return Err(Failure::new(format_args!("{}: {cause}", path.display()))),
        };
        Ok(Self {
            path,
            resumed: resumed && entry != Entry::default(),
            entry,
        })
    }

    /// Writes it down, whole or not at all.
    pub fn save(&self) -> Result<(), Failure> {
        let failed =
            |cause: std::io::Error| Failure::new(format_args!("{}: {cause}", self.path.display()));
        let beside = self
            .path
            .with_extension(format!("{}.part", std::process::id()));
        write(&beside, &serde_json::to_vec(&self.entry)?).map_err(failed)?;
        std::fs::rename(&beside, &self.path).map_err(failed)
    }

    /// Forgets it: the push has come to its end.
    pub fn close(&mut self) {
        self.entry = Entry::default();
        self.resumed = false;
        let _ = std::fs::remove_file(&self.path);
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
