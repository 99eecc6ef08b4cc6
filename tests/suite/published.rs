//! A sector large enough to publish: twelve institutions of two nations with headcounts and academics of two years.
//!
//! No scenario stands here.

use crate::random_sector::Sector;
use serde_json::{Value, json};
use technician_metrics::operations::institutions::InstitutionInput;
use tests::{Engine, Persona, Reply, World};

/// The years it has.
pub const YEARS: [&str; 2] = ["2023-24", "2024-25"];
const HEADER: &str = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n";

fn institution(number: usize, nation: &str) -> InstitutionInput {
    InstitutionInput {
        slug: format!("i{number:02}"),
        name: format!("Institution {number}"),
        kind: "university".to_owned(),
        nation: nation.to_owned(),
        ..InstitutionInput::default()
    }
}

/// A headcount by sex; numbers differ from institution to institution and from year to year.
pub fn headcount(number: usize, year: usize) -> String {
    let (women, men) = (90 + 7 * number + 5 * year, 140 + 9 * number - 3 * year);
    let row = |sex: &str, persons: usize| {
        format!("institution,laboratory,C1,{sex},26-30,open-ended,full-time,{persons},,\n")
    };
    format!("{HEADER}{}{}", row("female", women), row("male", men))
}

/// Submits a year's technicians, as rows, and its academic staff.
pub async fn returned(
    sector: &Sector<'_>,
    (slug, year): (&str, &str),
    rows: String,
    academics: usize,
) {
    sector.submit((slug, "headcount", year), rows).await;
    let academics = format!("org_unit,academic_headcount\ninstitution,{academics}\n");
    sector.submit((slug, "denominators", year), academics).await;
}

/// Enters the institutions and submits what they have.
pub async fn sector(world: &World) -> Sector<'_> {
    sector_with(world, &[]).await
}

/// The same with more institutions, of these nations.
pub async fn sector_with<'w>(world: &'w World, more: &[&str]) -> Sector<'w> {
    let nations = (1..=12).map(|number| ["england", "scotland"][number % 2]);
    let nations = nations.chain(more.iter().copied());
    let institutions: Vec<_> = (1..)
        .zip(nations)
        .map(|(number, nation)| institution(number, nation))
        .collect();
    let all = institutions.len();
    let sector = Sector::of(world, institutions).await;
    for number in 1..=all {
        let slug = format!("i{number:02}");
        for (place, year) in YEARS.iter().enumerate() {
            let rows = headcount(number, place);
            returned(&sector, (&slug, year), rows, 700 + 40 * number).await;
        }
    }
    sector
}

/// A small family of tables.
pub fn family() -> Value {
    json!({"attributes": ["nation"], "measures": [
        {"measure": "headcount", "dimensions": ["sex"]},
        {"measure": "denominators-academic-headcount"},
        {"measure": "technicians-per-100-academics"},
    ]})
}

/// A release to be made.
pub fn wanted(name: &str) -> Value {
    json!({"name": name, "title": format!("Technicians, {name}"), "notes": "A test.", "doi": "10.5555/technicians.1", "family": family()})
}

/// Makes a release.
pub async fn release(world: &World, name: &str) -> Reply {
    let made = world
        .post(Persona::Board, "/v1/releases")
        .json(&wanted(name));
    made.send().await.expect(201)
}

/// Lays down the deployment's secret, so that the noise of two databases is the same.
pub async fn set_key(world: &World) {
    const STATEMENT: &str = "INSERT INTO disclosure_keys (id, key, made_at) VALUES (1, $1, $2)";
    let key = vec![7_u8; 32];
    let now: chrono::DateTime<chrono::Utc> = "2026-03-03T09:00:00Z".parse().expect("a moment");
    match world.engine {
        Engine::Sqlite => {
            let pool = sqlx::SqlitePool::connect(world.database_url()).await;
            let pool = pool.expect("the database opens");
            sqlx::query(STATEMENT)
                .bind(key)
                .bind(now)
                .execute(&pool)
                .await
                .expect("a key");
        }
        Engine::Postgres => {
            let pool = sqlx::PgPool::connect(world.database_url()).await;
            let pool = pool.expect("the database opens");
            sqlx::query(STATEMENT)
                .bind(key)
                .bind(now)
                .execute(&pool)
                .await
                .expect("a key");
        }
    }
}
