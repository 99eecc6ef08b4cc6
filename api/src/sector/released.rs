//! Answers from a release: slices of its tables, and what can be made of published figures alone.

mod offer;

use super::aggregate::{Answer, Cell};
use super::catalogue::{Dimension, Statistic};
use super::disclosure::regime::{HESA_5_CKP_1, Regime, rounded};
use super::query::Query;
use super::release::{Content, Merged, Released, ReleasedCell, Table};
use super::sources::{SeriesBreak, Source};
use super::statistic;
use crate::fault::{Result, Violation};
use entity::values::{AcademicYear, CellStatus, Hundredths};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The statistics that can be had of a release.
const STATISTICS: &[Statistic] = &[
    Statistic::Total,
    Statistic::Mean,
    Statistic::Median,
    Statistic::Quartiles,
    Statistic::Share,
    Statistic::Change,
    Statistic::Index,
];

/// Answers a query from a release.
///
/// # Errors
/// [`Fault::InvalidParameters`] for what is not on offer in it, with what is. A figure that is withheld is no fault.
pub fn answer(query: &Query, content: &Content) -> Result<Answer> {
    let released = offer::find(query, content)?;
    let table = offer::table(query, released)?;
    let years = offer::years(query, table)?;
    offer::codes(query, table)?;
    let regime = Regime::named(&content.regime).unwrap_or(&HESA_5_CKP_1);
    let reading = Reading {
        query,
        released,
        table,
        regime,
    };
    let mut cells = Vec::new();
    for year in &years {
        cells.extend(reading.year(year));
    }
    match query.statistic {
        Statistic::Change | Statistic::Index => over_years(query, &mut cells),
        Statistic::Total
        | Statistic::Mean
        | Statistic::Median
        | Statistic::Quartiles
        | Statistic::Share => {}
    }
    cells.sort_by(|one, other| one.keys.cmp(&other.keys));
    Ok(Answer {
        cells,
        sources: sources(released),
        series_breaks: breaks(released),
        provisional: released.provisional,
        merged: reading.merged(&years),
    })
}

struct Reading<'a> {
    query: &'a Query,
    released: &'a Released,
    table: &'a Table,
    regime: &'a Regime,
}

impl Reading<'_> {
    /// The cells of a year: those that are given, and the withheld ones in their places.
    fn year(&self, year: &str) -> Vec<Cell> {
        let given = self
            .table
            .cells
            .iter()
            .filter(|cell| cell.year == year && self.kept(&cell.codes));
        let given: Vec<&ReleasedCell> = given.collect();
        let known: BTreeSet<&[String]> = given.iter().map(|cell| cell.codes.as_slice()).collect();
        let mut cells: Vec<Cell> = given.iter().map(|cell| self.cell(year, cell)).collect();
        for codes in combinations(&self.table.axes) {
            if self.kept(&codes) && !known.contains(codes.as_slice()) {
                cells.push(withheld(self.keys(year, &codes)));
            }
        }
        cells
    }

    /// Whether the filters keep a combination of codes.
    fn kept(&self, codes: &[String]) -> bool {
        let mut pairs = self.table.dimensions.iter().zip(codes);
        pairs.all(|(dimension, code)| self.query.keeps(*dimension, code))
    }

    fn keys(&self, year: &str, codes: &[String]) -> Vec<String> {
        let key = |dimension: &Dimension| match dimension {
            Dimension::Year => year.to_owned(),
            other => {
                let place = self.table.dimensions.iter().position(|one| one == other);
                place
                    .and_then(|place| codes.get(place))
                    .cloned()
                    .unwrap_or_default()
            }
        };
        self.query.group_by.iter().map(key).collect()
    }

    fn cell(&self, year: &str, cell: &ReleasedCell) -> Cell {
        let keys = self.keys(year, &cell.codes);
        let (value, quartiles) = match self.query.statistic {
            Statistic::Total | Statistic::Change | Statistic::Index => (cell.value, None),
            Statistic::Mean => (self.mean(cell), None),
            Statistic::Median => (cell.median, None),
            Statistic::Quartiles => match cell.quartiles {
                Some(quartiles) => (cell.median, Some(quartiles)),
                None => (None, None),
            },
            Statistic::Share => (self.share(year, cell), None),
        };
        let Some(value) = value else {
            return Cell {
                contributors: cell.contributors,
                of: cell.of,
                ..withheld(keys)
            };
        };
        Cell {
            keys,
            value: Some(Hundredths(value)),
            quartiles: quartiles.map(|(lower, upper)| (Hundredths(lower), Hundredths(upper))),
            status: if value == 0 {
                CellStatus::Zero
            } else {
                CellStatus::Published
            },
            contributors: cell.contributors,
            of: cell.of,
            outputs: None,
        }
    }

    /// The published total by the institutions, with one decimal; none of a population too small.
    fn mean(&self, cell: &ReleasedCell) -> Option<i64> {
        let (value, count) = cell.value.zip(cell.contributors)?;
        (value > self.regime.no_mean_of * 100 && count > 0).then(|| {
            let count = i64::from(count);
            rounded((value * 2 + count) / (count * 2), 10)
        })
    }

    /// The published figure as whole per cent of the published total over the last dimension.
    fn share(&self, year: &str, cell: &ReleasedCell) -> Option<i64> {
        let last = *self.query.group_by.last()?;
        let rest: Vec<(Dimension, &String)> = self
            .table
            .dimensions
            .iter()
            .copied()
            .zip(&cell.codes)
            .filter(|(dimension, _)| *dimension != last)
            .collect();
        let names: BTreeSet<Dimension> = rest.iter().map(|(dimension, _)| *dimension).collect();
        let table = self
            .released
            .tables
            .iter()
            .find(|table| table.dimensions.iter().copied().collect::<BTreeSet<_>>() == names)?;
        let whole = table.cells.iter().find(|whole| {
            whole.year == year
                && table
                    .dimensions
                    .iter()
                    .zip(&whole.codes)
                    .all(|(dimension, code)| {
                        rest.iter()
                            .any(|(one, own)| one == dimension && *own == code)
                    })
        })?;
        let of = whole
            .value
            .filter(|of| *of >= self.regime.smallest_denominator)?;
        let share = statistic::percent(cell.value?, of)?;
        Some(rounded(share.0, 100))
    }

    /// What merged codes of the years stand for.
    fn merged(&self, years: &[String]) -> Vec<Merged> {
        let asked = |one: &&Merged| {
            years.contains(&one.year) && self.query.group_by.contains(&one.dimension)
        };
        self.table.merged.iter().filter(asked).cloned().collect()
    }
}

/// Every combination of a table's codes.
pub fn combinations(axes: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for axis in axes {
        let longer = all.iter().flat_map(|codes: &Vec<String>| {
            axis.iter()
                .map(|code| codes.iter().cloned().chain([code.clone()]).collect())
        });
        all = longer.collect();
    }
    all
}

fn withheld(keys: Vec<String>) -> Cell {
    Cell {
        keys,
        value: None,
        quartiles: None,
        status: CellStatus::Withheld,
        contributors: None,
        of: None,
        outputs: None,
    }
}

/// Changes and indices, from published totals.
fn over_years(query: &Query, cells: &mut [Cell]) {
    let place = query
        .group_by
        .iter()
        .position(|one| *one == Dimension::Year)
        .unwrap_or_default();
    let line = |cell: &Cell| {
        let mut line = cell.keys.clone();
        let year = line.remove(place);
        (line, year)
    };
    let mut lines: HashMap<Vec<String>, BTreeMap<String, i64>> = HashMap::new();
    for cell in cells.iter() {
        let (line, year) = line(cell);
        if let Some(value) = cell.value {
            lines.entry(line).or_default().insert(year, value.0);
        }
    }
    for cell in cells {
        let (line, year) = line(cell);
        let known = lines.get(&line);
        let value = cell.value.and_then(|value| {
            if query.statistic == Statistic::Change {
                let before = year
                    .parse::<AcademicYear>()
                    .ok()
                    .and_then(|year| AcademicYear::starting(year.start() - 1))?;
                Some(value.0 - known?.get(&before.to_string())?)
            } else {
                let base = match query.base_year {
                    Some(base) => known?.get(&base.to_string()).copied(),
                    None => known?.values().next().copied(),
                };
                let index = statistic::percent(value.0, base?)?;
                Some(rounded(index.0, 10))
            }
        });
        cell.status = match (cell.value, value) {
            (None, _) => CellStatus::Withheld,
            (_, None) => CellStatus::NotApplicable,
            (_, Some(0)) => CellStatus::Zero,
            (_, Some(_)) => CellStatus::Published,
        };
        cell.value = value.map(Hundredths);
    }
}

fn sources(released: &Released) -> Vec<Source> {
    let source = |one: &super::release::ReleasedSource| Source {
        provenance: one.provenance,
        remark: one.remark.as_deref().map(Arc::from),
        institutions: None,
    };
    released.sources.iter().map(source).collect()
}

fn breaks(released: &Released) -> Vec<SeriesBreak> {
    let one = |(year, remark): &(String, String)| {
        Some(SeriesBreak {
            year: year.parse().ok()?,
            remark: remark.clone(),
        })
    };
    released.series_breaks.iter().filter_map(one).collect()
}

/// The violation for a year that nobody returned anything for.
pub fn without_data(year: &str, offered: &[AcademicYear]) -> Violation {
    let offered: Vec<String> = offered.iter().map(ToString::to_string).collect();
    Violation::parameter(
        "where[year]",
        "year-without-data",
        format!(
            "Nobody returned anything for {year}; on offer: {}.",
            offered.join(", ")
        ),
    )
}
