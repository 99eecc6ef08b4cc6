//! A question about the whole sector that nobody asked before, against the same GROUP BY in PostgreSQL.
//!
//! Every query has filters of its own, so no answer can come from a cache of answers. The facts themselves are in the
//! service's memory, as they are a moment after any start; the first query, which fills it, is not counted.

use super::{Bench, Pace, median};
use crate::Failure;
use crate::load::{Connection, request};
use crate::report::{Figure, Line};
use sqlx::PgPool;
use std::time::Instant;

const GROUPS: &[&str] = &[
    "russell-group",
    "millionplus",
    "university-alliance",
    "guildhe",
    "none",
];
const STATISTICS: &[&str] = &["total", "mean", "median"];

/// One query's filters.
struct Asked {
    groups: Vec<&'static str>,
    kinds: Vec<&'static str>,
    statistic: &'static str,
}

/// The queries, no two the same: sets of mission groups, sets of kinds (universities always among them), statistics.
fn asked(number: u64) -> Asked {
    let chosen = |codes: &[&'static str], set: u64| {
        codes
            .iter()
            .enumerate()
            .filter(|(place, _)| set >> place & 1 == 1)
            .map(|(_, code)| *code)
            .collect::<Vec<_>>()
    };
    let mut kinds = chosen(&["research-institute", "funder", "other"], number / 31 % 8);
    kinds.push("university");
    let statistic = STATISTICS[usize::try_from(number / 248 % 3).unwrap_or_default()];
    Asked {
        groups: chosen(GROUPS, number % 31 + 1),
        kinds,
        statistic,
    }
}

/// Measures it against the floor's milliseconds.
pub async fn measure(bench: &Bench<'_>, floor: f64) -> Result<Line, Failure> {
    let token = bench.served.token(&bench.filled, "board").await?;
    let mut connection = Connection::to(bench.served.address).await?;
    let headers = [("authorization", token.as_str())];
    let ask = |query: &str| {
        let path = format!("/v1/sector/query?measure=headcount&group_by=year,nation{query}");
        request("GET", &path, &headers, b"")
    };
    connection.ask(&ask("")).await?;
    let mut measured = Vec::new();
    for number in 0..bench.pace.queries {
        let Asked {
            groups,
            kinds,
            statistic,
        } = asked(number);
        let (groups, kinds) = (groups.join(","), kinds.join(","));
        let wire = ask(&format!(
            "&statistic={statistic}&where[mission_group]={groups}&where[kind]={kinds}"
        ));
        let began = Instant::now();
        connection.ask(&wire).await?;
        measured.push(began.elapsed());
    }
    let measured = median(&mut measured)?;
    Ok(Line {
        what: "sector query, cold, p50",
        engine: bench.engine(),
        measured: Figure::milliseconds(measured),
        floor: Figure::milliseconds(floor),
        floor_is: "the same GROUP BY in PostgreSQL, p50",
        ratio: floor / measured,
        target: "<= 10 ms and >= 30 times",
        met: measured <= 10.0 && floor / measured >= 30.0,
    })
}

/// The same questions to PostgreSQL's stored rows; the middle of its times, in milliseconds.
pub async fn floor(pace: Pace, postgres: &str) -> Result<f64, Failure> {
    let pool = PgPool::connect(postgres).await?;
    let mut times = Vec::new();
    let step = pace.queries / pace.floor_queries;
    for number in (0..pace.queries).step_by(usize::try_from(step)?) {
        let Asked { groups, kinds, .. } = asked(number);
        let owned = |codes: Vec<&str>| {
            codes
                .into_iter()
                .map(ToOwned::to_owned)
                .collect::<Vec<String>>()
        };
        let began = Instant::now();
        let rows = sqlx::query(
            "SELECT v.year, i.nation, SUM(r.headcount), COUNT(DISTINCT i.id) FROM headcount_rows AS r \
             JOIN return_versions AS v ON v.id = r.version_id JOIN institutions AS i ON i.id = v.institution_id \
             WHERE v.state = 'submitted' AND i.mission_group = ANY($1) AND i.kind = ANY($2) GROUP BY v.year, i.nation",
        )
        .bind(owned(groups))
        .bind(owned(kinds))
        .fetch_all(&pool)
        .await?;
        times.push(began.elapsed());
        if rows.is_empty() {
            return Err("the floor found nothing to group".into());
        }
    }
    pool.close().await;
    median(&mut times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_query_is_asked_twice() {
        let all: HashSet<String> = (0..700)
            .map(|number| {
                let Asked {
                    groups,
                    kinds,
                    statistic,
                } = asked(number);
                assert!(!groups.is_empty());
                format!("{groups:?} {kinds:?} {statistic}")
            })
            .collect();
        assert_eq!(all.len(), 700);
    }
}
