//! The sector into SQLite, by prepared inserts.

use super::Filled;
use crate::Failure;
use crate::sector::{Row, Rows, Submitted};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use technician_metrics::clock::{Clock as _, SystemClock};
use uuid::Uuid;

/// Rows of one statement.
const CHUNK: usize = 300;
const ROW: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Org units, returns, revisions and rows.
pub async fn rows(filled: &Filled) -> Result<(), Failure> {
    let options: SqliteConnectOptions = filled.url.parse()?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off);
    let mut writer = options.pragma("cache_size", "-262144").connect().await?;
    let mut tx = writer.begin().await?;
    units(&mut tx, filled).await?;
    let mut last = 0;
    for submitted in filled.sector.submitted() {
        last = submitted.sequence;
        one(&mut tx, filled, submitted).await?;
    }
    sqlx::query("UPDATE counters SET value = ? WHERE name = 'submission'")
        .bind(last)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    sqlx::query("ANALYZE").execute(&mut writer).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut writer)
        .await?;
    writer.close().await?;
    Ok(())
}

async fn units(tx: &mut SqliteConnection, filled: &Filled) -> Result<(), Failure> {
    let now = SystemClock.now();
    for (institution, of) in filled.institutions.iter().zip(&filled.ids) {
        for (id, code) in &institution.units {
            sqlx::query("INSERT INTO org_units (id, institution_id, kind, code, name, version, created_at, updated_at) VALUES (?, ?, 'department', ?, ?, 1, ?, ?)")
                .bind(id)
                .bind(of)
                .bind(code)
                .bind(format!("Department {code}"))
                .bind(now)
                .bind(now)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

async fn one(
    tx: &mut SqliteConnection,
    filled: &Filled,
    submitted: Submitted,
) -> Result<(), Failure> {
    let Submitted {
        institution,
        dataset,
        year,
        id,
        version,
        sequence,
        at,
        rows,
    } = submitted;
    let of = filled.ids[institution];
    let units = &filled.institutions[institution].units;
    sqlx::query("INSERT INTO returns (id, institution_id, dataset, year, revision, version, created_at, updated_at) VALUES (?, ?, ?, ?, 1, 2, ?, ?)")
        .bind(id)
        .bind(of)
        .bind(dataset)
        .bind(&year)
        .bind(at)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    sqlx::query("INSERT INTO return_versions (id, institution_id, return_id, dataset, year, state, revision, sequence, provenance, row_count, created_at, submitted_at, submitted_by) VALUES (?, ?, ?, ?, ?, 'submitted', 1, ?, 'returned', ?, ?, ?, 'bench')")
        .bind(version)
        .bind(of)
        .bind(id)
        .bind(dataset)
        .bind(&year)
        .bind(sequence)
        .bind(i64::try_from(rows.len())?)
        .bind(at)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    match rows {
        Rows::Headcount(rows) => insert(tx, of, version, units, &rows).await,
        Rows::Denominators([academics, fte, all]) => {
            sqlx::query("INSERT INTO denominators_rows (institution_id, version_id, org_unit_id, academic_headcount, academic_fte, all_staff_headcount) VALUES (?, ?, ?, ?, ?, ?)")
                .bind(of)
                .bind(version)
                .bind(units[0].0)
                .bind(academics)
                .bind(fte)
                .bind(all)
                .execute(&mut *tx)
                .await?;
            Ok(())
        }
    }
}

/// Headcount rows, by prepared statements of [`CHUNK`] rows each.
pub async fn insert(
    tx: &mut SqliteConnection,
    of: Uuid,
    version: Uuid,
    units: &[(Uuid, String)],
    rows: &[Row],
) -> Result<(), Failure> {
    for chunk in rows.chunks(CHUNK) {
        let places = vec![ROW; chunk.len()].join(", ");
        let statement = format!(
            "INSERT INTO headcount_rows (institution_id, version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte) VALUES {places}"
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for row in chunk {
            query = query.bind(of).bind(version).bind(units[row.unit].0);
            for code in row.codes {
                query = query.bind(code);
            }
            query = query.bind(row.headcount).bind(row.fpe).bind(row.fte);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}
