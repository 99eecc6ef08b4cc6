//! Answers as the formats of statistics want them.

use super::notes::notes;
use super::{LICENCE, PUBLISHER};
use crate::domain::code_lists::CodeLists;
use crate::formats::statistics::{Concept, Cube, CubeDimension, CubeSource, Observation};
use crate::operations::sector::{Answered, Origin};
use crate::sector::catalogue::Measure;
use crate::sector::release::Merged;
use crate::sector::{Cell, Dimension, Statistic};
use entity::values::Hundredths;
use std::collections::BTreeSet;

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
    Cube {
        id: id(
            &query.measure.name,
            query.statistic.as_str(),
            &query.group_by,
        ),
        title: title(query.measure, query.statistic, &query.group_by),
        notes: notes(answered, lists),
        measure: concept(&query.measure.name, &query.measure.title),
        statistic: concept(query.statistic.as_str(), query.statistic.title()),
        unit: unit(query.statistic.unit(query.measure.unit)),
        decimals: decimals(&answered.answer.cells),
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

/// The decimals that show every figure as it is: no more, or a count would look like a measurement.
fn decimals(cells: &[Cell]) -> u8 {
    let figures = cells.iter().flat_map(|cell| {
        let (lower, upper) = cell.quartiles.unzip();
        [cell.value, lower, upper].into_iter().flatten()
    });
    let needed = figures.map(|Hundredths(figure)| match (figure % 100, figure % 10) {
        (0, _) => 0,
        (_, 0) => 1,
        _ => 2,
    });
    needed.max().unwrap_or_default()
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

fn title(measure: &Measure, statistic: Statistic, group_by: &[Dimension]) -> String {
    let what = match statistic {
        Statistic::Total => measure.title.clone(),
        Statistic::Mean
        | Statistic::Median
        | Statistic::Quartiles
        | Statistic::Share
        | Statistic::Change
        | Statistic::Index => format!("{} ({})", measure.title, statistic.as_str()),
    };
    let name = |dimension: &Dimension| {
        let title = dimension.title();
        title.split(" (").next().unwrap_or(title).to_lowercase()
    };
    let names: Vec<String> = group_by.iter().map(name).collect();
    match names.split_last() {
        None => what,
        Some((only, [])) => format!("{what} by {only}"),
        Some((last, rest)) => format!("{what} by {} and {last}", rest.join(", ")),
    }
}
