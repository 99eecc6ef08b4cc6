//! The ratios of a release: all their totals first, then their groups, because they share their parts.

use super::parts::{Asked, base_of};
use super::{Sums, Work};
use crate::sector::Facts;
use crate::sector::catalogue::{Basis as MeasureBasis, Measure, Part};
use crate::sector::disclosure::partial::Open;
use crate::sector::disclosure::populations::{Populations, ToldApart};
use crate::sector::disclosure::protect::Protecting;
use crate::sector::disclosure::ratios::{Base, Ratio};
use crate::sector::disclosure::structure::{Cubes, Decision};
use crate::sector::release::Released;

impl Work<'_> {
    /// The ratios asked for, of the sums that were found, and what they tell apart. `step` is told before each.
    pub(super) fn ratios(
        &self,
        asked: &[Asked],
        (found, by): (&Sums, &Protecting<'_>),
        facts: &Facts<'_>,
        step: &dyn Fn(usize, &str),
        decisions: &mut Vec<(String, Decision)>,
    ) -> (Vec<Released>, Vec<ToldApart>) {
        let cubes_of = |(number, part): (usize, &Asked)| {
            step(number, &part.measure.name);
            Cubes::of(part.measure, (&part.dimensions, &part.crossed), &[], facts)
        };
        let cubes: Vec<Cubes> = asked.iter().enumerate().map(cubes_of).collect();
        let slugs = self.facts.members.iter().map(|one| one.slug.to_string());
        let earlier = self.earlier.map_or(&[][..], |earlier| &earlier.basis.told);
        let mut populations = Populations::new(slugs.collect(), earlier);
        let ready = asked
            .iter()
            .zip(&cubes)
            .filter_map(|(part, cubes)| Some((part.measure, ratio(part.measure, cubes, found)?)));
        let mut ratios: Vec<(&Measure, Ratio<'_>, Open)> = ready
            .map(|(measure, ratio)| {
                let open = ratio.open_totals(by, &mut populations);
                (measure, ratio, open)
            })
            .collect();
        let mut released = Vec::new();
        for (measure, ratio, open) in &mut ratios {
            ratio.open_groups(by, &self.family.attributes, open, &mut populations);
            let mut log = Vec::new();
            let tables = ratio.tables(by, &self.family.attributes, open, &mut log);
            released.push(self.released(measure, &ratio.cubes.total, tables));
            decisions.extend(log.into_iter().map(|line| (measure.name.clone(), line)));
        }
        (released, populations.told())
    }
}

fn ratio<'a>(measure: &'a Measure, cubes: &'a Cubes, found: &'a Sums) -> Option<Ratio<'a>> {
    let MeasureBasis::Per100 {
        above,
        below,
        share,
    } = measure.basis
    else {
        return None;
    };
    let base = |part: Part| {
        let name = &base_of(part)?.name;
        Some(Base {
            part,
            cubes: found.cubes.get(name)?,
            structures: found.structures.get(name)?,
        })
    };
    Some(Ratio {
        name: &measure.name,
        above: base(above)?,
        below: base(below)?,
        share,
        cubes,
    })
}
