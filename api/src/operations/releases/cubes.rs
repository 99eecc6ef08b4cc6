//! Answers and tables as the formats of statistics want them.

use super::{LICENCE, PUBLISHER};
use crate::domain::code_lists::CodeLists;
use crate::formats::statistics::{Concept, Cube, CubeDimension, CubeSource, Observation};
use crate::operations::sector::{Answered, Origin};
use crate::sector::catalogue::{Measure, measure};
use crate::sector::release::{Content, Merged, Released, Table};
use crate::sector::released::combinations;
use crate::sector::{Cell, Dimension, Statistic};
use crate::store::ReleaseEntry;
use entity::values::{CellStatus, Hundredths};
use std::collections::{BTreeMap, BTreeSet};

/// An answer as a cube.
pub fn cube(answered: &Answered, lists: &CodeLists) -> Cube {
    let query = &answered.query;
    let codes: Vec<&[String]> = answered
        .answer
        .cells
        .iter()
        .map(|cell| cell.keys.as_slice())
        .collect();
    let dimensions = dimensions(&query.group_by, &codes, &answered.answer.merged, lists);
    let observations = answered
        .answer
        .cells
        .iter()
        .filter_map(|cell| observation(cell, &dimensions));
    let breaks = answered.answer.series_breaks.iter();
    let filters = query.filters.iter().map(|(dimension, codes)| {
        let labels: Vec<String> = codes
            .iter()
            .map(|code| dimension.label(code, lists))
            .collect();
        format!("Only {}: {}.", dimension.title(), labels.join(", "))
    });
    Cube {
        id: id(
            &query.measure.name,
            query.statistic.as_str(),
            &query.group_by,
        ),
        title: title(query.measure, &query.group_by),
        notes: [query.measure.note.clone()]
            .into_iter()
            .chain(filters)
            .chain(said(&answered.answer.merged))
            .collect(),
        measure: concept(&query.measure.name, &query.measure.title),
        statistic: concept(query.statistic.as_str(), query.statistic.title()),
        unit: unit(query.statistic.unit(query.measure.unit)),
        decimals: 2,
        observations: observations.collect(),
        dimensions,
        source: source(answered),
        series_breaks: breaks
            .map(|one| (one.year.to_string(), one.remark.clone()))
            .collect(),
    }
}

fn source(answered: &Answered) -> CubeSource {
    let entry = match &answered.origin {
        Origin::Live => None,
        Origin::Release(entry) => Some(entry),
    };
    CubeSource {
        name: entry.map_or_else(
            || "live".to_owned(),
            |entry| format!("release {}", entry.number),
        ),
        title: entry.map_or_else(
            || "Live, exact figures: not for publication".to_owned(),
            |entry| entry.title.clone(),
        ),
        regime: entry.map(|entry| entry.regime.clone()),
        as_of: answered.as_of,
        generation: answered.generation.clone(),
        provisional: answered.answer.provisional,
        doi: entry.and_then(|entry| entry.doi.clone()),
        publisher: PUBLISHER.to_owned(),
        licence: entry.map(|_| LICENCE.to_owned()),
    }
}

/// Every table of a release as a cube of totals.
pub fn cubes(entry: &ReleaseEntry, content: &Content, lists: &CodeLists) -> Vec<Cube> {
    let mut cubes = Vec::new();
    for released in &content.measures {
        let Some(measure) = measure(&released.measure) else {
            continue;
        };
        for table in released
            .tables
            .iter()
            .filter(|table| !table.cells.is_empty())
        {
            cubes.push(of_table(entry, (measure, released), table, content, lists));
        }
    }
    cubes
}

fn of_table(
    entry: &ReleaseEntry,
    (measure, released): (&Measure, &Released),
    table: &Table,
    content: &Content,
    lists: &CodeLists,
) -> Cube {
    let group_by: Vec<Dimension> = [Dimension::Year]
        .into_iter()
        .chain(table.dimensions.iter().copied())
        .collect();
    let cells = cells(table);
    let codes: Vec<&[String]> = cells.iter().map(|cell| cell.keys.as_slice()).collect();
    let dimensions = dimensions(&group_by, &codes, &table.merged, lists);
    let observations = cells
        .iter()
        .filter_map(|cell| observation(cell, &dimensions));
    Cube {
        id: id(&measure.name, Statistic::Total.as_str(), &group_by),
        title: title(measure, &group_by),
        notes: [measure.note.clone()]
            .into_iter()
            .chain(said(&table.merged))
            .collect(),
        measure: concept(&measure.name, &measure.title),
        statistic: concept(Statistic::Total.as_str(), Statistic::Total.title()),
        unit: unit(measure.unit),
        decimals: 2,
        observations: observations.collect(),
        dimensions,
        source: CubeSource {
            name: format!("release {}", entry.number),
            title: entry.title.clone(),
            regime: Some(content.regime.clone()),
            as_of: content.as_of,
            generation: entry.number.to_string(),
            provisional: released.provisional,
            doi: entry.doi.clone(),
            publisher: PUBLISHER.to_owned(),
            licence: Some(LICENCE.to_owned()),
        },
        series_breaks: released.series_breaks.clone(),
    }
}

/// The cells of a table, withheld ones in their places.
fn cells(table: &Table) -> Vec<Cell> {
    let mut cells = Vec::new();
    for year in &table.years {
        let given: Vec<_> = table
            .cells
            .iter()
            .filter(|cell| cell.year == *year)
            .collect();
        let known: BTreeSet<&[String]> = given.iter().map(|cell| cell.codes.as_slice()).collect();
        let keys = |codes: &[String]| {
            [year.clone()]
                .into_iter()
                .chain(codes.iter().cloned())
                .collect::<Vec<String>>()
        };
        for cell in &given {
            cells.push(Cell {
                keys: keys(&cell.codes),
                value: cell.value.map(Hundredths),
                quartiles: None,
                status: cell.status,
                contributors: cell.contributors,
                of: cell.of,
                outputs: None,
            });
        }
        for codes in combinations(&table.axes) {
            if !known.contains(codes.as_slice()) {
                cells.push(Cell {
                    keys: keys(&codes),
                    value: None,
                    quartiles: None,
                    status: CellStatus::Withheld,
                    contributors: None,
                    of: None,
                    outputs: None,
                });
            }
        }
    }
    cells.sort_by(|one, other| one.keys.cmp(&other.keys));
    cells
}

/// The dimensions of a cube with the codes that stand in it, in the order of their lists.
fn dimensions(
    group_by: &[Dimension],
    keys: &[&[String]],
    merged: &[Merged],
    lists: &CodeLists,
) -> Vec<CubeDimension> {
    let dimension = |(place, dimension): (usize, &Dimension)| {
        let used: BTreeSet<&String> = keys.iter().filter_map(|keys| keys.get(place)).collect();
        let order = dimension.codes(lists).unwrap_or_default();
        let rank = |code: &str| {
            order
                .iter()
                .position(|one| one == code)
                .unwrap_or(usize::MAX)
        };
        let mut codes: Vec<&String> = used.into_iter().collect();
        codes.sort_by_key(|code| (rank(code), (*code).clone()));
        let label = |code: &String| match merged
            .iter()
            .find(|one| one.dimension == *dimension && one.code == *code)
        {
            Some(merged) => {
                let labels: Vec<String> = merged
                    .stands_for
                    .iter()
                    .map(|code| dimension.label(code, lists))
                    .collect();
                labels.join(" + ")
            }
            None => dimension.label(code, lists),
        };
        CubeDimension {
            name: dimension.as_str().to_owned(),
            title: dimension.title().to_owned(),
            time: *dimension == Dimension::Year,
            codes: codes
                .iter()
                .map(|code| concept(code, &label(code)))
                .collect(),
        }
    };
    group_by.iter().enumerate().map(dimension).collect()
}

fn observation(cell: &Cell, dimensions: &[CubeDimension]) -> Option<Observation> {
    let place = |(key, dimension): (&String, &CubeDimension)| {
        dimension.codes.iter().position(|code| code.code == *key)
    };
    let codes: Option<Vec<usize>> = cell.keys.iter().zip(dimensions).map(place).collect();
    Some(Observation {
        codes: codes?,
        value: cell.value,
        lower_quartile: cell.quartiles.map(|(lower, _)| lower),
        upper_quartile: cell.quartiles.map(|(_, upper)| upper),
        status: cell.status,
        contributors: cell.contributors,
        of: cell.of,
    })
}

/// What merged codes stand for, in words.
fn said(merged: &[Merged]) -> Vec<String> {
    let mut years: BTreeMap<(Dimension, &str, &[String]), Vec<&str>> = BTreeMap::new();
    for one in merged {
        years
            .entry((one.dimension, one.code.as_str(), one.stands_for.as_slice()))
            .or_default()
            .push(&one.year);
    }
    let line =
        |((dimension, code, stands_for), years): ((Dimension, &str, &[String]), Vec<&str>)| {
            format!(
                "In {} of {}, {code} stands for {}.",
                dimension.title(),
                years.join(", "),
                stands_for.join(", ")
            )
        };
    years.into_iter().map(line).collect()
}

fn concept(code: &str, label: &str) -> Concept {
    Concept {
        code: code.to_owned(),
        label: label.to_owned(),
    }
}

fn unit(code: &str) -> Concept {
    let label = match code {
        "fpe" => "full-person equivalents".to_owned(),
        "fte" => "full-time equivalents".to_owned(),
        "per-100" => "per 100".to_owned(),
        "percent" => "per cent".to_owned(),
        other => other.replace('-', " "),
    };
    concept(code, &label)
}

fn id(measure: &str, statistic: &str, group_by: &[Dimension]) -> String {
    let names: Vec<&str> = group_by
        .iter()
        .map(|dimension| dimension.as_str())
        .collect();
    if names.is_empty() {
        format!("{measure}-{statistic}")
    } else {
        format!("{measure}-{statistic}-by-{}", names.join("-"))
    }
}

fn title(measure: &Measure, group_by: &[Dimension]) -> String {
    let names: Vec<String> = group_by
        .iter()
        .map(|dimension| dimension.title().to_lowercase())
        .collect();
    match names.split_last() {
        None => measure.title.clone(),
        Some((only, [])) => format!("{} by {only}", measure.title),
        Some((last, rest)) => format!("{} by {} and {last}", measure.title, rest.join(", ")),
    }
}
