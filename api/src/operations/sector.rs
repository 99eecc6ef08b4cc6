//! The sector, asked live.

use super::{Service, facts};
use crate::access::SectorScope;
use crate::fault::Result;
use crate::sector::catalogue::Basis;
use crate::sector::{Answer, Query, RawQuery, answer};
use crate::store::Generation;
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

/// An exact answer, and what it was answered from.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The query, parsed.
    pub query: Query,
    /// The answer.
    pub answer: Answer,
    /// How far the facts had come.
    pub generation: Generation,
    /// The moment answered for.
    pub as_of: DateTime<Utc>,
}

/// Asks the sector live. Each use is in the audit trail.
pub async fn query(service: &Service, scope: &SectorScope, raw: RawQuery) -> Result<Arc<Answered>> {
    let lists = service.codes();
    let query = Query::parse(raw, &lists)?;
    let now = service.now();
    let asked = serde_json::json!({
        "measure": query.measure.name,
        "group_by": query.group_by.iter().map(|dimension| dimension.as_str()).collect::<Vec<_>>(),
    });
    let line = service.change(now, "sector.query", "sector/query".to_owned());
    service
        .store
        .sector(scope)
        .audit(line.with(None, asked), scope.actor())
        .await?;
    let held = facts::current(service, scope).await?;
    // What plans look like changes with the day, not only with the facts.
    let of_plans = matches!(query.measure.basis, Basis::Plans(_));
    let kept = (held.generation, query.clone());
    if !of_plans && let Some(known) = service.answers.0.get(&kept) {
        return Ok(known);
    }
    let answered = Arc::new(Answered {
        answer: answer(&query, &held.facts(&lists, now)),
        generation: held.generation,
        as_of: query.as_of.unwrap_or(now),
        query,
    });
    if !of_plans {
        service.answers.0.insert(kept, Arc::clone(&answered));
    }
    Ok(answered)
}
