//! The accuracy a release states is what it has, against exact live answers.

use super::random::{Drawn, tables};
use super::reading::{Told, read};
use std::collections::BTreeMap;
use technician_metrics::sector::disclosure::regime::HESA_5_CKP_1;
use technician_metrics::sector::release::Level;
use technician_metrics::sector::{Dimension, Query, RawQuery, answer};

/// The sums: ratios have no accuracy of their own.
const SUMS: &[&str] = &["headcount", "fte", "denominators-academic-headcount"];

fn level(dimensions: &[Dimension]) -> &'static str {
    let codes = dimensions.iter().filter(|one| one.of_figures()).count();
    match (dimensions.len() - codes, codes) {
        (0, 0) => "sector",
        (1, 0) => "groups",
        (_, 0) => "groups-by-groups",
        (0, 1) => "codes",
        (0, _) => "codes-by-codes",
        (_, _) => "groups-by-codes",
    }
}

/// The exact cells of a table: keys and values in hundredths.
fn exact(drawn: &Drawn, measure: &str, dimensions: &[Dimension]) -> Vec<(Vec<String>, i64)> {
    let names = dimensions.iter().map(|one| one.as_str().to_owned());
    let group_by = ["year".to_owned()].into_iter().chain(names).collect();
    let raw = RawQuery {
        measure: measure.to_owned(),
        group_by,
        ..RawQuery::default()
    };
    let query = Query::parse(raw, drawn.sector.lists()).expect("a query");
    let cells = answer(&query, &drawn.sector.facts()).cells.into_iter();
    cells
        .filter_map(|cell| Some((cell.keys, cell.value?.0)))
        .collect()
}

fn stands_for(told: &Told, keys: &[String]) -> bool {
    keys[0] == told.year.to_string()
        && told
            .axes
            .iter()
            .zip(&keys[1..])
            .all(|((_, stands), key)| stands.contains(key))
}

#[derive(Default)]
struct Counted {
    figures: u32,
    given: u32,
    errors: Vec<i64>,
}

#[test]
fn the_accuracy_that_is_stated_is_the_accuracy() {
    // As many institutions as signed the Technician Commitment.
    let drawn = Drawn::of(2, 110, 10);
    let made = drawn
        .sector
        .release(&tables(), &HESA_5_CKP_1, None)
        .expect("a release");
    let told = read(&made.content, drawn.sector.lists());
    let mut counted: BTreeMap<&str, Counted> = BTreeMap::new();
    for (measure, dimensions) in super::reading::on_offer(&made.content) {
        if !SUMS.contains(&measure.as_str()) {
            continue;
        }
        let level = counted.entry(level(&dimensions)).or_default();
        let cells = exact(&drawn, &measure, &dimensions);
        let figures: Vec<&Told> = told
            .iter()
            .filter(|one| {
                one.measure == measure
                    && one
                        .axes
                        .iter()
                        .map(|(dimension, _)| *dimension)
                        .eq(dimensions.iter().copied())
            })
            .collect();
        for (keys, _) in cells.iter().filter(|(_, value)| *value != 0) {
            level.figures += 1;
            let alone = |one: &&&Told| {
                stands_for(one, keys) && one.axes.iter().all(|(_, stands)| stands.len() == 1)
            };
            level.given += u32::from(figures.iter().any(|one| alone(&one)));
        }
        for figure in figures {
            let exact: i64 = cells
                .iter()
                .filter(|(keys, _)| stands_for(figure, keys))
                .map(|(_, value)| value)
                .sum();
            if exact >= 10_000 {
                let error = (figure.value - exact).abs() * 10_000 / exact;
                level.errors.push(error);
                assert!(
                    !dimensions.is_empty() || exact < 100_000 || error < 50,
                    "{measure}: {exact} is given as {}",
                    figure.value
                );
            }
        }
    }
    let stated: BTreeMap<&str, &Level> = made
        .content
        .accuracy
        .levels
        .iter()
        .map(|one| (one.level.as_str(), one))
        .collect();
    assert_eq!(
        stated.keys().collect::<Vec<_>>(),
        counted.keys().collect::<Vec<_>>()
    );
    for (name, counted) in &counted {
        let many = i64::try_from(counted.errors.len()).expect("few").max(1);
        let own = (
            counted.figures,
            counted.given,
            counted.errors.iter().sum::<i64>() / many,
            counted.errors.iter().max().copied().unwrap_or_default(),
        );
        let level = stated[name];
        assert_eq!(
            (
                level.figures,
                level.given,
                level.mean_error,
                level.worst_error
            ),
            own,
            "{name}"
        );
    }
    let harmless: u32 = stated.values().map(|one| one.harmless).sum();
    let shown: u32 = stated.values().map(|one| one.harmless_given).sum();
    assert!(
        shown * 100 >= harmless * 60,
        "{shown} of {harmless} figures that need no protection are shown"
    );
}
