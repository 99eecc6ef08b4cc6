//! Actions of plans, counted by what was judged of them up to a moment.

use super::catalogue::{Dimension, PlanFigure};
use super::gather::{Gathered, Own, OwnCell, kept};
use super::query::Query;
use super::snapshot::Action;
use super::{Facts, Member};
use crate::domain::rows::Key;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::ids::InstitutionId;
use entity::values::Rag;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Counts the actions a query asks for.
pub(super) fn gather(query: &Query, figure: PlanFigure, facts: &Facts<'_>) -> Gathered {
    let members: HashMap<InstitutionId, usize> = facts
        .members
        .iter()
        .enumerate()
        .filter(|(_, member): &(usize, &Member)| kept(query, member))
        .map(|(number, member)| (member.id, number))
        .collect();
    let at = query.as_of.unwrap_or(facts.now);
    let mut own: BTreeMap<usize, BTreeMap<Vec<Key>, (i64, i64)>> = BTreeMap::new();
    for action in facts
        .actions
        .iter()
        .filter(|action| action.created_at <= at)
    {
        let Some(number) = members.get(&action.institution) else {
            continue;
        };
        let cells = own.entry(*number).or_default();
        let Some(keys) = keys(query, action, at) else {
            continue;
        };
        if let Some((above, below)) = counted(action, figure, at) {
            let cell = cells.entry(keys).or_default();
            *cell = (cell.0 + above, cell.1 + below);
        }
    }
    let rows: BTreeSet<Vec<Key>> = own
        .values()
        .flat_map(|cells| cells.keys().cloned())
        .collect();
    let rows: Vec<Vec<Key>> = rows.into_iter().collect();
    let place = |keys: &Vec<Key>| rows.binary_search(keys).unwrap_or_default();
    let own = own.into_iter().map(|(member, cells)| Own {
        member,
        year: None,
        cells: cells
            .iter()
            .map(|(keys, (above, below))| OwnCell {
                row: place(keys),
                above: Some(*above),
                below: Some(*below),
                ..OwnCell::default()
            })
            .collect(),
        elsewhere: Some(0),
        elsewhere_key: 0,
    });
    Gathered {
        own: own.collect(),
        rows,
        ..Gathered::default()
    }
}

/// The codes of an action, if the filters keep it.
fn keys(query: &Query, action: &Action, at: DateTime<Utc>) -> Option<Vec<Key>> {
    let code = |dimension: Dimension| match dimension {
        Dimension::Theme => Some(action.theme.as_str()),
        Dimension::Rag => Some(colour(action, at).as_str()),
        Dimension::Stage => Some(stage(action.stage)),
        _ => None,
    };
    let kept = query
        .filters
        .keys()
        .all(|dimension| code(*dimension).is_none_or(|code| query.keeps(*dimension, code)));
    let codes = query
        .group_by
        .iter()
        .filter_map(|dimension| code(*dimension));
    kept.then(|| codes.map(Key::stored).collect())
}

const fn stage(stage: i32) -> &'static str {
    match stage {
        ..=1 => "1",
        2 => "2",
        3 => "3",
        4.. => "4-and-later",
    }
}

/// The latest judgement up to a moment.
fn colour(action: &Action, at: DateTime<Utc>) -> Rag {
    let judged = action
        .judgements
        .iter()
        .rev()
        .find(|(since, _)| *since <= at);
    judged.map_or(Rag::NotAssessed, |(_, rag)| *rag)
}

/// What an action adds to the upper and the lower part of a figure; none where it has no say in it.
fn counted(action: &Action, figure: PlanFigure, at: DateTime<Utc>) -> Option<(i64, i64)> {
    match figure {
        PlanFigure::Actions => Some((1, 0)),
        PlanFigure::GreenAtDue => {
            let due = action.due.filter(|due| *due < at.date_naive())?;
            Some((i64::from(colour(action, end_of(due)) == Rag::Green), 1))
        }
        PlanFigure::DaysInRed => {
            let days = days_in_red(action, at)?;
            Some((days, 1))
        }
    }
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    next.and_time(NaiveTime::MIN).and_utc()
}

fn days_in_red(action: &Action, at: DateTime<Utc>) -> Option<i64> {
    let judged: Vec<&(DateTime<Utc>, Rag)> = action
        .judgements
        .iter()
        .filter(|(since, _)| *since <= at)
        .collect();
    if !judged.iter().any(|(_, rag)| *rag == Rag::Red) {
        return None;
    }
    let mut days = 0;
    for (place, (since, rag)) in judged.iter().enumerate() {
        if *rag == Rag::Red {
            let until = judged.get(place + 1).map_or(at, |(next, _)| *next);
            days += (until - *since).num_days();
        }
    }
    Some(days)
}
