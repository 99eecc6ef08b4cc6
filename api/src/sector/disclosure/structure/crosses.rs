//! Which cells of two attributes crossed may be given.

use super::{Decision, Finding, Structure};
use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::disclosure::cube::Line;
use crate::sector::disclosure::safety::Unsafe;
use crate::sector::disclosure::subtraction::not_free;
use std::collections::{BTreeMap, BTreeSet};

impl Finding<'_> {
    pub(super) fn add_cross(
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
}
