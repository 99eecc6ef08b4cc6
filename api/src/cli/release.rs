//! `release`: what the board publishes, made and written to files straight on the database.

use super::output::{Failure, note, say, say_json};
use super::session::Place;
use crate::access::Caller;
use crate::operations::Service;
use crate::operations::releases::{self, NewRelease, Progress, Release as Made};
use crate::views::release_document;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Make and write releases.
#[derive(Debug, Subcommand)]
pub enum Release {
    /// Make a release from the facts as they stand.
    Create(Create),
    /// Write the files of a release into a directory.
    Export(Export),
}

/// Make a release from the facts as they stand. Nothing is published if the attack undoes a figure.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics release create --name autumn-2026 --title 'Technicians in UK higher education, autumn 2026'"
)]
pub struct Create {
    /// Short name, as autumn-2026.
    #[arg(long)]
    name: String,
    /// Title.
    #[arg(long)]
    title: String,
    /// What a reader must know.
    #[arg(long)]
    notes: Option<String>,
    /// Its DOI, where one is reserved.
    #[arg(long)]
    doi: Option<String>,
    /// The regime of disclosure control; the newest where none is named.
    #[arg(long)]
    regime: Option<String>,
    /// The family of tables: a JSON file with attributes, crosses and measures; the default family without it.
    #[arg(long, value_name = "FILE")]
    family: Option<PathBuf>,
    /// Say what was made as JSON.
    #[arg(long)]
    json: bool,
}

/// Write the files of a release into a directory.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics release export 3 --to ./release-3\n  technician-metrics release export latest --format parquet --to ."
)]
pub struct Export {
    /// Its number, or latest.
    number: String,
    /// The directory; it is made where it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Only this format: json, csv, sdmx-csv, sdmx-structure, json-stat, xlsx or parquet. Every format without it.
    #[arg(long)]
    format: Option<String>,
}

impl Release {
    /// Runs the command.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        let service = place.service().await?;
        match self {
            Self::Create(create) => create.run(&service).await,
            Self::Export(export) => export.run(&service).await,
        }
    }
}

impl Create {
    async fn run(self, service: &Service) -> Result<(), Failure> {
        let family = match &self.family {
            None => None,
            Some(path) => {
                let text = std::fs::read(path)
                    .map_err(|cause| Failure::new(format_args!("{}: {cause}", path.display())))?;
                Some(
                    serde_json::from_slice(&text).map_err(|fault| {
                        Failure::new(format_args!("{}: {fault}", path.display()))
                    })?,
                )
            }
        };
        let asked = NewRelease {
            name: self.name,
            title: self.title,
            notes: self.notes,
            doi: self.doi,
            regime: self.regime,
            family,
        };
        let scope = Caller::operator().releases()?;
        let made = releases::create(service, &scope, asked, progress(), release_document).await?;
        if self.json {
            say_json(&serde_json::json!({
                "number": made.entry.number,
                "name": made.entry.name,
                "title": made.entry.title,
                "regime": made.entry.regime,
                "digest": made.entry.digest,
                "as_of": made.entry.as_of,
                "made_at": made.entry.made_at,
                "accuracy": made.content.accuracy.levels,
            }));
        } else {
            told(&made);
        }
        Ok(())
    }
}

/// What came of it, in a few lines.
fn told(made: &Made) {
    say(format_args!(
        "Release {} ({}) is made under {}: digest {}.",
        made.entry.number, made.entry.name, made.entry.regime, made.entry.digest
    ));
    for level in &made.content.accuracy.levels {
        say(format_args!(
            "  {}: {} of {} figures given; error {}.{:02} % on average, {}.{:02} % at worst",
            level.level,
            level.given,
            level.figures,
            level.mean_error / 100,
            level.mean_error % 100,
            level.worst_error / 100,
            level.worst_error % 100,
        ));
    }
}

/// A bar on a terminal; elsewhere a line for every tenth of the way.
pub(super) fn progress() -> Progress {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("Making the release {bar:40} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let said = Mutex::new(None);
    Arc::new(move |done, of, what| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
        if done == of {
            bar.finish_and_clear();
        }
        let tenth = done * 10 / of.max(1);
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if bar.is_hidden() && *said != Some(tenth) {
            *said = Some(tenth);
            note(format_args!(
                "Making the release: {done} of {of} steps ({what})"
            ));
        }
    })
}

impl Export {
    async fn run(self, service: &Service) -> Result<(), Failure> {
        let number = match self.number.as_str() {
            "latest" => releases::latest(service).await?,
            number => number
                .parse()
                .map_err(|_| Failure::new(format_args!("{number} is no number of a release")))?,
        };
        let release = releases::get(service, number).await?;
        std::fs::create_dir_all(&self.to)?;
        let wanted = |format: &str| self.format.as_deref().is_none_or(|wanted| wanted == format);
        let formats: Vec<String> = release.files.into_iter().map(|file| file.format).collect();
        if !formats.iter().any(|format| wanted(format)) {
            return Err(Failure::new(format_args!(
                "on offer: {}",
                formats.join(", ")
            )));
        }
        for format in formats.iter().filter(|format| wanted(format)) {
            let file = releases::file(service, number, format).await?;
            let path = self.to.join(releases::name(number, format));
            let partial = path.with_extension("partial");
            std::fs::write(&partial, &file.content)?;
            std::fs::rename(&partial, &path)?;
            say(format_args!("{}  {}", file.digest, path.display()));
        }
        Ok(())
    }
}
