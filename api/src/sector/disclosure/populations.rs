//! The institutions of each part's own figures, and what ratios have told apart among them, in this release and in those
//! before it.

use super::cube::Line;
use super::protect::Protecting;
use super::ratios::{Base, hides};
use super::regime::Regime;
use super::subtraction::{Placed, not_free};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::{Basis, Dimension, Part, measure};
use entity::values::AcademicYear;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a table of a ratio told: the institutions of each cell, and how far its values left each part open. Kept with a
/// release for those after it, never shown to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldApart {
    /// The ratio, by name.
    pub ratio: String,
    /// The year.
    pub year: AcademicYear,
    /// The institutions of each cell, by slug.
    pub cells: Vec<Vec<String>>,
    /// How far the upper part was left open, in stored units.
    pub above: i64,
    /// How far the lower part was.
    pub below: i64,
}

/// The populations of all parts, as far as ratios have asked for them.
pub(super) struct Populations<'a> {
    /// The institutions, by their places.
    slugs: Vec<String>,
    known: BTreeMap<(Part, AcademicYear), Population>,
    /// What this release told so far that no earlier one had.
    told: Vec<ToldApart>,
    earlier: &'a [ToldApart],
}

impl<'a> Populations<'a> {
    pub const fn new(slugs: Vec<String>, earlier: &'a [ToldApart]) -> Self {
        Self {
            slugs,
            known: BTreeMap::new(),
            told: Vec::new(),
            earlier,
        }
    }

    /// The population of a part in a year, with all that was told apart in it so far.
    pub fn of(
        &self,
        base: &Base<'_>,
        by: &Protecting<'_>,
        year: AcademicYear,
    ) -> Option<Population> {
        if let Some(known) = self.known.get(&(base.part, year)) {
            return Some(known.clone());
        }
        let mut population = Population::of(base, by, year)?;
        for told in self.earlier.iter().filter(|told| told.year == year) {
            let basis = measure(&told.ratio).map(|measure| measure.basis);
            let Some(Basis::Per100 { above, below, .. }) = basis else {
                continue;
            };
            for (part, slack) in [(above, told.above), (below, told.below)] {
                if part == base.part {
                    let cells = told.cells.iter().map(|cell| self.places(cell));
                    let cells: Vec<BTreeSet<usize>> = cells.collect();
                    population.tell(&cells.iter().collect::<Vec<_>>(), slack);
                }
            }
        }
        Some(population)
    }

    fn places(&self, slugs: &[String]) -> BTreeSet<usize> {
        let known = self.slugs.iter().enumerate();
        let here = known.filter(|(_, slug)| slugs.contains(slug));
        here.map(|(place, _)| place).collect()
    }

    /// Takes what a table of a ratio tells, and the populations as they are with it.
    pub fn take(
        &mut self,
        ratio: &str,
        year: AcademicYear,
        more: Vec<(Part, Population)>,
        (cells, above, below): (&[&BTreeSet<usize>], i64, i64),
    ) {
        for (part, population) in more {
            self.known.insert((part, year), population);
        }
        let slugs = |cell: &&BTreeSet<usize>| {
            let slugs = cell.iter().filter_map(|place| self.slugs.get(*place));
            slugs.cloned().collect()
        };
        let told = ToldApart {
            ratio: ratio.to_owned(),
            year,
            cells: cells.iter().map(slugs).collect(),
            above,
            below,
        };
        if !self.earlier.contains(&told) {
            self.told.push(told);
        }
    }

    /// All that was told, for the releases after this one.
    pub fn told(self) -> Vec<ToldApart> {
        self.earlier.iter().cloned().chain(self.told).collect()
    }
}

/// The institutions of a part's own figures, and what ratios have told apart among them.
#[derive(Clone, Debug)]
pub(super) struct Population {
    placed: Vec<Placed>,
    /// How far the sums that ratios told can be from the truth, the least of them.
    slack: i64,
    unit: Unit,
}

impl Population {
    /// As the part's own figures tell them apart.
    fn of(base: &Base<'_>, by: &Protecting<'_>, year: AcademicYear) -> Option<Self> {
        let structure = base.structures.get(&year)?;
        let conditioned = base.part.only().and_then(|only| {
            let dimension = Dimension::Rows(only.dimension);
            Some((only, base.cubes.by.get(&dimension)?))
        });
        let value = |line: &Line| match conditioned {
            None => line.value(|_| true),
            Some((only, cube)) => {
                let own = cube
                    .lines(year)
                    .iter()
                    .find(|own| own.member == line.member);
                let kept = |row: usize| {
                    let code = cube.rows.get(row).and_then(|codes| codes.first());
                    code.is_some_and(|code| only.keeps(code))
                };
                own.map_or(0, |line| line.value(kept))
            }
        };
        let lines = base.cubes.total.lines(year).iter();
        let placed = lines.map(|line| Placed {
            member: line.member,
            value: value(line),
            groups: structure
                .groups
                .iter()
                .map(|(attribute, blocks)| blocks.of((by.code_of)(line.member, year, *attribute)))
                .collect(),
        });
        Some(Self {
            placed: placed.collect(),
            slack: i64::MAX / 1_000,
            unit: base.unit(),
        })
    }

    /// Takes cells of a table for told, to within some slack.
    fn tell(&mut self, cells: &[&BTreeSet<usize>], slack: i64) {
        self.slack = self.slack.min(slack);
        for one in &mut self.placed {
            let cell = cells.iter().position(|cell| cell.contains(&one.member));
            one.groups.push(cell);
        }
    }

    /// With these cells of a table told apart as well, to within some slack; none where somebody would not stay free.
    ///
    /// Whoever an exchange proves free is free for good; others stay so if the slack of every sum that ratios told is more
    /// than the exchange that makes them free among the part's own figures.
    pub fn with(&self, regime: &Regime, cells: &[&BTreeSet<usize>], slack: i64) -> Option<Self> {
        let mut more = self.clone();
        more.tell(cells, slack);
        let value: BTreeMap<usize, i64> = more
            .placed
            .iter()
            .map(|one| (one.member, one.value))
            .collect();
        let hidden = |member: &usize| {
            let value = value.get(member).copied().unwrap_or_default();
            hides(more.slack, value, more.unit, regime)
        };
        let free = not_free(&more.placed, regime).iter().all(hidden);
        free.then_some(more)
    }
}
