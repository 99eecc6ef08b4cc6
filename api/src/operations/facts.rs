//! The facts of the sector in memory, brought up to date by whoever asks next.
//!
//! Everything that is committed is in them: submissions, changes of the registry, of org units and of plans, and
//! verdicts are numbered in the order of their commits, so five numbers say whether anything is missing. A replica that
//! is behind reads what it has missed and nothing else.

use super::Service;
use crate::access::{ReturnsRead, SectorScope, TenantScope};
use crate::domain::action_plans::rag::due_on;
use crate::domain::action_plans::time_scale::TimeScale;
use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::{Dataset, Values};
use crate::fault::Result;
use crate::sector::columns::{Columns, Filling};
use crate::sector::snapshot::{Dictionaries, Revision};
use crate::sector::{Action, Attribute, Facts, Member, Snapshot};
use crate::store::{Generation, LeafFact, Sector, Submission};
use chrono::{DateTime, Utc};
use entity::ids::{ActionId, InstitutionId, VersionId};
use entity::institutions::Model as Institution;
use entity::values::{Rag, SignatoryStatus};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::RwLock;

/// How many submissions are read at a time: bounds the memory that reading takes.
const AT_A_TIME: i64 = 50;

/// The facts in memory.
#[derive(Debug, Default)]
pub struct Cache(RwLock<Held>);

/// The facts as they stood at a generation.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Rows of returns.
    pub snapshot: Arc<Snapshot>,
    /// Institutions.
    pub members: Arc<[Member]>,
    /// Actions of plans.
    pub actions: Arc<[Action]>,
    /// How far they have come.
    pub generation: Generation,
}

impl Held {
    /// The moment the facts are of: that of the last submission in them.
    pub fn as_of(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.snapshot.last_submitted().unwrap_or(now)
    }

    /// The facts as the statistics want them.
    pub fn facts<'a>(&'a self, lists: &'a CodeLists, now: DateTime<Utc>) -> Facts<'a> {
        Facts {
            members: &self.members,
            snapshot: &self.snapshot,
            actions: &self.actions,
            lists,
            now,
            keys: None,
        }
    }
}

/// Everything that is committed.
pub async fn current(service: &Service, scope: &SectorScope) -> Result<Held> {
    let store = service.store.sector(scope);
    let last = store.generation().await?;
    let held = service.facts.0.read().await.clone();
    if held.generation.reaches(&last) && !held.members.is_empty() {
        return Ok(held);
    }
    let mut slot = service.facts.0.write().await;
    if slot.generation.reaches(&last) && !slot.members.is_empty() {
        return Ok(slot.clone());
    }
    let had = slot.generation;
    let mut next = Snapshot::clone(&slot.snapshot);
    if had.registry < last.registry || slot.members.is_empty() {
        slot.members = members(&store, &mut next).await?;
    }
    if had.submission < last.submission {
        grow(&store, &mut next, last.submission).await?;
    }
    if had.unit < last.unit || had.submission < last.submission {
        let units = store.disciplines().await?;
        next.dictionaries_mut().set_disciplines(units);
    }
    if had.verdict < last.verdict {
        next.set_returned(store.returned().await?.into_iter().collect());
    }
    if had.plan < last.plan {
        slot.actions = actions(&store).await?;
    }
    slot.snapshot = Arc::new(next);
    slot.generation = last;
    Ok(slot.clone())
}

/// Everything that is committed, for an institution that takes its own figures out of it and nothing else.
pub async fn of_own(service: &Service, scope: &TenantScope<ReturnsRead>) -> Result<Held> {
    let mut held = current(service, &SectorScope::for_own(scope)).await?;
    held.members = held
        .members
        .iter()
        .filter(|member| member.id == scope.institution())
        .cloned()
        .collect();
    Ok(held)
}

/// The institutions that are here; whatever those that left ever submitted is let go of.
async fn members(store: &Sector<'_>, snapshot: &mut Snapshot) -> Result<Arc<[Member]>> {
    let rows = store.institutions().await?;
    let (left, here): (Vec<&Institution>, Vec<&Institution>) = rows
        .iter()
        .partition(|row| row.status == SignatoryStatus::Left);
    let left: HashSet<InstitutionId> = left.iter().map(|row| row.id).collect();
    if snapshot.holds_any(&left) {
        snapshot.forget(&left);
    }
    let mut here: Vec<Member> = here.into_iter().map(member).collect();
    // By the letters, not by a database's collation: releases depend on the order.
    here.sort_unstable_by(|one, other| one.slug.cmp(&other.slug));
    Ok(here.into())
}

fn member(row: &Institution) -> Member {
    let code = |attribute: Attribute| match attribute {
        Attribute::Nation => row.nation.as_str(),
        Attribute::Region => row.region.as_str(),
        Attribute::Kind => row.kind.as_str(),
        Attribute::MissionGroup => row.mission_group.as_str(),
        Attribute::SizeBand => row.size_band.as_str(),
        Attribute::Phase => row.phase.as_str(),
    };
    Member {
        id: row.id,
        slug: row.slug.clone(),
        codes: Attribute::ALL.map(code),
    }
}

/// Adds the submissions up to `last`.
async fn grow(store: &Sector<'_>, snapshot: &mut Snapshot, last: i64) -> Result<()> {
    let mut after = snapshot.sequence();
    while after < last {
        let upto = (after + AT_A_TIME).min(last);
        let submissions = store.submissions(after, upto).await?;
        let mut columns = HashMap::new();
        for dataset in Dataset::ALL {
            if submissions.iter().any(|one| one.dataset == dataset.name) {
                read(store, snapshot, dataset, (after, upto), &mut columns).await?;
            }
        }
        for submission in submissions {
            let facts = columns.remove(&submission.version).unwrap_or_default();
            let place = (submission.institution, submission.dataset, submission.year);
            snapshot.add(place, revision(submission, facts));
        }
        after = upto;
        snapshot.complete_to(upto);
    }
    Ok(())
}

/// Reads the rows of a dataset's submissions.
async fn read(
    store: &Sector<'_>,
    snapshot: &mut Snapshot,
    dataset: &'static Dataset,
    (after, upto): (i64, i64),
    columns: &mut HashMap<VersionId, Columns>,
) -> Result<()> {
    let mut filling: Option<(VersionId, Filling)> = None;
    let dictionaries = snapshot.dictionaries_mut();
    let mut take = |fact: LeafFact| {
        if filling
            .as_ref()
            .is_none_or(|(version, _)| *version != fact.version)
            && let Some((version, done)) = filling.replace((fact.version, Filling::of(dataset)))
        {
            columns.insert(version, done.finish());
        }
        if let Some((_, filling)) = &mut filling {
            add(filling, dictionaries, dataset, &fact);
        }
    };
    store.facts(dataset, after, upto, &mut take).await?;
    if let Some((version, done)) = filling {
        columns.insert(version, done.finish());
    }
    Ok(())
}

fn add(
    filling: &mut Filling,
    dictionaries: &mut Dictionaries,
    dataset: &'static Dataset,
    fact: &LeafFact,
) {
    let unit = dictionaries.unit(fact.unit);
    let mut codes = [0_u16; 16];
    let (mut listed, mut identifier) = (0, None);
    for (dimension, code) in dataset.dimensions.iter().zip(&fact.codes) {
        match dimension.values {
            Values::Doi => identifier = Some(dictionaries.identifiers.number(code)),
            Values::List(_) => {
                if let Some(slot) = codes.get_mut(listed) {
                    *slot = dictionaries.code(dimension.name, code);
                }
                listed += 1;
            }
        }
    }
    let codes = codes.into_iter().take(listed);
    filling.add(unit, codes, identifier, fact.measures.iter().copied());
}

fn revision(submission: Submission, facts: Columns) -> Revision {
    Revision {
        version: submission.version,
        kind: submission.kind,
        provisional: submission.provisional,
        submitted_at: submission.submitted_at,
        provenance: submission.provenance,
        remark: submission.remark.map(Arc::from),
        definition: submission.definition,
        facts: Arc::new(facts),
    }
}

/// The actions of all plans with their judgements.
async fn actions(store: &Sector<'_>) -> Result<Arc<[Action]>> {
    let plans: HashMap<_, _> = store
        .plans()
        .await?
        .into_iter()
        .map(|plan| (plan.id, plan))
        .collect();
    let mut judged: HashMap<ActionId, Vec<(DateTime<Utc>, Rag)>> = HashMap::new();
    for (action, at, rag) in store.judgements().await? {
        judged.entry(action).or_default().push((at, rag));
    }
    let actions = store.actions().await?.into_iter().filter_map(|action| {
        let plan = plans.get(&action.plan)?;
        let scale: TimeScale = serde_json::from_value(action.time_scale).unwrap_or_default();
        Some(Action {
            institution: action.institution,
            stage: plan.stage,
            theme: action.theme,
            created_at: action.created_at,
            due: plan.starts_on.and_then(|from| due_on(from, &scale)),
            judgements: judged.remove(&action.id).unwrap_or_default(),
        })
    });
    Ok(actions.collect())
}
