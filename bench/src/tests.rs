//! The sector as the service sees it: the same on both engines, and what the generator says it is.

use crate::fill::{Filled, fill};
use crate::load::request;
use crate::sector::{Rows, Scale, Sector};
use crate::served::Served;
use ::tests::cluster::Cluster;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use technician_metrics::clock::Surroundings;
use tests::{SeededIds, TestClock, beginning};

const SECTOR: Sector = Sector {
    seed: 5,
    scale: Scale {
        institutions: 24,
        years: 2,
        units: 5,
        rows: 8,
    },
};

/// The service's answer over a fresh database.
async fn answer(url: &str, directory: &Path, query: &str) -> Value {
    let filled: Filled = fill(url, directory, SECTOR)
        .await
        .expect("the sector is filled in");
    let surroundings = Surroundings {
        clock: Arc::new(TestClock::at(beginning())),
        ids: Arc::new(SeededIds::from(1_000)),
    };
    let served = Served::service(&filled, directory, surroundings).expect("the service starts");
    let token = served.token(&filled, "board").await.expect("a token");
    let wire = request(
        "GET",
        &format!("/v1/sector/query?{query}"),
        &[("authorization", &token)],
        b"",
    );
    serde_json::from_slice(&served.ask(&wire).await.expect("an answer")).expect("JSON")
}

/// The same, from the generator: headcounts by year and nation, with those who contributed.
fn expected() -> BTreeMap<(String, &'static str), (i64, u32)> {
    let institutions = SECTOR.institutions();
    let mut cells = BTreeMap::<(String, &'static str), (i64, u32)>::new();
    for submitted in SECTOR.submitted() {
        let Rows::Headcount(rows) = submitted.rows else {
            continue;
        };
        let cell = cells
            .entry((submitted.year, institutions[submitted.institution].nation))
            .or_default();
        cell.0 += rows.iter().map(|row| row.headcount).sum::<i64>();
        cell.1 += 1;
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_answer_alike_and_as_the_generator_counts() {
    let directories = [(); 2].map(|()| tempfile::TempDir::new().expect("a temporary directory"));
    let query = "measure=headcount&group_by=year,nation";
    let url = tokio::task::spawn_blocking(|| Cluster::shared().fresh_database())
        .await
        .expect("a database");
    let postgres = answer(&url, directories[0].path(), query).await;
    let file = directories[1].path().join("bench.db");
    std::fs::File::create(&file).expect("a file");
    let sqlite = answer(
        &format!("sqlite:{}", file.display()),
        directories[1].path(),
        query,
    )
    .await;
    assert_eq!(postgres, sqlite);
    let given: Vec<Value> = postgres["cells"].as_array().expect("cells").clone();
    let given: Vec<Value> = given
        .iter()
        .filter(|cell| cell["status"] != "not-supplied")
        .map(|cell| {
            json!([
                cell["keys"]["year"],
                cell["keys"]["nation"],
                cell["value"],
                cell["contributors"]
            ])
        })
        .collect();
    let counted: Vec<Value> = expected()
        .into_iter()
        .map(|((year, nation), (sum, by))| json!([year, nation, sum, by]))
        .collect();
    assert_eq!(given, counted);
    assert!(
        counted.len() >= 4,
        "one nation alone would prove little: {counted:?}"
    );
    tokio::task::spawn_blocking(move || Cluster::shared().drop_database(&url))
        .await
        .expect("dropped");
}
