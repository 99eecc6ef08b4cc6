//! Outputs counted once: a paper that several institutions report by its DOI is one paper.
//!
//! An institution that identifies its outputs and counts them too may count more than it identifies: of the surplus
//! nothing is known, so it is added to the different ones. Where it identifies more than it counts, the identifiers win.

use super::Facts;
use super::catalogue::{CONTRIBUTION, Credit, Only};
use super::query::Query;
use super::scan::{self, Grid, Scan, Sums};
use super::snapshot::Revision;
use crate::domain::datasets::Dataset;
use entity::values::{DatasetName, VersionKind};
use std::collections::{BTreeMap, HashSet};

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

/// One institution's outputs in one cell.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Those it identifies, by the numbers of their identifiers, in order and each once.
    pub identified: Vec<u32>,
    /// Those it counts beyond them.
    pub surplus: i64,
    /// The sum of the keys of the rows that count them.
    pub key: u32,
}

impl Own {
    /// How many it has.
    pub fn count(&self) -> i64 {
        i64::try_from(self.identified.len()).unwrap_or(i64::MAX) + self.surplus
    }
}

/// Outputs of a cell as they gather.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathering {
    different: HashSet<u32>,
    reported: i64,
    counted: i64,
}

impl Gathering {
    /// Adds an institution's own.
    pub fn add(&mut self, own: &Own) {
        self.different.extend(own.identified.iter().copied());
        self.reported += i64::try_from(own.identified.len()).unwrap_or(i64::MAX);
        self.counted += own.surplus;
    }

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

/// One institution's outputs by place in the grid of a query; none where nothing of them stands or is recorded. Likewise
/// at a place: who counts outputs without stating how many credit technicians, and names none, does not say that none do.
pub(super) fn own(
    query: &Query,
    credit: Credit,
    grid: &Grid,
    facts: &Facts<'_>,
    list: Option<&Revision>,
    counts: Option<&Revision>,
) -> Option<Vec<(usize, Option<Own>)>> {
    let mut own: BTreeMap<usize, Option<Own>> = BTreeMap::new();
    let mut places = Vec::new();
    let scan = |dataset: DatasetName, only: Option<Only>| {
        Scan::new(
            query,
            grid,
            Dataset::of(dataset),
            only,
            facts.snapshot,
            facts.lists,
        )
    };
    let mut said = [list, counts]
        .into_iter()
        .flatten()
        .any(|one| one.kind == VersionKind::Nil);
    if let Some(revision) = list {
        let credited = Only {
            dimension: CONTRIBUTION,
            codes: match credit.contribution {
                "author" => &["author"],
                _ => &["acknowledged"],
            },
            kept: true,
        };
        scan(credit.identified, Some(credited)).places(&revision.facts, &mut places);
        for (place, identifier) in places.iter().zip(&revision.facts.identifiers) {
            said = true;
            if *place != u32::MAX {
                let outputs = own.entry(*place as usize).or_default();
                outputs.get_or_insert_default().identified.push(*identifier);
            }
        }
    }
    for outputs in own.values_mut().flatten() {
        outputs.identified.sort_unstable();
        outputs.identified.dedup();
    }
    if let (Some(revision), Some(measure)) = (counts, scan::place(credit.counted)) {
        let mut sums = Sums::default();
        sums.clear(grid.len());
        scan(credit.counted.dataset, None).places(&revision.facts, &mut places);
        let keys = facts
            .keys
            .map_or(&[][..], |keys| keys.rows(revision.version));
        sums.add(&revision.facts, &places, (measure, None), keys);
        said |= sums.recorded;
        for place in &sums.met {
            let place = *place as usize;
            if let Some(counted) = sums.at(place) {
                let outputs = own.entry(place).or_default().get_or_insert_default();
                outputs.surplus = (counted - outputs.count()).max(0);
                outputs.key = sums.key(place);
            } else if list.is_none() {
                own.entry(place).or_default();
            }
        }
    }
    said.then(|| own.into_iter().collect())
}
