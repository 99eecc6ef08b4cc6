//! Which codes may be told apart, over all institutions, by groups of them, and crossed with each other.

use super::grid::Grid;
use super::{ByGroup, Decision, Finding, RowBlocks, Structure};
use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::disclosure::blocks::Blocks;
use crate::sector::disclosure::cube::{Cube, Line};
use crate::sector::disclosure::safety::Unsafe;
use crate::sector::disclosure::subtraction::not_free;
use std::collections::{BTreeMap, BTreeSet};

impl Finding<'_> {
    pub(super) fn add_codes(
        &self,
        dimension: Dimension,
        cube: &Cube,
        found: &mut Structure,
        log: &mut Vec<Decision>,
    ) {
        let mut codes = Blocks::single(cube.codes(0, &(self.listed)(dimension)));
        if let Some(earlier) = self
            .earlier
            .and_then(|earlier| earlier.codes.get(&dimension))
        {
            codes.no_finer_than(earlier);
        }
        self.nest(dimension, found, &mut codes);
        let lines = cube.lines(self.year);
        loop {
            let rows = row_blocks(cube, 0, &codes);
            let values: Vec<Vec<i64>> = (0..codes.len())
                .map(|block| values(lines, &rows, block))
                .collect();
            let weight = |block: usize| values.get(block).map_or(0, |values| values.iter().sum());
            let bad = (0..codes.len())
                .filter_map(|block| {
                    Some((weight(block), block, self.safe(values.get(block)?).err()?))
                })
                .min_by_key(|(weight, block, _)| (*weight, *block));
            let Some((_, block, reason)) = bad else { break };
            self.note(log, vec![dimension], &codes.label(block), "merged", reason);
            if !self.merge(dimension, &mut codes, block, weight) {
                break;
            }
        }
        if codes.len() > 1 {
            found.codes.insert(dimension, codes);
        } else {
            self.note(
                log,
                vec![dimension],
                dimension.as_str(),
                "not-offered",
                Unsafe::Contributors,
            );
        }
    }

    /// Merges a block of codes with the lighter of its neighbours: of those of its own kind, where there is one. Whether
    /// there was any.
    fn merge(
        &self,
        dimension: Dimension,
        codes: &mut Blocks,
        block: usize,
        weight: impl Fn(usize) -> i64,
    ) -> bool {
        let before = codes.clone();
        let own = self.kin_of(dimension, &before, block);
        let apart = |other: usize| other != block && self.kin_of(dimension, &before, other) != own;
        codes.merge(block, |other| {
            weight(other).saturating_add(i64::from(apart(other)) * (i64::MAX / 2))
        })
    }

    /// Groups of disciplines are made of disciplines: where disciplines of several groups were merged, so are the
    /// groups, lest a group without its other disciplines be the one that was merged.
    fn nest(&self, dimension: Dimension, found: &Structure, groups: &mut Blocks) {
        let Some(disciplines) = found
            .codes
            .get(&Dimension::Discipline)
            .filter(|_| dimension == Dimension::DisciplineGroup)
        else {
            return;
        };
        let of_blocks: Vec<BTreeSet<String>> = (0..disciplines.len())
            .map(|block| {
                let members = disciplines.members(block).into_iter();
                members
                    .map(|code| (self.kin)(Dimension::Discipline, code))
                    .collect()
            })
            .collect();
        groups.join(|one, other| {
            of_blocks
                .iter()
                .any(|groups| groups.contains(one) && groups.contains(other))
        });
    }

    /// What all codes of a block belong to; none where they belong to several.
    fn kin_of(&self, dimension: Dimension, codes: &Blocks, block: usize) -> Option<String> {
        let members = codes.members(block).into_iter();
        let kin: BTreeSet<String> = members.map(|code| (self.kin)(dimension, code)).collect();
        kin.first().filter(|_| kin.len() == 1).cloned()
    }

    /// Whether a neighbour of a block is of its kind.
    fn has_kin(&self, dimension: Dimension, codes: &Blocks, block: usize) -> bool {
        let own = self.kin_of(dimension, codes, block);
        let neighbours = [block.checked_sub(1), Some(block + 1)];
        let mut neighbours = neighbours.into_iter().flatten();
        neighbours.any(|other| other < codes.len() && self.kin_of(dimension, codes, other) == own)
    }

    /// Whether disciplines are given where their groups are asked for: both cannot be given by the same others.
    fn of_disciplines(dimension: Dimension, given: impl Fn(Dimension) -> bool) -> bool {
        dimension == Dimension::DisciplineGroup && given(Dimension::Discipline)
    }

    pub(super) fn add_by_group(
        &self,
        dimension: Dimension,
        cube: &Cube,
        found: &mut Structure,
        log: &mut Vec<Decision>,
    ) {
        let Some(whole) = found.codes.get(&dimension) else {
            return;
        };
        let mut by_group = ByGroup {
            codes: whole.clone(),
            groups: BTreeMap::new(),
        };
        if Self::of_disciplines(dimension, |one| found.by_group.contains_key(&one)) {
            return;
        }
        let earlier = self
            .earlier
            .and_then(|earlier| earlier.by_group.get(&dimension));
        if let Some(earlier) = earlier {
            by_group.codes.no_finer_than(&earlier.codes);
        }
        let fewest = whole.len().div_ceil(2);
        for (attribute, groups) in &found.groups {
            let told = |earlier: &Structure| {
                let by_group = earlier.by_group.get(&dimension);
                by_group.is_some_and(|known| known.groups.contains_key(attribute))
            };
            if self.closed(told) {
                continue;
            }
            let mut trial = by_group.clone();
            let mut groups = groups.clone();
            if let Some(earlier) = earlier.and_then(|earlier| earlier.groups.get(attribute)) {
                groups.no_finer_than(earlier);
            }
            let table = vec![Dimension::Institution(*attribute), dimension];
            if self.merge_until_safe(
                (*attribute, dimension),
                cube,
                &mut trial,
                &mut groups,
                fewest,
                log,
            ) {
                trial.groups.insert(*attribute, groups);
                by_group = trial;
            } else {
                self.note(
                    log,
                    table,
                    attribute.as_str(),
                    "not-offered",
                    Unsafe::Subtraction,
                );
            }
        }
        if !by_group.groups.is_empty() && by_group.codes.len() > 1 {
            found.by_group.insert(dimension, by_group);
        }
    }

    /// Merges codes, and groups of one attribute, until every cell is safe and everybody free. Whether that was reached
    /// with at least two of each left.
    fn merge_until_safe(
        &self,
        (attribute, dimension): (Attribute, Dimension),
        cube: &Cube,
        trial: &mut ByGroup,
        groups: &mut Blocks,
        fewest: usize,
        log: &mut Vec<Decision>,
    ) -> bool {
        let lines = cube.lines(self.year);
        let table = vec![Dimension::Institution(attribute), dimension];
        while groups.len() > 1 && trial.codes.len() > 1 {
            let rows = row_blocks(cube, 0, &trial.codes);
            let mut grid = Grid::new(groups.len(), trial.codes.len());
            for line in lines {
                if let Some(group) = self.group(attribute, groups, line) {
                    grid.add(group, line, &rows);
                }
            }
            if let Some((group, code, reason)) = grid.worst(|values| self.safe(values).err()) {
                let by_code = grid.rather_code(group, code, |values| self.safe(values).is_err());
                let few = trial.codes.len() <= fewest;
                if by_code && !few {
                    self.note(
                        log,
                        table.clone(),
                        &trial.codes.label(code),
                        "merged",
                        reason,
                    );
                    self.merge(dimension, &mut trial.codes, code, |block| {
                        grid.of_code(block)
                    });
                } else {
                    self.note(log, table.clone(), &groups.label(group), "merged", reason);
                    groups.merge(group, |block| grid.of_group(block));
                }
                continue;
            }
            let mut all = trial.groups.clone();
            all.insert(attribute, groups.clone());
            let caught = (0..trial.codes.len()).find_map(|block| {
                let value =
                    |line: &Line| line.value(|row| rows.get(row).copied().flatten() == Some(block));
                not_free(&self.placed(&all, &[], lines, &value), self.regime)
                    .first()
                    .copied()
            });
            let Some(caught) = caught else { return true };
            let group = groups
                .of((self.code_of)(caught, attribute))
                .unwrap_or_default();
            self.note(
                log,
                table.clone(),
                &groups.label(group),
                "merged",
                Unsafe::Subtraction,
            );
            groups.merge(group, |block| grid.of_group(block));
        }
        false
    }

    pub(super) fn add_pair(
        &self,
        pair: (Dimension, Dimension),
        cube: &Cube,
        found: &mut Structure,
        log: &mut Vec<Decision>,
    ) {
        let (Some(first), Some(second)) = (found.codes.get(&pair.0), found.codes.get(&pair.1))
        else {
            return;
        };
        let (mut first, mut second) = (first.clone(), second.clone());
        let others = |of: Dimension| {
            let given =
                |one: (Dimension, Dimension)| found.pairs.iter().any(|(known, _)| *known == one);
            given((pair.0, of)) || given((pair.1, of)) || given((of, pair.0)) || given((of, pair.1))
        };
        if Self::of_disciplines(pair.0, others) || Self::of_disciplines(pair.1, others) {
            return;
        }
        let earlier = self
            .earlier
            .and_then(|earlier| earlier.pairs.iter().find(|(known, _)| *known == pair));
        if let Some((_, (one, other))) = earlier {
            first.no_finer_than(one);
            second.no_finer_than(other);
        }
        // Rather fewer codes of one dimension than codes of the other that ratios can make nothing of.
        for apart in [true, false] {
            let mut merges = Vec::new();
            let blocks = (first.clone(), second.clone());
            if let Some(blocks) = self.merge_pair(pair, cube, blocks, apart, &mut merges) {
                log.extend(merges);
                found.pairs.push((pair, blocks));
                return;
            }
        }
    }

    /// Merges codes of two crossed dimensions until every cell is safe; none where that leaves one of either. `apart` keeps
    /// codes apart that are of different kinds.
    fn merge_pair(
        &self,
        pair: (Dimension, Dimension),
        cube: &Cube,
        (mut first, mut second): (Blocks, Blocks),
        apart: bool,
        log: &mut Vec<Decision>,
    ) -> Option<(Blocks, Blocks)> {
        let lines = cube.lines(self.year);
        while first.len() > 1 && second.len() > 1 {
            let (ones, others) = (row_blocks(cube, 0, &first), row_blocks(cube, 1, &second));
            let mut grid = Grid::new(first.len(), second.len());
            for line in lines {
                grid.add_pair(line, &ones, &others);
            }
            let Some((one, other, reason)) = grid.worst(|values| self.safe(values).err()) else {
                return Some((first, second));
            };
            let table = vec![pair.0, pair.1];
            let mut of_second = grid.rather_code(one, other, |values| self.safe(values).is_err());
            if apart {
                of_second = match (
                    self.has_kin(pair.0, &first, one),
                    self.has_kin(pair.1, &second, other),
                ) {
                    (true, true) => of_second,
                    (false, false) => return None,
                    (_, second) => second,
                };
            }
            if of_second {
                self.note(log, table, &second.label(other), "merged", reason);
                self.merge(pair.1, &mut second, other, |block| grid.of_code(block));
            } else {
                self.note(log, table, &first.label(one), "merged", reason);
                self.merge(pair.0, &mut first, one, |block| grid.of_group(block));
            }
        }
        None
    }
}

/// The block of each combination of codes, by the code in one place of it.
pub fn row_blocks(cube: &Cube, place: usize, blocks: &Blocks) -> RowBlocks {
    let of = |row: &Vec<String>| row.get(place).and_then(|code| blocks.of(code));
    cube.rows.iter().map(of).collect()
}

fn values(lines: &[Line], rows: &RowBlocks, block: usize) -> Vec<i64> {
    let value = |line: &Line| line.value(|row| rows.get(row).copied().flatten() == Some(block));
    lines.iter().map(value).collect()
}
