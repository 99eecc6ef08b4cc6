//! Releases one after the other: what a later one changes of an earlier one may not lead to an institution either.
//!
//! - What an earlier release merged stays merged (`Blocks::no_finer_than`), and institutions stay in the groups they were
//!   in, for every year it gave.
//! - A change (a latecomer, a correction, a withdrawal) of a year that was given is taken only in company: in every
//!   figure it touches, the differences themselves must be safe as a figure is (three institutions, none dominating), or
//!   tell nothing of what they are differences of: small, and at most half of it before and after. Otherwise the institution's earlier figures stand until the next
//!   release; whether they can change is asked anew each time.
//! - Of an institution that left, nothing is held that could stand in: years it was in are carried over as they were.

use super::blocks::Blocks;
use super::cube::{Cube, Line};
use super::populations::ToldApart;
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
    /// What ratios told apart, in it and in those before.
    pub told: Vec<ToldApart>,
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

/// What an institution has in a cell, before and after.
#[derive(Clone, Copy, Debug, Default)]
struct Change {
    before: i64,
    after: i64,
}

impl Change {
    const fn size(self) -> i64 {
        (self.after - self.before).abs()
    }

    /// Whether it tells nothing of what it is a change of, even if it were known: of a figure of which at least twice as
    /// much stands before and after, and small enough that noise and rounding of two figures, each of so much reach,
    /// blur it. Several figures tell it independently of each other, so blurring alone would not do.
    fn tells_nothing(self, reach: i64) -> bool {
        let size = self.size();
        size <= 10 * reach && size * 2 <= self.before.min(self.after)
    }
}

type Changes = BTreeMap<usize, Vec<Change>>;

impl Difference<'_> {
    /// The institutions whose changes could be worked out from the difference.
    pub fn exposed(&self) -> BTreeSet<usize> {
        let mut exposed = BTreeSet::new();
        let totals = self.changes((&self.before.total, &self.after.total), 1, |_| Some(0));
        self.look(&totals, 0, |_| true, &mut exposed);
        for (attribute, blocks) in &self.structure.groups {
            self.by_groups(&totals, 1, *attribute, blocks, &mut exposed);
        }
        self.by_subtraction(&totals, &mut exposed);
        for (dimension, codes) in &self.structure.codes {
            let Some(changes) = self.by_codes(*dimension, codes) else {
                continue;
            };
            for block in 0..codes.len() {
                self.look(&changes, block, |_| true, &mut exposed);
            }
            if let Some(by_group) = self.structure.by_group.get(dimension)
                && let Some(changes) = self.by_codes(*dimension, &by_group.codes)
            {
                for (attribute, blocks) in &by_group.groups {
                    self.by_groups(
                        &changes,
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
                let changes = changes_of(
                    (before, &place(before)),
                    (after, &place(after)),
                    count,
                    self.year,
                );
                for cell in 0..count {
                    self.look(&changes, cell, |_| true, &mut exposed);
                }
            }
        }
        exposed
    }

    fn changes(
        &self,
        (before, after): (&Cube, &Cube),
        count: usize,
        of: impl Fn(usize) -> Option<usize>,
    ) -> Changes {
        let rows = |cube: &Cube| (0..cube.rows.len().max(1)).map(&of).collect::<RowBlocks>();
        changes_of(
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
    ) -> Option<Changes> {
        let (before, after) = (
            self.before.by.get(&dimension)?,
            self.after.by.get(&dimension)?,
        );
        let (ones, others) = (row_blocks(before, 0, codes), row_blocks(after, 0, codes));
        Some(changes_of(
            (before, &ones),
            (after, &others),
            codes.len(),
            self.year,
        ))
    }

    fn by_groups(
        &self,
        changes: &Changes,
        count: usize,
        attribute: Attribute,
        blocks: &Blocks,
        exposed: &mut BTreeSet<usize>,
    ) {
        for group in 0..blocks.len() {
            for cell in 0..count {
                let here =
                    |member: usize| blocks.of((self.code_of)(member, attribute)) == Some(group);
                self.look(changes, cell, here, exposed);
            }
        }
    }

    /// Looks at the differences behind one figure.
    fn look(
        &self,
        changes: &Changes,
        cell: usize,
        here: impl Fn(usize) -> bool,
        exposed: &mut BTreeSet<usize>,
    ) {
        let changed = changes.iter().filter_map(|(member, cells)| {
            let change = cells
                .get(cell)
                .copied()
                .filter(|change| change.size() != 0)?;
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
        change.tells_nothing(self.regime.reach(self.unit))
    }

    fn by_subtraction(&self, totals: &Changes, exposed: &mut BTreeSet<usize>) {
        let change_of = |cells: &[Change]| cells.first().copied().unwrap_or_default();
        let placed = totals.iter().map(|(member, cells)| Placed {
            member: *member,
            value: change_of(cells).size(),
            groups: self
                .structure
                .groups
                .iter()
                .map(|(attribute, blocks)| blocks.of((self.code_of)(*member, *attribute)))
                .collect(),
        });
        let placed: Vec<Placed> = placed.filter(|one| one.value > 0).collect();
        let large = |member: &usize| {
            let cells = totals.get(member);
            cells.is_some_and(|cells| !self.hidden(change_of(cells)))
        };
        exposed.extend(not_free(&placed, self.regime).into_iter().filter(large));
    }
}

/// What each institution has before and after, in each of so many cells.
fn changes_of(
    (before, rows_before): (&Cube, &RowBlocks),
    (after, rows_after): (&Cube, &RowBlocks),
    count: usize,
    year: AcademicYear,
) -> Changes {
    let mut changes = Changes::new();
    let mut add = |lines: &[Line], rows: &RowBlocks, side: fn(&mut Change) -> &mut i64| {
        for line in lines {
            let cells = changes
                .entry(line.member)
                .or_insert_with(|| vec![Change::default(); count]);
            for (leaf, cell) in line.leaves.iter().zip(rows) {
                if let (Some(leaf), Some(slot)) = (leaf, cell.and_then(|cell| cells.get_mut(cell)))
                {
                    *side(slot) += leaf.above;
                }
            }
        }
    };
    add(before.lines(year), rows_before, |change| &mut change.before);
    add(after.lines(year), rows_after, |change| &mut change.after);
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_or_goes_is_never_hidden_and_who_changes_a_little_is() {
        let nothing = |before, after| Change { before, after }.tells_nothing(4);
        assert!(!nothing(0, 1) && !nothing(1, 0) && !nothing(0, 40) && !nothing(5, 45));
        assert!(nothing(100, 140) && nothing(140, 100) && !nothing(100, 141));
        assert!(nothing(4, 6) && !nothing(4, 7) && nothing(7, 7));
    }
}
