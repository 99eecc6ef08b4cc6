//! A return of a million rows replaced from a packed CSV file, by a service in a process of its own: how many rows in a
//! second, and how much memory it takes more than before.
//!
//! The floor is the one of the small replacement: the same rows put into the same table as fast as the engine takes them.

use super::process::Process;
use super::replace::{Target, loaded};
use super::{Bench, Pace};
use crate::Failure;
use crate::load::{Connection, request};
use crate::report::{Figure, Line};
use crate::sector::{self, Institution, Row};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;
use uuid::Uuid;

/// Most memory it may take more, in MiB.
const MOST: f64 = 64.0;
/// The third year after the sector's, so that this return is nobody else's.
const YEAR: u16 = 2027;

impl Pace {
    /// Rows of the file: beyond what the service would keep, in any case.
    const fn many(self) -> usize {
        if self.turns > 1 { 1_000_000 } else { 50_000 }
    }
}

/// Measures it.
pub async fn measure(bench: &Bench<'_>) -> Result<Vec<Line>, Failure> {
    let institution: &Institution = &bench.filled.institutions[0];
    let count = bench.pace.many();
    let units = units(bench, count.div_ceil(sector::combinations())).await?;
    let rows: Vec<Row> = sector::every_combination(units.len()).take(count).collect();
    let file = packed(&rows, &units)?;
    let process = Process::start(bench)?;
    let mut connection = Connection::to(process.address).await?;
    let client = &bench.filled.institutions[0].slug;
    let token = process.token(bench, client).await?;
    let path = format!("{}/rows", bench.return_path(0, &sector::year(YEAR)));
    let headers = [
        ("authorization", token.as_str()),
        ("if-match", "*"),
        ("content-type", "text/csv"),
        ("content-encoding", "gzip"),
    ];
    // A first row warms it up.
    let small = packed(&rows[..1], &units)?;
    connection
        .ask(&request("PUT", &path, &headers, &small))
        .await?;
    let before = process.memory_anew()?;
    let began = Instant::now();
    connection
        .ask(&request("PUT", &path, &headers, &file))
        .await?;
    let took = began.elapsed().as_secs_f64();
    let grown = process.highest()? - before;
    drop(connection);
    drop(process);
    let target = Target {
        institution: bench.filled.ids[institution.place],
        version: Uuid::from_u128(2),
        units: &units,
        rows,
    };
    let floor = loaded(bench, &target).await?.as_secs_f64();
    let rate = |seconds: f64| Figure::per_second(count as f64 / seconds, "rows/s");
    let speed = Line::rate(
        "replacing a 1,000,000-row return",
        bench.engine(),
        rate(took),
        (rate(floor), super::replace::floor_is(bench)),
        0.15,
        ">= 0.15",
    );
    let memory = Line {
        what: "memory a 1,000,000-row return takes",
        engine: bench.engine(),
        measured: Figure::mebibytes(grown),
        floor: Figure::mebibytes(MOST),
        floor_is: "what it may take",
        ratio: grown / MOST,
        target: "<= 1.00",
        met: grown <= MOST,
    };
    Ok(vec![speed, memory])
}

/// Adds org units until there are so many; gives back the added ones.
async fn units(bench: &Bench<'_>, count: usize) -> Result<Vec<(Uuid, String)>, Failure> {
    let slug = &bench.filled.institutions[0].slug;
    let token = bench.served.token(&bench.filled, slug).await?;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let path = format!("/v1/institutions/{slug}/org-units");
    let mut made = Vec::new();
    let mut connection = Connection::to(bench.served.address).await?;
    for number in 0..count {
        let code = format!("department-of-many-{number:03}");
        let body =
            serde_json::json!({"code": code, "name": code, "kind": "department"}).to_string();
        let answer = connection
            .ask(&request("POST", &path, &headers, body.as_bytes()))
            .await?;
        let answer: Value = serde_json::from_slice(answer)?;
        made.push((answer["id"].as_str().ok_or("no id")?.parse()?, code));
    }
    Ok(made)
}

fn packed(rows: &[Row], units: &[(Uuid, String)]) -> Result<Vec<u8>, Failure> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(b"org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n")?;
    let mut line = String::new();
    for row in rows {
        let hundredths = |figure: i64| format!("{}.{:02}", figure / 100, figure % 100);
        let fte = row.fte.map(hundredths).unwrap_or_default();
        line.clear();
        writeln!(
            line,
            "{},{},{},{},{fte}",
            units[row.unit].1,
            row.codes.join(","),
            row.headcount,
            hundredths(row.fpe)
        )?;
        packer.write_all(line.as_bytes())?;
    }
    Ok(packer.finish()?)
}
