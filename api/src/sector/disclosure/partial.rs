//! Ratios of which some institutions have one part only: those who have both are groups of their own, and no adding and
//! subtracting of these and of either part's figures may lead to an institution.

use super::cube::Line;
use super::protect::{Axis, Protecting};
use super::ratios::{Base, Ratio};
use super::regime::{Control, Regime};
use super::subtraction::{Placed, not_free};
use crate::sector::catalogue::{Attribute, Dimension};
use entity::values::AcademicYear;
use std::collections::BTreeSet;

impl Ratio<'_> {
    /// What may be given of totals and groups without leading to an institution by subtraction, of those who have both
    /// parts among themselves and from those who have one.
    pub(super) fn open(&self, by: &Protecting<'_>, attributes: &[Attribute]) -> Open {
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
                        let at = [(by.groups(*attribute, blocks, *year), *block)];
                        self.cell(by, &self.cubes.total, *year, &at).is_some()
                    })
                    .collect();
                let group = |member: usize| {
                    let block = blocks.of((by.code_of)(member, *year, *attribute))?;
                    given.contains(&block).then_some(block)
                };
                if partial.iter().all(|one| one.bears(by.regime, group)) {
                    for one in &mut partial {
                        one.add(by.regime, group);
                    }
                    open.groups.insert((*year, *attribute));
                }
            }
        }
        open
    }
}

/// What of a ratio's tables may be given.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// Years in which some have one part only; in others both parts' own figures say all there is to say.
    partial: BTreeSet<AcademicYear>,
    totals: BTreeSet<AcademicYear>,
    groups: BTreeSet<(AcademicYear, Attribute)>,
}

impl Open {
    pub(super) fn is_open(&self, year: AcademicYear, at: &[(Axis<'_>, usize)]) -> bool {
        let mut attributes = at.iter().filter_map(|(axis, _)| match axis {
            Axis::Groups(attribute, ..) => Some(*attribute),
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
