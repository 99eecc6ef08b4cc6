//! Total, mean, median and quartiles of what institutions contribute, exactly, rounded once.

use super::catalogue::Statistic;
use entity::values::Hundredths;

/// What one institution puts into one cell: a value, or the two parts of a ratio.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contribution {
    /// The value, or the upper part of a ratio, in stored units.
    pub value: i64,
    /// The lower part of a ratio; 0 where the value is no ratio.
    pub divisor: i64,
}

/// One statistic of the institutions' contributions, in hundredths, with its quartiles where it has them.
pub(super) fn of(
    statistic: Statistic,
    contributions: &[Contribution],
    scale: i64,
    factor: i64,
) -> (Option<Hundredths>, Option<(Hundredths, Hundredths)>) {
    if contributions.is_empty() {
        return (None, None);
    }
    let by = By::new(scale, factor);
    match statistic {
        Statistic::Total | Statistic::Share | Statistic::Change | Statistic::Index => {
            let (above, below) = by.total(contributions);
            (Exact { above, below }.rounded(), None)
        }
        Statistic::Mean => (hundredths(by.mean(contributions)), None),
        Statistic::Median => (hundredths(quantile(&by.sorted(contributions), 2)), None),
        Statistic::Quartiles => {
            let sorted = by.sorted(contributions);
            let (lower, upper) = (
                hundredths(quantile(&sorted, 1)),
                hundredths(quantile(&sorted, 3)),
            );
            (hundredths(quantile(&sorted, 2)), lower.zip(upper))
        }
    }
}

/// The total of contributions before it is rounded; none of none.
pub(super) fn total(contributions: &[Contribution], scale: i64, factor: i64) -> Option<Exact> {
    let (above, below) = By::new(scale, factor).total(contributions);
    (!contributions.is_empty()).then_some(Exact { above, below })
}

/// A value in hundredths before it is rounded: a number by another, which is above zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    above: i128,
    below: i128,
}

impl Exact {
    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self {
            above: i128::from(number) * 100,
            below: 1,
        }
    }

    /// It less another.
    pub const fn less(self, other: Self) -> Self {
        Self {
            above: self.above * other.below - other.above * self.below,
            below: self.below * other.below,
        }
    }

    /// It as a percentage of another; none of nothing.
    pub fn percent_of(self, of: Self) -> Option<Self> {
        (of.above > 0).then_some(Self {
            above: self.above * of.below * 10_000,
            below: self.below * of.above,
        })
    }

    /// To hundredths, halves up, also below zero.
    pub fn rounded(self) -> Option<Hundredths> {
        hundredths((self.above * 2 + self.below).div_euclid(self.below * 2))
    }
}

/// A value as a percentage of another; none of nothing.
pub(super) fn percent(value: i64, of: i64) -> Option<Hundredths> {
    (of > 0).then(|| hundredths(divided(i128::from(value) * 10_000, i128::from(of))))?
}

fn hundredths(value: i128) -> Option<Hundredths> {
    i64::try_from(value).ok().map(Hundredths)
}

/// By what contributions are multiplied to become hundredths.
struct By {
    to_hundredths: i128,
    factor: i128,
}

impl By {
    fn new(scale: i64, factor: i64) -> Self {
        Self {
            to_hundredths: i128::from(100 / scale),
            factor: i128::from(factor) * 100,
        }
    }

    /// The sum, or the two parts of the ratio of sums.
    fn total(&self, contributions: &[Contribution]) -> (i128, i128) {
        let total: i128 = contributions.iter().map(|one| i128::from(one.value)).sum();
        let divisor: i128 = contributions
            .iter()
            .map(|one| i128::from(one.divisor))
            .sum();
        if divisor > 0 {
            (total * self.factor, divisor)
        } else {
            (total * self.to_hundredths, 1)
        }
    }

    fn mean(&self, contributions: &[Contribution]) -> i128 {
        let sum: i128 = contributions.iter().map(|one| self.fine(*one)).sum();
        let count = i128::try_from(contributions.len()).unwrap_or(i128::MAX);
        // Each ratio is off by half a place at most; what is that near to a half is one, and goes up.
        divided(sum + count, count * FINE)
    }

    fn sorted(&self, contributions: &[Contribution]) -> Vec<i128> {
        let mut values: Vec<i128> = contributions.iter().map(|one| self.fine(*one)).collect();
        values.sort_unstable();
        values
    }

    /// One institution's value in hundredths, with the extra places.
    fn fine(&self, one: Contribution) -> i128 {
        if one.divisor > 0 {
            divided(
                i128::from(one.value) * self.factor * FINE,
                i128::from(one.divisor),
            )
        } else {
            i128::from(one.value) * self.to_hundredths * FINE
        }
    }
}

/// A quartile by type 7 of Hyndman and Fan: at a quarter, a half or three quarters of the way from the first value to the
/// last, in a straight line between the two it falls between.
fn quantile(sorted: &[i128], quarter: usize) -> i128 {
    let fourths = sorted.len().saturating_sub(1) * quarter;
    let (place, rest) = (fourths / 4, i128::try_from(fourths % 4).unwrap_or_default());
    let lower = sorted.get(place).copied().unwrap_or_default();
    let upper = sorted.get(place + 1).copied().unwrap_or(lower);
    divided(lower * 4 + (upper - lower) * rest + 4, 4 * FINE)
}

/// Extra places of an institution's own ratio, kept until the end.
const FINE: i128 = 1_000_000_000_000_000;

/// Division of non-negative numbers, halves up.
const fn divided(above: i128, below: i128) -> i128 {
    (above * 2 + below) / (below * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(values: &[i64]) -> Vec<Contribution> {
        values
            .iter()
            .map(|value| Contribution {
                value: *value,
                divisor: 0,
            })
            .collect()
    }

    fn value(
        statistic: Statistic,
        contributions: &[Contribution],
        scale: i64,
    ) -> Option<Hundredths> {
        of(statistic, contributions, scale, 100).0
    }

    #[test]
    fn quartiles_lie_in_a_straight_line_between_two_values() {
        let four = of(Statistic::Quartiles, &plain(&[1, 2, 3, 10]), 1, 100);
        assert_eq!(
            four,
            (
                Some(Hundredths(250)),
                Some((Hundredths(175), Hundredths(475)))
            )
        );
        let one = of(Statistic::Quartiles, &plain(&[7]), 1, 100);
        assert_eq!(
            one,
            (
                Some(Hundredths(700)),
                Some((Hundredths(700), Hundredths(700)))
            )
        );
        let five = of(Statistic::Quartiles, &plain(&[5, 1, 4, 2, 3]), 1, 100);
        assert_eq!(
            five,
            (
                Some(Hundredths(300)),
                Some((Hundredths(200), Hundredths(400)))
            )
        );
    }

    #[test]
    fn counts_are_summed_and_halves_go_up() {
        let counts = plain(&[1, 2, 2]);
        assert_eq!(
            value(Statistic::Total, &counts, 1),
            Some(Hundredths::whole(5))
        );
        assert_eq!(value(Statistic::Mean, &counts, 1), Some(Hundredths(167)));
        assert_eq!(
            value(Statistic::Median, &counts, 1),
            Some(Hundredths::whole(2))
        );
        assert_eq!(
            value(Statistic::Median, &plain(&[1, 2]), 1),
            Some(Hundredths(150))
        );
        assert_eq!(
            value(Statistic::Mean, &plain(&[1, 2]), 100),
            Some(Hundredths(2))
        );
        assert_eq!(value(Statistic::Total, &[], 1), None);
    }

    #[test]
    fn a_ratio_of_sums_is_not_the_mean_of_ratios() {
        let ratios = [
            Contribution {
                value: 1,
                divisor: 3,
            },
            Contribution {
                value: 10,
                divisor: 10,
            },
        ];
        assert_eq!(value(Statistic::Total, &ratios, 1), Some(Hundredths(8462)));
        assert_eq!(value(Statistic::Mean, &ratios, 1), Some(Hundredths(6667)));
        assert_eq!(value(Statistic::Median, &ratios, 1), Some(Hundredths(6667)));
    }

    #[test]
    fn a_half_made_of_thirds_goes_up() {
        let of = |value, divisor| Contribution { value, divisor };
        let ratios = [of(1, 3), of(1, 3), of(1, 3), of(1, 5_000)];
        assert_eq!(value(Statistic::Mean, &ratios, 1), Some(Hundredths(2501)));
    }

    #[test]
    fn changes_and_indices_are_rounded_once() {
        let total = |value, divisor| total(&[Contribution { value, divisor }], 1, 100);
        let (now, before) = (total(1, 300).expect("some"), total(1, 700).expect("some"));
        // 0.3333... less 0.142857... is 0.190476...; the one by the other is 233.3333... per cent.
        assert_eq!(now.less(before).rounded(), Some(Hundredths(19)));
        assert_eq!(before.less(now).rounded(), Some(Hundredths(-19)));
        assert_eq!(
            now.percent_of(before).and_then(Exact::rounded),
            Some(Hundredths(23_333))
        );
        assert!(now.percent_of(Exact::whole(0)).is_none());
    }
}
