//! Tables by codes: over all institutions, by groups of them, and of two dimensions crossed.

use super::{Axis, Protecting, note_merged, places};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::disclosure::accuracy::Measuring;
use crate::sector::disclosure::blocks::Blocks;
use crate::sector::disclosure::cube::Cube;
use crate::sector::disclosure::structure::Structure;
use crate::sector::release::Table;
use entity::values::AcademicYear;
use std::collections::BTreeMap;

impl Protecting<'_> {
    pub(super) fn of_codes(
        &self,
        unit: Unit,
        cube: &Cube,
        structures: &BTreeMap<AcademicYear, Structure>,
        dimension: Dimension,
        measuring: &mut Measuring,
    ) -> Table {
        let listed = cube.codes(0, &(self.listed)(dimension));
        let mut table = Table {
            dimensions: vec![dimension],
            years: Self::years(cube),
            axes: vec![listed.clone()],
            cells: Vec::new(),
            merged: Vec::new(),
        };
        let single = Blocks::single(listed);
        for year in cube.years.keys() {
            let blocks = structures
                .get(year)
                .and_then(|structure| structure.codes.get(&dimension));
            let axes: Vec<Axis<'_>> = blocks
                .map(|blocks| Axis::codes(cube, 0, blocks))
                .into_iter()
                .collect();
            self.fill(&mut table, unit, cube, *year, &axes, measuring);
            self.measure_base(
                cube,
                *year,
                &[Axis::codes(cube, 0, &single)],
                &table,
                measuring,
            );
        }
        table
    }

    fn fill(
        &self,
        table: &mut Table,
        unit: Unit,
        cube: &Cube,
        year: AcademicYear,
        axes: &[Axis<'_>],
        measuring: &mut Measuring,
    ) {
        if axes.is_empty() {
            return;
        }
        for at in places(axes) {
            table
                .cells
                .push(self.cell(unit, cube, year, &at, measuring));
        }
        note_merged(table, year, axes);
    }

    pub(super) fn of_both(
        &self,
        unit: Unit,
        cube: &Cube,
        structures: &BTreeMap<AcademicYear, Structure>,
        (attribute, dimension): (Attribute, Dimension),
        measuring: &mut Measuring,
    ) -> Table {
        let listed = (
            self.used(cube, attribute),
            cube.codes(0, &(self.listed)(dimension)),
        );
        let mut table = Table {
            dimensions: vec![Dimension::Institution(attribute), dimension],
            years: Self::years(cube),
            axes: vec![listed.0.clone(), listed.1.clone()],
            cells: Vec::new(),
            merged: Vec::new(),
        };
        let single = (Blocks::single(listed.0), Blocks::single(listed.1));
        for year in cube.years.keys() {
            let by_group = structures
                .get(year)
                .and_then(|structure| structure.by_group.get(&dimension));
            let groups = by_group.and_then(|by_group| by_group.groups.get(&attribute));
            let axes: Vec<Axis<'_>> = match (by_group, groups) {
                (Some(by_group), Some(groups)) => vec![
                    self.groups(attribute, groups, *year),
                    Axis::codes(cube, 0, &by_group.codes),
                ],
                _ => Vec::new(),
            };
            self.fill(&mut table, unit, cube, *year, &axes, measuring);
            let base = [
                self.groups(attribute, &single.0, *year),
                Axis::codes(cube, 0, &single.1),
            ];
            self.measure_base(cube, *year, &base, &table, measuring);
        }
        table
    }

    pub(super) fn of_pair(
        &self,
        unit: Unit,
        cube: &Cube,
        structures: &BTreeMap<AcademicYear, Structure>,
        pair: (Dimension, Dimension),
        measuring: &mut Measuring,
    ) -> Table {
        let listed = (
            cube.codes(0, &(self.listed)(pair.0)),
            cube.codes(1, &(self.listed)(pair.1)),
        );
        let mut table = Table {
            dimensions: vec![pair.0, pair.1],
            years: Self::years(cube),
            axes: vec![listed.0.clone(), listed.1.clone()],
            cells: Vec::new(),
            merged: Vec::new(),
        };
        let single = (Blocks::single(listed.0), Blocks::single(listed.1));
        for year in cube.years.keys() {
            let blocks = structures
                .get(year)
                .and_then(|structure| structure.pairs.iter().find(|(known, _)| *known == pair));
            let axes: Vec<Axis<'_>> = blocks
                .map(|(_, (one, other))| {
                    vec![Axis::codes(cube, 0, one), Axis::codes(cube, 1, other)]
                })
                .unwrap_or_default();
            self.fill(&mut table, unit, cube, *year, &axes, measuring);
            let base = [
                Axis::codes(cube, 0, &single.0),
                Axis::codes(cube, 1, &single.1),
            ];
            self.measure_base(cube, *year, &base, &table, measuring);
        }
        table
    }
}
