//! Outputs counted once: a paper that several institutions report by its DOI is one paper.
//!
//! An institution that identifies its outputs and counts them too may count more than it identifies: of the surplus
//! nothing is known, so it is added to the different ones. Where it identifies more than it counts, the identifiers win.

use super::aggregate::{Cells, Sources, keys, years};
use super::catalogue::{CONTRIBUTION, Dimension, Figure, on_offer};
use super::query::Query;
use super::snapshot::{Fact, Member, Revision, Snapshot};
use super::statistic::Contribution;
use crate::domain::datasets::{Dataset, Values};
use crate::domain::rows::Key;
use entity::values::{DatasetName, VersionKind};
use std::collections::{BTreeMap, HashSet};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The dataset of identified outputs.
    pub identified: DatasetName,
    /// The way of crediting.
    pub contribution: &'static str,
    /// The institutions' counts of the same.
    pub counted: Figure,
}

/// What a number of outputs rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Different outputs by their identifiers.
    pub identified: i64,
    /// Outputs known by counts alone.
    pub counted: i64,
    /// How many more the institutions reported by identifiers: outputs that several of them share.
    pub repeated: i64,
}

impl Outputs {
    /// The outputs, each once as far as can be known.
    pub const fn different(self) -> i64 {
        self.identified + self.counted
    }
}

/// Outputs of a cell as they gather.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathering {
    different: HashSet<Key>,
    reported: i64,
    counted: i64,
}

impl Gathering {
    /// What has gathered.
    pub fn outputs(&self) -> Outputs {
        let identified = i64::try_from(self.different.len()).unwrap_or(i64::MAX);
        Outputs {
            identified,
            counted: self.counted,
            repeated: self.reported - identified,
        }
    }
}

/// One institution's outputs of one type, or of all of them.
#[derive(Debug, Default)]
struct Own<'a> {
    identified: HashSet<&'a Key>,
    counted: Option<i64>,
}

/// Counts every institution's outputs into the cells of a query.
pub(super) fn gather(
    query: &Query,
    asked: Asked,
    members: &[&Member],
    snapshot: &Snapshot,
    cells: &mut Cells,
    sources: &mut Sources,
) {
    for year in years(query, snapshot) {
        for member in members {
            let standing =
                |dataset: DatasetName| snapshot.standing(member.id, dataset, year, query.as_of);
            let (list, counts) = (standing(asked.identified), standing(asked.counted.dataset));
            let own = own(query, asked, list, counts);
            if !own.is_empty() {
                for revision in [list, counts].into_iter().flatten() {
                    sources.note(query, snapshot, member, revision);
                }
            }
            for (code, own) in own {
                let keys = keys(query, member, |dimension| match dimension {
                    Dimension::Year => year.to_string(),
                    _ => code.to_owned(),
                });
                add(cells, keys, &own);
            }
        }
    }
}

fn add(cells: &mut Cells, keys: Vec<String>, own: &Own<'_>) {
    let identified = i64::try_from(own.identified.len()).unwrap_or(i64::MAX);
    let surplus = own
        .counted
        .map_or(0, |counted| (counted - identified).max(0));
    let cell = cells.entry(keys).or_default();
    cell.contributions.push(Contribution {
        value: identified + surplus,
        divisor: 0,
    });
    let gathering = cell.outputs.get_or_insert_default();
    gathering
        .different
        .extend(own.identified.iter().map(|doi| (*doi).clone()));
    gathering.reported += identified;
    gathering.counted += surplus;
}

/// One institution's outputs by type where the query asks for types, else under one empty code.
fn own<'a>(
    query: &Query,
    asked: Asked,
    list: Option<&'a Revision>,
    counts: Option<&'a Revision>,
) -> BTreeMap<&'a str, Own<'a>> {
    let by_type = query.group_by.contains(&Dimension::OutputType);
    let mut own: BTreeMap<&str, Own<'_>> = BTreeMap::new();
    let of = |dataset: DatasetName, name: &str| {
        on_offer(Dataset::of(dataset)).position(|one| one == name)
    };
    let code = |fact: &'a Fact, place: Option<usize>| {
        place
            .and_then(|place| fact.codes.get(place))
            .map_or("", Key::as_str)
    };
    let doi = Dataset::of(asked.identified)
        .dimensions
        .iter()
        .find(|dimension| dimension.values == Values::Doi)
        .and_then(|dimension| of(asked.identified, dimension.name));
    let (kind, contribution) = (
        of(asked.identified, Dimension::OutputType.as_str()),
        of(asked.identified, CONTRIBUTION),
    );
    for fact in list.iter().flat_map(|revision| revision.facts.iter()) {
        let output_type = code(fact, kind);
        let Some(doi) = doi.and_then(|place| fact.codes.get(place)) else {
            continue;
        };
        if code(fact, contribution) == asked.contribution
            && query.keeps(Dimension::OutputType, output_type)
        {
            let key = if by_type { output_type } else { "" };
            own.entry(key).or_default().identified.insert(doi);
        }
    }
    // Nothing to report is a true zero: of every type where no type is asked for.
    let nil =
        |revision: Option<&Revision>| revision.is_some_and(|one| one.kind == VersionKind::Nil);
    if !by_type && (nil(list) || nil(counts)) {
        own.entry("").or_default();
    }
    let measure = Dataset::of(asked.counted.dataset).measure(asked.counted.measure);
    let kind = of(asked.counted.dataset, Dimension::OutputType.as_str());
    for fact in counts.iter().flat_map(|revision| revision.facts.iter()) {
        let output_type = code(fact, kind);
        let value = measure.and_then(|place| fact.measures.get(place).copied().flatten());
        if let Some(value) = value.filter(|_| query.keeps(Dimension::OutputType, output_type)) {
            let key = if by_type { output_type } else { "" };
            *own.entry(key).or_default().counted.get_or_insert(0) += value;
        }
    }
    own
}
