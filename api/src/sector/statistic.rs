//! Total, mean and median of what institutions contribute, exactly, rounded once.

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

/// One statistic of the institutions' contributions, in hundredths.
pub(super) fn of(
    statistic: Statistic,
    contributions: &[Contribution],
    scale: i64,
) -> Option<Hundredths> {
    if contributions.is_empty() {
        return None;
    }
    let to_hundredths = i128::from(100 / scale);
    let value = match statistic {
        Statistic::Total => {
            let total: i128 = contributions.iter().map(|one| i128::from(one.value)).sum();
            let divisor: i128 = contributions
                .iter()
                .map(|one| i128::from(one.divisor))
                .sum();
            if divisor > 0 {
                divided(total * 10_000, divisor)
            } else {
                total * to_hundredths
            }
        }
        Statistic::Mean => {
            // The ratio of each institution is rounded to a millionth of a hundredth before the mean is taken.
            let sum: i128 = contributions
                .iter()
                .map(|one| fine(*one, to_hundredths))
                .sum();
            divided(
                sum,
                i128::try_from(contributions.len()).unwrap_or(i128::MAX) * FINE,
            )
        }
        Statistic::Median => {
            let mut values: Vec<i128> = contributions
                .iter()
                .map(|one| fine(*one, to_hundredths))
                .collect();
            values.sort_unstable();
            let middle = values.len() / 2;
            let upper = values.get(middle).copied().unwrap_or_default();
            let lower = if values.len().is_multiple_of(2) {
                values.get(middle - 1).copied().unwrap_or(upper)
            } else {
                upper
            };
            divided(lower + upper, 2 * FINE)
        }
    };
    i64::try_from(value).ok().map(Hundredths)
}

/// Extra places kept until the end.
const FINE: i128 = 1_000_000;

/// One institution's value in hundredths, with the extra places.
fn fine(one: Contribution, to_hundredths: i128) -> i128 {
    if one.divisor > 0 {
        divided(
            i128::from(one.value) * 10_000 * FINE,
            i128::from(one.divisor),
        )
    } else {
        i128::from(one.value) * to_hundredths * FINE
    }
}

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

    #[test]
    fn counts_are_summed_and_halves_go_up() {
        let counts = plain(&[1, 2, 2]);
        assert_eq!(of(Statistic::Total, &counts, 1), Some(Hundredths::whole(5)));
        assert_eq!(of(Statistic::Mean, &counts, 1), Some(Hundredths(167)));
        assert_eq!(
            of(Statistic::Median, &counts, 1),
            Some(Hundredths::whole(2))
        );
        assert_eq!(
            of(Statistic::Median, &plain(&[1, 2]), 1),
            Some(Hundredths(150))
        );
        assert_eq!(
            of(Statistic::Mean, &plain(&[1, 2]), 100),
            Some(Hundredths(2))
        );
        assert_eq!(of(Statistic::Total, &[], 1), None);
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
        assert_eq!(of(Statistic::Total, &ratios, 1), Some(Hundredths(8462)));
        assert_eq!(of(Statistic::Mean, &ratios, 1), Some(Hundredths(6667)));
        assert_eq!(of(Statistic::Median, &ratios, 1), Some(Hundredths(6667)));
    }
}
