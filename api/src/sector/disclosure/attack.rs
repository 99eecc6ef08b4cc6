//! The attack a release must withstand before it is published: what can an institution that knows its own figures work
//! out of another's, from everything the release gives?
//!
//! It reads the published tables as an attacker would: each figure bounds the sum of the institutions behind it, by noise
//! and rounding to either side; values are not negative; the intruder's own is known. Linear programming then says how
//! small and how large another institution's value can be. Institutions that no published group tells apart are one
//! variable, for whatever they have can be any one's.

use super::regime::Regime;
use crate::domain::datasets::Unit;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// A published figure, as the attacker reads it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The institutions behind it.
    pub behind: BTreeSet<usize>,
    /// What was published, in stored units.
    pub value: i64,
}

/// One institution that could be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Whose value.
    pub target: usize,
    /// By whom.
    pub intruder: usize,
}

/// Attacks one set of figures of the same population: `exact` is each institution's value.
pub fn attack(
    told: &[Told],
    exact: &BTreeMap<usize, i64>,
    unit: Unit,
    regime: &Regime,
) -> Option<Breach> {
    let signature = |member: usize| {
        told.iter()
            .map(|one| one.behind.contains(&member))
            .collect::<Vec<bool>>()
    };
    let mut atoms: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for (member, value) in exact {
        if *value > 0 {
            atoms.entry(signature(*member)).or_default().push(*member);
        }
    }
    for (of_target, members) in &atoms {
        // Where two unknown institutions share an atom and neither outweighs the other, there is nothing to solve.
        let mut values: Vec<i64> = members
            .iter()
            .filter_map(|member| exact.get(member))
            .copied()
            .collect();
        values.sort_unstable_by(|one, other| other.cmp(one));
        let rest: i64 = values.iter().skip(2).sum();
        if values.len() > 2
            && rest * 100 >= regime.percent * values.first().copied().unwrap_or_default()
        {
            continue;
        }
        for target in members {
            let Some(intruder) = intruder(*target, members, exact) else {
                continue;
            };
            let solving = Solving {
                told,
                exact,
                atoms: &atoms,
                of_target,
                reach: regime.reach(unit),
                regime,
            };
            if solving.determines(*target, intruder) {
                return Some(Breach {
                    target: *target,
                    intruder,
                });
            }
        }
    }
    None
}

/// The institution whose knowledge tells most: the largest other of the same atom, or of all.
fn intruder(target: usize, members: &[usize], exact: &BTreeMap<usize, i64>) -> Option<usize> {
    let largest = |among: &mut dyn Iterator<Item = &usize>| {
        among
            .filter(|member| **member != target)
            .max_by_key(|member| exact.get(member))
            .copied()
    };
    largest(&mut members.iter()).or_else(|| largest(&mut exact.keys()))
}

struct Solving<'a> {
    told: &'a [Told],
    exact: &'a BTreeMap<usize, i64>,
    atoms: &'a BTreeMap<Vec<bool>, Vec<usize>>,
    of_target: &'a [bool],
    reach: i64,
    regime: &'a Regime,
}

impl Solving<'_> {
    /// Whether the target's value is bound within the regime's per cent, from above or from below.
    fn determines(&self, target: usize, intruder: usize) -> bool {
        let value = self.exact.get(&target).copied().unwrap_or_default();
        if value * self.regime.percent <= 2 * self.reach * 100 {
            // Noise and rounding alone hide it.
            return false;
        }
        let (low, high) = (
            value * (100 - self.regime.percent),
            value * (100 + self.regime.percent),
        );
        let least = self.bound(target, intruder, OptimizationDirection::Minimize);
        let most = self.bound(target, intruder, OptimizationDirection::Maximize);
        least.is_some_and(|least| least * 100 > low) || most.is_some_and(|most| most * 100 < high)
    }

    /// The least or the most the target can have, in whole stored units, outwards.
    fn bound(
        &self,
        target: usize,
        intruder: usize,
        direction: OptimizationDirection,
    ) -> Option<i64> {
        let mut problem = Problem::new(direction);
        let own = problem.add_var(1.0, (0.0, f64::INFINITY));
        let known = self.exact.get(&intruder).copied().unwrap_or_default();
        let mut variables: Vec<(&[bool], Variable)> = vec![(self.of_target, own)];
        let mut of_intruder: &[bool] = &[];
        for (signature, members) in self.atoms {
            if members.contains(&intruder) {
                of_intruder = signature;
            }
            if members
                .iter()
                .any(|member| *member != target && *member != intruder)
            {
                variables.push((signature, problem.add_var(0.0, (0.0, f64::INFINITY))));
            }
        }
        for (place, told) in self.told.iter().enumerate() {
            let mut sum = LinearExpr::empty();
            for (signature, variable) in &variables {
                if signature.get(place).copied().unwrap_or(false) {
                    sum.add(*variable, 1.0);
                }
            }
            let mine = if of_intruder.get(place).copied().unwrap_or(false) {
                known
            } else {
                0
            };
            problem.add_constraint(
                sum.clone(),
                ComparisonOp::Le,
                float(told.value + self.reach - mine),
            );
            problem.add_constraint(sum, ComparisonOp::Ge, float(told.value - self.reach - mine));
        }
        let solution = problem.solve().ok()?;
        whole(*solution.var_value(own))
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]
const fn float(value: i64) -> f64 {
    value as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "figures are far below 2^52"
)]
fn whole(value: f64) -> Option<i64> {
    value.is_finite().then(|| value.round() as i64)
}
