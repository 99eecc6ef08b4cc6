//! `make bench`: what the service does in a second, each figure beside the floor it is compared with.
//!
//! Service, databases and load share the machine, so that only ratios within one run mean anything. The report goes to
//! standard output, what is being done to standard error. `docs/BENCHMARKS.md` says what each line means.

mod fill;
mod lines;
mod load;
mod report;
mod sector;
mod served;

use ::tests::cluster::{Cluster, Durability};
use lines::{Bench, Pace};
use report::{Line, Report};
use sector::{Scale, Sector};
use served::Served;
use sqlx::Connection as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, OnceLock};
use std::time::Instant;
use technician_metrics::clock::Surroundings;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// As in the service's own program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whatever ends a run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

const SEED: u64 = 2017;
const LINES: &[&str] = &["read", "merge", "replace", "million", "sector"];
const USAGE: &str = "usage: make bench ARGS=\"[--quick] [--json] [--scale small|full] [--engine sqlite|postgres] \
                     [read] [merge] [replace] [million] [sector]\"\n\n\
                     --quick   a small sector and short turns, for a look; the targets are for the full ones\n\
                     --json    the report as JSON\n";

/// What is asked of this run.
struct Asked {
    pace: Pace,
    scale: Scale,
    json: bool,
    engines: Vec<&'static str>,
    lines: Vec<String>,
}

impl Asked {
    fn of(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self {
            pace: Pace::FULL,
            scale: Scale::FULL,
            json: false,
            engines: vec!["postgres", "sqlite"],
            lines: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => (asked.pace, asked.scale) = (Pace::QUICK, Scale::SMALL),
                "--json" => asked.json = true,
                "--scale" => match arguments.next()?.as_str() {
                    "small" => asked.scale = Scale::SMALL,
                    "full" => asked.scale = Scale::FULL,
                    _ => return None,
                },
                "--engine" => match arguments.next()?.as_str() {
                    "postgres" => asked.engines = vec!["postgres"],
                    "sqlite" => asked.engines = vec!["sqlite"],
                    _ => return None,
                },
                line if LINES.contains(&line) => asked.lines.push(argument),
                _ => return None,
            }
        }
        Some(asked)
    }

    fn wants(&self, line: &str) -> bool {
        self.lines.is_empty() || self.lines.iter().any(|wanted| wanted == line)
    }
}

fn main() -> ExitCode {
    // One line measures the service in a process of its own, which is this program.
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return technician_metrics::cli::run();
    }
    let Some(asked) = Asked::of(std::env::args().skip(1)) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let ran = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(&asked)));
    match ran {
        Ok(report) if asked.json => println!("{:#}", serde_json::json!(report)),
        Ok(report) => print!("{}", report.table()),
        Err(failure) => {
            eprintln!("bench: {failure}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Log lines are made and written as in production, but to nowhere.
fn log() -> Result<(), Failure> {
    let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null")?;
    let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(nowhere));
    let targets = tracing_subscriber::filter::Targets::new()
        .with_default(tracing_subscriber::filter::LevelFilter::WARN)
        .with_target(
            "technician_metrics",
            tracing_subscriber::filter::LevelFilter::INFO,
        )
        .with_target("request", tracing_subscriber::filter::LevelFilter::INFO);
    tracing_subscriber::registry()
        .with(targets)
        .with(lines)
        .try_init()?;
    Ok(())
}

async fn run(asked: &Asked) -> Result<Report, Failure> {
    log()?;
    say("starting PostgreSQL");
    let cluster = Cluster::start(Durability::Full);
    // On the disk that holds the build, not in a memory file system.
    let beside = std::env::current_exe()?;
    let directory = tempfile::TempDir::new_in(beside.parent().unwrap_or(Path::new(".")))?;
    let sector = Sector {
        seed: SEED,
        scale: asked.scale,
    };
    let postgres = cluster.fresh_database();
    let mut lines = Vec::new();
    let mut grouped = None;
    for engine in ["postgres", "sqlite"] {
        let measured = asked.engines.contains(&engine);
        // SQLite's sector queries are compared with PostgreSQL, too.
        let asks_sector = engine == "postgres" && asked.wants("sector");
        if !measured && !asks_sector {
            continue;
        }
        let own = directory.path().join(engine);
        std::fs::create_dir(&own)?;
        let url = if engine == "postgres" {
            postgres.clone()
        } else {
            format!("sqlite:{}", own.join("bench.db").display())
        };
        if engine == "sqlite" {
            // The service makes the file that it is named; so do we.
            std::fs::File::create(own.join("bench.db"))?;
        }
        let rows = sector.scale.headcount_rows();
        say(&format!("{engine}: filling {rows} headcount rows in"));
        let filled = fill::fill(&url, &own, sector).await?;
        if engine == "postgres" {
            // Or the first seconds of what is measured would pay for the filling.
            cluster.sql("CHECKPOINT");
        }
        if asked.wants("sector") && engine == "postgres" {
            say("postgres: the floor of sector queries");
            grouped = Some(lines::sector_query::floor(asked.pace, &postgres).await?);
        }
        if measured {
            let bench = Bench {
                served: Served::service(&filled, &own, Surroundings::default())?,
                filled,
                cluster: &cluster,
                directory: own,
                pace: asked.pace,
            };
            measure(asked, &bench, grouped, &mut lines).await?;
        }
    }
    let cores = std::thread::available_parallelism()?.get();
    let mut memory = sqlx::SqliteConnection::connect("sqlite::memory:").await?;
    Ok(Report {
        cores,
        processor: report::processor(),
        postgresql: cluster.sql("SHOW server_version").trim().to_owned(),
        sqlite: sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&mut memory)
            .await?,
        headcount_rows: sector.scale.headcount_rows(),
        lines,
    })
}

async fn measure(
    asked: &Asked,
    bench: &Bench<'_>,
    grouped: Option<f64>,
    report: &mut Vec<Line>,
) -> Result<(), Failure> {
    for line in LINES.iter().filter(|line| asked.wants(line)) {
        say(&format!("{}: {line}", bench.engine()));
        let measured = match (*line, grouped) {
            ("read", _) => lines::keyed_read::measure(bench).await?,
            ("merge", _) => lines::merge::measure(bench).await?,
            ("replace", _) => lines::replace::measure(bench).await?,
            ("million", _) => {
                report.extend(lines::million::measure(bench).await?);
                continue;
            }
            (_, Some(floor)) => {
                report.extend(lines::sector_served::start(bench, floor).await?);
                report.push(lines::sector_query::measure(bench, floor).await?);
                report.push(lines::sector_served::cached(bench).await?);
                lines::sector_served::visible(bench, floor).await?
            }
            (_, None) => continue,
        };
        report.push(measured);
    }
    Ok(())
}

/// Says what is being done, and how many seconds into the run.
pub fn say(what: &str) {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let seconds = BEGAN.get_or_init(Instant::now).elapsed().as_secs();
    eprintln!("{seconds:>4} s  {what}");
}

#[cfg(test)]
mod tests;
