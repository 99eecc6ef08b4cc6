//! Ratios of which some institutions have one part only: those who have both are groups of their own, and no adding and
//! subtracting of these and of either part's figures may lead to an institution.
//!
//! Ratios share their parts: technicians are below the line of half of them. So what was opened for one ratio is kept in
//! mind for the next that has the same part; and totals, which are asked for most, are opened before groups.

use super::cube::Line;
use super::protect::{Axis, Protecting, places};
use super::ratios::{Base, Ratio, Slack, hides};
use super::regime::{Control, Regime};
use super::subtraction::{Placed, not_free};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::{Attribute, Dimension, Part};
use entity::values::AcademicYear;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The institutions of each part's own figures, and what ratios have told apart among them so far.
pub type Populations = BTreeMap<(Part, AcademicYear), Population>;

/// A cell of those who have both parts: its block, and how far its value can be from each part.
struct Told {
    block: usize,
    members: BTreeSet<usize>,
    slack: Slack,
}

/// A part's own figures, and whether the part is the upper one.
type Partial<'a> = (&'a Base<'a>, bool);

impl Ratio<'_> {
    /// Looks which totals may be given without leading to an institution by subtraction, of those who have both parts
    /// among themselves and from those who have one.
    pub(super) fn open_totals(&self, by: &Protecting<'_>, populations: &mut Populations) -> Open {
        let mut open = Open::default();
        if !by.regime.has(Control::Ratios) {
            return open;
        }
        for year in self.cubes.total.years.keys() {
            let partial = self.partial(*year);
            if partial.is_empty() {
                continue;
            }
            open.partial.insert(*year);
            let told = self.told(by, *year, None);
            if admit(&partial, (by, *year), &told, populations).is_some() {
                open.totals.insert(*year);
            }
        }
        open
    }

    /// Looks which groups may be given beside; the largest first where not all can be.
    pub(super) fn open_groups(
        &self,
        by: &Protecting<'_>,
        attributes: &[Attribute],
        open: &mut Open,
        populations: &mut Populations,
    ) {
        for year in &open.totals {
            let partial = self.partial(*year);
            for attribute in attributes {
                let cells = self.told(by, *year, Some(*attribute));
                let mut admit =
                    |told: &[Told]| admit(&partial, (by, *year), told, populations).is_some();
                let given: Vec<&Told> = if admit(&cells) {
                    cells.iter().collect()
                } else {
                    let one_by_one = cells.chunks(1).filter(|cell| admit(cell));
                    one_by_one.flatten().collect()
                };
                let blocks = given.into_iter().map(|cell| cell.block).collect();
                open.groups.insert((*year, *attribute), blocks);
            }
        }
    }

    /// The parts of which some institutions have not the other.
    fn partial(&self, year: AcademicYear) -> Vec<Partial<'_>> {
        let lines = self.cubes.total.lines(year);
        let both: BTreeSet<usize> = lines.iter().map(|line| line.member).collect();
        let lacking = |(base, _): &Partial<'_>| {
            let own = base.cubes.total.lines(year);
            own.iter().any(|line| !both.contains(&line.member))
        };
        let parts = [(&self.above, true), (&self.below, false)];
        parts.into_iter().filter(lacking).collect()
    }

    /// What a table of the total, or of groups, would tell, the largest cells first.
    fn told(
        &self,
        by: &Protecting<'_>,
        year: AcademicYear,
        attribute: Option<Attribute>,
    ) -> Vec<Told> {
        let dimensions: Vec<Dimension> =
            attribute.map(Dimension::Institution).into_iter().collect();
        let found = self.found(year, &dimensions).unwrap_or_default();
        if found.len() < dimensions.len() {
            return Vec::new();
        }
        let axes: Vec<Axis<'_>> = attribute
            .iter()
            .zip(&found)
            .map(|(attribute, (_, blocks))| by.groups(*attribute, blocks, year))
            .collect();
        let cube = &self.cubes.total;
        let cells = places(&axes).into_iter().enumerate();
        let mut told: Vec<Told> = cells
            .filter_map(|(block, at)| {
                let (_, slack) = self.cell(by, cube, year, &at).ok()?;
                let members = by.together(cube, year, &at).members;
                Some(Told {
                    block,
                    members,
                    slack,
                })
            })
            .collect();
        told.sort_by_key(|cell| (Reverse(cell.slack.below), cell.block));
        told
    }
}

/// Takes cells of one table for given, if everybody of either part's own figures stays free; none where not, or where
/// there is no cell.
fn admit(
    partial: &[Partial<'_>],
    (by, year): (&Protecting<'_>, AcademicYear),
    told: &[Told],
    populations: &mut Populations,
) -> Option<()> {
    let mut more = Vec::new();
    for (base, upper) in partial {
        let key = (base.part, year);
        let known = populations.get(&key).cloned();
        let known = known.or_else(|| Population::of(base, by, year))?;
        let slack = told.iter().map(|cell| match upper {
            true => cell.slack.above,
            false => cell.slack.below,
        });
        more.push((key, known.with(by.regime, told, slack.min()?)?));
    }
    populations.extend(more);
    Some(())
}

/// What of a ratio's tables may be given.
#[derive(Debug, Default)]
pub struct Open {
    /// Years in which some have one part only; in others both parts' own figures say all there is to say.
    partial: BTreeSet<AcademicYear>,
    totals: BTreeSet<AcademicYear>,
    /// Blocks of groups.
    groups: BTreeMap<(AcademicYear, Attribute), BTreeSet<usize>>,
}

impl Open {
    pub(super) fn is_open(&self, year: AcademicYear, at: &[(Axis<'_>, usize)]) -> bool {
        let mut groups = at.iter().filter_map(|(axis, block)| match axis {
            Axis::Groups(attribute, ..) => Some((*attribute, *block)),
            Axis::Codes(..) => None,
        });
        let crossed = at.len() > 1;
        let given = |attribute: Attribute, block: usize| {
            let blocks = self.groups.get(&(year, attribute));
            blocks.is_some_and(|blocks| blocks.contains(&block))
        };
        !self.partial.contains(&year)
            || match groups.next() {
                None => self.totals.contains(&year),
                Some((attribute, block)) => !crossed && given(attribute, block),
            }
    }
}

/// The institutions of a part's own figures, and what ratios have told apart among them.
#[derive(Clone, Debug)]
pub struct Population {
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

    /// With these cells of a table told apart as well, to within some slack; none where somebody would not stay free.
    ///
    /// Whoever an exchange proves free is free for good; others stay so if the slack of every sum that ratios told is more
    /// than the exchange that makes them free among the part's own figures.
    fn with(&self, regime: &Regime, cells: &[Told], slack: i64) -> Option<Self> {
        let mut more = self.clone();
        more.slack = more.slack.min(slack);
        for one in &mut more.placed {
            let cell = cells.iter().find(|cell| cell.members.contains(&one.member));
            one.groups.push(cell.map(|cell| cell.block));
        }
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
