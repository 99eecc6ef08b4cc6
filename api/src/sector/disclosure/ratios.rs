//! Ratios of a release: made of two protected figures, where both may be given.

mod blocks;

use super::blocks::Blocks;
use super::cube::Cube;
use super::partial::Open;
use super::protect::{Axis, Protecting, Together, labels, note_merged, places};
use super::regime::{Control, Regime};
use super::safety::Unsafe;
use super::structure::{Cubes, Decision, Structure};
use crate::domain::datasets::{Dataset, Unit};
use crate::sector::catalogue::{Attribute, Dimension, Part};
use crate::sector::release::{ReleasedCell, Table};
use blocks::blocks_of;
use entity::values::AcademicYear;
use std::collections::BTreeMap;

/// A part's own figures, and what of them may be told apart.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// The part.
    pub part: Part,
    /// The figures of its measure.
    pub cubes: &'a Cubes,
    /// The structure of its measure.
    pub structures: &'a BTreeMap<AcademicYear, Structure>,
}

impl Base<'_> {
    pub(super) fn unit(&self) -> Unit {
        match self.part {
            Part::Rows { figure, .. } => {
                let dataset = Dataset::of(figure.dataset);
                let measure = dataset
                    .measure(figure.measure)
                    .and_then(|place| dataset.measures.get(place));
                measure.map_or(Unit::Persons, |measure| measure.unit)
            }
            Part::Outputs(_) => Unit::Outputs,
        }
    }
}

/// A ratio measure.
pub struct Ratio<'a> {
    /// Its name.
    pub name: &'a str,
    /// The upper part.
    pub above: Base<'a>,
    /// The lower part.
    pub below: Base<'a>,
    /// Whether it is a share, given in whole per cent; other ratios are given to two figures.
    pub share: bool,
    /// The figures of institutions that have both, in total and by dimension.
    pub cubes: &'a Cubes,
}

/// Blocks of the axes of a table in a year; none where the table is not on offer in it.
type Found = Option<Vec<(Dimension, Blocks)>>;

impl Ratio<'_> {
    /// The tables of a ratio, with a line of the log for what is not given.
    pub fn tables(
        &self,
        by: &Protecting<'_>,
        attributes: &[Attribute],
        open: &Open,
        log: &mut Vec<Decision>,
    ) -> Vec<Table> {
        let mut table =
            |cube: &Cube, dimensions: &[Dimension]| self.table(by, cube, dimensions, open, log);
        let total = &self.cubes.total;
        let mut tables = vec![table(total, &[])];
        for attribute in attributes {
            tables.push(table(total, &[Dimension::Institution(*attribute)]));
        }
        let conditioned = [self.above.part, self.below.part]
            .iter()
            .any(|part| part.only().is_some());
        for (dimension, cube) in &self.cubes.by {
            tables.push(table(cube, &[*dimension]));
            for attribute in attributes.iter().filter(|_| !conditioned) {
                let crossed = [Dimension::Institution(*attribute), *dimension];
                tables.push(table(cube, &crossed));
            }
        }
        tables
    }

    fn table(
        &self,
        by: &Protecting<'_>,
        cube: &Cube,
        dimensions: &[Dimension],
        open: &Open,
        log: &mut Vec<Decision>,
    ) -> Table {
        let listed = dimensions.iter().map(|dimension| match dimension {
            Dimension::Institution(attribute) => by.used(cube, *attribute),
            other => cube.codes(0, &(by.listed)(*other)),
        });
        let mut table = Table {
            dimensions: dimensions.to_vec(),
            years: cube.years.keys().map(ToString::to_string).collect(),
            axes: listed.collect(),
            cells: Vec::new(),
            merged: Vec::new(),
        };
        for year in cube.years.keys() {
            let mut withheld = |on: String, reason: Unsafe| {
                log.push(Decision {
                    table: dimensions.to_vec(),
                    year: *year,
                    on,
                    decision: "withheld",
                    reason: reason.as_str(),
                });
            };
            let Some(found) = self.found(*year, dimensions) else {
                withheld("table".to_owned(), Unsafe::Parts);
                continue;
            };
            let axes: Vec<Axis<'_>> = found
                .iter()
                .map(|(dimension, blocks)| match dimension {
                    Dimension::Institution(attribute) => by.groups(*attribute, blocks, *year),
                    _ => Axis::codes(cube, 0, blocks),
                })
                .collect();
            for at in places(&axes) {
                let cell = if open.is_open(*year, &at) {
                    self.cell(by, cube, *year, &at)
                } else {
                    Err(Unsafe::Subtraction)
                };
                match cell {
                    Ok((cell, _)) => table.cells.push(cell),
                    Err(reason) => withheld(labels(&at).join(" x "), reason),
                }
            }
            note_merged(&mut table, *year, &axes);
        }
        table
    }

    /// The finest blocks that neither part's own figures are coarser than.
    pub(super) fn found(&self, year: AcademicYear, dimensions: &[Dimension]) -> Found {
        let above = blocks_of(&self.above, year, dimensions)?;
        let below = blocks_of(&self.below, year, dimensions)?;
        let both = above.into_iter().map(|(dimension, mut blocks)| {
            if let Some((_, other)) = below.iter().find(|(known, _)| *known == dimension) {
                blocks.no_finer_than(other);
            }
            (dimension, blocks)
        });
        Some(both.collect())
    }

    /// A cell, and how well its rounding hides its parts.
    pub(super) fn cell(
        &self,
        by: &Protecting<'_>,
        cube: &Cube,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
    ) -> Result<(ReleasedCell, Slack), Unsafe> {
        let together = by.together(cube, year, at);
        let lower = Together {
            above: together.below.clone(),
            ..Together::default()
        };
        if by.regime.has(Control::Ratios) {
            together.safe(by.regime)?;
            lower.safe(by.regime)?;
        }
        let (above_unit, below_unit) = (self.above.unit(), self.below.unit());
        let exact: i64 = together.below.iter().sum();
        if exact * 100 / below_unit.scale() < by.regime.smallest_denominator {
            return Err(Unsafe::Denominator);
        }
        let above = by
            .regime
            .published(together.total, together.key, above_unit)
            * below_unit.scale();
        let below = by.regime.published(exact, together.below_key, below_unit) * above_unit.scale();
        // Some of a whole is never more than it.
        let part = self.share && together.total * below_unit.scale() <= exact * above_unit.scale();
        let above = if part { above.min(below) } else { above };
        let value = self.value(above, below).ok_or(Unsafe::Denominator)?;
        let slack = self.slack(by.regime, (together.total, exact), value);
        let own = |values: &[i64]| {
            let members = together.members.iter().copied();
            members.zip(values.iter().copied()).collect()
        };
        for (base, own, slack) in [
            (&self.above, own(&together.above), slack.above),
            (&self.below, own(&together.below), slack.below),
        ] {
            if !self.rest_is_safe(by, base, year, (at, &own), slack) {
                return Err(Unsafe::Subtraction);
            }
        }
        let mut cell = by.released((year, at), value, &together);
        if !at.iter().any(|(axis, _)| matches!(axis, Axis::Codes(..))) {
            let own = together.above.iter().zip(&together.below);
            let own = own.filter_map(|(above, below)| {
                self.value(above * below_unit.scale(), below * above_unit.scale())
            });
            by.order(&mut cell, own.collect(), |value| self.rounded(value));
        }
        Ok((cell, slack))
    }

    /// How far each part of a cell could be from what it is, up and down, with the same value told: by the value's rounding,
    /// and by the noise and rounding of both parts. Whoever knows one part exactly is provided for.
    fn slack(&self, regime: &Regime, (above, below): (i64, i64), value: i64) -> Slack {
        // At a power of ten what lies below was rounded to a smaller step.
        let (down, up) = (self.step(value - 1) / 2, self.step(value) / 2);
        let (above_unit, below_unit) = (self.above.unit(), self.below.unit());
        let (above_reach, below_reach) = (regime.reach(above_unit), regime.reach(below_unit));
        let of_below = |value: i64, below: i64| {
            value * below / below_unit.scale() * above_unit.scale() / 10_000
        };
        let of_above = |value: i64, above: i64| {
            (above * 10_000 / above_unit.scale() * below_unit.scale()).checked_div(value)
        };
        let least_above = of_below(value - down, below - below_reach) - above_reach;
        let most_above = of_below(value + up, below + below_reach) + above_reach;
        let least_below = of_above(value + up, above - above_reach).unwrap_or(0) - below_reach;
        let most_below = (value > down)
            .then(|| of_above(value - down, above + above_reach))
            .flatten()
            .map_or(i64::MAX, |most| most + below_reach);
        Slack {
            above: (above - least_above.max(0)).min(most_above - above),
            below: (below - least_below.max(0)).min(most_below - below),
        }
    }

    /// A hundred times one by the other, in hundredths, as a ratio of this kind is rounded.
    fn value(&self, above: i64, below: i64) -> Option<i64> {
        (below > 0).then(|| self.rounded((above * 20_000 + below) / (below * 2)))
    }

    fn rounded(&self, value: i64) -> i64 {
        super::regime::rounded(value, self.step(value))
    }

    /// What a value is rounded to, in hundredths: shares to whole per cent, rates to two figures, and to tenths below 10.
    const fn step(&self, value: i64) -> i64 {
        match value {
            _ if self.share => 100,
            10_000.. => 1_000,
            1_000.. => 100,
            _ => 10,
        }
    }

    /// Whether those who returned one part and not the other could be told from the difference.
    fn rest_is_safe(
        &self,
        by: &Protecting<'_>,
        base: &Base<'_>,
        year: AcademicYear,
        (at, both): (&[(Axis<'_>, usize)], &Own),
        slack: i64,
    ) -> bool {
        if !by.regime.has(Control::Ratios) {
            return true;
        }
        let groups: Vec<(Axis<'_>, usize)> = at
            .iter()
            .filter(|(axis, _)| matches!(axis, Axis::Groups(..)))
            .cloned()
            .collect();
        let mut rest = rest(base, &by.together(&base.cubes.total, year, &groups), both);
        if at.len() > groups.len() && !rest.is_empty() {
            let Some(own) = self.rest_by_code(by, base, year, at, both) else {
                return false;
            };
            rest = own;
        }
        let hidden = rest
            .iter()
            .all(|value| hides(slack, *value, base.unit(), by.regime));
        let rest = Together {
            above: rest,
            ..Together::default()
        };
        hidden || rest.safe(by.regime).is_ok()
    }
}

/// How far the parts of a ratio's cell could be from what they are, in stored units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slack {
    pub above: i64,
    pub below: i64,
}

/// Whether so much slack in a sum hides a value in it: twice the regime's per cent of it, because an exchange of four
/// may change a sum by two institutions' parts; and no less than hides a handful of persons.
pub(super) const fn hides(slack: i64, value: i64, unit: Unit, regime: &Regime) -> bool {
    slack * 100 >= value * regime.percent * 2 && slack >= regime.rounding * unit.scale()
}

/// What each institution of a cell has of one of its parts.
type Own = BTreeMap<usize, i64>;

/// What a part's own figures have beyond what a ratio is made of: all of those who have one part only, and rows of others
/// that state one figure only.
///
/// A part with a condition is not compared row by row: what its condition leaves out is a block of its own.
fn rest(base: &Base<'_>, whole: &Together, both: &Own) -> Vec<i64> {
    let conditioned = base.part.only().is_some();
    let pairs = whole.members.iter().zip(&whole.above);
    let rest = pairs.filter_map(|(member, value)| match both.get(member) {
        None => Some(*value),
        Some(own) => Some(value - own).filter(|beyond| *beyond > 0 && !conditioned),
    });
    rest.collect()
}

impl Ratio<'_> {
    /// What those who have one part only have in the codes of a cell; none where that is not known.
    fn rest_by_code(
        &self,
        by: &Protecting<'_>,
        base: &Base<'_>,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
        both: &Own,
    ) -> Option<Vec<i64>> {
        let dimension = self.cubes.by.iter().find_map(|(dimension, cube)| {
            let blocks = at.iter().find_map(|(axis, _)| match axis {
                Axis::Codes(blocks, _) => Some(*blocks),
                Axis::Groups(..) => None,
            })?;
            let known = cube.codes(0, &(by.listed)(*dimension));
            (known == blocks.codes()).then_some(*dimension)
        })?;
        let (cube, here) = match base.cubes.by.get(&dimension) {
            Some(cube) if base.part.only().is_none() => (cube, over(cube, at)),
            Some(_) => return None,
            None => (&base.cubes.total, Vec::new()),
        };
        Some(rest(base, &by.together(cube, year, &here), both))
    }
}

/// A place in the blocks of one cube as the place in those of another of the same dimension.
fn over<'a>(cube: &Cube, at: &[(Axis<'a>, usize)]) -> Vec<(Axis<'a>, usize)> {
    let moved = at.iter().map(|(axis, block)| match axis {
        Axis::Groups(..) => (axis.clone(), *block),
        Axis::Codes(blocks, _) => (Axis::codes(cube, 0, blocks), *block),
    });
    moved.collect()
}
