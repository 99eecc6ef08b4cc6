//! `push`: checks a file, sends it, and submits it if wanted; may be killed and started again at any moment.
//!
//! Every change is sent with a key and a precondition that are written down before (`journal.rs`), so that neither a
//! lost answer nor a second run can make it twice.

mod check;
mod explanations;
mod file;
mod journal;
mod legs;
mod report;
mod work;

use super::credentials::Credentials;
use super::output::{Failure, note, say};
use super::remote::Remote;
use clap::Args;
use entity::values::{AcademicYear, DatasetName};
use file::Input;
use report::Report;
use std::path::PathBuf;
use std::time::Duration;

/// Check, send and, if wanted, submit a file of rows.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics push headcount headcount.csv --institution lancaster --year 2024-25 \\\n    --server https://metrics.example --credentials ~/.config/technician-metrics.json --submit\n\nCredentials come from TECHNICIAN_METRICS_CLIENT_ID and TECHNICIAN_METRICS_CLIENT_SECRET, or from a file that only its\nowner may read. Exit code 0: done; 1: refused or failed; 2: wrong usage. It may be run again after any of them."
)]
pub struct Push {
    /// The dataset, such as `headcount`.
    dataset: DatasetName,
    /// The rows: .csv, .json, .ndjson or .xlsx, each also with .gz or .zst after it.
    #[arg(value_parser = Input::parse)]
    file: Input,
    /// The institution.
    #[arg(long, value_name = "SLUG")]
    institution: String,
    /// The academic year, such as 2024-25.
    #[arg(long)]
    year: AcademicYear,
    /// The server.
    #[arg(long, value_name = "URL")]
    server: String,
    /// Submit the rows once they are there.
    #[arg(long, conflicts_with = "check")]
    submit: bool,
    /// What is to be said to the warnings, as JSON; where the file is not there, it is begun.
    #[arg(long, value_name = "FILE", requires = "submit")]
    explanations: Option<PathBuf>,
    /// What a reader must know of the figures.
    #[arg(long, value_name = "TEXT", requires = "submit")]
    remark: Option<String>,
    /// Say that the figures are provisional.
    #[arg(long, requires = "submit")]
    provisional: bool,
    /// Begin a correction with this reason, where the return was submitted.
    #[arg(long, value_name = "TEXT", conflicts_with = "check")]
    reason: Option<String>,
    /// Merge the rows into those that are there, rather than replace them.
    #[arg(long)]
    merge: bool,
    /// Only check, here and on the server; nothing is stored.
    #[arg(long)]
    check: bool,
    /// Say what came of it as one JSON object on standard output.
    #[arg(long)]
    json: bool,
    /// Credentials: an object with `client_id` and `client_secret`, or lines KEY=VALUE. Mode 0600.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Where is written down what is under way; `technician-metrics` below the XDG state directory where left out.
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// How long to keep trying where the server cannot be reached.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    timeout: u64,
}

impl Push {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let mut report = Report::begin(&self);
        let done = self.work(&mut report).await;
        if self.json {
            report.attempted(done.as_ref().err());
            say(report.json());
        } else if done.is_ok() {
            say(&report);
        }
        done
    }

    async fn work(&self, report: &mut Report) -> Result<(), Failure> {
        let credentials = Credentials::read(self.credentials.as_deref())?;
        let remote = Remote::new(&self.server, credentials)?.persistent(
            Duration::from_secs(self.timeout),
            |why, pause| {
                note(format_args!(
                    "{why}; trying again in {}.{:01} s",
                    pause.as_secs(),
                    pause.subsec_millis() / 100
                ));
            },
        );
        let done = work::push(self, &remote, report).await;
        report.attempts = remote.attempts();
        done
    }

    /// The address of the return.
    fn path(&self) -> String {
        format!(
            "/v1/institutions/{}/returns/{}/{}",
            self.institution, self.dataset, self.year
        )
    }

    /// A line on the way: on standard output for a person, on standard error beside JSON.
    fn tell(&self, line: impl std::fmt::Display) {
        if self.json {
            note(line);
        } else {
            say(line);
        }
    }
}
