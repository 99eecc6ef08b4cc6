//! One row merged into a draft, by sixteen institutions at once, against the same statements without a service.
//!
//! The floor runs what `operations::rows::write::change` runs between BEGIN and COMMIT, and nothing else: no HTTP, no token, no
//! look-up of the institution and its org units.

mod postgres;
pub mod sqlite;

use super::Bench;
use crate::Failure;
use crate::fill::WRITERS;
use crate::load::{Drive, Rate, drive, request};
use crate::report::{Figure, Line};
use crate::sector::{self, Row};
use std::sync::Arc;
use technician_metrics::store::Engine;
use uuid::Uuid;

/// The year of the drafts: the first after the sector's.
const YEAR: u16 = 2025;
/// Rows of each draft.
const ROWS: usize = 200;
/// How many of them are merged anew, in turn.
const TOUCHED: usize = 10;

/// One institution's draft.
pub struct Draft {
    institution: Uuid,
    of: Uuid,
    version: Uuid,
    year: String,
    units: Vec<(Uuid, String)>,
    /// The rows that are merged anew.
    rows: Vec<Row>,
}

/// Measures it.
pub async fn measure(bench: &Bench<'_>) -> Result<Line, Failure> {
    let year = sector::year(YEAR);
    let mut requests = Vec::with_capacity(WRITERS);
    let mut drafts = Vec::with_capacity(WRITERS);
    for institution in bench.filled.institutions.iter().take(WRITERS) {
        let token = bench.served.token(&bench.filled, &institution.slug).await?;
        let path = format!("{}/rows", bench.return_path(institution.place, &year));
        let (file, rows) = bench
            .filled
            .sector
            .file(institution, institution.place as u64, ROWS);
        let csv = [
            ("authorization", token.as_str()),
            ("if-match", "*"),
            ("content-type", "text/csv"),
        ];
        bench
            .served
            .ask(&request("PUT", &path, &csv, file.as_bytes()))
            .await?;
        let rows: Vec<Row> = rows.into_iter().step_by(ROWS / TOUCHED).collect();
        let json = [
            ("authorization", token.as_str()),
            ("if-match", "*"),
            ("content-type", "application/json"),
        ];
        let bodies = rows.iter().map(|row| body(row, &institution.units));
        requests.push(
            bodies
                .map(|body| request("PATCH", &path, &json, body.as_bytes()))
                .collect::<Vec<_>>(),
        );
        drafts.push(Draft {
            institution: bench.filled.ids[institution.place],
            of: Uuid::nil(),
            version: Uuid::nil(),
            year: year.clone(),
            units: institution.units.clone(),
            rows,
        });
    }
    let requests = Arc::new(requests);
    let (mut measured, mut floor) = (Rate::default(), Rate::default());
    for _ in 0..bench.pace.turns {
        let turn = match bench.filled.engine {
            Engine::Postgres => postgres::floor(bench, &mut drafts).await?,
            Engine::Sqlite => sqlite::floor(bench, &mut drafts).await?,
        };
        floor = floor.and(turn);
        let load = Drive {
            address: bench.served.address,
            connections: WRITERS,
            warm_up: bench.pace.warm_up,
            measured: bench.pace.measured,
        };
        let requests = Arc::clone(&requests);
        let next = move |connection: usize, sent: u64| {
            let mine = &requests[connection];
            mine[usize::try_from(sent).unwrap_or_default() % mine.len()].clone()
        };
        measured = measured.and(drive(load, next).await?);
    }
    let figure = |rate: Rate| Figure::per_second(rate.per_second(), "merges/s");
    let (floor_is, part, target) = match bench.filled.engine {
        Engine::Postgres => ("pgbench, the same statements", 0.6, ">= 0.60"),
        Engine::Sqlite => ("one prepared writer in a loop", 0.5, ">= 0.50"),
    };
    Ok(Line::rate(
        "single-row merge into a draft",
        bench.engine(),
        figure(measured),
        (figure(floor), floor_is),
        part,
        target,
    ))
}

fn body(row: &Row, units: &[(Uuid, String)]) -> String {
    let [job_family, grade, sex, age_band, terms, mode] = row.codes;
    let row = serde_json::json!({
        "org_unit": units[row.unit].1, "job_family": job_family, "grade": grade, "sex": sex, "age_band": age_band,
        "terms": terms, "mode": mode, "headcount": row.headcount,
    });
    serde_json::json!({"rows": [row]}).to_string()
}
