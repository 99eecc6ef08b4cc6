//! Ratios of a release: made of two protected figures, where both may be given.

use super::blocks::Blocks;
use super::cube::Cube;
use super::partial::Open;
use super::protect::{Axis, Protecting, Together, note_merged, places};
use super::regime::Control;
use super::structure::{Cubes, Structure};
use crate::domain::datasets::{Dataset, Unit};
use crate::sector::catalogue::{Attribute, Dimension, Only, Part};
use crate::sector::release::{ReleasedCell, Table};
use entity::values::{AcademicYear, CellStatus};
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
    fn unit(&self) -> Unit {
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

    pub(super) const fn only(&self) -> Option<Only> {
        match self.part {
            Part::Rows { only, .. } => only,
            Part::Outputs(_) => None,
        }
    }
}

/// A ratio measure.
pub struct Ratio<'a> {
    /// The upper part.
    pub above: Base<'a>,
    /// The lower part.
    pub below: Base<'a>,
    /// Whether it is a share, given in whole per cent; other ratios are given with one decimal.
    pub share: bool,
    /// The figures of institutions that have both, in total and by dimension.
    pub cubes: &'a Cubes,
}

/// Blocks of the axes of a table in a year; none where the table is not on offer in it.
pub(super) type Found = Option<Vec<(Dimension, Blocks)>>;

impl Ratio<'_> {
    /// The tables of a ratio.
    pub fn tables(&self, by: &Protecting<'_>, attributes: &[Attribute]) -> Vec<Table> {
        let open = &self.open(by, attributes);
        let mut tables = vec![self.table(by, &self.cubes.total, &[], open)];
        for attribute in attributes {
            tables.push(self.table(
                by,
                &self.cubes.total,
                &[Dimension::Institution(*attribute)],
                open,
            ));
        }
        for (dimension, cube) in &self.cubes.by {
            tables.push(self.table(by, cube, &[*dimension], open));
            if self.above.only().is_none() && self.below.only().is_none() {
                for attribute in attributes {
                    tables.push(self.table(
                        by,
                        cube,
                        &[Dimension::Institution(*attribute), *dimension],
                        open,
                    ));
                }
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
    ) -> Table {
        let listed = dimensions.iter().map(|dimension| match dimension {
            Dimension::Institution(attribute) => attribute
                .codes()
                .into_iter()
                .map(ToOwned::to_owned)
                .collect(),
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
            let Some(found) = self.found(*year, dimensions) else {
                continue;
            };
            let axes: Vec<Axis<'_>> = found
                .iter()
                .map(|(dimension, blocks)| match dimension {
                    Dimension::Institution(attribute) => by.groups(*attribute, blocks, *year),
                    _ => Axis::codes(cube, 0, blocks),
                })
                .collect();
            let cells = places(&axes).into_iter().filter_map(|at| {
                let open = open.is_open(*year, &at);
                self.cell(by, cube, *year, &at).filter(|_| open)
            });
            table.cells.extend(cells);
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

    pub(super) fn cell(
        &self,
        by: &Protecting<'_>,
        cube: &Cube,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
    ) -> Option<ReleasedCell> {
        let together = by.together(cube, year, at);
        let lower = Together {
            above: together.below.clone(),
            ..Together::default()
        };
        if by.regime.has(Control::Ratios)
            && (together.safe(by.regime).is_err() || lower.safe(by.regime).is_err())
        {
            return None;
        }
        if !self.rest_is_safe(by, &self.above, year, at, &together)
            || !self.rest_is_safe(by, &self.below, year, at, &together)
        {
            return None;
        }
        let (above_unit, below_unit) = (self.above.unit(), self.below.unit());
        let exact: i64 = together.below.iter().sum();
        if exact * 100 / below_unit.scale() < by.regime.smallest_denominator {
            return None;
        }
        let above = by
            .regime
            .published(together.total, together.key, above_unit)
            * below_unit.scale();
        let below = by.regime.published(exact, together.below_key, below_unit) * above_unit.scale();
        let value = self.value(above, below)?;
        let mut cell = ReleasedCell {
            year: year.to_string(),
            codes: at
                .iter()
                .map(|(axis, block)| axis.blocks().label(*block))
                .collect(),
            value: Some(value),
            status: if value == 0 {
                CellStatus::Zero
            } else {
                CellStatus::Published
            },
            contributors: u32::try_from(together.above.len()).ok(),
            of: Some(by.of(at)),
            median: None,
            quartiles: None,
        };
        if !at.iter().any(|(axis, _)| matches!(axis, Axis::Codes(..))) {
            let own = together.above.iter().zip(&together.below);
            let own = own.filter_map(|(above, below)| {
                self.value(above * below_unit.scale(), below * above_unit.scale())
            });
            by.order(&mut cell, own.collect(), |value| self.rounded(value));
        }
        Some(cell)
    }

    /// A hundred times one by the other, in hundredths, as a ratio of this kind is rounded.
    fn value(&self, above: i64, below: i64) -> Option<i64> {
        (below > 0).then(|| self.rounded((above * 20_000 + below) / (below * 2)))
    }

    const fn rounded(&self, value: i64) -> i64 {
        super::regime::rounded(value, if self.share { 100 } else { 10 })
    }

    /// Whether those who returned one part and not the other could be told from the difference.
    fn rest_is_safe(
        &self,
        by: &Protecting<'_>,
        base: &Base<'_>,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
        both: &Together,
    ) -> bool {
        let groups: Vec<(Axis<'_>, usize)> = at
            .iter()
            .filter(|(axis, _)| matches!(axis, Axis::Groups(..)))
            .cloned()
            .collect();
        let whole = by.together(&base.cubes.total, year, &groups);
        let pairs = whole.members.iter().zip(&whole.above);
        let mut rest: Vec<i64> = pairs
            .filter(|(member, _)| !both.members.contains(member))
            .map(|(_, value)| *value)
            .collect();
        let coded = at.len() > groups.len();
        if coded && !rest.is_empty() && by.regime.has(Control::Ratios) {
            let Some(own) = self.rest_by_code(by, base, year, at, both) else {
                return false;
            };
            rest = own;
        }
        let rest = Together {
            above: rest,
            ..Together::default()
        };
        !by.regime.has(Control::Ratios) || rest.above.is_empty() || rest.safe(by.regime).is_ok()
    }
}

impl Ratio<'_> {
    /// What those who have one part only have in the codes of a cell; none where that is not known.
    fn rest_by_code(
        &self,
        by: &Protecting<'_>,
        base: &Base<'_>,
        year: AcademicYear,
        at: &[(Axis<'_>, usize)],
        both: &Together,
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
            Some(cube) if base.only().is_none() => (cube, over(cube, at)),
            Some(_) => return None,
            None => (&base.cubes.total, Vec::new()),
        };
        let whole = by.together(cube, year, &here);
        let pairs = whole.members.iter().zip(&whole.above);
        let rest = pairs.filter(|(member, _)| !both.members.contains(member));
        Some(rest.map(|(_, value)| *value).collect())
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

/// The blocks a part's own figures have on the axes of a table; only those it has. None where a condition on its rows
/// would cut through a block.
fn blocks_of(base: &Base<'_>, year: AcademicYear, dimensions: &[Dimension]) -> Found {
    let structure = base.structures.get(&year)?;
    let mut attribute = None;
    let mut code = None;
    for dimension in dimensions {
        match dimension {
            Dimension::Institution(one) => attribute = Some(*one),
            other => code = Some(*other),
        }
    }
    let own = code.filter(|code| base.cubes.by.contains_key(code));
    let Some(only) = base.only() else {
        return plain(structure, attribute, own);
    };
    let dimension = Dimension::Rows(only.dimension);
    let keeps = |code: &str| only.keeps(code);
    match (attribute, own) {
        (None, None) => structure.codes.get(&dimension)?.whole(keeps).then(Vec::new),
        (Some(one), None) => {
            let by_group = structure.by_group.get(&dimension)?;
            let groups = by_group.groups.get(&one)?.clone();
            by_group
                .codes
                .whole(keeps)
                .then(|| vec![(Dimension::Institution(one), groups)])
        }
        (None, Some(code)) => {
            let pair = structure.pairs.iter().find_map(|(known, (one, other))| {
                if *known == (dimension, code) {
                    Some((one, other))
                } else if *known == (code, dimension) {
                    Some((other, one))
                } else {
                    None
                }
            });
            let (conditioned, codes) = pair?;
            conditioned
                .whole(keeps)
                .then(|| vec![(code, codes.clone())])
        }
        (Some(_), Some(_)) => None,
    }
}

fn plain(structure: &Structure, attribute: Option<Attribute>, code: Option<Dimension>) -> Found {
    match (attribute, code) {
        (None, None) => Some(Vec::new()),
        (Some(one), None) => Some(vec![(
            Dimension::Institution(one),
            structure.groups.get(&one)?.clone(),
        )]),
        (None, Some(code)) => Some(vec![(code, structure.codes.get(&code)?.clone())]),
        (Some(one), Some(code)) => {
            let by_group = structure.by_group.get(&code)?;
            Some(vec![
                (
                    Dimension::Institution(one),
                    by_group.groups.get(&one)?.clone(),
                ),
                (code, by_group.codes.clone()),
            ])
        }
    }
}
