//! Reading a release as anybody can: every query on offer is asked, and what the answers say is written down.

use entity::values::AcademicYear;
use std::collections::BTreeMap;
use technician_metrics::domain::code_lists::CodeLists;
use technician_metrics::sector::release::Content;
use technician_metrics::sector::{Dimension, Query, RawQuery, released};

/// One published figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which measure.
    pub measure: String,
    /// Of which year.
    pub year: AcademicYear,
    /// Each dimension with the codes the figure stands for.
    pub axes: Vec<(Dimension, Vec<String>)>,
    /// The figure, in hundredths.
    pub value: i64,
    /// How many institutions are behind it.
    pub contributors: u32,
    /// The median of the institutions, where it is given.
    pub median: Option<i64>,
    /// Their quartiles, where they are given.
    pub quartiles: Option<(i64, i64)>,
}

/// A cell of an answer: keys, value, quartiles, contributors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The codes, in the order of the question.
    pub keys: Vec<String>,
    /// The value, in hundredths.
    pub value: Option<i64>,
    /// The quartiles.
    pub quartiles: Option<(i64, i64)>,
    /// How many contributed.
    pub contributors: Option<u32>,
}

/// What merged codes stand for, by year, dimension and code.
pub type Merged = BTreeMap<(String, String, String), Vec<String>>;

/// A question: measure, statistic, dimensions beside the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The measure.
    pub measure: String,
    /// The statistic.
    pub statistic: &'static str,
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
}

/// Every table on offer, by measure.
pub fn on_offer(content: &Content) -> Vec<(String, Vec<Dimension>)> {
    let tables = content.measures.iter().flat_map(|one| {
        one.tables
            .iter()
            .map(|table| (one.measure.clone(), table.dimensions.clone()))
    });
    tables.collect()
}

/// Reads everything of a release from its content, through the answers that both faces give.
pub fn read(content: &Content, lists: &CodeLists) -> Vec<Told> {
    let mut told = Vec::new();
    for (measure, dimensions) in on_offer(content) {
        let ask = |statistic| {
            asked(
                content,
                lists,
                &Question {
                    measure: measure.clone(),
                    statistic,
                    dimensions: dimensions.clone(),
                },
            )
        };
        let ordered = dimensions.iter().all(|one| one.of_institution());
        let (totals, merged) = ask("total");
        let medians = if ordered {
            ask("quartiles").0
        } else {
            Vec::new()
        };
        let middles = if ordered { ask("median").0 } else { Vec::new() };
        told.extend(write_down(
            &measure,
            &dimensions,
            (&totals, &middles, &medians),
            &merged,
        ));
    }
    told
}

/// One question asked of a release's content.
pub fn asked(content: &Content, lists: &CodeLists, question: &Question) -> (Vec<Seen>, Merged) {
    let names = question
        .dimensions
        .iter()
        .map(|one| one.as_str().to_owned());
    let raw = RawQuery {
        measure: question.measure.clone(),
        statistic: Some(question.statistic.to_owned()),
        group_by: ["year".to_owned()].into_iter().chain(names).collect(),
        ..RawQuery::default()
    };
    let query = Query::parse(raw, lists).expect("a query");
    let answer = released::answer(&query, content).expect("an answer to what is on offer");
    let seen = answer.cells.into_iter().map(|cell| Seen {
        keys: cell.keys,
        value: cell.value.map(|value| value.0),
        quartiles: cell.quartiles.map(|(lower, upper)| (lower.0, upper.0)),
        contributors: cell.contributors,
    });
    let merged = answer.merged.into_iter().map(|one| {
        (
            (one.year, one.dimension.as_str().to_owned(), one.code),
            one.stands_for,
        )
    });
    (seen.collect(), merged.collect())
}

/// What the answers of one table say.
pub fn write_down(
    measure: &str,
    dimensions: &[Dimension],
    (totals, medians, quartiles): (&[Seen], &[Seen], &[Seen]),
    merged: &Merged,
) -> Vec<Told> {
    let same =
        |cells: &[Seen], keys: &[String]| cells.iter().find(|cell| cell.keys == keys).cloned();
    let mut told = Vec::new();
    for cell in totals {
        let (Some(value), Some(year)) = (cell.value, cell.keys.first()) else {
            continue;
        };
        let codes = |(dimension, code): (&Dimension, &String)| {
            let place = (year.clone(), dimension.as_str().to_owned(), code.clone());
            (
                *dimension,
                merged
                    .get(&place)
                    .cloned()
                    .unwrap_or_else(|| vec![code.clone()]),
            )
        };
        told.push(Told {
            measure: measure.to_owned(),
            year: year.parse().expect("a year"),
            axes: dimensions.iter().zip(&cell.keys[1..]).map(codes).collect(),
            value,
            contributors: cell.contributors.unwrap_or_default(),
            median: same(medians, &cell.keys).and_then(|cell| cell.value),
            quartiles: same(quartiles, &cell.keys).and_then(|cell| cell.quartiles),
        });
    }
    told
}
