//! Protected tables from exact figures: every table of one measure, as its structure allows.

mod axis;
mod codes;

pub use axis::{Axis, Together, labels, note_merged, places};

use super::accuracy::Measuring;
use super::blocks::Blocks;
use super::cube::{Cube, Line};
use super::noise::LeafKeys;
use super::order;
use super::regime::{Control, Regime};
use super::structure::{Cubes, Structure};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::release::{ReleasedCell, Table};
use entity::values::{AcademicYear, CellStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Finds the groups a table of institutions stands on in a year; none where it is not on offer.
type FindsAxes<'a> = dyn Fn(&Structure) -> Option<Vec<(Attribute, Blocks)>> + 'a;

/// What protecting needs beside the figures.
pub struct Protecting<'a> {
    /// The regime.
    pub regime: &'a Regime,
    /// The keys of rows and outputs.
    pub keys: &'a LeafKeys,
    /// How many institutions there are, by their places.
    pub members: usize,
    /// The code of an institution in an attribute in a year.
    pub code_of: &'a dyn Fn(usize, AcademicYear, Attribute) -> &'static str,
    /// The codes of a dimension in their order.
    pub listed: &'a dyn Fn(Dimension) -> Vec<String>,
}

impl Protecting<'_> {
    /// The tables of a measure that is a sum.
    pub fn tables(
        &self,
        unit: Unit,
        cubes: &Cubes,
        structures: &BTreeMap<AcademicYear, Structure>,
        (attributes, crosses): (&[Attribute], &[(Attribute, Attribute)]),
        measuring: &mut Measuring,
    ) -> Vec<Table> {
        let mut tables = vec![self.total(unit, cubes, structures, measuring)];
        for attribute in attributes {
            let axes = |structure: &Structure| {
                Some(vec![(*attribute, structure.groups.get(attribute)?.clone())])
            };
            tables.push(self.of_groups(unit, cubes, structures, &[*attribute], &axes, measuring));
        }
        for (one, other) in crosses {
            let axes = |structure: &Structure| {
                structure
                    .crosses
                    .iter()
                    .find(|(pair, _)| *pair == (*one, *other))?;
                Some(vec![
                    (*one, structure.groups.get(one)?.clone()),
                    (*other, structure.groups.get(other)?.clone()),
                ])
            };
            tables.push(self.of_groups(unit, cubes, structures, &[*one, *other], &axes, measuring));
        }
        for (dimension, cube) in &cubes.by {
            tables.push(self.of_codes(unit, cube, structures, *dimension, measuring));
            for attribute in attributes
                .iter()
                .filter(|_| cubes.crossed.contains(dimension))
            {
                tables.push(self.of_both(
                    unit,
                    cube,
                    structures,
                    (*attribute, *dimension),
                    measuring,
                ));
            }
        }
        for (pair, cube) in &cubes.pairs {
            tables.push(self.of_pair(unit, cube, structures, *pair, measuring));
        }
        tables
    }

    /// What the institutions have together that fall into a block on every axis.
    pub fn together(&self, cube: &Cube, year: AcademicYear, at: &[(Axis<'_>, usize)]) -> Together {
        let mut together = Together::default();
        let mut identified = BTreeSet::new();
        let rows: Vec<bool> = (0..cube.rows.len().max(1))
            .map(|row| at.iter().all(|(axis, block)| axis.has_row(*block, row)))
            .collect();
        for line in cube.lines(year) {
            let here = at
                .iter()
                .all(|(axis, block)| axis.has_member(*block, line.member));
            if here {
                Self::add(
                    &mut together,
                    &mut identified,
                    line,
                    (&rows, cube.whole_below),
                );
            }
        }
        together.total += i64::try_from(identified.len()).unwrap_or(i64::MAX);
        for number in identified {
            together.key = together.key.wrapping_add(self.keys.identifier(number));
        }
        together
    }

    fn add(
        together: &mut Together,
        identified: &mut BTreeSet<u32>,
        line: &Line,
        (rows, whole_below): (&[bool], bool),
    ) {
        let (mut above, mut below, mut below_key) = (0, 0, 0_u32);
        let leaves = line.leaves.iter().zip(rows).filter(|(_, kept)| **kept);
        for leaf in leaves.filter_map(|(leaf, _)| leaf.as_ref()) {
            above += leaf.above;
            together.key = together.key.wrapping_add(leaf.above_key);
            if whole_below {
                (below, below_key) = (leaf.below, leaf.below_key);
            } else {
                below += leaf.below;
                below_key = below_key.wrapping_add(leaf.below_key);
            }
            let counted = if leaf.identified.is_empty() {
                leaf.above
            } else {
                leaf.surplus
            };
            together.total += counted;
            identified.extend(leaf.identified.iter().copied());
        }
        together.below_key = together.below_key.wrapping_add(below_key);
        together.above.push(above);
        together.below.push(below);
        together.members.insert(line.member);
    }

    /// An axis of groups of institutions in a year.
    pub fn groups<'b>(
        &self,
        attribute: Attribute,
        blocks: &'b Blocks,
        year: AcademicYear,
    ) -> Axis<'b> {
        let of = (0..self.members).map(|member| blocks.of((self.code_of)(member, year, attribute)));
        Axis::Groups(attribute, blocks, of.collect())
    }

    /// How many institutions of the registry are in the groups of a cell.
    pub fn of(&self, at: &[(Axis<'_>, usize)]) -> u32 {
        let here = |member: &usize| {
            at.iter()
                .all(|(axis, block)| axis.has_member(*block, *member))
        };
        u32::try_from((0..self.members).filter(here).count()).unwrap_or(u32::MAX)
    }

    fn cell(
        &self,
        unit: Unit,
        cube: &Cube,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
        measuring: &mut Measuring,
    ) -> ReleasedCell {
        let together = self.together(cube, year, at);
        let value = self.regime.published(together.total, together.key, unit);
        let shown = unit.shown(value).0;
        measuring.given(at, together.total, value, unit);
        let by_institution = !at.iter().any(|(axis, _)| matches!(axis, Axis::Codes(..)));
        let mut cell = self.released((year, at), shown, &together);
        if by_institution {
            let base = if unit == Unit::Pence {
                self.regime.rounding_of_pence
            } else {
                self.regime.rounding * unit.scale()
            };
            let round = |value: i64| unit.shown(super::regime::rounded(value, base)).0;
            let mut sorted = together.above.clone();
            sorted.sort_unstable();
            self.order(&mut cell, together.above, round);
            if self.regime.has(Control::Order) {
                if !order::hides(&sorted, &[2], self.regime) {
                    cell.median = None;
                }
                if cell.median.is_none() || !order::hides(&sorted, &[1, 2, 3], self.regime) {
                    cell.quartiles = None;
                }
            }
        }
        cell
    }

    /// A cell with a value that may be given; no medians yet.
    pub fn released(
        &self,
        (year, at): (AcademicYear, &[(Axis<'_>, usize)]),
        value: i64,
        together: &Together,
    ) -> ReleasedCell {
        ReleasedCell {
            year: year.to_string(),
            codes: labels(at),
            value: Some(value),
            status: if value == 0 {
                CellStatus::Zero
            } else {
                CellStatus::Published
            },
            contributors: u32::try_from(together.above.len()).ok(),
            of: Some(self.of(at)),
            median: None,
            quartiles: None,
        }
    }

    /// Median and quartiles, each the mean of the value at its place and its two neighbours, so that it is nobody's own.
    pub fn order(&self, cell: &mut ReleasedCell, mut values: Vec<i64>, round: impl Fn(i64) -> i64) {
        values.sort_unstable();
        let always = !self.regime.has(Control::Order);
        if values.is_empty() {
            return;
        }
        let at = |quarter: usize| {
            let place = order::place(values.len(), quarter);
            let around = if always {
                values.iter().skip(place).take(1)
            } else {
                values.iter().skip(place.saturating_sub(1)).take(3)
            };
            let around: Vec<i64> = around.copied().collect();
            let count = i64::try_from(around.len()).unwrap_or(1).max(1);
            round((around.iter().sum::<i64>() * 2 + count) / (count * 2))
        };
        if always || values.len() >= self.regime.median {
            cell.median = Some(at(2));
        }
        if always || values.len() >= self.regime.quartiles {
            cell.quartiles = Some((at(1), at(3)));
        }
    }

    fn years(cube: &Cube) -> Vec<String> {
        cube.years.keys().map(ToString::to_string).collect()
    }

    fn total(
        &self,
        unit: Unit,
        cubes: &Cubes,
        structures: &BTreeMap<AcademicYear, Structure>,
        measuring: &mut Measuring,
    ) -> Table {
        let mut cells = Vec::new();
        for year in cubes.total.years.keys() {
            measuring.base(
                &[],
                &self.together(&cubes.total, *year, &[]),
                self.regime,
                structures.contains_key(year),
            );
            if structures.contains_key(year) {
                cells.push(self.cell(unit, &cubes.total, *year, &[], measuring));
            }
        }
        Table {
            dimensions: Vec::new(),
            years: Self::years(&cubes.total),
            axes: Vec::new(),
            cells,
            merged: Vec::new(),
        }
    }

    fn of_groups(
        &self,
        unit: Unit,
        cubes: &Cubes,
        structures: &BTreeMap<AcademicYear, Structure>,
        attributes: &[Attribute],
        axes: &FindsAxes<'_>,
        measuring: &mut Measuring,
    ) -> Table {
        let cube = &cubes.total;
        let listed: Vec<Vec<String>> = attributes.iter().map(|one| self.used(cube, *one)).collect();
        let dimensions: Vec<Dimension> = attributes
            .iter()
            .map(|one| Dimension::Institution(*one))
            .collect();
        let mut table = Table {
            dimensions,
            years: Self::years(cube),
            axes: listed.clone(),
            cells: Vec::new(),
            merged: Vec::new(),
        };
        for year in cube.years.keys() {
            let structure = structures.get(year);
            let found = structure.and_then(axes).unwrap_or_default();
            let axes: Vec<Axis<'_>> = found
                .iter()
                .map(|(attribute, blocks)| self.groups(*attribute, blocks, *year))
                .collect();
            let crossed = structure.and_then(|structure| {
                let pair = attributes
                    .first()
                    .copied()
                    .zip(attributes.get(1).copied())?;
                structure
                    .crosses
                    .iter()
                    .find(|(known, _)| *known == pair)
                    .map(|(_, cells)| cells)
            });
            let all = if axes.is_empty() {
                Vec::new()
            } else {
                places(&axes)
            };
            for at in all {
                let given = match (crossed, at.as_slice()) {
                    (Some(cells), [(_, one), (_, other)]) => cells.contains(&(*one, *other)),
                    _ => true,
                };
                if given {
                    table
                        .cells
                        .push(self.cell(unit, cube, *year, &at, measuring));
                }
            }
            note_merged(&mut table, *year, &axes);
            let base: Vec<(Attribute, Blocks)> = attributes
                .iter()
                .copied()
                .zip(listed.iter().cloned().map(Blocks::single))
                .collect();
            let base: Vec<Axis<'_>> = base
                .iter()
                .map(|(attribute, blocks)| self.groups(*attribute, blocks, *year))
                .collect();
            self.measure_base(cube, *year, &base, &table, measuring);
        }
        table
    }

    /// Counts the cells there would be if nothing were protected, and those that are given.
    fn measure_base(
        &self,
        cube: &Cube,
        year: AcademicYear,
        base: &[Axis<'_>],
        table: &Table,
        measuring: &mut Measuring,
    ) {
        let text = year.to_string();
        let given: BTreeSet<&[String]> = table
            .cells
            .iter()
            .filter(|cell| cell.year == text)
            .map(|cell| cell.codes.as_slice())
            .collect();
        for at in places(base) {
            let codes = labels(&at);
            measuring.base(
                &at,
                &self.together(cube, year, &at),
                self.regime,
                given.contains(codes.as_slice()),
            );
        }
    }

    /// The codes of an attribute that any institution with figures has.
    pub fn used(&self, cube: &Cube, attribute: Attribute) -> Vec<String> {
        let used: BTreeSet<&str> = cube
            .years
            .iter()
            .flat_map(|(year, lines)| {
                lines
                    .iter()
                    .map(|line| (self.code_of)(line.member, *year, attribute))
            })
            .collect();
        let codes = attribute
            .codes()
            .into_iter()
            .filter(|code| used.contains(code));
        codes.map(ToOwned::to_owned).collect()
    }
}
