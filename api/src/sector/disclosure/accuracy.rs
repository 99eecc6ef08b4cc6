//! How far protected figures are from the exact ones, measured while they are made.

use super::protect::{Axis, Together};
use super::regime::Regime;
use crate::domain::datasets::Unit;
use crate::sector::release::{Accuracy, Level};
use std::collections::BTreeMap;

/// Figures smaller than this many units are left out of the errors: rounding to 5 says all there is to say of them.
const WORTH_AN_ERROR: i64 = 100;

#[derive(Debug, Default)]
struct Counted {
    figures: u32,
    given: u32,
    harmless: u32,
    harmless_given: u32,
    errors: Vec<i64>,
}

/// What is measured, by level.
#[derive(Debug, Default)]
pub struct Measuring(BTreeMap<&'static str, Counted>);

/// The level of a cell by its axes.
fn level(at: &[(Axis<'_>, usize)]) -> &'static str {
    let codes = at
        .iter()
        .filter(|(axis, _)| matches!(axis, Axis::Codes(..)))
        .count();
    match (at.len() - codes, codes) {
        (0, 0) => "sector",
        (1, 0) => "groups",
        (_, 0) => "groups-by-groups",
        (0, 1) => "codes",
        (0, _) => "codes-by-codes",
        (_, _) => "groups-by-codes",
    }
}

impl Measuring {
    /// A figure that is given.
    pub fn given(&mut self, at: &[(Axis<'_>, usize)], exact: i64, published: i64, unit: Unit) {
        if unit == Unit::Pence || exact < WORTH_AN_ERROR * unit.scale() {
            return;
        }
        let error = (published - exact).abs() * 10_000 / exact;
        self.0.entry(level(at)).or_default().errors.push(error);
    }

    /// A cell as it would be if nothing were protected.
    pub fn base(
        &mut self,
        at: &[(Axis<'_>, usize)],
        together: &Together,
        regime: &Regime,
        given: bool,
    ) {
        if together.total == 0 {
            return;
        }
        let counted = self.0.entry(level(at)).or_default();
        let harmless = together.safe(regime).is_ok();
        counted.figures += 1;
        counted.given += u32::from(given);
        counted.harmless += u32::from(harmless);
        counted.harmless_given += u32::from(harmless && given);
    }

    /// The accuracy of everything measured.
    pub fn finish(self) -> Accuracy {
        let levels = self.0.into_iter().map(|(level, counted)| {
            let count = i64::try_from(counted.errors.len())
                .unwrap_or(i64::MAX)
                .max(1);
            Level {
                level: level.to_owned(),
                figures: counted.figures,
                given: counted.given,
                harmless: counted.harmless,
                harmless_given: counted.harmless_given,
                mean_error: counted.errors.iter().sum::<i64>() / count,
                worst_error: counted.errors.iter().copied().max().unwrap_or_default(),
            }
        });
        Accuracy {
            levels: levels.collect(),
        }
    }
}
