//! Releases one after the other: what a later one changes of an earlier one may not lead to an institution either.
//!
//! - What an earlier release merged stays merged (`Blocks::no_finer_than`), and institutions stay in the groups they were
//!   in, for every year it gave.
//! - A change (a latecomer, a correction, a withdrawal) of a year that was given is taken only in company: in every
//!   figure it touches, the differences themselves must be safe as a figure is (three institutions, none dominating), or
//!   so small that noise and rounding hide them, who came or went still more than who changed. Otherwise the institution's earlier figures stand until the next
//!   release; whether they can change is asked anew each time.
//! - Of an institution that left, nothing is held that could stand in: years it was in are carried over as they were.

use super::blocks::Blocks;
use super::cube::{Cube, Line};
use super::regime::Regime;
use super::safety;
use super::structure::{Cubes, RowBlocks, Structure, row_blocks};
use super::subtraction::{Placed, not_free};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::Attribute;
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a release was made from, kept for those after it. Never shown to anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The revisions it was made from.
    pub held: Vec<Held>,
    /// The codes institutions had, by year.
    pub codes: Vec<Placement>,
    /// What was told apart, by measure and year.
    pub structures: Vec<(String, AcademicYear, Structure)>,
    /// Returns of which an institution left: they are carried over for ever.
    pub carried: Vec<(DatasetName, AcademicYear)>,
}

/// A revision a release was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whose, by slug.
    pub institution: String,
    /// Of which dataset.
    pub dataset: DatasetName,
    /// Of which year.
    pub year: AcademicYear,
    /// The version.
    pub version: VersionId,
}

/// Where an institution was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// By slug.
    pub institution: String,
    /// In which year.
    pub year: AcademicYear,
    /// Its codes, in the order of all attributes.
    pub codes: Vec<String>,
}

/// What two releases say of one measure and year.
pub struct Difference<'a> {
    /// The figures as the earlier release has them.
    pub before: &'a Cubes,
    /// As they would be now.
    pub after: &'a Cubes,
    /// What would be told apart.
    pub structure: &'a Structure,
    /// The year.
    pub year: AcademicYear,
    /// The code of an institution in an attribute.
    pub code_of: &'a dyn Fn(usize, Attribute) -> &'static str,
    /// The unit.
    pub unit: Unit,
    /// The regime.
    pub regime: &'a Regime,
}

/// What an institution had in a cell, and what it would have.
#[derive(Clone, Copy, Debug, Default)]
struct Change {
    before: i64,
    after: i64,
}

impl Change {
    const fn size(self) -> i64 {
        (self.after - self.before).abs()
    }

    /// Whether noise and rounding of two figures hide it. A change of what was there tells little of the whole, and stays
    /// uncertain by a fifth and more. Where it is all but the whole (of who came or went), several figures tell it
    /// independently of each other, so only a count that is small itself is hidden.
    fn hidden(self, reach: i64, percent: i64) -> bool {
        let whole = self.before.min(self.after) * 100 < self.before.max(self.after) * percent;
        self.size() <= if whole { reach } else { 10 * reach }
    }
}

/// By institution, in each of so many cells.
type Deltas = BTreeMap<usize, Vec<Change>>;

impl Difference<'_> {
    /// The institutions whose changes could be worked out from the difference.
    pub fn exposed(&self) -> BTreeSet<usize> {
        let mut exposed = BTreeSet::new();
        let totals = self.deltas((&self.before.total, &self.after.total), 1, |_| Some(0));
        self.look(&totals, 0, |_| true, &mut exposed);
        for (attribute, blocks) in &self.structure.groups {
            self.by_groups(&totals, 1, *attribute, blocks, &mut exposed);
        }
        self.by_subtraction(&totals, &mut exposed);
        for (dimension, codes) in &self.structure.codes {
            let Some(deltas) = self.by_codes(*dimension, codes) else {
                continue;
            };
            for block in 0..codes.len() {
                self.look(&deltas, block, |_| true, &mut exposed);
            }
            if let Some(by_group) = self.structure.by_group.get(dimension)
                && let Some(deltas) = self.by_codes(*dimension, &by_group.codes)
            {
                for (attribute, blocks) in &by_group.groups {
                    self.by_groups(
                        &deltas,
                        by_group.codes.len(),
                        *attribute,
                        blocks,
                        &mut exposed,
                    );
                }
            }
        }
        for (pair, (one, other)) in &self.structure.pairs {
            if let Some((before, after)) =
                self.before.pairs.get(pair).zip(self.after.pairs.get(pair))
            {
                let count = one.len() * other.len();
                let place = |cube: &Cube| {
                    let (ones, others) = (row_blocks(cube, 0, one), row_blocks(cube, 1, other));
                    let cells = ones
                        .iter()
                        .zip(&others)
                        .map(|(a, b)| a.zip(*b).map(|(a, b)| a * other.len() + b));
                    cells.collect::<RowBlocks>()
                };
                let deltas = deltas_of(
                    (before, &place(before)),
                    (after, &place(after)),
                    count,
                    self.year,
                );
                for cell in 0..count {
                    self.look(&deltas, cell, |_| true, &mut exposed);
                }
            }
        }
        exposed
    }

    fn deltas(
        &self,
        (before, after): (&Cube, &Cube),
        count: usize,
        of: impl Fn(usize) -> Option<usize>,
    ) -> Deltas {
        let rows = |cube: &Cube| (0..cube.rows.len().max(1)).map(&of).collect::<RowBlocks>();
        deltas_of(
            (before, &rows(before)),
            (after, &rows(after)),
            count,
            self.year,
        )
    }

    fn by_codes(
        &self,
        dimension: crate::sector::catalogue::Dimension,
        codes: &Blocks,
    ) -> Option<Deltas> {
        let (before, after) = (
            self.before.by.get(&dimension)?,
            self.after.by.get(&dimension)?,
        );
        let (ones, others) = (row_blocks(before, 0, codes), row_blocks(after, 0, codes));
        Some(deltas_of(
            (before, &ones),
            (after, &others),
            codes.len(),
            self.year,
        ))
    }

    fn by_groups(
        &self,
        deltas: &Deltas,
        count: usize,
        attribute: Attribute,
        blocks: &Blocks,
        exposed: &mut BTreeSet<usize>,
    ) {
        for group in 0..blocks.len() {
            for cell in 0..count {
                let here =
                    |member: usize| blocks.of((self.code_of)(member, attribute)) == Some(group);
                self.look(deltas, cell, here, exposed);
            }
        }
    }

    /// Looks at the differences behind one figure.
    fn look(
        &self,
        deltas: &Deltas,
        cell: usize,
        here: impl Fn(usize) -> bool,
        exposed: &mut BTreeSet<usize>,
    ) {
        let changed = deltas.iter().filter_map(|(member, cells)| {
            let change = cells.get(cell).copied();
            let change = change.filter(|change| change.size() != 0)?;
            here(*member).then_some((*member, change))
        });
        let changed: Vec<(usize, Change)> = changed.collect();
        let hidden = changed.iter().all(|(_, change)| self.hidden(*change));
        let sizes = changed.iter().map(|(_, change)| change.size());
        if !hidden && safety::figure(sizes, self.regime).is_err() {
            exposed.extend(changed.iter().map(|(member, _)| *member));
        }
    }

    fn hidden(&self, change: Change) -> bool {
        change.hidden(self.regime.reach(self.unit), self.regime.percent)
    }

    fn by_subtraction(&self, totals: &Deltas, exposed: &mut BTreeSet<usize>) {
        let whole = |changes: &Vec<Change>| changes.first().copied().unwrap_or_default();
        let placed = totals.iter().map(|(member, changes)| Placed {
            member: *member,
            value: whole(changes).size(),
            groups: self
                .structure
                .groups
                .iter()
                .map(|(attribute, blocks)| blocks.of((self.code_of)(*member, *attribute)))
                .collect(),
        });
        let placed: Vec<Placed> = placed.filter(|one| one.value > 0).collect();
        let large = |member: &usize| {
            let changes = totals.get(member).map(whole);
            changes.is_some_and(|change| !self.hidden(change))
        };
        exposed.extend(not_free(&placed, self.regime).into_iter().filter(large));
    }
}

/// What each institution's figures differ by, in each of so many cells.
fn deltas_of(
    (before, rows_before): (&Cube, &RowBlocks),
    (after, rows_after): (&Cube, &RowBlocks),
    count: usize,
    year: AcademicYear,
) -> Deltas {
    let mut deltas = Deltas::new();
    let mut add = |lines: &[Line], rows: &RowBlocks, sum: fn(&mut Change) -> &mut i64| {
        for line in lines {
            let changes = deltas.entry(line.member);
            let changes = changes.or_insert_with(|| vec![Change::default(); count]);
            for (leaf, cell) in line.leaves.iter().zip(rows) {
                if let (Some(leaf), Some(change)) =
                    (leaf, cell.and_then(|cell| changes.get_mut(cell)))
                {
                    *sum(change) += leaf.above;
                }
            }
        }
    };
    add(after.lines(year), rows_after, |change| &mut change.after);
    add(before.lines(year), rows_before, |change| &mut change.before);
    deltas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_or_goes_is_hidden_less_than_who_changes() {
        let hidden = |before, after| Change { before, after }.hidden(4, 10);
        assert!(hidden(0, 4) && hidden(4, 0) && !hidden(0, 5) && !hidden(40, 0));
        assert!(hidden(100, 140) && hidden(140, 100) && !hidden(100, 141));
        assert!(hidden(5, 45) && !hidden(2, 42));
    }
}
