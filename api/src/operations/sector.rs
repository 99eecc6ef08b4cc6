//! The sector, asked: live by those who may, of the latest release by everybody else.

use super::{Service, facts, releases};
use crate::access::{Caller, SectorScope};
use crate::fault::{Fault, Result, Violation};
use crate::sector::catalogue::Basis;
use crate::sector::released::without_data;
use crate::sector::{Answer, Dimension, Query, RawQuery, answer};
use crate::store::{Generation, ReleaseEntry};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use std::sync::Arc;

/// Most answers kept; each is at most a few hundred kilobytes, most are a few.
const MOST_ANSWERS: u64 = 500;

/// Answers by the state of the facts and the query: whoever asks the same again, before anything changed, has it at once.
#[derive(Debug)]
pub struct Answers(Cache<(Generation, Query), Arc<Answered>>);

impl Default for Answers {
    fn default() -> Self {
        Self(Cache::new(MOST_ANSWERS))
    }
}

/// What an answer was given from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The facts as they stand: exact.
    Live,
    /// A release: protected.
    Release(Arc<ReleaseEntry>),
}

/// An answer, and what it was given from.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The query, parsed.
    pub query: Query,
    /// The answer.
    pub answer: Answer,
    /// What it was given from.
    pub origin: Origin,
    /// Names the state of the facts, or the release.
    pub generation: String,
    /// The moment answered for.
    pub as_of: DateTime<Utc>,
}

/// Asks the sector: live where the caller may, otherwise the latest release.
pub async fn ask(service: &Service, caller: &Caller, raw: RawQuery) -> Result<Arc<Answered>> {
    if caller.holds_exact() {
        live(service, &caller.sector()?, raw).await
    } else {
        releases::answers(service, raw).await
    }
}

/// Asks the sector live. Each use is in the audit trail.
async fn live(service: &Service, scope: &SectorScope, raw: RawQuery) -> Result<Arc<Answered>> {
    let lists = service.codes();
    let query = Query::parse(raw, &lists)?;
    let now = service.now();
    let asked = serde_json::json!({
        "measure": query.measure.name,
        "group_by": query.group_by.iter().map(|dimension| dimension.as_str()).collect::<Vec<_>>(),
    });
    let line = service.change(now, "sector.query", "sector/query".to_owned());
    let look = line.with(None, asked);
    service.looks.write(&service.store, scope, look).await?;
    let held = facts::current(service, scope).await?;
    if let Some(years) = query.filters.get(&Dimension::Year) {
        let known = |year: &&String| {
            !held
                .snapshot
                .years()
                .iter()
                .any(|one| one.to_string() == **year)
        };
        let missing = years.iter().filter(known);
        let faults: Vec<Violation> = missing
            .map(|year| without_data(year, held.snapshot.years()))
            .collect();
        if !faults.is_empty() {
            return Err(Fault::InvalidParameters(faults));
        }
    }
    // What plans look like changes with the day, not only with the facts.
    let of_plans = matches!(query.measure.basis, Basis::Plans(_));
    let kept = (held.generation, query.clone());
    if !of_plans && let Some(known) = service.answers.0.get(&kept) {
        return Ok(known);
    }
    let answered = Arc::new(Answered {
        answer: answer(&query, &held.facts(&lists, now)),
        origin: Origin::Live,
        generation: held.generation.to_string(),
        as_of: query.as_of.unwrap_or(now),
        query,
    });
    if !of_plans {
        service.answers.0.insert(kept, Arc::clone(&answered));
    }
    Ok(answered)
}
