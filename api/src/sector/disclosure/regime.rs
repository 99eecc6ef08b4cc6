//! Regimes: the numbers by which figures are protected, under a name and a version that every figure carries.

use super::noise::{CKP_1, NoiseTable};
use crate::domain::datasets::Unit;

/// The numbers of one version.
#[derive(Debug)]
pub struct Regime {
    /// Its name: the rounding, and the table of noise.
    pub name: &'static str,
    /// Fewest institutions behind a figure.
    pub contributors: usize,
    /// How close another institution may come to one's value, in per cent (p% rule).
    pub percent: i64,
    /// What figures are rounded to a multiple of, in units.
    pub rounding: i64,
    /// What money is rounded to a multiple of, in pence.
    pub rounding_of_pence: i64,
    /// Fewest institutions behind a median.
    pub median: usize,
    /// Fewest institutions behind quartiles.
    pub quartiles: usize,
    /// Smallest denominator of a percentage, in hundredths of a unit (HESA: 22.5).
    pub smallest_denominator: i64,
    /// Largest population of which no mean is given (HESA: 7).
    pub no_mean_of: i64,
    /// The noise.
    pub noise: &'static NoiseTable,
    /// Controls that are left out, to show what each is for. No regime with a name of its own leaves any out.
    pub without: &'static [Control],
}

/// What stands between a figure and an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Fewest institutions behind a figure.
    Contributors,
    /// The p% rule.
    PPercent,
    /// Noise by cell key.
    Noise,
    /// Rounding.
    Rounding,
    /// No subtraction of what is on offer.
    Subtraction,
    /// No subtraction of releases.
    History,
    /// Both parts of a ratio pass, and those who have only one.
    Ratios,
    /// Medians and quartiles need company.
    Order,
    /// The attack before publishing.
    Attack,
}

/// HESA's rounding to 5 with the first table of noise.
pub static HESA_5_CKP_1: Regime = Regime {
    name: "hesa-5/ckp-1",
    contributors: 3,
    percent: 10,
    rounding: 5,
    rounding_of_pence: 100_000,
    median: 5,
    quartiles: 10,
    smallest_denominator: 2_250,
    no_mean_of: 7,
    noise: &CKP_1,
    without: &[],
};

impl Regime {
    /// Every regime a release may be made under.
    pub const ALL: &'static [&'static Self] = &[&HESA_5_CKP_1];

    /// Whether a control is in force.
    pub fn has(&self, control: Control) -> bool {
        !self.without.contains(&control)
    }

    /// The regime of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|regime| regime.name == name)
    }

    /// An exact figure as it may be published: perturbed by its key, rounded, never negative; zero stays zero.
    ///
    /// In and out in stored units of `scale` to one.
    pub fn published(&self, exact: i64, key: u32, unit: Unit) -> i64 {
        let scale = unit.scale();
        if exact == 0 {
            return 0;
        }
        let base = if unit == Unit::Pence {
            self.rounding_of_pence
        } else {
            self.rounding * scale
        };
        // Money is perturbed in the unit it is rounded to: a pound more or less would hide nothing.
        let step = if unit == Unit::Pence {
            base / self.rounding
        } else {
            scale
        };
        let units = (exact / step).max(1);
        let noise = if self.has(Control::Noise) {
            self.noise.at(units, key) * step
        } else {
            0
        };
        let perturbed = (exact + noise).max(0);
        if self.has(Control::Rounding) {
            rounded(perturbed, base)
        } else {
            perturbed
        }
    }

    /// By how much a published figure may differ from the exact one, in stored units.
    pub fn reach(&self, unit: Unit) -> i64 {
        let scale = unit.scale();
        if unit == Unit::Pence {
            let step = self.rounding_of_pence / self.rounding;
            return self.rounding_of_pence / 2 + self.noise.most * step;
        }
        self.rounding * scale / 2 + self.noise.most * scale
    }
}

/// To the nearest multiple of a base, halves up.
pub const fn rounded(value: i64, base: i64) -> i64 {
    (value * 2 + base) / (base * 2) * base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_hesas() {
        let figures = [(0, 0), (2, 0), (3, 5), (22, 20), (3286, 3285), (55, 55)];
        for (exact, published) in figures {
            assert_eq!(rounded(exact, 5), published);
        }
        assert_eq!(rounded(249, 500), 0);
        assert_eq!(rounded(250, 500), 500);
    }

    #[test]
    fn no_figure_leaves_its_reach_and_zero_stays() {
        let regime = &HESA_5_CKP_1;
        for unit in [Unit::Persons, Unit::FullTimeEquivalent, Unit::Pence] {
            for exact in [1, 2, 3, 7, 250, 1_000, 123_456, 7_654_321] {
                for key in 0..256 {
                    let published = regime.published(exact, key, unit);
                    assert!(published >= 0);
                    assert!(
                        (published - exact).abs() <= regime.reach(unit) + unit.scale(),
                        "{unit:?} {exact} {published}"
                    );
                }
            }
            assert_eq!(regime.published(0, 200, unit), 0);
        }
    }
}
