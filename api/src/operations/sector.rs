//! The sector, asked live.

use super::Service;
use crate::access::SectorScope;
use crate::domain::datasets::Dataset;
use crate::fault::Result;
use crate::sector::catalogue::{Basis, on_offer};
use crate::sector::snapshot::{Fact, Revision};
use crate::sector::{Actions, Answer, Member, Query, RawQuery, Snapshot, answer};
use crate::store::{Generation, LeafFact, Sector};
use chrono::{DateTime, Utc};
use entity::ids::{InstitutionId, VersionId};
use entity::institutions::Model as Institution;
use entity::values::SignatoryStatus;
use entity::values::VersionKind;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::RwLock;

/// The facts in memory, brought up to date by whoever asks next.
#[derive(Debug, Default)]
pub struct Cache(RwLock<Held>);

#[derive(Clone, Debug, Default)]
struct Held {
    snapshot: Arc<Snapshot>,
    members: Arc<[Member]>,
    generation: Generation,
}

/// An exact answer, and what it was answered from.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The query, parsed.
    pub query: Query,
    /// The answer.
    pub answer: Answer,
    /// The last submission that was seen.
    pub generation: i64,
    /// The moment answered for.
    pub as_of: DateTime<Utc>,
}

/// Asks the sector live. Each use is in the audit trail.
pub async fn query(service: &Service, scope: &SectorScope, raw: RawQuery) -> Result<Answered> {
    let query = Query::parse(raw, &service.codes())?;
    let now = service.now();
    let store = service.store.sector(scope);
    let asked = serde_json::json!({
        "measure": query.measure.name,
        "group_by": query.group_by.iter().map(|dimension| dimension.as_str()).collect::<Vec<_>>(),
    });
    store
        .audit(
            service
                .change(now, "sector.query", "sector/query".to_owned())
                .with(None, asked),
            scope.actor(),
        )
        .await?;
    let held = current(service, scope).await?;
    let as_of = query.as_of.unwrap_or(now);
    let actions = match query.measure.basis {
        Basis::Actions => store.actions(as_of).await?,
        Basis::Figure(_) | Basis::Per100 { .. } | Basis::Outputs { .. } => Vec::new(),
    };
    let actions: Vec<Actions> = actions
        .into_iter()
        .map(|group| Actions {
            institution: group.institution,
            theme: group.state.theme,
            rag: group.state.rag,
            count: group.actions,
        })
        .collect();
    let answer = answer(&query, &held.members, &held.snapshot, &actions);
    Ok(Answered {
        query,
        answer,
        generation: held.snapshot.sequence(),
        as_of,
    })
}

/// Everything that is committed. Submissions, changes of the registry and verdicts are numbered in the order of their
/// commits, so three numbers say whether anything is missing.
async fn current(service: &Service, scope: &SectorScope) -> Result<Held> {
    let store = service.store.sector(scope);
    let last = store.generation().await?;
    let upto_date = |held: &Held| {
        held.generation.submission >= last.submission
            && held.generation.registry >= last.registry
            && held.generation.verdict >= last.verdict
    };
    let held = service.sector.0.read().await.clone();
    if upto_date(&held) {
        return Ok(held);
    }
    let mut slot = service.sector.0.write().await;
    if upto_date(&slot) {
        return Ok(slot.clone());
    }
    if slot.generation.registry < last.registry || slot.members.is_empty() {
        let rows = store.institutions().await?;
        let member = |row: &Institution| Member {
            id: row.id,
            nation: row.nation,
            kind: row.kind,
            mission_group: row.mission_group,
        };
        let (left, here): (Vec<&Institution>, Vec<&Institution>) = rows
            .iter()
            .partition(|row| row.status == SignatoryStatus::Left);
        slot.members = here.into_iter().map(member).collect();
        let left: HashSet<InstitutionId> = left.iter().map(|row| row.id).collect();
        if slot.snapshot.holds_any(&left) {
            let mut without = Snapshot::clone(&slot.snapshot);
            without.forget(&left);
            slot.snapshot = Arc::new(without);
        }
    }
    if slot.generation.submission < last.submission {
        slot.snapshot = Arc::new(grown(&store, &slot.snapshot, last.submission).await?);
    }
    if slot.generation.verdict < last.verdict {
        let mut judged = Snapshot::clone(&slot.snapshot);
        judged.set_returned(store.returned().await?.into_iter().collect());
        slot.snapshot = Arc::new(judged);
    }
    slot.generation = last;
    Ok(slot.clone())
}

/// What a nil return says: a true zero in every measure, whatever the codes.
fn zero(dataset: &Dataset) -> Fact {
    Fact {
        codes: Vec::new(),
        measures: vec![Some(0); dataset.measures.len()],
    }
}

/// A snapshot with the submissions after it, up to `last`.
async fn grown(store: &Sector<'_>, from: &Snapshot, last: i64) -> Result<Snapshot> {
    let mut next = from.clone();
    let after = next.sequence();
    let submissions = store.submissions(after, last).await?;
    let mut facts: HashMap<VersionId, Vec<Fact>> = HashMap::new();
    for dataset in Dataset::ALL {
        let dimensions: Vec<&'static str> = on_offer(dataset).collect();
        for LeafFact {
            version,
            codes,
            measures,
        } in store.facts(dataset, &dimensions, after, last).await?
        {
            facts
                .entry(version)
                .or_default()
                .push(Fact { codes, measures });
        }
    }
    for submission in submissions {
        let facts = match submission.kind {
            VersionKind::Nil => vec![zero(Dataset::of(submission.dataset))],
            VersionKind::Figures | VersionKind::Withdrawal => {
                facts.remove(&submission.version).unwrap_or_default()
            }
        };
        let revision = Revision {
            version: submission.version,
            kind: submission.kind,
            provisional: submission.provisional,
            submitted_at: submission.submitted_at,
            provenance: submission.provenance,
            remark: submission.remark.map(Arc::from),
            facts: facts.into(),
        };
        next.add(
            submission.institution,
            submission.dataset,
            submission.year,
            revision,
        );
    }
    next.complete_to(last);
    Ok(next)
}
