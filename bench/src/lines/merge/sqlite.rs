//! The floor on SQLite: one writer in a loop, every statement prepared, as durable as the service.

use super::Draft;
use crate::Failure;
use crate::lines::Bench;
use crate::load::Rate;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::time::Instant;
use technician_metrics::clock::{Clock as _, IdSource as _, RandomIds, SystemClock};

const LOCK: &str = "SELECT id, institution_id, dataset, year, draft_id, revision, version, created_at, updated_at FROM returns WHERE institution_id = ? AND dataset = ? AND year = ? LIMIT 1";
const UPSERT: &str = "INSERT INTO headcount_rows (institution_id, version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode) DO UPDATE SET headcount = excluded.headcount, fpe = excluded.fpe, fte = excluded.fte";
const UPDATE: &str = "UPDATE returns SET draft_id = ?, revision = ?, version = ?, updated_at = ? WHERE institution_id = ? AND id = ?";
const AUDIT: &str = "INSERT INTO audit (id, institution_id, at, actor, action, subject, request_id, before, after) VALUES (?, ?, ?, 'bench', 'return.merge-rows', 'returns/headcount', 'bench', NULL, '{\"version\": 1, \"rows\": 1}')";
const VERSION: &str = "SELECT id, institution_id, return_id, dataset, year, state, revision, sequence, provenance, remark, reason, row_count, created_at, submitted_at, submitted_by FROM return_versions WHERE institution_id = ? AND return_id = ? AND id = ? LIMIT 1";
const TOTALS: &str = "SELECT COUNT(*) AS rows, CAST(SUM(r.headcount) AS BIGINT), CAST(SUM(r.fpe) AS BIGINT), CAST(SUM(r.fte) AS BIGINT) FROM headcount_rows AS r WHERE r.institution_id = ? AND r.version_id = ?";

/// A writer as the service opens it.
pub async fn writer(url: &str) -> Result<SqliteConnection, Failure> {
    let options: SqliteConnectOptions = url.parse()?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", "-16000")
        .pragma("mmap_size", "268435456");
    Ok(options.connect().await?)
}

/// One turn.
pub async fn floor(bench: &Bench<'_>, drafts: &mut [Draft]) -> Result<Rate, Failure> {
    let mut writer = writer(&bench.filled.url).await?;
    for draft in drafts.iter_mut() {
        (draft.of, draft.version) =
            sqlx::query_as("SELECT id, draft_id FROM returns WHERE institution_id = ? AND dataset = 'headcount' AND year = ?")
                .bind(draft.institution)
                .bind(&draft.year)
                .fetch_one(&mut writer)
                .await?;
    }
    let from = Instant::now() + bench.pace.warm_up;
    let to = from + bench.pace.measured;
    let mut answers = 0;
    for done in 0.. {
        merge(
            &mut writer,
            &drafts[done % drafts.len()],
            done / drafts.len(),
        )
        .await?;
        let now = Instant::now();
        if now >= to {
            break;
        }
        answers += u64::from(now >= from);
    }
    writer.close().await?;
    Ok(Rate {
        answers,
        seconds: bench.pace.measured.as_secs_f64(),
    })
}

async fn merge(writer: &mut SqliteConnection, draft: &Draft, nth: usize) -> Result<(), Failure> {
    let moment = SystemClock.now();
    let row = &draft.rows[nth % draft.rows.len()];
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(LOCK)
        .bind(draft.institution)
        .bind("headcount")
        .bind(&draft.year)
        .fetch_one(&mut *tx)
        .await?;
    let mut upsert = sqlx::query(UPSERT)
        .bind(draft.institution)
        .bind(draft.version)
        .bind(draft.units[row.unit].0);
    for code in row.codes {
        upsert = upsert.bind(code);
    }
    let headcount = i64::try_from(nth % 9 + 1)?;
    upsert
        .bind(headcount)
        .bind(None::<i64>)
        .bind(None::<i64>)
        .execute(&mut *tx)
        .await?;
    sqlx::query(UPDATE)
        .bind(draft.version)
        .bind(0)
        .bind(headcount)
        .bind(moment)
        .bind(draft.institution)
        .bind(draft.of)
        .execute(&mut *tx)
        .await?;
    sqlx::query(AUDIT)
        .bind(RandomIds.next(moment))
        .bind(draft.institution)
        .bind(moment)
        .execute(&mut *tx)
        .await?;
    sqlx::query(VERSION)
        .bind(draft.institution)
        .bind(draft.of)
        .bind(draft.version)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query(TOTALS)
        .bind(draft.institution)
        .bind(draft.version)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
