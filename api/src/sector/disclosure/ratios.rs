//! Ratios of a release: made of two protected figures, where both may be given.

use super::blocks::Blocks;
use super::cube::{Cube, Line};
use super::protect::{Axis, Protecting, Together, note_merged, places};
use super::regime::{Control, Regime};
use super::structure::{Cubes, Structure};
use super::subtraction::{Placed, not_free};
use crate::domain::datasets::{Dataset, Unit};
use crate::sector::catalogue::{Attribute, Dimension, Only, Part};
use crate::sector::release::{ReleasedCell, Table};
use entity::values::{AcademicYear, CellStatus};
use std::collections::{BTreeMap, BTreeSet};

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

    const fn only(&self) -> Option<Only> {
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

/// What of a ratio's tables may be given.
#[derive(Debug, Default)]
struct Open {
    /// Years in which some have one part only; in others both parts' own figures say all there is to say.
    partial: BTreeSet<AcademicYear>,
    totals: BTreeSet<AcademicYear>,
    groups: BTreeSet<(AcademicYear, Attribute)>,
}

impl Open {
    fn is_open(&self, year: AcademicYear, at: &[(Axis<'_>, usize)]) -> bool {
        let mut attributes = at.iter().filter_map(|(axis, _)| match axis {
            Axis::Groups(attribute, _) => Some(*attribute),
            Axis::Codes(..) => None,
        });
        let crossed = at.len() > 1;
        !self.partial.contains(&year)
            || match attributes.next() {
                None => self.totals.contains(&year),
                Some(attribute) => !crossed && self.groups.contains(&(year, attribute)),
            }
    }
}

/// The institutions of a part's own figures, some of whom have the other part too.
struct Population {
    placed: Vec<Placed>,
    both: BTreeSet<usize>,
}

impl Population {
    /// None where everybody has both.
    fn of(
        base: &Base<'_>,
        by: &Protecting<'_>,
        year: AcademicYear,
        both: &BTreeSet<usize>,
    ) -> Option<Self> {
        let structure = base.structures.get(&year)?;
        let lines = base.cubes.total.lines(year);
        if lines.iter().all(|line| both.contains(&line.member)) {
            return None;
        }
        let conditioned = base.only().and_then(|only| {
            let dimension = Dimension::Rows(only.dimension);
            Some((only, base.cubes.by.get(&dimension)?))
        });
        let value = |member: usize, line: &Line| match conditioned {
            None => line.value(|_| true),
            Some((only, cube)) => {
                let own = cube.lines(year).iter().find(|line| line.member == member);
                let kept = |row: usize| {
                    let code = cube.rows.get(row).and_then(|codes| codes.first());
                    code.is_some_and(|code| only.keeps(code))
                };
                own.map_or(0, |line| line.value(kept))
            }
        };
        let placed = lines.iter().map(|line| Placed {
            member: line.member,
            value: value(line.member, line),
            groups: structure
                .groups
                .iter()
                .map(|(attribute, blocks)| blocks.of((by.code_of)(line.member, year, *attribute)))
                .collect(),
        });
        Some(Self {
            placed: placed.collect(),
            both: both.clone(),
        })
    }

    fn with(&self, group: impl Fn(usize) -> Option<usize>) -> Vec<Placed> {
        let mut placed = self.placed.clone();
        for one in &mut placed {
            let here = self.both.contains(&one.member);
            one.groups.push(here.then(|| group(one.member)).flatten());
        }
        placed
    }

    /// Whether everybody stays free where these groups of those who have both are told apart.
    fn bears(&self, regime: &Regime, group: impl Fn(usize) -> Option<usize>) -> bool {
        not_free(&self.with(group), regime).is_empty()
    }

    /// Takes such groups for given, if everybody stays free. Whether they do.
    fn add(&mut self, regime: &Regime, group: impl Fn(usize) -> Option<usize>) -> bool {
        let placed = self.with(group);
        let free = not_free(&placed, regime).is_empty();
        if free {
            self.placed = placed;
        }
        free
    }
}

/// Blocks of the axes of a table in a year; none where the table is not on offer in it.
type Found = Option<Vec<(Dimension, Blocks)>>;

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
                    Dimension::Institution(attribute) => Axis::Groups(*attribute, blocks),
                    _ => Axis::Codes(0, blocks),
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

    /// What may be given of totals and groups without leading to an institution by subtraction, of those who have both
    /// parts among themselves and from those who have one.
    fn open(&self, by: &Protecting<'_>, attributes: &[Attribute]) -> Open {
        let mut open = Open::default();
        if !by.regime.has(Control::Ratios) {
            return open;
        }
        for year in self.cubes.total.years.keys() {
            let both: BTreeSet<usize> = self
                .cubes
                .total
                .lines(*year)
                .iter()
                .map(|line| line.member)
                .collect();
            let mut partial: Vec<Population> = [self.above, self.below]
                .iter()
                .filter_map(|base| Population::of(base, by, *year, &both))
                .collect();
            if partial.is_empty() {
                continue;
            }
            open.partial.insert(*year);
            if self.cell(by, &self.cubes.total, *year, &[]).is_none()
                || partial
                    .iter_mut()
                    .any(|one| !one.add(by.regime, |_| Some(0)))
            {
                continue;
            }
            open.totals.insert(*year);
            for attribute in attributes {
                let Some(found) = self.found(*year, &[Dimension::Institution(*attribute)]) else {
                    continue;
                };
                let Some((_, blocks)) = found.first() else {
                    continue;
                };
                let given: BTreeSet<usize> = (0..blocks.len())
                    .filter(|block| {
                        let at = [(Axis::Groups(*attribute, blocks), *block)];
                        self.cell(by, &self.cubes.total, *year, &at).is_some()
                    })
                    .collect();
                let group = |member: usize| {
                    let block = blocks.of((by.code_of)(member, *year, *attribute))?;
                    given.contains(&block).then_some(block)
                };
                if partial.iter().all(|one| one.bears(by.regime, &group)) {
                    for one in &mut partial {
                        one.add(by.regime, &group);
                    }
                    open.groups.insert((*year, *attribute));
                }
            }
        }
        open
    }

    /// The finest blocks that neither part's own figures are coarser than.
    fn found(&self, year: AcademicYear, dimensions: &[Dimension]) -> Found {
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

    fn cell(
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
            of: Some(by.of(year, at)),
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
                Axis::Codes(_, blocks) => Some(*blocks),
                Axis::Groups(..) => None,
            })?;
            let known = cube.codes(0, &(by.listed)(*dimension));
            (known == blocks.codes()).then_some(*dimension)
        })?;
        let (cube, here) = match base.cubes.by.get(&dimension) {
            Some(cube) if base.only().is_none() => (cube, at),
            Some(_) => return None,
            None => (&base.cubes.total, &[] as &[_]),
        };
        let whole = by.together(cube, year, here);
        let pairs = whole.members.iter().zip(&whole.above);
        let rest = pairs.filter(|(member, _)| !both.members.contains(member));
        Some(rest.map(|(_, value)| *value).collect())
    }
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
