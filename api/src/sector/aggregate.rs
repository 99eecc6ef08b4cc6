//! From facts to cells: per institution first, then across institutions.

use super::catalogue::{Basis, Dimension, Figure, Statistic, on_offer};
use super::frame::{frame, groups, institution_part};
use super::outputs::{self, Gathering, Outputs};
use super::query::Query;
use super::snapshot::{Actions, Fact, Member, Revision, Snapshot};
use super::statistic::{self, Contribution};
use crate::domain::datasets::Dataset;
use crate::domain::rows::Key;
use entity::ids::InstitutionId;
use entity::values::{AcademicYear, CellStatus, Hundredths, Provenance, VersionKind};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One cell of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Codes, in the order of `group_by`.
    pub keys: Vec<String>,
    /// The value, in hundredths of the measure's unit.
    pub value: Option<Hundredths>,
    /// Whether and why there is one.
    pub status: CellStatus,
    /// How many institutions contributed.
    pub contributors: u32,
    /// How many institutions of the registry are in the group.
    pub of: u32,
    /// What a count of outputs rests on; none for other measures, and where there is no value.
    pub outputs: Option<Outputs>,
}

/// Where figures of an answer come from, other than the institutions themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Provenance.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<Arc<str>>,
    /// How many institutions' figures come from there.
    pub institutions: u32,
}

/// An exact answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The cells, in the order of their keys.
    pub cells: Vec<Cell>,
    /// Sources other than the institutions' own returns.
    pub sources: Vec<Source>,
    /// Whether a revision that contributed is provisional, or returned for correction.
    pub provisional: bool,
}

/// What gathers in a cell before it is finished.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The institutions' own values.
    pub contributions: Vec<Contribution>,
    /// Different outputs, where outputs are counted.
    pub outputs: Option<Gathering>,
}

pub(super) type Cells = BTreeMap<Vec<String>, Gathered>;

fn contribute(cells: &mut Cells, keys: Vec<String>, value: i64, divisor: i64) {
    let contribution = Contribution { value, divisor };
    cells
        .entry(keys)
        .or_default()
        .contributions
        .push(contribution);
}

/// Answers a query exactly.
pub fn answer(
    query: &Query,
    members: &[Member],
    snapshot: &Snapshot,
    actions: &[Actions],
) -> Answer {
    let members: Vec<&Member> = members
        .iter()
        .filter(|member| {
            query.filters.keys().all(|dimension| {
                member
                    .code(*dimension)
                    .is_none_or(|code| query.keeps(*dimension, code))
            })
        })
        .collect();
    let mut cells = Cells::new();
    let mut sources = Sources::default();
    match query.measure.basis {
        Basis::Figure(figure) => {
            figures(query, figure, &members, snapshot, &mut cells, &mut sources);
        }
        Basis::Per100 {
            numerator,
            denominator,
        } => {
            ratios(
                query,
                numerator,
                denominator,
                &members,
                snapshot,
                &mut cells,
                &mut sources,
            );
        }
        Basis::Outputs {
            identified,
            contribution,
            counted,
        } => {
            let asked = outputs::Asked {
                identified,
                contribution,
                counted,
            };
            outputs::gather(query, asked, &members, snapshot, &mut cells, &mut sources);
        }
        Basis::Actions => plans(query, &members, actions, &mut cells),
    }
    Answer {
        cells: finish(query, &members, snapshot, cells),
        provisional: sources.provisional,
        sources: sources.finish(),
    }
}

/// Sources by what is said of them, each with the institutions it stands for, and whether any may still change.
#[derive(Default)]
pub(super) struct Sources {
    others: BTreeMap<(Provenance, Option<Arc<str>>), BTreeSet<InstitutionId>>,
    provisional: bool,
}

impl Sources {
    pub(super) fn note(
        &mut self,
        query: &Query,
        snapshot: &Snapshot,
        member: &Member,
        revision: &Revision,
    ) {
        self.provisional |= snapshot.provisional(revision, query.as_of);
        if revision.provenance != Provenance::Returned {
            self.others
                .entry((revision.provenance, revision.remark.clone()))
                .or_default()
                .insert(member.id);
        }
    }

    fn finish(self) -> Vec<Source> {
        self.others
            .into_iter()
            .map(|((provenance, remark), institutions)| Source {
                provenance,
                remark,
                institutions: u32::try_from(institutions.len()).unwrap_or(u32::MAX),
            })
            .collect()
    }
}

/// Years the query keeps and somebody returned.
pub(super) fn years<'a>(
    query: &'a Query,
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = AcademicYear> + 'a {
    snapshot
        .years()
        .iter()
        .copied()
        .filter(|year| query.keeps(Dimension::Year, &year.to_string()))
}

/// A cell's keys, given the codes of dimensions that are not the institution's.
pub(super) fn keys(
    query: &Query,
    member: &Member,
    of: impl Fn(Dimension) -> String,
) -> Vec<String> {
    query
        .group_by
        .iter()
        .map(|dimension| {
            member
                .code(*dimension)
                .map_or_else(|| of(*dimension), ToOwned::to_owned)
        })
        .collect()
}

fn figures(
    query: &Query,
    figure: Figure,
    members: &[&Member],
    snapshot: &Snapshot,
    cells: &mut Cells,
    sources: &mut Sources,
) {
    let dataset = Dataset::of(figure.dataset);
    let Some(measure) = dataset.measure(figure.measure) else {
        return;
    };
    let sex = on_offer(dataset).position(|name| name == Dimension::Sex.as_str());
    let by_sex = query.group_by.contains(&Dimension::Sex);
    for year in years(query, snapshot) {
        for member in members {
            let Some(revision) = snapshot.standing(member.id, figure.dataset, year, query.as_of)
            else {
                continue;
            };
            let mut own: HashMap<&str, i64> = HashMap::new();
            if revision.kind == VersionKind::Nil {
                own.extend(none_of(query, sex.is_some() && by_sex));
            }
            let told = revision.facts.iter();
            for fact in told.filter(|_| revision.kind != VersionKind::Nil) {
                let code = sex
                    .and_then(|place| fact.codes.get(place))
                    .map_or("", Key::as_str);
                if !query.keeps(Dimension::Sex, code) {
                    continue;
                }
                if let Some(value) = fact.measures.get(measure).copied().flatten() {
                    *own.entry(if by_sex { code } else { "" }).or_default() += value;
                }
            }
            if !own.is_empty() {
                sources.note(query, snapshot, member, revision);
            }
            for (code, value) in own {
                let keys = keys(query, member, |dimension| match dimension {
                    Dimension::Year => year.to_string(),
                    _ => code.to_owned(),
                });
                contribute(cells, keys, value, 0);
            }
        }
    }
}

/// What a nil return contributes: zero, in every sex if there are sexes to tell apart.
fn none_of(query: &Query, by_sex: bool) -> Vec<(&'static str, i64)> {
    // The codes the list was shipped with: nothing to report is nothing of each.
    const SEXES: &[&str] = &["female", "male", "other", "not-known"];
    let codes: &[&'static str] = if by_sex { SEXES } else { &[""] };
    let kept = |code: &&&str| code.is_empty() || query.keeps(Dimension::Sex, code);
    codes.iter().filter(kept).map(|code| (*code, 0)).collect()
}

fn sum(facts: &[Fact], measure: usize) -> Option<i64> {
    facts
        .iter()
        .filter_map(|fact| fact.measures.get(measure).copied().flatten())
        .fold(None, |sum, value| Some(sum.unwrap_or(0) + value))
}

fn ratios(
    query: &Query,
    numerator: Figure,
    denominator: Figure,
    members: &[&Member],
    snapshot: &Snapshot,
    cells: &mut Cells,
    sources: &mut Sources,
) {
    let places = (
        Dataset::of(numerator.dataset).measure(numerator.measure),
        Dataset::of(denominator.dataset).measure(denominator.measure),
    );
    let (Some(above), Some(below)) = places else {
        return;
    };
    for year in years(query, snapshot) {
        for member in members {
            let standing =
                |figure: Figure| snapshot.standing(member.id, figure.dataset, year, query.as_of);
            let (Some(upper), Some(lower)) = (standing(numerator), standing(denominator)) else {
                continue;
            };
            let (Some(value), Some(divisor)) = (sum(&upper.facts, above), sum(&lower.facts, below))
            else {
                continue;
            };
            if divisor == 0 {
                continue;
            }
            sources.note(query, snapshot, member, upper);
            sources.note(query, snapshot, member, lower);
            let keys = keys(query, member, |_| year.to_string());
            contribute(cells, keys, value, divisor);
        }
    }
}

fn plans(query: &Query, members: &[&Member], actions: &[Actions], cells: &mut Cells) {
    let mut own: BTreeMap<(Vec<String>, InstitutionId), i64> = BTreeMap::new();
    let members: HashMap<InstitutionId, &Member> =
        members.iter().map(|member| (member.id, *member)).collect();
    for group in actions {
        let Some(member) = members.get(&group.institution) else {
            continue;
        };
        if !query.keeps(Dimension::Theme, group.theme.as_str())
            || !query.keeps(Dimension::Rag, group.rag.as_str())
        {
            continue;
        }
        let keys = keys(query, member, |dimension| match dimension {
            Dimension::Theme => group.theme.to_string(),
            _ => group.rag.to_string(),
        });
        *own.entry((keys, group.institution)).or_default() += group.count;
    }
    for ((keys, _), value) in own {
        contribute(cells, keys, value, 0);
    }
}

/// How many stored units make one unit of the measure.
fn scale(query: &Query) -> i64 {
    match query.measure.basis {
        Basis::Figure(figure) => {
            let dataset = Dataset::of(figure.dataset);
            let unit = dataset
                .measure(figure.measure)
                .and_then(|place| dataset.measures.get(place));
            unit.map_or(1, |measure| measure.unit.scale())
        }
        Basis::Per100 { .. } | Basis::Outputs { .. } | Basis::Actions => 1,
    }
}

fn finish(query: &Query, members: &[&Member], snapshot: &Snapshot, mut cells: Cells) -> Vec<Cell> {
    let groups = groups(query, members);
    let years: Vec<String> = years(query, snapshot)
        .map(|year| year.to_string())
        .collect();
    for keys in frame(query, &cells, &groups, &years) {
        cells.entry(keys).or_default();
    }
    let scale = scale(query);
    cells
        .into_iter()
        .map(|(keys, gathered)| {
            let group: Vec<&str> = institution_part(query, &keys);
            let of = groups.get(&group).copied().unwrap_or(0);
            cell(query, scale, keys, &gathered, of)
        })
        .collect()
}

fn cell(query: &Query, scale: i64, keys: Vec<String>, gathered: &Gathered, of: u32) -> Cell {
    let contributions = &gathered.contributions;
    let outputs = gathered.outputs.as_ref().map(Gathering::outputs);
    let value = match (outputs, query.statistic) {
        // The different outputs of all, not the sum of the institutions' own.
        (Some(outputs), Statistic::Total) => Some(Hundredths::whole(outputs.different())),
        _ => statistic::of(query.statistic, contributions, scale),
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
        status,
        contributors: u32::try_from(contributions.len()).unwrap_or(u32::MAX),
        of,
        outputs,
    }
}
