//! The attack on what is about to be published.

use super::parts::unit;
use super::{Refused, Work};
use crate::domain::datasets::Unit;
use crate::sector::catalogue::{Dimension, Measure};
use crate::sector::disclosure::attack::{Told, attack};
use crate::sector::disclosure::cube::Cube;
use crate::sector::disclosure::protect::Protecting;
use crate::sector::disclosure::regime::Control;
use crate::sector::disclosure::structure::Cubes;
use crate::sector::release::Table;
use entity::values::AcademicYear;
use std::collections::BTreeMap;

impl Work<'_> {
    /// Attacks the totals of a measure, and every code of every dimension.
    pub(super) fn attacked(
        &self,
        measure: &Measure,
        cubes: &Cubes,
        by: &Protecting<'_>,
        tables: &[Table],
    ) -> Result<(), Refused> {
        if !self.regime.has(Control::Attack) {
            return Ok(());
        }
        for year in cubes.total.years.keys() {
            let figures = told(&cubes.total, *year, by, tables, None, unit(measure));
            let values = exact(&cubes.total, *year, |_| true);
            if attack(&figures, &values, unit(measure), self.regime).is_some() {
                return Err(Refused::Broken(format!("{} in {year}", measure.name)));
            }
            for (dimension, cube) in &cubes.by {
                for table in tables
                    .iter()
                    .filter(|table| table.dimensions == [*dimension])
                {
                    for cell in table
                        .cells
                        .iter()
                        .filter(|cell| cell.year == year.to_string())
                    {
                        let Some(code) = cell.codes.first() else {
                            continue;
                        };
                        let stands = stands_for(table, &cell.year, *dimension, code);
                        let row = |row: usize| {
                            cube.rows
                                .get(row)
                                .and_then(|codes| codes.first())
                                .is_some_and(|one| stands.contains(one))
                        };
                        let figures = told(
                            cube,
                            *year,
                            by,
                            tables,
                            Some((*dimension, stands.as_slice())),
                            unit(measure),
                        );
                        let values = exact(cube, *year, row);
                        if attack(&figures, &values, unit(measure), self.regime).is_some() {
                            return Err(Refused::Broken(format!(
                                "{} by {} in {year}",
                                measure.name,
                                dimension.as_str()
                            )));
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn exact(cube: &Cube, year: AcademicYear, kept: impl Fn(usize) -> bool) -> BTreeMap<usize, i64> {
    cube.lines(year)
        .iter()
        .map(|line| (line.member, line.value(&kept)))
        .collect()
}

/// The codes a published code stands for.
fn stands_for(table: &Table, year: &str, dimension: Dimension, code: &str) -> Vec<String> {
    let merged = table
        .merged
        .iter()
        .find(|one| one.year == year && one.dimension == dimension && one.code == code);
    merged.map_or_else(|| vec![code.to_owned()], |merged| merged.stands_for.clone())
}

/// The published figures of totals, each with the institutions behind it.
fn told(
    cube: &Cube,
    year: AcademicYear,
    by: &Protecting<'_>,
    tables: &[Table],
    code: Option<(Dimension, &[String])>,
    unit: Unit,
) -> Vec<Told> {
    let mut told = Vec::new();
    let text = year.to_string();
    for table in tables {
        let figures = table
            .dimensions
            .iter()
            .filter(|dimension| dimension.of_figures())
            .copied()
            .collect::<Vec<_>>();
        let wanted: Vec<Dimension> = code.iter().map(|(dimension, _)| *dimension).collect();
        if figures != wanted {
            continue;
        }
        for cell in table.cells.iter().filter(|cell| cell.year == text) {
            let mut groups = Vec::new();
            let mut of_code = true;
            for (dimension, label) in table.dimensions.iter().zip(&cell.codes) {
                let stands = stands_for(table, &text, *dimension, label);
                match dimension {
                    Dimension::Institution(attribute) => groups.push((*attribute, stands)),
                    _ => of_code &= code.is_none_or(|(_, codes)| codes == stands.as_slice()),
                }
            }
            let behind = |member: &usize| {
                groups.iter().all(|(attribute, codes)| {
                    codes
                        .iter()
                        .any(|one| one == (by.code_of)(*member, year, *attribute))
                })
            };
            if let (true, Some(value)) = (of_code, cell.value) {
                told.push(Told {
                    behind: cube
                        .lines(year)
                        .iter()
                        .map(|line| line.member)
                        .filter(behind)
                        .collect(),
                    value: value * unit.scale() / 100,
                });
            }
        }
    }
    told
}
