//! The file: its form, how it is packed, and how it travels.

use crate::cli::output::Failure;
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes of a file, unpacked; more than a server takes.
const MOST: u64 = 512 * 1_048_576;
/// Bytes that are sent at once.
const PIECE: usize = 65_536;
/// Above which a server takes a packed body for a bomb; it allows 100, of bodies over a megabyte.
const MAX_RATIO: usize = 90;
/// Bytes below which the ratio does not matter.
const SMALL: usize = 1_048_576;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.csv`
    Csv,
    /// `.json`
    Json,
    /// `.ndjson`
    Ndjson,
    /// `.xlsx`
    Xlsx,
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// A file as its name describes it.
#[derive(Clone, Debug)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// Its form.
    pub form: Form,
    packing: Option<Packing>,
}

/// A file, read.
#[derive(Debug)]
pub struct Content {
    /// Its form.
    pub form: Form,
    /// The rows as they were written.
    pub plain: Vec<u8>,
    /// What is sent.
    pub travelling: Arc<[u8]>,
    /// How that is packed.
    pub packing: Option<Packing>,
}

impl Input {
    /// Reads a file's name.
    pub fn parse(name: &str) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        let (stem, packing) = if let Some(stem) = lower.strip_suffix(".gz") {
            (stem, Some(Packing::Gzip))
        } else if let Some(stem) = lower.strip_suffix(".zst") {
            (stem, Some(Packing::Zstd))
        } else {
            (lower.as_str(), None)
        };
        let extension = Path::new(stem)
            .extension()
            .and_then(|extension| extension.to_str());
        let form = match extension {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            Some("ndjson") => Form::Ndjson,
            Some("xlsx") => Form::Xlsx,
            _ => {
                return Err(
                    "its name must end in .csv, .json, .ndjson or .xlsx, with .gz or .zst after it if it is packed"
                        .to_owned(),
                );
            }
        };
        Ok(Self {
            path: name.into(),
            form,
            packing,
        })
    }

    /// Reads the file, and packs it if it is not packed yet.
    pub fn read(&self) -> Result<Content, Failure> {
        let failed =
            |cause: std::io::Error| Failure::new(format_args!("{}: {cause}", self.path.display()));
        let bytes = std::fs::read(&self.path).map_err(failed)?;
        let mut plain = Vec::new();
        match self.packing {
            None => plain.clone_from(&bytes),
            Some(Packing::Gzip) => {
                let mut reader = MultiGzDecoder::new(bytes.as_slice()).take(MOST + 1);
                reader.read_to_end(&mut plain).map_err(failed)?;
            }
            Some(Packing::Zstd) => {
                let mut reader = zstd::Decoder::new(bytes.as_slice())
                    .map_err(failed)?
                    .take(MOST + 1);
                reader.read_to_end(&mut plain).map_err(failed)?;
            }
        }
        if plain.len() as u64 > MOST {
            return Err(Failure::new(format_args!(
                "{}: it is more than {MOST} bytes",
                self.path.display()
            )));
        }
        let (travelling, packing) = match (self.packing, self.form) {
            // A spreadsheet is packed in itself.
            (Some(packing), _) => (bytes, Some(packing)),
            (None, Form::Xlsx) => (bytes, None),
            (None, Form::Csv | Form::Json | Form::Ndjson) => {
                let packed = zstd::encode_all(bytes.as_slice(), 3).map_err(failed)?;
                let suspicious =
                    bytes.len() > SMALL && bytes.len() / packed.len().max(1) > MAX_RATIO;
                if suspicious {
                    (bytes, None)
                } else {
                    (packed, Some(Packing::Zstd))
                }
            }
        };
        Ok(Content {
            form: self.form,
            plain,
            travelling: travelling.into(),
            packing,
        })
    }
}

impl Content {
    /// The headers that describe the body.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let media_type = match self.form {
            Form::Csv => "text/csv",
            Form::Json => "application/json",
            Form::Ndjson => "application/x-ndjson",
            Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        };
        let mut headers = vec![
            ("content-type", media_type.to_owned()),
            ("content-length", self.travelling.len().to_string()),
        ];
        match self.packing {
            None => {}
            Some(Packing::Gzip) => headers.push(("content-encoding", "gzip".to_owned())),
            Some(Packing::Zstd) => headers.push(("content-encoding", "zstd".to_owned())),
        }
        headers
    }

    /// The body, from its beginning; the bar moves as it is taken.
    pub fn body(&self, bar: &ProgressBar) -> reqwest::Body {
        let (whole, bar) = (Arc::clone(&self.travelling), bar.clone());
        bar.set_position(0);
        let pieces = (0..whole.len()).step_by(PIECE).map(move |start| {
            let piece = whole
                .get(start..whole.len().min(start + PIECE))
                .unwrap_or_default()
                .to_vec();
            bar.inc(piece.len() as u64);
            Ok::<_, std::io::Error>(piece)
        });
        reqwest::Body::wrap_stream(futures::stream::iter(pieces))
    }

    /// A bar for the sending; it is seen on a terminal only.
    pub fn bar(&self) -> ProgressBar {
        let bar = ProgressBar::new(self.travelling.len() as u64);
        let style = ProgressStyle::with_template("Sending {bar:40} {bytes}/{total_bytes}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }
}
