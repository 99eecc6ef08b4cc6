//! The floor on PostgreSQL: `pgbench` with a script of the service's own statements.
//!
//! The script holds one block for each client, so that every client writes to a return of its own, as every connection
//! of the service's load does.

use super::Draft;
use crate::Failure;
use crate::lines::Bench;
use crate::load::Rate;
use sqlx::PgPool;
use std::fmt::Write as _;

/// One turn.
pub async fn floor(bench: &Bench<'_>, drafts: &mut [Draft]) -> Result<Rate, Failure> {
    let pool = PgPool::connect(&bench.filled.url).await?;
    for draft in drafts.iter_mut() {
        (draft.of, draft.version) =
            sqlx::query_as("SELECT id, draft_id FROM returns WHERE institution_id = $1 AND dataset = 'headcount' AND year = $2")
                .bind(draft.institution)
                .bind(&draft.year)
                .fetch_one(&pool)
                .await?;
    }
    pool.close().await;
    let path = bench.directory.join("merge.pgbench");
    std::fs::write(&path, script(drafts)?)?;
    let seconds = bench.pace.measured.as_secs().max(1);
    let clients = drafts.len().to_string();
    let mut pgbench = bench.cluster.program("pgbench");
    pgbench
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-c",
            &clients,
            "-T",
            &seconds.to_string(),
            "-U",
            tests::cluster::OWNER,
            "-f",
        ])
        .arg(&path)
        .arg(bench.filled.url.rsplit('/').next().unwrap_or_default());
    let output = pgbench.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let tps = said.lines().find_map(|line| {
        line.strip_prefix("tps = ")?
            .split(' ')
            .next()?
            .parse::<f64>()
            .ok()
    });
    let tps = tps.filter(|_| output.status.success());
    let tps =
        tps.ok_or_else(|| format!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr)))?;
    let seconds = seconds as f64;
    Ok(Rate {
        answers: (tps * seconds).round() as u64,
        seconds,
    })
}

fn script(drafts: &[Draft]) -> Result<String, Failure> {
    let mut text =
        String::from("\\set k random(0, 9)\n\\set n random(1, 9)\n\\set v random(1, 1000000)\n");
    for (client, draft) in drafts.iter().enumerate() {
        let Draft {
            institution,
            of,
            version,
            year,
            units,
            rows,
        } = draft;
        writeln!(
            text,
            "\\{} :client_id = {client}",
            if client == 0 { "if" } else { "elif" }
        )?;
        writeln!(text, "BEGIN;")?;
        writeln!(
            text,
            "SELECT id, institution_id, dataset, year, draft_id, revision, version, created_at, updated_at FROM returns \
             WHERE institution_id = '{institution}' AND dataset = 'headcount' AND year = '{year}' LIMIT 1 FOR UPDATE;"
        )?;
        for (place, row) in rows.iter().enumerate() {
            writeln!(
                text,
                "\\{} :k = {place}",
                if place == 0 { "if" } else { "elif" }
            )?;
            let codes: Vec<String> = row
                .codes
                .iter()
                .map(|code| format!("ARRAY['{code}']::text[]"))
                .collect();
            writeln!(
                text,
                "INSERT INTO headcount_rows (institution_id, version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte) \
                 SELECT '{institution}'::uuid, '{version}'::uuid, u.* FROM UNNEST(ARRAY['{}']::uuid[], {}, ARRAY[:n]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[]) AS u \
                 ON CONFLICT (version_id, org_unit_id, job_family, grade, sex, age_band, terms, mode) \
                 DO UPDATE SET headcount = excluded.headcount, fpe = excluded.fpe, fte = excluded.fte;",
                units[row.unit].0,
                codes.join(", "),
            )?;
        }
        writeln!(text, "\\endif")?;
        writeln!(
            text,
            "UPDATE returns SET draft_id = '{version}', revision = 0, version = :v, updated_at = clock_timestamp() \
             WHERE institution_id = '{institution}' AND id = '{of}';"
        )?;
        writeln!(
            text,
            "INSERT INTO audit (id, institution_id, at, actor, action, subject, request_id, before, after) VALUES \
             (gen_random_uuid(), '{institution}', clock_timestamp(), 'bench', 'return.merge-rows', 'returns/headcount/{year}', 'pgbench', NULL, '{{\"version\": 1, \"rows\": 1}}');"
        )?;
        writeln!(
            text,
            "SELECT id, institution_id, return_id, dataset, year, state, revision, sequence, provenance, remark, reason, row_count, created_at, submitted_at, submitted_by \
             FROM return_versions WHERE institution_id = '{institution}' AND return_id = '{of}' AND id = '{version}' LIMIT 1;"
        )?;
        writeln!(
            text,
            "SELECT COUNT(*) AS rows, CAST(SUM(r.headcount) AS BIGINT) AS headcount, CAST(SUM(r.fpe) AS BIGINT) AS fpe, CAST(SUM(r.fte) AS BIGINT) AS fte \
             FROM headcount_rows AS r WHERE r.institution_id = '{institution}' AND r.version_id = '{version}';"
        )?;
        writeln!(text, "COMMIT;")?;
    }
    text.push_str("\\endif\n");
    Ok(text)
}
