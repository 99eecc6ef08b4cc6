//! Which groups of institutions and which codes may be told apart, for one measure and one year.

use super::blocks::Blocks;
use super::cube::{Cube, Line};
use super::regime::{Control, Regime};
use super::safety::{self, Unsafe};
use super::subtraction::{Placed, not_free};
use crate::sector::Facts;
use crate::sector::catalogue::{Attribute, Dimension, Measure};
use entity::values::AcademicYear;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What may be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// Groups of institutions by attribute, for totals.
    pub groups: BTreeMap<Attribute, Blocks>,
    /// Published cells of two attributes crossed, by the blocks of each.
    pub crosses: Vec<((Attribute, Attribute), BTreeSet<(usize, usize)>)>,
    /// Codes by dimension, over all institutions.
    pub codes: BTreeMap<Dimension, Blocks>,
    /// Codes and groups where both are crossed.
    pub by_group: BTreeMap<Dimension, ByGroup>,
    /// Codes of two dimensions crossed, over all institutions.
    pub pairs: Vec<((Dimension, Dimension), (Blocks, Blocks))>,
}

/// Codes of a dimension crossed with groups of institutions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByGroup {
    /// The codes, the same for every attribute.
    pub codes: Blocks,
    /// The groups of each attribute.
    pub groups: BTreeMap<Attribute, Blocks>,
}

/// What was decided where a figure was not safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The dimensions of the table, without the year.
    pub table: Vec<Dimension>,
    /// The year.
    pub year: AcademicYear,
    /// What was decided on: codes, or blocks of codes.
    pub on: String,
    /// What was decided.
    pub decision: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// The exact figures of one measure by every set of dimensions a release gives them by.
#[derive(Debug)]
pub struct Cubes {
    /// Totals.
    pub total: Cube,
    /// By one dimension.
    pub by: BTreeMap<Dimension, Cube>,
    /// By two.
    pub pairs: BTreeMap<(Dimension, Dimension), Cube>,
    /// The dimensions that are crossed with groups of institutions.
    pub crossed: BTreeSet<Dimension>,
}

impl Cubes {
    /// Reads the exact figures of a measure.
    pub fn of(
        measure: &'static Measure,
        (dimensions, crossed): (&[Dimension], &BTreeSet<Dimension>),
        pairs: &[(Dimension, Dimension)],
        facts: &Facts<'_>,
    ) -> Self {
        let cube = |dimensions: &[Dimension]| Cube::of(measure, dimensions, facts);
        Self {
            total: cube(&[]),
            by: dimensions.iter().map(|one| (*one, cube(&[*one]))).collect(),
            pairs: pairs
                .iter()
                .map(|pair| (*pair, cube(&[pair.0, pair.1])))
                .collect(),
            crossed: crossed.clone(),
        }
    }
}

impl Cubes {
    /// The lower parts of a ratio, as if they were its values.
    pub fn lower(&self) -> Self {
        let mut total = Cube {
            rows: self.total.rows.clone(),
            years: self.total.years.clone(),
            ..Cube::default()
        };
        let lines = total.years.values_mut().flatten();
        for leaf in lines.flat_map(|line| line.leaves.iter_mut().flatten()) {
            leaf.above = leaf.below;
        }
        Self {
            total,
            by: BTreeMap::new(),
            pairs: BTreeMap::new(),
            crossed: BTreeSet::new(),
        }
    }
}

impl Structure {
    /// Closes what an earlier release told apart and this one does not: a later one may not either, for what changed in
    /// between would show.
    pub fn close(&mut self, earlier: &Self) {
        for (dimension, codes) in &earlier.codes {
            let codes = || codes.in_one();
            self.codes.entry(*dimension).or_insert_with(codes);
        }
        for (pair, (one, other)) in &earlier.pairs {
            if !self.pairs.iter().any(|(known, _)| known == pair) {
                self.pairs.push((*pair, (one.in_one(), other.in_one())));
            }
        }
    }
}

/// Everything a structure is found from, for one year.
pub struct Finding<'a> {
    /// The exact figures.
    pub cubes: &'a Cubes,
    /// The year.
    pub year: AcademicYear,
    /// The attributes on offer, those to be kept fine first.
    pub attributes: &'a [Attribute],
    /// The attributes to be crossed.
    pub crosses: &'a [(Attribute, Attribute)],
    /// The code of an institution in an attribute in this year.
    pub code_of: &'a dyn Fn(usize, Attribute) -> &'static str,
    /// The codes of a dimension in their order.
    pub listed: &'a dyn Fn(Dimension) -> Vec<String>,
    /// The group of a discipline.
    pub group_of: &'a dyn Fn(&str) -> String,
    /// What an earlier release told apart; nothing finer may follow.
    pub earlier: Option<&'a Structure>,
    /// The regime.
    pub regime: &'a Regime,
}

/// Rows by block: which combination of codes falls into which block.
pub type RowBlocks = Vec<Option<usize>>;

impl Finding<'_> {
    /// Finds the structure, with a line for each decision. None where not even the total is safe.
    pub fn structure(&self, log: &mut Vec<Decision>) -> Option<Structure> {
        let lines = self.cubes.total.lines(self.year);
        if let Err(reason) = self.safe(
            lines
                .iter()
                .map(|line| line.value(|_| true))
                .collect::<Vec<_>>()
                .as_slice(),
        ) {
            self.note(log, Vec::new(), "total", "withheld", reason);
            return None;
        }
        let mut found = Structure::default();
        for attribute in self.attributes {
            self.add_groups(*attribute, &mut found, log);
        }
        for cross in self.crosses {
            self.add_cross(*cross, &mut found, log);
        }
        for (dimension, cube) in &self.cubes.by {
            self.add_codes(*dimension, cube, &mut found, log);
            if self.cubes.crossed.contains(dimension) {
                self.add_by_group(*dimension, cube, &mut found, log);
            }
        }
        for (pair, cube) in &self.cubes.pairs {
            self.add_pair(*pair, cube, &mut found, log);
        }
        Some(found)
    }

    fn note(
        &self,
        log: &mut Vec<Decision>,
        table: Vec<Dimension>,
        on: &str,
        decision: &'static str,
        reason: Unsafe,
    ) {
        log.push(Decision {
            table,
            year: self.year,
            on: on.to_owned(),
            decision,
            reason: reason.as_str(),
        });
    }

    /// A figure of so many institutions' values, zeros among them.
    fn safe(&self, values: &[i64]) -> Result<(), Unsafe> {
        if values.len() < self.regime.contributors && self.regime.has(Control::Contributors) {
            return Err(Unsafe::Contributors);
        }
        safety::figure(values.iter().copied(), self.regime)
    }

    /// Whether an earlier release gave the year, and told these groups not apart: together with the finer groups it did
    /// give of others, what is told apart now could lead to an institution.
    fn closed(&self, told: impl Fn(&Structure) -> bool) -> bool {
        self.regime.has(Control::History) && self.earlier.is_some_and(|earlier| !told(earlier))
    }

    /// The groups of an attribute before anything is merged.
    fn all_groups(&self, attribute: Attribute) -> Blocks {
        let lines = self.cubes.total.lines(self.year);
        let used: BTreeSet<&str> = lines
            .iter()
            .map(|line| (self.code_of)(line.member, attribute))
            .collect();
        let codes = attribute
            .codes()
            .into_iter()
            .filter(|code| used.contains(code));
        let mut blocks = Blocks::single(codes.map(ToOwned::to_owned).collect());
        if let Some(earlier) = self
            .earlier
            .and_then(|earlier| earlier.groups.get(&attribute))
        {
            blocks.no_finer_than(earlier);
        }
        blocks
    }

    fn group(&self, attribute: Attribute, blocks: &Blocks, line: &Line) -> Option<usize> {
        blocks.of((self.code_of)(line.member, attribute))
    }

    /// Values by group of an attribute.
    fn by_block(
        &self,
        attribute: Attribute,
        blocks: &Blocks,
        value: &dyn Fn(&Line) -> i64,
        lines: &[Line],
    ) -> Vec<Vec<i64>> {
        let mut values = vec![Vec::new(); blocks.len()];
        for line in lines {
            let group = self.group(attribute, blocks, line);
            if let Some(slot) = group.and_then(|group| values.get_mut(group)) {
                slot.push(value(line));
            }
        }
        values
    }

    fn placed(
        &self,
        groups: &BTreeMap<Attribute, Blocks>,
        crosses: &[((Attribute, Attribute), BTreeSet<(usize, usize)>)],
        lines: &[Line],
        value: &dyn Fn(&Line) -> i64,
    ) -> Vec<Placed> {
        let of = |line: &Line| {
            let single = groups
                .iter()
                .map(|(attribute, blocks)| self.group(*attribute, blocks, line));
            let crossed = crosses.iter().map(|((one, other), published)| {
                let cell = groups
                    .get(one)
                    .and_then(|blocks| self.group(*one, blocks, line))
                    .zip(
                        groups
                            .get(other)
                            .and_then(|blocks| self.group(*other, blocks, line)),
                    )?;
                published.contains(&cell).then_some(cell.0 * 1_000 + cell.1)
            });
            Placed {
                member: line.member,
                value: value(line),
                groups: single.chain(crossed).collect(),
            }
        };
        lines.iter().map(of).collect()
    }

    fn add_groups(&self, attribute: Attribute, found: &mut Structure, log: &mut Vec<Decision>) {
        let lines = self.cubes.total.lines(self.year);
        let value = |line: &Line| line.value(|_| true);
        let table = vec![Dimension::Institution(attribute)];
        if self.closed(|earlier| earlier.groups.contains_key(&attribute)) {
            self.note(
                log,
                table,
                attribute.as_str(),
                "not-offered",
                Unsafe::Subtraction,
            );
            return;
        }
        let mut blocks = self.all_groups(attribute);
        loop {
            let values = self.by_block(attribute, &blocks, &value, lines);
            let weight = |block: usize| values.get(block).map_or(0, |values| values.iter().sum());
            let bad = (0..blocks.len())
                .filter_map(|block| {
                    Some((weight(block), block, self.safe(values.get(block)?).err()?))
                })
                .min_by_key(|(weight, block, _)| (*weight, *block));
            let (block, reason) = if let Some((_, block, reason)) = bad {
                (block, reason)
            } else {
                found.groups.insert(attribute, blocks.clone());
                let placed = self.placed(&found.groups, &[], lines, &value);
                let Some(caught) = not_free(&placed, self.regime).first().copied() else {
                    break;
                };
                let code = (self.code_of)(caught, attribute);
                (blocks.of(code).unwrap_or_default(), Unsafe::Subtraction)
            };
            self.note(log, table.clone(), &blocks.label(block), "merged", reason);
            if !blocks.merge(block, weight) || blocks.len() < 2 {
                found.groups.remove(&attribute);
                self.note(log, table, attribute.as_str(), "not-offered", reason);
                return;
            }
        }
        if blocks.len() < 2 {
            found.groups.remove(&attribute);
        }
    }

    fn add_cross(
        &self,
        (one, other): (Attribute, Attribute),
        found: &mut Structure,
        log: &mut Vec<Decision>,
    ) {
        let (Some(first), Some(second)) = (
            found.groups.get(&one).cloned(),
            found.groups.get(&other).cloned(),
        ) else {
            return;
        };
        let lines = self.cubes.total.lines(self.year);
        let value = |line: &Line| line.value(|_| true);
        let table = vec![Dimension::Institution(one), Dimension::Institution(other)];
        let cell_of = |line: &Line| {
            self.group(one, &first, line)
                .zip(self.group(other, &second, line))
        };
        let mut cells: BTreeMap<(usize, usize), Vec<i64>> = BTreeMap::new();
        for line in lines {
            if let Some(cell) = cell_of(line) {
                cells.entry(cell).or_default().push(value(line));
            }
        }
        let label =
            |cell: (usize, usize)| format!("{} x {}", first.label(cell.0), second.label(cell.1));
        let mut published = BTreeSet::new();
        for (cell, values) in &cells {
            match self.safe(values) {
                Ok(()) => {
                    published.insert(*cell);
                }
                Err(reason) => self.note(log, table.clone(), &label(*cell), "withheld", reason),
            }
        }
        let earlier = self.earlier.and_then(|earlier| {
            earlier
                .crosses
                .iter()
                .find(|(pair, _)| *pair == (one, other))
        });
        if let Some(earlier_structure) = self.earlier {
            // What an earlier release did not give, or gave in other blocks, is not given now.
            let same = earlier_structure.groups.get(&one) == Some(&first)
                && earlier_structure.groups.get(&other) == Some(&second);
            published.retain(|cell| same && earlier.is_some_and(|(_, given)| given.contains(cell)));
        }
        loop {
            let mut crosses = found.crosses.clone();
            crosses.push(((one, other), published.clone()));
            let placed = self.placed(&found.groups, &crosses, lines, &value);
            let Some(caught) = not_free(&placed, self.regime).first().copied() else {
                found.crosses = crosses;
                return;
            };
            let own = lines
                .iter()
                .find(|line| line.member == caught)
                .and_then(cell_of);
            let gone = own.filter(|cell| published.contains(cell)).or_else(|| {
                let total = |cell: &&(usize, usize)| {
                    cells
                        .get(*cell)
                        .map_or(0, |values| values.iter().sum::<i64>())
                };
                published.iter().min_by_key(total).copied()
            });
            let Some(gone) = gone else { return };
            published.remove(&gone);
            self.note(
                log,
                table.clone(),
                &label(gone),
                "withheld",
                Unsafe::Subtraction,
            );
        }
    }

    fn add_codes(
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
            let own = self.group_in(dimension, &codes, block);
            let elsewhere =
                |other: usize| other != block && self.group_in(dimension, &codes, other) != own;
            // A discipline joins one of its own group, where there is one.
            let apart = |other: usize| i64::from(elsewhere(other)) * (i64::MAX / 2);
            let mut merged = codes.clone();
            let joined = merged.merge(block, |other| weight(other).saturating_add(apart(other)));
            codes = merged;
            if !joined {
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
                members.map(self.group_of).collect()
            })
            .collect();
        groups.join(|one, other| {
            of_blocks
                .iter()
                .any(|groups| groups.contains(one) && groups.contains(other))
        });
    }

    /// The group that all disciplines of a block are of; none of other dimensions.
    fn group_in(&self, dimension: Dimension, codes: &Blocks, block: usize) -> Option<String> {
        let members = codes.members(block).into_iter();
        let groups: BTreeSet<String> = members
            .filter(|_| dimension == Dimension::Discipline)
            .map(self.group_of)
            .collect();
        groups.first().filter(|_| groups.len() == 1).cloned()
    }

    /// Whether disciplines are given where their groups are asked for: both cannot be given by the same others.
    fn of_disciplines(dimension: Dimension, given: impl Fn(Dimension) -> bool) -> bool {
        dimension == Dimension::DisciplineGroup && given(Dimension::Discipline)
    }

    fn add_by_group(
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
                    trial.codes.merge(code, |block| grid.of_code(block));
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

    fn add_pair(
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
        let lines = cube.lines(self.year);
        while first.len() > 1 && second.len() > 1 {
            let (ones, others) = (row_blocks(cube, 0, &first), row_blocks(cube, 1, &second));
            let mut grid = Grid::new(first.len(), second.len());
            for line in lines {
                grid.add_pair(line, &ones, &others);
            }
            let Some((one, other, reason)) = grid.worst(|values| self.safe(values).err()) else {
                found.pairs.push((pair, (first, second)));
                return;
            };
            let table = vec![pair.0, pair.1];
            if grid.rather_code(one, other, |values| self.safe(values).is_err()) {
                self.note(log, table, &second.label(other), "merged", reason);
                second.merge(other, |block| grid.of_code(block));
            } else {
                self.note(log, table, &first.label(one), "merged", reason);
                first.merge(one, |block| grid.of_group(block));
            }
        }
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

/// Institutions' values by two partitions.
struct Grid {
    columns: usize,
    cells: Vec<Vec<i64>>,
}

impl Grid {
    fn new(rows: usize, columns: usize) -> Self {
        Self {
            columns,
            cells: vec![Vec::new(); rows * columns],
        }
    }

    fn push(&mut self, sums: Vec<i64>, from: usize) {
        for (place, sum) in sums.into_iter().enumerate() {
            if let Some(cell) = self.cells.get_mut(from + place) {
                cell.push(sum);
            }
        }
    }

    fn add(&mut self, group: usize, line: &Line, rows: &RowBlocks) {
        let mut sums = vec![0; self.columns];
        for (leaf, block) in line.leaves.iter().zip(rows) {
            if let (Some(leaf), Some(slot)) = (leaf, block.and_then(|block| sums.get_mut(block))) {
                *slot += leaf.above;
            }
        }
        self.push(sums, group * self.columns);
    }

    fn add_pair(&mut self, line: &Line, ones: &RowBlocks, others: &RowBlocks) {
        let mut sums = vec![0; self.cells.len()];
        for ((leaf, one), other) in line.leaves.iter().zip(ones).zip(others) {
            let place = one
                .zip(*other)
                .map(|(one, other)| one * self.columns + other);
            if let (Some(leaf), Some(slot)) = (leaf, place.and_then(|place| sums.get_mut(place))) {
                *slot += leaf.above;
            }
        }
        self.push(sums, 0);
    }

    /// The unsafe cell with the smallest total.
    fn worst(&self, wrong: impl Fn(&[i64]) -> Option<Unsafe>) -> Option<(usize, usize, Unsafe)> {
        let bad = self.cells.iter().enumerate().filter_map(|(place, values)| {
            let reason = wrong(values)?;
            Some((values.iter().sum::<i64>(), place, reason))
        });
        let (_, place, reason) = bad.min_by_key(|(total, place, _)| (*total, *place))?;
        Some((place / self.columns, place % self.columns, reason))
    }

    /// Whether merging the code of a cell mends more than merging its group.
    fn rather_code(&self, group: usize, code: usize, wrong: impl Fn(&[i64]) -> bool) -> bool {
        let rows = self.cells.len() / self.columns.max(1);
        let in_group = (0..self.columns)
            .filter(|column| self.is(group, *column, &wrong))
            .count();
        let in_code = (0..rows).filter(|row| self.is(*row, code, &wrong)).count();
        in_code * self.columns >= in_group * rows
    }

    fn is(&self, row: usize, column: usize, wrong: &impl Fn(&[i64]) -> bool) -> bool {
        self.cells
            .get(row * self.columns + column)
            .is_some_and(|values| wrong(values))
    }

    fn of_group(&self, group: usize) -> i64 {
        let row = self
            .cells
            .iter()
            .skip(group * self.columns)
            .take(self.columns);
        row.flatten().sum()
    }

    fn of_code(&self, code: usize) -> i64 {
        self.cells
            .iter()
            .skip(code)
            .step_by(self.columns.max(1))
            .flatten()
            .sum()
    }
}
