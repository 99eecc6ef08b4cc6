//! Which groups of institutions and which codes may be told apart, for one measure and one year.

mod codes;
mod crosses;
mod grid;

pub use codes::row_blocks;

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

/// Two attributes crossed: the cells that are published, by the blocks of each.
pub type Crossed = ((Attribute, Attribute), BTreeSet<(usize, usize)>);

/// What may be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// Groups of institutions by attribute, for totals.
    pub groups: BTreeMap<Attribute, Blocks>,
    /// Published cells of two attributes crossed, by the blocks of each.
    pub crosses: Vec<Crossed>,
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
    #[must_use]
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
    /// What a code belongs to: disciplines to their group, others to what the conditions of ratios make of them. Codes
    /// are merged with their own kind first.
    pub kin: &'a dyn Fn(Dimension, &str) -> String,
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
        crosses: &[Crossed],
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
}
