//! What medians and quartiles beside a total say of the largest institution, whom everybody knows.

use super::attacker::Found;
use super::reading::Told;
use super::view::{Known, SUMS, is_behind};
use entity::values::AcademicYear;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

/// How far a rounded median may be from the mean of the values at its place, in units.
const ROUNDED: f64 = 2.5;

/// A group with its total and order statistics, as one of its institutions sees it.
struct Ordered<'a> {
    told: &'a Told,
    reach: f64,
    own: f64,
    /// Whether a median is one value, and not the mean of three.
    single: bool,
}

/// Largest institutions that are worked out from medians and quartiles, by the smallest and by the second largest.
pub fn largest(known: &Known<'_>, single: bool) -> Vec<Found> {
    let mut found = Vec::new();
    for (release, (told, _)) in known.releases.iter().enumerate() {
        for one in told.iter().filter(|one| one.median.is_some()) {
            let Some(sum) = SUMS.iter().find(|sum| sum.name == one.measure) else {
                continue;
            };
            let values = values(known, release, one);
            let reach = units(known.method.reach(sum.persons));
            let Some((exact, others)) = values.split_last() else {
                continue;
            };
            if exact * 0.1 <= reach || others.is_empty() {
                continue;
            }
            for own in [others[0], others[others.len() - 1]] {
                let (low, high) = Ordered {
                    told: one,
                    reach,
                    own,
                    single,
                }
                .largest(values.len());
                // That the largest is no smaller than the intruder, everybody knows without a release.
                if high < 1.1 * exact - 1e-6 || low > (0.9 * exact).max(own) + 1e-6 {
                    found.push(Found {
                        what: format!("the largest of {:?} in {}", one.axes, one.year),
                        intruder: Some(own.to_string()),
                        exact: *exact,
                        interval: (low, high),
                    });
                }
            }
        }
    }
    found
}

/// The exact values behind a figure, smallest first.
fn values(known: &Known<'_>, release: usize, told: &Told) -> Vec<f64> {
    let sum = SUMS
        .iter()
        .find(|sum| sum.name == told.measure)
        .expect("a sum");
    let year: AcademicYear = told.year;
    let view = known.view(*sum, year, &[]);
    let behind = view
        .entities
        .iter()
        .filter(|one| one.slots[release].is_some() && is_behind(told, one));
    let mut values: Vec<f64> = behind
        .map(|one| units(one.value(release, &vec![true; view.combinations])))
        .collect();
    values.sort_by(f64::total_cmp);
    values
}

impl Ordered<'_> {
    /// The interval of the largest over every rank the intruder may have.
    fn largest(&self, count: usize) -> (f64, f64) {
        let mut interval = (f64::INFINITY, f64::NEG_INFINITY);
        for rank in 0..count - 1 {
            let low = self.bound(count, rank, OptimizationDirection::Minimize);
            let high = self.bound(count, rank, OptimizationDirection::Maximize);
            if let (Some(low), Some(high)) = (low, high) {
                interval = (interval.0.min(low), interval.1.max(high));
            }
        }
        interval
    }

    fn bound(&self, count: usize, rank: usize, direction: OptimizationDirection) -> Option<f64> {
        let mut problem = Problem::new(direction);
        let limits = |place: usize| {
            if place == rank {
                (self.own, self.own)
            } else {
                (0.0, f64::INFINITY)
            }
        };
        let values: Vec<Variable> = (0..count)
            .map(|place| problem.add_var(if place + 1 == count { 1.0 } else { 0.0 }, limits(place)))
            .collect();
        for pair in values.windows(2) {
            problem.add_constraint([(pair[0], 1.0), (pair[1], -1.0)], ComparisonOp::Le, 0.0);
        }
        let mut given = vec![(2, self.told.median)];
        given.extend(
            self.told
                .quartiles
                .map(|(lower, upper)| [(1, Some(lower)), (3, Some(upper))])
                .into_iter()
                .flatten(),
        );
        for (quarter, value) in given {
            let Some(value) = value else { continue };
            let place = ((count - 1) * quarter + 2) / 4;
            let around = if self.single {
                place..place + 1
            } else {
                place.saturating_sub(1)..(place + 2).min(count)
            };
            let many = f64::from(u32::try_from(around.len()).expect("few"));
            self.between(
                &mut problem,
                &values[around],
                (units(value) - ROUNDED) * many,
                (units(value) + ROUNDED) * many,
            );
        }
        let total = units(self.told.value);
        self.between(
            &mut problem,
            &values,
            total - self.reach,
            total + self.reach,
        );
        problem.solve().ok().map(|solution| solution.objective())
    }

    fn between(&self, problem: &mut Problem, values: &[Variable], low: f64, high: f64) {
        let mut sum = LinearExpr::empty();
        values.iter().for_each(|one| sum.add(*one, 1.0));
        problem.add_constraint(sum.clone(), ComparisonOp::Ge, low);
        problem.add_constraint(sum, ComparisonOp::Le, high);
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^52")]
fn units(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}
