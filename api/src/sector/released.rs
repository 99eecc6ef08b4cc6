//! Answers from a release: slices of its tables, and what can be made of published figures alone.

use super::aggregate::{Answer, Cell};
use super::catalogue::{Basis, Dimension, Panel, Statistic};
use super::disclosure::regime::{HESA_5_CKP_1, Regime, rounded};
use super::query::Query;
use super::release::{Content, Merged, Released, ReleasedCell, Table};
use super::sources::{SeriesBreak, Source};
use super::statistic;
use crate::fault::{Fault, Result, Violation};
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
    let released = find(query, content)?;
    let table = table(query, released)?;
    let years = years(query, table)?;
    codes(query, table)?;
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

fn refuse<T>(parameter: &str, message: String) -> Result<T> {
    Err(Fault::parameter(parameter, "not-on-offer", message))
}

fn find<'a>(query: &Query, content: &'a Content) -> Result<&'a Released> {
    let released = content
        .measures
        .iter()
        .find(|one| one.measure == query.measure.name);
    let Some(released) = released else {
        let offered: Vec<&str> = content
            .measures
            .iter()
            .map(|one| one.measure.as_str())
            .collect();
        return refuse(
            "measure",
            format!(
                "{} is not in this release; on offer: {}.",
                query.measure.name,
                offered.join(", ")
            ),
        );
    };
    if query.panel == Panel::Constant {
        return refuse(
            "panel",
            "A release gives all institutions that contributed; on offer: all.".to_owned(),
        );
    }
    if query.as_of.is_some() {
        return refuse(
            "as_of",
            "A release is of one moment; ask an earlier release instead.".to_owned(),
        );
    }
    let ratio = matches!(query.measure.basis, Basis::Per100 { .. });
    if !STATISTICS.contains(&query.statistic) || (ratio && query.statistic == Statistic::Mean) {
        let names: Vec<&str> = STATISTICS
            .iter()
            .filter(|one| !ratio || !matches!(one, Statistic::Mean | Statistic::Share))
            .map(|one| one.as_str())
            .collect();
        return refuse(
            "statistic",
            format!(
                "{} of {} is not in a release; on offer: {}.",
                query.statistic.as_str(),
                query.measure.name,
                names.join(", ")
            ),
        );
    }
    Ok(released)
}

/// The dimensions a table must have: those broken down by and those filtered, without the year.
fn wanted(query: &Query) -> BTreeSet<Dimension> {
    let named = query.group_by.iter().chain(query.filters.keys());
    named
        .copied()
        .filter(|one| *one != Dimension::Year)
        .collect()
}

fn table<'a>(query: &Query, released: &'a Released) -> Result<&'a Table> {
    for (dimension, codes) in &query.filters {
        if *dimension != Dimension::Year && codes.len() != 1 {
            let parameter = format!("where[{}]", dimension.as_str());
            return refuse(
                &parameter,
                "A release has its groups fixed: a filter names one code of what is on offer."
                    .to_owned(),
            );
        }
    }
    let wanted = wanted(query);
    let same = |table: &&Table| table.dimensions.iter().copied().collect::<BTreeSet<_>>() == wanted;
    let by_institution = wanted.iter().all(|one| one.of_institution());
    let ordered = matches!(query.statistic, Statistic::Median | Statistic::Quartiles);
    match released.tables.iter().find(same) {
        Some(table) if !ordered || by_institution => Ok(table),
        _ => {
            let offered = released.tables.iter().filter(|table| {
                !ordered || table.dimensions.iter().all(|one| one.of_institution())
            });
            let offered: Vec<String> = offered.map(|table| named(table)).collect();
            refuse(
                "group_by",
                format!(
                    "A release has a finite family of tables; of {} by year and: {}.",
                    query.measure.name,
                    offered.join("; ")
                ),
            )
        }
    }
}

fn named(table: &Table) -> String {
    let names: Vec<&str> = table.dimensions.iter().map(|one| one.as_str()).collect();
    if names.is_empty() {
        "nothing else".to_owned()
    } else {
        names.join(",")
    }
}

fn years(query: &Query, table: &Table) -> Result<Vec<String>> {
    let Some(asked) = query.filters.get(&Dimension::Year) else {
        return Ok(table.years.clone());
    };
    for year in asked {
        if !table.years.contains(year) {
            return refuse(
                "where[year]",
                format!(
                    "{year} is not in this release; on offer: {}.",
                    table.years.join(", ")
                ),
            );
        }
    }
    Ok(asked.clone())
}

fn codes(query: &Query, table: &Table) -> Result<()> {
    for (dimension, codes) in query
        .filters
        .iter()
        .filter(|(dimension, _)| **dimension != Dimension::Year)
    {
        let place = table.dimensions.iter().position(|one| one == dimension);
        let Some(axis) = place.and_then(|place| table.axes.get(place)) else {
            continue;
        };
        let merged = table
            .merged
            .iter()
            .filter(|one| one.dimension == *dimension)
            .map(|one| &one.code);
        let offered: BTreeSet<&String> = axis.iter().chain(merged).collect();
        for code in codes {
            if !offered.contains(code) {
                let names: Vec<&str> = axis.iter().map(String::as_str).collect();
                let parameter = format!("where[{}]", dimension.as_str());
                return refuse(
                    &parameter,
                    format!(
                        "Nothing of {code} is in this release; on offer: {}.",
                        names.join(", ")
                    ),
                );
            }
        }
    }
    Ok(())
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
        let value = cell.value.and_then(|value| match query.statistic {
            Statistic::Change => {
                let before = year
                    .parse::<AcademicYear>()
                    .ok()
                    .and_then(|year| AcademicYear::starting(year.start() - 1))?;
                Some(value.0 - known?.get(&before.to_string())?)
            }
            _ => {
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
