//! What a family of tables asks for: its sums, with all that ratios need of them, and its ratios.

use super::{Refused, Work};
use crate::domain::datasets::{Dataset, Unit};
use crate::sector::catalogue::{
    Basis as MeasureBasis, Dimension, Measure, Only, Part, measure, measures,
};
use crate::sector::release::FamilyMeasure;
use std::collections::BTreeSet;

/// A measure of the family, ready.
pub(super) struct Asked {
    pub measure: &'static Measure,
    pub dimensions: Vec<Dimension>,
    /// Of these, those that are crossed with groups of institutions.
    pub crossed: BTreeSet<Dimension>,
    pub pairs: Vec<(Dimension, Dimension)>,
    /// The conditions that ratios put on its rows.
    pub conditions: Vec<Only>,
}

impl Asked {
    /// A measure without any table yet.
    const fn of(measure: &'static Measure) -> Self {
        Self {
            measure,
            dimensions: Vec::new(),
            crossed: BTreeSet::new(),
            pairs: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// Adds dimensions that are crossed with groups of institutions, and pairs.
    fn cross(&mut self, dimensions: &[Dimension], pairs: &[(Dimension, Dimension)]) {
        self.crossed.extend(dimensions);
        let ordered = pairs
            .iter()
            .map(|(one, other)| (*one.min(other), *one.max(other)));
        self.pairs.extend(ordered);
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.alone(dimensions);
        // A pair rests on the codes of both its dimensions.
        let of_pairs: Vec<Dimension> = self
            .pairs
            .iter()
            .flat_map(|(one, other)| [*one, *other])
            .collect();
        self.alone(&of_pairs);
    }

    /// Adds dimensions that are given over all institutions only.
    fn alone(&mut self, dimensions: &[Dimension]) {
        self.dimensions.extend(dimensions);
        self.dimensions.sort_unstable();
        self.dimensions.dedup();
    }

    /// Which of the conditions on a dimension keep a code: codes with the same answer may be merged without cutting
    /// through what a ratio is made of.
    pub fn kept(&self, dimension: Dimension, code: &str) -> String {
        let own = self.conditions.iter();
        let own = own.filter(|only| Dimension::Rows(only.dimension) == dimension);
        own.map(|only| if only.keeps(code) { '1' } else { '0' })
            .collect()
    }
}

impl Work<'_> {
    /// The measures of the family: sums first, with all that ratios need of them, then ratios.
    pub(super) fn parts(&self) -> Result<(Vec<Asked>, Vec<Asked>), Refused> {
        let mut sums: Vec<Asked> = Vec::new();
        let mut ratios = Vec::new();
        for asked in &self.family.measures {
            let found = measure(&asked.measure)
                .ok_or_else(|| Refused::Family(format!("no measure {}", asked.measure)))?;
            check(found, asked)?;
            match found.basis {
                MeasureBasis::Sum(_) => {
                    if let Some(known) = entry(&mut sums, found) {
                        known.cross(&asked.dimensions, &asked.pairs);
                        known.alone(&asked.alone);
                    }
                }
                MeasureBasis::Per100 { above, below, .. } => {
                    for part in [above, below] {
                        let base = base_of(part).ok_or_else(|| {
                            Refused::Family(format!("no base of {}", asked.measure))
                        })?;
                        let (dimensions, pairs) = needed(part, base, &asked.dimensions);
                        if let Some(known) = entry(&mut sums, base) {
                            known.cross(&dimensions, &pairs);
                            known.conditions.extend(part.only());
                        }
                    }
                    ratios.push(Asked {
                        dimensions: asked.dimensions.clone(),
                        ..Asked::of(found)
                    });
                }
                MeasureBasis::Participation | MeasureBasis::Plans(_) => {
                    return Err(Refused::Family(format!(
                        "{} is not for releases",
                        asked.measure
                    )));
                }
            }
        }
        Ok((sums, ratios))
    }
}

/// The place of a sum among those asked for; a new one where it was not yet.
fn entry<'a>(sums: &'a mut Vec<Asked>, measure: &'static Measure) -> Option<&'a mut Asked> {
    let is = |known: &Asked| known.measure.name == measure.name;
    if !sums.iter().any(is) {
        sums.push(Asked::of(measure));
    }
    sums.iter_mut().find(|known| is(known))
}

/// The measure that is a part's own sum.
pub(super) fn base_of(part: Part) -> Option<&'static Measure> {
    let whole = match part {
        Part::Rows { figure, .. } => Part::Rows { figure, only: None },
        Part::Outputs(credit) => Part::Outputs(credit),
    };
    measures()
        .iter()
        .find(|measure| measure.basis == MeasureBasis::Sum(whole))
}

/// The dimensions and pairs a ratio needs of a part's own sum.
fn needed(
    part: Part,
    base: &Measure,
    dimensions: &[Dimension],
) -> (Vec<Dimension>, Vec<(Dimension, Dimension)>) {
    let own: Vec<Dimension> = dimensions
        .iter()
        .copied()
        .filter(|one| base.dimensions.contains(one))
        .collect();
    match part {
        Part::Rows {
            only: Some(only), ..
        } => {
            let conditioned = Dimension::Rows(only.dimension);
            let pairs = own
                .iter()
                .map(|one| (conditioned.min(*one), conditioned.max(*one)));
            (vec![conditioned], pairs.collect())
        }
        Part::Rows { only: None, .. } | Part::Outputs(_) => (own, Vec::new()),
    }
}

fn check(measure: &Measure, asked: &FamilyMeasure) -> Result<(), Refused> {
    let pairs = asked.pairs.iter().flat_map(|(one, other)| [*one, *other]);
    let single = asked.dimensions.iter().chain(&asked.alone).copied();
    for dimension in single.chain(pairs) {
        if !dimension.of_figures() || !measure.dimensions.contains(&dimension) {
            return Err(Refused::Family(format!(
                "{} is not broken down by {}",
                measure.name,
                dimension.as_str()
            )));
        }
    }
    Ok(())
}

/// The unit of a sum.
pub fn unit(measure: &Measure) -> Unit {
    match measure.basis {
        MeasureBasis::Sum(Part::Rows { figure, .. }) => {
            let dataset = Dataset::of(figure.dataset);
            let found = dataset
                .measure(figure.measure)
                .and_then(|place| dataset.measures.get(place));
            found.map_or(Unit::Persons, |measure| measure.unit)
        }
        MeasureBasis::Sum(Part::Outputs(_)) => Unit::Outputs,
        MeasureBasis::Per100 { .. } | MeasureBasis::Participation | MeasureBasis::Plans(_) => {
            Unit::Persons
        }
    }
}
