//! The sector into PostgreSQL, by COPY.

use super::Filled;
use crate::Failure;
use crate::sector::{Rows, Submitted};
use sqlx::postgres::PgPoolCopyExt as _;
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::Write as _;

/// How much text goes to the server at once.
const CHUNK: usize = 1 << 20;

/// A table that is being copied into: its text, sent when there is enough of it.
struct Copied<'p> {
    pool: &'p PgPool,
    statement: &'static str,
    text: String,
}

impl Copied<'_> {
    const fn into<'p>(pool: &'p PgPool, statement: &'static str) -> Copied<'p> {
        Copied {
            pool,
            statement,
            text: String::new(),
        }
    }

    async fn line(&mut self, line: std::fmt::Arguments<'_>) -> Result<(), Failure> {
        self.text.write_fmt(line)?;
        self.text.push('\n');
        if self.text.len() > CHUNK {
            self.flush().await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        let mut copy = self.pool.copy_in_raw(self.statement).await?;
        copy.send(self.text.as_bytes()).await?;
        copy.finish().await?;
        self.text.clear();
        Ok(())
    }
}

/// Org units, returns, revisions and rows.
pub async fn rows(filled: &Filled) -> Result<(), Failure> {
    let pool = PgPool::connect(&filled.url).await?;
    units(&pool, filled).await?;
    let mut returns = Copied::into(
        &pool,
        "COPY returns (id, institution_id, dataset, year, draft_id, revision, version, created_at, updated_at) FROM STDIN",
    );
    let mut versions = Copied::into(
        &pool,
        "COPY return_versions (id, institution_id, return_id, dataset, year, state, revision, sequence, provenance, row_count, created_at, submitted_at, submitted_by) FROM STDIN",
    );
    let mut headcounts = Copied::into(
        &pool,
        "COPY headcount_rows (institution_id, version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte) FROM STDIN",
    );
    let mut denominators = Copied::into(
        &pool,
        "COPY denominators_rows (institution_id, version_id, org_unit_id, academic_headcount, academic_fte, all_staff_headcount) FROM STDIN",
    );
    let mut last = 0;
    for submitted in filled.sector.submitted() {
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
        returns
            .line(format_args!(
                "{id}\t{of}\t{dataset}\t{year}\t\\N\t1\t2\t{at}\t{at}"
            ))
            .await?;
        versions.line(format_args!("{version}\t{of}\t{id}\t{dataset}\t{year}\tsubmitted\t1\t{sequence}\treturned\t{}\t{at}\t{at}\tbench", rows.len())).await?;
        match rows {
            Rows::Headcount(rows) => {
                for row in rows {
                    let unit = units[row.unit].0;
                    let [job_family, grade, sex, age_band, terms, mode] = row.codes;
                    let fte = row
                        .fte
                        .map_or_else(|| "\\N".to_owned(), |fte| fte.to_string());
                    headcounts.line(format_args!("{of}\t{version}\t{unit}\t{job_family}\t{grade}\t{sex}\t{age_band}\t{terms}\t{mode}\t{}\t{}\t{fte}", row.headcount, row.fpe)).await?;
                }
            }
            Rows::Denominators([academics, fte, all]) => {
                let unit = units[0].0;
                denominators
                    .line(format_args!(
                        "{of}\t{version}\t{unit}\t{academics}\t{fte}\t{all}"
                    ))
                    .await?;
            }
        }
        last = sequence;
    }
    for table in [
        &mut returns,
        &mut versions,
        &mut headcounts,
        &mut denominators,
    ] {
        table.flush().await?;
    }
    sqlx::query("UPDATE counters SET value = $1 WHERE name = 'submission'")
        .bind(last)
        .execute(&pool)
        .await?;
    for table in [
        "institutions",
        "org_units",
        "returns",
        "return_versions",
        "headcount_rows",
        "denominators_rows",
    ] {
        sqlx::query(AssertSqlSafe(format!("VACUUM ANALYZE {table}")))
            .execute(&pool)
            .await?;
    }
    pool.close().await;
    Ok(())
}

async fn units(pool: &PgPool, filled: &Filled) -> Result<(), Failure> {
    let mut copied = Copied::into(
        pool,
        "COPY org_units (id, institution_id, kind, code, name, version, created_at, updated_at) FROM STDIN",
    );
    for (institution, of) in filled.institutions.iter().zip(&filled.ids) {
        for (id, code) in &institution.units {
            copied.line(format_args!("{id}\t{of}\tdepartment\t{code}\tDepartment {code}\t1\t2025-01-01T00:00:00Z\t2025-01-01T00:00:00Z")).await?;
        }
    }
    copied.flush().await
}
