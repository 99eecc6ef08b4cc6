//! From what institutions have to cells: per institution first, then across institutions.

use super::catalogue::{Basis, Dimension, Panel, Part, PlanFigure, Statistic};
use super::disclosure::noise::LeafKeys;
use super::frame::{Frame, Group};
use super::gather::{Gathered, Own, OwnCell, gather};
use super::outputs::{Gathering, Outputs};
use super::query::Query;
use super::release::Merged;
use super::snapshot::{Action, Member, Snapshot};
use super::sources::{SeriesBreak, Source};
use super::statistic::{self, Contribution, Exact};
use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::Dataset;
use chrono::{DateTime, Utc};
use entity::values::{AcademicYear, CellStatus, Hundredths};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a query is answered from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The institutions of the registry.
    pub members: &'a [Member],
    /// The rows of their returns.
    pub snapshot: &'a Snapshot,
    /// The actions of their plans.
    pub actions: &'a [Action],
    /// The code lists.
    pub lists: &'a CodeLists,
    /// The moment of the answer.
    pub now: DateTime<Utc>,
    /// The keys of rows, where cells are to be perturbed.
    pub keys: Option<&'a LeafKeys>,
}

/// One cell of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Codes, in the order of `group_by`.
    pub keys: Vec<String>,
    /// The value, in hundredths of its unit.
    pub value: Option<Hundredths>,
    /// Lower and upper quartile, where they were asked for.
    pub quartiles: Option<(Hundredths, Hundredths)>,
    /// Whether and why there is one.
    pub status: CellStatus,
    /// How many institutions contributed; none where a release does not say.
    pub contributors: Option<u32>,
    /// How many institutions of the registry are in the group; likewise.
    pub of: Option<u32>,
    /// What a count of outputs rests on; none for other measures, and where there is no value.
    pub outputs: Option<Outputs>,
}

/// An exact answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The cells, in the order of their keys.
    pub cells: Vec<Cell>,
    /// Sources other than the institutions' own returns.
    pub sources: Vec<Source>,
    /// From which years figures are not quite like those before.
    pub series_breaks: Vec<SeriesBreak>,
    /// Whether a revision that contributed is provisional, or returned for correction.
    pub provisional: bool,
    /// What codes that a release merged stand for; nothing is merged in live answers.
    pub merged: Vec<Merged>,
}

/// Answers a query exactly.
pub fn answer(query: &Query, facts: &Facts<'_>) -> Answer {
    let mut gathered = gather(query, facts);
    if query.panel == Panel::Constant {
        constant(&mut gathered);
    }
    let frame = Frame::of(query, facts, &gathered);
    let (mut cells, exact) = cells(query, facts, &frame, &gathered);
    match query.statistic {
        Statistic::Total | Statistic::Mean | Statistic::Median | Statistic::Quartiles => {}
        Statistic::Share => shares(&mut cells),
        Statistic::Change => changes(query, &mut cells, &exact),
        Statistic::Index => indices(query, &mut cells, &exact),
    }
    Answer {
        cells,
        sources: gathered.sources.others(),
        series_breaks: gathered.sources.series_breaks(),
        provisional: gathered.sources.provisional(),
        merged: Vec::new(),
    }
}

/// Keeps the institutions that contributed in every year in which anybody kept by the query did.
fn constant(gathered: &mut Gathered) {
    let years: BTreeSet<AcademicYear> = gathered.own.iter().filter_map(|own| own.year).collect();
    let mut by_member: HashMap<usize, BTreeSet<AcademicYear>> = HashMap::new();
    for own in &gathered.own {
        by_member.entry(own.member).or_default().extend(own.year);
    }
    gathered
        .own
        .retain(|own| by_member.get(&own.member).is_some_and(|own| *own == years));
}

/// What gathers in a cell before it is finished.
#[derive(Default)]
struct Gathers {
    contributions: Vec<Contribution>,
    outputs: Option<Gathering>,
}

/// The cells, and the totals of each before they are rounded.
fn cells(
    query: &Query,
    facts: &Facts<'_>,
    frame: &Frame,
    gathered: &Gathered,
) -> (Vec<Cell>, Vec<Option<Exact>>) {
    let rows = gathered.rows.len();
    let mut groups: BTreeMap<Group, Vec<Gathers>> = BTreeMap::new();
    for own in &gathered.own {
        let Some(member) = facts.members.get(own.member) else {
            continue;
        };
        let group = groups
            .entry(Group::of(query, member, own.year))
            .or_default();
        group.resize_with(rows, Gathers::default);
        contribute(query, own, group);
    }
    let (scale, factor) = (scale(query), factor(query));
    let none = Vec::new();
    let mut cells = Vec::with_capacity(frame.len());
    for (group, of) in frame.groups() {
        let gathers = groups.get(group).unwrap_or(&none);
        for (row, keys) in frame.rows().iter().enumerate() {
            let gathers = gathers.get(row);
            let keys = group.keys(query, keys);
            let exact = gathers.and_then(|gathers| total(gathers, scale, factor));
            let cell = cell(query, (scale, factor), keys, gathers, *of);
            cells.push((cell, exact));
        }
    }
    cells.sort_by(|(one, _), (other, _)| one.keys.cmp(&other.keys));
    cells.into_iter().unzip()
}

/// The total of a cell: the different outputs of all, not the sum of the institutions' own.
fn total(gathers: &Gathers, scale: i64, factor: i64) -> Option<Exact> {
    match &gathers.outputs {
        Some(outputs) => Some(Exact::whole(outputs.outputs().different())),
        None => statistic::total(&gathers.contributions, scale, factor),
    }
}

/// Puts an institution's year into the cells of its group: what it has, and a true zero everywhere else.
fn contribute(query: &Query, own: &Own, group: &mut [Gathers]) {
    let outputs = matches!(query.measure.basis, Basis::Sum(Part::Outputs(_)));
    let ratio = is_ratio(query);
    let mut said: Vec<Option<&OwnCell>> = vec![None; group.len()];
    for cell in &own.cells {
        if let Some(slot) = said.get_mut(cell.row) {
            *slot = Some(cell);
        }
    }
    for (gathers, cell) in group.iter_mut().zip(said) {
        let (above, below) = cell.map_or((Some(0), own.elsewhere), |cell| (cell.above, cell.below));
        let (Some(value), Some(divisor)) = (above, below) else {
            continue;
        };
        if ratio && divisor == 0 {
            continue;
        }
        gathers.contributions.push(Contribution {
            value,
            divisor: if ratio { divisor } else { 0 },
        });
        if outputs {
            let gathering = gathers.outputs.get_or_insert_default();
            if let Some(own) = cell.and_then(|cell| cell.outputs.as_ref()) {
                gathering.add(own);
            }
        }
    }
}

fn is_ratio(query: &Query) -> bool {
    match query.measure.basis {
        Basis::Per100 { .. } | Basis::Participation => true,
        Basis::Plans(figure) => figure != PlanFigure::Actions,
        Basis::Sum(_) => false,
    }
}

/// How many stored units make one unit of the measure.
pub(super) fn scale(query: &Query) -> i64 {
    match query.measure.basis {
        Basis::Sum(Part::Rows { figure, .. }) => {
            let dataset = Dataset::of(figure.dataset);
            let unit = dataset
                .measure(figure.measure)
                .and_then(|place| dataset.measures.get(place));
            unit.map_or(1, |measure| measure.unit.scale())
        }
        Basis::Sum(Part::Outputs(_))
        | Basis::Per100 { .. }
        | Basis::Participation
        | Basis::Plans(_) => 1,
    }
}

/// By what a ratio is multiplied.
fn factor(query: &Query) -> i64 {
    match query.measure.basis {
        Basis::Plans(PlanFigure::DaysInRed) => 1,
        Basis::Sum(_) | Basis::Per100 { .. } | Basis::Participation | Basis::Plans(_) => 100,
    }
}

fn cell(
    query: &Query,
    (scale, factor): (i64, i64),
    keys: Vec<String>,
    gathers: Option<&Gathers>,
    of: u32,
) -> Cell {
    let contributions = gathers.map_or(&[][..], |gathers| &gathers.contributions);
    let outputs = gathers
        .and_then(|gathers| gathers.outputs.as_ref())
        .map(Gathering::outputs);
    let (value, quartiles) = match (outputs, query.statistic) {
        // The different outputs of all, not the sum of the institutions' own.
        (Some(outputs), Statistic::Total | Statistic::Change | Statistic::Index) => {
            (Some(Hundredths::whole(outputs.different())), None)
        }
        _ => statistic::of(query.statistic, contributions, scale, factor),
    };
    let status = match value {
        None if contributions.is_empty() => CellStatus::NotSupplied,
        None => CellStatus::NotApplicable,
        Some(Hundredths(0)) => CellStatus::Zero,
        Some(_) => CellStatus::Published,
    };
    Cell {
        keys,
        value,
        quartiles,
        status,
        contributors: u32::try_from(contributions.len()).ok(),
        of: Some(of),
        outputs,
    }
}

/// Sets a value that was made of others, and the status that goes with it.
fn set(cell: &mut Cell, value: Option<Hundredths>) {
    cell.outputs = None;
    cell.value = value;
    cell.status = match value {
        None if cell.status == CellStatus::NotSupplied => CellStatus::NotSupplied,
        None => CellStatus::NotApplicable,
        Some(Hundredths(0)) => CellStatus::Zero,
        Some(_) => CellStatus::Published,
    };
}

/// Totals as percentages of the total over the last dimension.
fn shares(cells: &mut [Cell]) {
    let mut whole: HashMap<Vec<String>, i64> = HashMap::new();
    let line = |cell: &Cell| {
        cell.keys
            .split_last()
            .map(|(_, line)| line.to_vec())
            .unwrap_or_default()
    };
    for cell in cells.iter() {
        *whole.entry(line(cell)).or_default() += cell.value.map_or(0, |value| value.0);
    }
    for cell in cells {
        let whole = whole.get(&line(cell)).copied().unwrap_or(0);
        let value = cell
            .value
            .and_then(|value| statistic::percent(value.0, whole));
        set(cell, value);
    }
}

/// The place of the year among the keys.
fn year_place(query: &Query) -> usize {
    query
        .group_by
        .iter()
        .position(|one| *one == Dimension::Year)
        .unwrap_or_default()
}

/// Totals by their keys other than the year, then by year.
fn by_year(
    query: &Query,
    cells: &[Cell],
    exact: &[Option<Exact>],
) -> HashMap<Vec<String>, BTreeMap<String, Exact>> {
    let mut lines: HashMap<Vec<String>, BTreeMap<String, Exact>> = HashMap::new();
    for (cell, exact) in cells.iter().zip(exact) {
        let (line, year) = without_year(query, cell);
        if let Some(exact) = exact {
            lines.entry(line).or_default().insert(year, *exact);
        }
    }
    lines
}

fn without_year(query: &Query, cell: &Cell) -> (Vec<String>, String) {
    let mut line = cell.keys.clone();
    let year = line.remove(year_place(query));
    (line, year)
}

fn changes(query: &Query, cells: &mut [Cell], exact: &[Option<Exact>]) {
    let lines = by_year(query, cells, exact);
    for (cell, exact) in cells.iter_mut().zip(exact) {
        let (line, year) = without_year(query, cell);
        let before = year
            .parse::<AcademicYear>()
            .ok()
            .and_then(|year| AcademicYear::starting(year.start() - 1));
        let before = before.and_then(|before| lines.get(&line)?.get(&before.to_string()).copied());
        let value = exact
            .zip(before)
            .and_then(|(total, before)| total.less(before).rounded());
        set(cell, value);
    }
}

fn indices(query: &Query, cells: &mut [Cell], exact: &[Option<Exact>]) {
    let lines = by_year(query, cells, exact);
    for (cell, exact) in cells.iter_mut().zip(exact) {
        let (line, _) = without_year(query, cell);
        let base = lines.get(&line).and_then(|years| match query.base_year {
            Some(base) => years.get(&base.to_string()).copied(),
            None => years.first_key_value().map(|(_, value)| *value),
        });
        let value = exact
            .zip(base)
            .and_then(|(total, base)| total.percent_of(base)?.rounded());
        set(cell, value);
    }
}
