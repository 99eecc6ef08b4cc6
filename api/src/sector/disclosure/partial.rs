//! Ratios of which some institutions have one part only: those who have both are groups of their own, and no adding and
//! subtracting of these and of either part's figures may lead to an institution.
//!
//! Ratios share their parts: technicians are below the line of half of them. So what was opened for one ratio is kept in
//! mind for the next that has the same part; and totals, which are asked for most, are opened before groups.

use super::populations::Populations;
use super::protect::{Axis, Protecting, places};
use super::ratios::{Base, Ratio, Slack};
use super::regime::Control;
use crate::sector::catalogue::{Attribute, Dimension};
use entity::values::AcademicYear;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) fn open_totals(
        &self,
        by: &Protecting<'_>,
        populations: &mut Populations<'_>,
    ) -> Open {
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
            if self.admit(&partial, (by, *year), &told, populations) {
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
        populations: &mut Populations<'_>,
    ) {
        for year in &open.totals {
            let partial = self.partial(*year);
            for attribute in attributes {
                let cells = self.told(by, *year, Some(*attribute));
                let mut admit =
                    |told: &[Told]| self.admit(&partial, (by, *year), told, populations);
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
        let Some(found) = self.found(year, &dimensions) else {
            return Vec::new();
        };
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

impl Ratio<'_> {
    /// Takes cells of one table for given, if everybody of either part's own figures stays free. Whether they do, and
    /// there is a cell.
    fn admit(
        &self,
        partial: &[Partial<'_>],
        (by, year): (&Protecting<'_>, AcademicYear),
        told: &[Told],
        populations: &mut Populations<'_>,
    ) -> bool {
        let slack = |of: fn(&Slack) -> i64| told.iter().map(|cell| of(&cell.slack)).min();
        let (Some(above), Some(below)) = (slack(|one| one.above), slack(|one| one.below)) else {
            return false;
        };
        let cells: Vec<&BTreeSet<usize>> = told.iter().map(|cell| &cell.members).collect();
        let mut more = Vec::new();
        for (base, upper) in partial {
            let slack = if *upper { above } else { below };
            let known = populations.of(base, by, year);
            let Some(one) = known.and_then(|known| known.with(by.regime, &cells, slack)) else {
                return false;
            };
            more.push((base.part, one));
        }
        populations.take(self.name, year, more, (&cells, above, below));
        true
    }
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
