//! The attacker: an institution that knows its own figures, who is in which group, and the method, works by linear
//! programming on what a release gives.
//!
//! It shares nothing with the audit the service makes of itself.

use super::view::View;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};
use std::collections::BTreeMap;

/// What was worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Of what: an institution, or a cell.
    pub what: String,
    /// By whom.
    pub intruder: Option<String>,
    /// The exact value.
    pub exact: f64,
    /// The interval it must lie in.
    pub interval: (f64, f64),
}

/// What is to be worked out: a sum of one release.
#[derive(Clone, Debug)]
struct Target {
    release: usize,
    /// One institution, or all those behind a figure.
    institution: Option<usize>,
    behind: Vec<bool>,
    codes: Vec<bool>,
}

/// Smallest value of an institution that is to be worked out within ten per cent: below, it is a small count.
const LEAST: i64 = 500;
/// How many of the weakest are tried for each question of a view.
const WEAKEST: usize = 4;

impl View {
    /// The first bound that the truth does not keep: the attacker would be reasoning from something false.
    pub fn misread(&self) -> Option<String> {
        self.bounds.iter().find_map(|bound| {
            let exact: i64 = self
                .entities
                .iter()
                .zip(&bound.behind)
                .filter(|(_, kept)| **kept)
                .map(|(one, _)| one.value(bound.release, &bound.codes))
                .sum();
            (exact < bound.low || exact > bound.high)
                .then(|| format!("{exact} is not in {}..{}", bound.low, bound.high))
        })
    }

    /// Every value of an institution that is worked out within ten per cent: `all` tries every institution, otherwise
    /// the weakest only.
    pub fn values(&self, all: bool) -> Vec<Found> {
        let mut found = Vec::new();
        for target in self.targets(all) {
            let institution = target.institution.expect("an institution");
            for intruder in self.intruders(&target, institution) {
                let exact = units(self.entities[institution].value(target.release, &target.codes));
                let (low, high) = self.interval(&target, Some(intruder));
                if high < 1.1 * exact - 1e-6 || low > 0.9 * exact + 1e-6 {
                    found.push(self.found(&target, Some(intruder), exact, (low, high)));
                    break;
                }
            }
        }
        found
    }

    /// Every count of persons from 1 to 4, of a cell or of an institution in a cell, that is worked out.
    pub fn counts(&self) -> Vec<Found> {
        if !self.persons {
            return Vec::new();
        }
        let mut found = Vec::new();
        for target in self.small() {
            let exact = units(self.exact(&target));
            let largest = (0..self.entities.len())
                .filter(|one| target.behind[*one] && target.institution != Some(*one))
                .max_by_key(|one| self.entities[*one].value(target.release, &target.codes));
            for intruder in [None, largest] {
                let (low, high) = self.interval(&target, intruder);
                if (low - 1e-6).ceil() >= (high + 1e-6).floor() {
                    found.push(self.found(&target, intruder, exact, (low, high)));
                    break;
                }
            }
        }
        found
    }

    fn found(
        &self,
        target: &Target,
        intruder: Option<usize>,
        exact: f64,
        interval: (f64, f64),
    ) -> Found {
        let name = |place: usize| self.entities[place].slug.clone();
        let behind = target.behind.iter().filter(|kept| **kept).count();
        let what = target
            .institution
            .map_or_else(|| format!("a cell of {behind}"), name);
        Found {
            what: format!(
                "{what} in release {} of {:?}",
                target.release + 1,
                target.codes
            ),
            intruder: intruder.map(name),
            exact,
            interval,
        }
    }

    fn exact(&self, target: &Target) -> i64 {
        match target.institution {
            Some(place) => self.entities[place].value(target.release, &target.codes),
            None => self
                .entities
                .iter()
                .zip(&target.behind)
                .filter(|(_, kept)| **kept)
                .map(|(one, _)| one.value(target.release, &target.codes))
                .sum(),
        }
    }

    /// Each institution's total and combinations, the weakest first.
    fn targets(&self, all: bool) -> Vec<Target> {
        let mut targets = Vec::new();
        for (place, entity) in self.entities.iter().enumerate() {
            let Some(release) = entity.slots.iter().rposition(Option::is_some) else {
                continue;
            };
            let single = (0..self.combinations).map(|one| {
                (0..self.combinations)
                    .map(|other| one == other)
                    .collect::<Vec<bool>>()
            });
            let whole = if self.combinations == 1 {
                None
            } else {
                Some(vec![true; self.combinations])
            };
            for codes in single.chain(whole) {
                let value = entity.value(release, &codes);
                if value >= LEAST {
                    let mut behind = vec![false; self.entities.len()];
                    behind[place] = true;
                    let target = Target {
                        release,
                        institution: Some(place),
                        behind,
                        codes,
                    };
                    targets.push((self.company(&target, place, value), target));
                }
            }
        }
        targets.sort_by_key(|(company, target)| (*company, target.institution));
        let many = if all { targets.len() } else { WEAKEST };
        targets
            .into_iter()
            .take(many)
            .map(|(_, target)| target)
            .collect()
    }

    /// How much, in per cent of the target's value, others than it and the largest other have in the smallest figure.
    fn company(&self, target: &Target, place: usize, value: i64) -> i64 {
        let of = |behind: &[bool], codes: &[bool]| {
            let others = (0..self.entities.len()).filter(|one| behind[*one] && *one != place);
            let others: Vec<i64> = others
                .map(|one| self.entities[one].value(target.release, codes))
                .collect();
            others.iter().sum::<i64>() - others.iter().max().copied().unwrap_or_default()
        };
        let containing = self.bounds.iter().filter(|bound| {
            bound.release == target.release
                && bound.behind[place]
                && covers(&bound.codes, &target.codes)
        });
        containing
            .map(|bound| of(&bound.behind, &bound.codes) * 100 / value)
            .min()
            .unwrap_or(i64::MAX)
    }

    /// Those whose knowledge tells most: the largest other that nothing tells from the target, and the largest other
    /// of the smallest figure the target is in.
    fn intruders(&self, target: &Target, place: usize) -> Vec<usize> {
        let size = |one: usize| self.entities[one].value(target.release, &target.codes);
        let largest = |among: &dyn Fn(usize) -> bool| {
            (0..self.entities.len())
                .filter(|one| *one != place && among(*one))
                .max_by_key(|one| size(*one))
        };
        let alike = |one: usize| {
            self.bounds
                .iter()
                .all(|bound| bound.behind[one] == bound.behind[place])
        };
        let containing = self.bounds.iter().filter(|bound| {
            bound.release == target.release
                && bound.behind[place]
                && covers(&bound.codes, &target.codes)
        });
        let smallest = containing.min_by_key(|bound| {
            (0..self.entities.len())
                .filter(|one| bound.behind[*one])
                .map(size)
                .sum::<i64>()
        });
        let mut intruders: Vec<usize> = largest(&alike).into_iter().collect();
        intruders.extend(smallest.and_then(|bound| largest(&|one| bound.behind[one])));
        intruders.extend(largest(&|_| true).filter(|_| intruders.is_empty()));
        intruders.dedup();
        intruders
    }

    /// Cells of 1 to 4 persons, and institutions of 1 to 4 in the cells that hold fewest.
    fn small(&self) -> Vec<Target> {
        let small = |value: i64| (100..=400).contains(&value);
        let mut cells = Vec::new();
        let mut own = Vec::new();
        for bound in &self.bounds {
            let cell = Target {
                release: bound.release,
                institution: None,
                behind: bound.behind.clone(),
                codes: bound.codes.clone(),
            };
            let exact = self.exact(&cell);
            for (place, entity) in self
                .entities
                .iter()
                .enumerate()
                .filter(|(place, _)| bound.behind[*place])
            {
                if small(entity.value(bound.release, &bound.codes))
                    && own.len() < WEAKEST
                    && exact < 1_000
                {
                    let mut behind = vec![false; self.entities.len()];
                    behind[place] = true;
                    own.push(Target {
                        institution: Some(place),
                        behind: bound.behind.clone(),
                        ..cell.clone()
                    });
                }
            }
            if small(exact) {
                cells.push(cell);
            }
        }
        cells.into_iter().chain(own).collect()
    }

    /// The least and the most that the target can be, in units.
    fn interval(&self, target: &Target, intruder: Option<usize>) -> (f64, f64) {
        let solving = Solving::of(self, target, intruder);
        (
            solving.bound(OptimizationDirection::Minimize),
            solving.bound(OptimizationDirection::Maximize),
        )
    }
}

fn covers(wide: &[bool], narrow: &[bool]) -> bool {
    wide.iter()
        .zip(narrow)
        .all(|(wide, narrow)| *wide || !*narrow)
}

#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]
fn units(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// Unknowns: values of institutions that nothing tells apart are one, by version and combination.
struct Solving<'a> {
    view: &'a View,
    target: &'a Target,
    intruder: Option<usize>,
    /// An institution of each kind.
    one_of: Vec<usize>,
}

impl<'a> Solving<'a> {
    fn of(view: &'a View, target: &'a Target, intruder: Option<usize>) -> Self {
        let mut kinds: BTreeMap<(bool, bool, Vec<bool>, Vec<Option<usize>>), usize> =
            BTreeMap::new();
        let mut one_of = Vec::new();
        for (place, entity) in view.entities.iter().enumerate() {
            let behind = view
                .bounds
                .iter()
                .map(|bound| bound.behind[place])
                .collect();
            let apart = (
                target.behind[place] && target.institution.is_none_or(|one| one == place),
                intruder == Some(place),
                behind,
                entity.slots.clone(),
            );
            let next = kinds.len();
            let of = *kinds.entry(apart).or_insert(next);
            if of == next {
                one_of.push(place);
            }
        }
        Self {
            view,
            target,
            intruder,
            one_of,
        }
    }

    /// The optimum of the target, outwards without limit where there is none.
    fn bound(&self, direction: OptimizationDirection) -> f64 {
        let outwards = match direction {
            OptimizationDirection::Minimize => 0.0,
            OptimizationDirection::Maximize => f64::INFINITY,
        };
        let mut problem = Problem::new(direction);
        let mut variables: Vec<Vec<Vec<Variable>>> = Vec::new();
        for place in &self.one_of {
            let entity = &self.view.entities[*place];
            let of_target = self.target.behind[*place]
                && self.target.institution.is_none_or(|one| one == *place);
            let mut slots = Vec::new();
            for slot in 0..entity.exact.len() {
                let wanted = of_target && entity.slots[self.target.release] == Some(slot);
                let limits = |code: usize| {
                    let own = units(entity.exact[slot][code]);
                    if self.intruder == Some(*place) {
                        (own, own)
                    } else {
                        (0.0, f64::INFINITY)
                    }
                };
                let weight = |code: usize| {
                    if wanted && self.target.codes[code] {
                        1.0
                    } else {
                        0.0
                    }
                };
                slots.push(
                    (0..self.view.combinations)
                        .map(|code| problem.add_var(weight(code), limits(code)))
                        .collect(),
                );
            }
            variables.push(slots);
        }
        for bound in &self.view.bounds {
            let mut sum = LinearExpr::empty();
            for (kind, place) in self.one_of.iter().enumerate() {
                let entity = &self.view.entities[*place];
                let (true, Some(slot)) = (bound.behind[*place], entity.slots[bound.release]) else {
                    continue;
                };
                for (code, variable) in variables[kind][slot].iter().enumerate() {
                    if bound.codes[code] {
                        sum.add(*variable, 1.0);
                    }
                }
            }
            let shown = problem.add_var(0.0, (units(bound.low), units(bound.high)));
            sum.add(shown, -1.0);
            problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
        }
        match problem.solve() {
            Ok(solution) => solution.objective(),
            Err(microlp::Error::Unbounded) => outwards,
            Err(fault) => panic!("the attacker's picture cannot be: {fault}"),
        }
    }
}
