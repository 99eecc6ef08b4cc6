//! A return of 5,000 rows replaced from a CSV file, against the same rows put into the same table as fast as the engine
//! takes them: COPY on PostgreSQL, one transaction of prepared inserts on SQLite.
//!
//! The service also reads and checks the file, removes the rows that stood there, writes the audit line and sums the
//! draft; the floor does none of that. Removing the rows again for the floor's next turn is not timed.

use super::merge::sqlite::writer;
use super::{Bench, median};
use crate::Failure;
use crate::fill::sqlite::insert;
use crate::load::{Connection, request};
use crate::report::{Figure, Line};
use crate::sector::{self, Institution, Row};
use sqlx::{Connection as _, PgConnection};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use technician_metrics::store::Engine;
use uuid::Uuid;

const ROWS: usize = 5_000;
/// The second year after the sector's, so that this return is nobody else's.
const YEAR: u16 = 2026;

/// The floor's rows: the same institution's, under a version that is no return's.
pub(super) struct Target<'b> {
    pub(super) institution: Uuid,
    pub(super) version: Uuid,
    pub(super) units: &'b [(Uuid, String)],
    pub(super) rows: Vec<Row>,
}

/// Measures it.
pub async fn measure(bench: &Bench<'_>) -> Result<Line, Failure> {
    let institution: &Institution = &bench.filled.institutions[0];
    let token = bench.served.token(&bench.filled, &institution.slug).await?;
    let path = format!("{}/rows", bench.return_path(0, &sector::year(YEAR)));
    let headers = [
        ("authorization", token.as_str()),
        ("if-match", "*"),
        ("content-type", "text/csv"),
    ];
    // Two files in turn, so that no replacement leaves what it finds.
    let files = [ROWS as u64, ROWS as u64 + 1]
        .map(|place| bench.filled.sector.file(institution, place, ROWS));
    let requests = files
        .each_ref()
        .map(|(file, _)| request("PUT", &path, &headers, file.as_bytes()));
    let [_, (_, rows)] = files;
    let count = rows.len();
    let target = Target {
        institution: bench.filled.ids[0],
        version: Uuid::from_u128(1),
        units: &institution.units,
        rows,
    };
    let mut connection = Connection::to(bench.served.address).await?;
    let (mut measured, mut floor) = (Vec::new(), Vec::new());
    // The first turn warms both up.
    for turn in 0..=bench.pace.replacements {
        let began = Instant::now();
        connection
            .ask(&requests[usize::try_from(turn % 2)?])
            .await?;
        let replaced = began.elapsed();
        let loaded = loaded(bench, &target).await?;
        if turn > 0 {
            measured.push(replaced);
            floor.push(loaded);
        }
    }
    let (measured, floor) = (median(&mut measured)?, median(&mut floor)?);
    let rate =
        |milliseconds: f64| Figure::per_second(count as f64 * 1000.0 / milliseconds, "rows/s");
    let line = Line::rate(
        "replacing a 5,000-row return from CSV",
        bench.engine(),
        rate(measured),
        (rate(floor), floor_is(bench)),
        0.4,
        ">= 0.40 and <= 1 s",
    );
    Ok(line.and(measured <= 1000.0))
}

/// What the floor is.
pub(super) const fn floor_is(bench: &Bench<'_>) -> &'static str {
    match bench.filled.engine {
        Engine::Postgres => "COPY into the same table",
        Engine::Sqlite => "one transaction of prepared inserts",
    }
}

/// How long the engine takes for the rows.
pub(super) async fn loaded(bench: &Bench<'_>, target: &Target<'_>) -> Result<Duration, Failure> {
    match bench.filled.engine {
        Engine::Postgres => copied(bench, target).await,
        Engine::Sqlite => inserted(bench, target).await,
    }
}

async fn copied(bench: &Bench<'_>, target: &Target<'_>) -> Result<Duration, Failure> {
    let Target {
        institution,
        version,
        units,
        rows,
    } = target;
    let mut text = String::new();
    for row in rows {
        let fte = row
            .fte
            .map_or_else(|| "\\N".to_owned(), |fte| fte.to_string());
        let unit = units[row.unit].0;
        writeln!(
            text,
            "{institution}\t{version}\t{unit}\t{}\t{}\t{}\t{fte}",
            row.codes.join("\t"),
            row.headcount,
            row.fpe
        )?;
    }
    let mut connection = PgConnection::connect(&bench.filled.url).await?;
    let began = Instant::now();
    let mut tx = connection.begin().await?;
    let statement = "COPY headcount_rows (institution_id, version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte) FROM STDIN";
    let mut copy = tx.copy_in_raw(statement).await?;
    copy.send(text.as_bytes()).await?;
    copy.finish().await?;
    tx.commit().await?;
    let loaded = began.elapsed();
    sqlx::query("DELETE FROM headcount_rows WHERE version_id = $1")
        .bind(version)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(loaded)
}

async fn inserted(bench: &Bench<'_>, target: &Target<'_>) -> Result<Duration, Failure> {
    let Target {
        institution,
        version,
        units,
        rows,
    } = target;
    let mut writer = writer(&bench.filled.url).await?;
    let began = Instant::now();
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    insert(&mut tx, *institution, *version, units, rows).await?;
    tx.commit().await?;
    let loaded = began.elapsed();
    sqlx::query("DELETE FROM headcount_rows WHERE version_id = ?")
        .bind(version)
        .execute(&mut writer)
        .await?;
    writer.close().await?;
    Ok(loaded)
}
