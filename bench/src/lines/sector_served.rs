//! The sector's answers beside the cold query: asked again, just after a submission, and just after a start.

use super::keyed_read::beside_plain;
use super::process::Process;
use super::{Bench, median};
use crate::Failure;
use crate::load::{Connection, request};
use crate::report::{Figure, Line};
use crate::sector;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The year after the sector's, which nobody has returned yet.
const YEAR: u16 = 2025;
/// How many submissions are watched.
const SUBMISSIONS: usize = 15;
/// How many rows each has: as many as an institution returned every year.
const ROWS: usize = 1_320;

/// The first answer after a start, which loads the facts, and the memory that is held then, by a service in a process of
/// its own.
pub async fn start(bench: &Bench<'_>, floor: f64) -> Result<[Line; 2], Failure> {
    let process = Process::start(bench)?;
    let token = process.token(bench, "board").await?;
    let mut connection = Connection::to(process.address).await?;
    let began = Instant::now();
    connection.ask(&query(&token)).await?;
    let taken = began.elapsed().as_secs_f64() * 1000.0;
    let held = process.memory_anew()?;
    Ok([
        Line {
            what: "first sector query after a start",
            engine: bench.engine(),
            measured: Figure::milliseconds(taken),
            floor: Figure::milliseconds(floor),
            floor_is: "the same GROUP BY in PostgreSQL, p50",
            ratio: floor / taken,
            target: "<= 3 s",
            met: taken <= 3_000.0,
        },
        Line {
            what: "memory held with the sector",
            engine: bench.engine(),
            measured: Figure::mebibytes(held),
            floor: Figure::mebibytes(250.0),
            floor_is: "what it may take",
            ratio: held / 250.0,
            target: "<= 250 MiB",
            met: held <= 250.0,
        },
    ])
}

/// The same question again and again, over many connections; each is written to the audit trail.
pub async fn cached(bench: &Bench<'_>) -> Result<Line, Failure> {
    let token = bench.served.token(&bench.filled, "board").await?;
    let asked = query(&token);
    beside_plain(bench, "sector query, cached", asked, (0.6, ">= 0.60")).await
}

/// From the answer to a submission to the answer that counts it.
pub async fn visible(bench: &Bench<'_>, floor: f64) -> Result<Line, Failure> {
    let board = bench.served.token(&bench.filled, "board").await?;
    let mut connection = Connection::to(bench.served.address).await?;
    let year = sector::year(YEAR);
    let asked = query(&board);
    let mut times = Vec::new();
    for place in 0..SUBMISSIONS.min(bench.filled.institutions.len()) {
        let seen = contributors(connection.ask(&asked).await?)?;
        submit(bench, &mut connection, place, &year).await?;
        let began = Instant::now();
        while contributors(connection.ask(&asked).await?)? == seen {
            if began.elapsed() > Duration::from_secs(10) {
                return Err("a submission was not seen in ten seconds".into());
            }
        }
        times.push(began.elapsed());
    }
    let middle = median(&mut times)?;
    let worst = times.last().ok_or("nothing was submitted")?.as_secs_f64() * 1000.0;
    crate::say(&format!("submission to visible: p50 {middle:.1} ms"));
    Ok(Line {
        what: "submission to visible, worst",
        engine: bench.engine(),
        measured: Figure::milliseconds(worst),
        floor: Figure::milliseconds(floor),
        floor_is: "the same GROUP BY in PostgreSQL, p50",
        ratio: floor / worst,
        target: "<= 100 ms",
        met: worst <= 100.0,
    })
}

fn query(token: &str) -> Vec<u8> {
    let path = "/v1/sector/query?measure=headcount&group_by=year,nation";
    request("GET", path, &[("authorization", token)], b"")
}

/// How many institutions an answer counts, over all its cells.
fn contributors(answer: &[u8]) -> Result<u64, Failure> {
    let answer: Value = serde_json::from_slice(answer)?;
    let cells = answer["cells"].as_array().ok_or("no cells")?.iter();
    Ok(cells.filter_map(|cell| cell["contributors"].as_u64()).sum())
}

/// Fills a return and submits it, explaining whatever stands out.
async fn submit(
    bench: &Bench<'_>,
    connection: &mut Connection,
    place: usize,
    year: &str,
) -> Result<(), Failure> {
    let institution = &bench.filled.institutions[place];
    let token = bench.served.token(&bench.filled, &institution.slug).await?;
    let path = bench.return_path(place, year);
    let with = |kind| {
        [
            ("authorization", token.as_str()),
            ("if-match", "*"),
            ("content-type", kind),
        ]
    };
    let (file, _) = bench.filled.sector.file(institution, place as u64, ROWS);
    let filled = connection
        .ask(&request(
            "PUT",
            &format!("{path}/rows"),
            &with("text/csv"),
            file.as_bytes(),
        ))
        .await?;
    let filled: Value = serde_json::from_slice(filled)?;
    let warnings = filled["checks"].as_array().into_iter().flatten();
    let explained: Vec<Value> = warnings
        .filter(|check| check["grade"] == "warning")
        .map(|check| json!({"code": check["code"], "subject": check["subject"], "text": "So it is."}))
        .collect();
    let said = json!({ "explanations": explained }).to_string();
    let submission = request(
        "POST",
        &format!("{path}/submit"),
        &with("application/json"),
        said.as_bytes(),
    );
    connection.ask(&submission).await?;
    Ok(())
}
