//! What of a query a release has on offer: its measure, its table, years and codes, or a fault that lists what is.

use super::STATISTICS;
use crate::fault::{Fault, Result};
use crate::sector::catalogue::{Basis, Dimension, Panel, Statistic};
use crate::sector::query::Query;
use crate::sector::release::{Content, Released, Table};
use std::collections::BTreeSet;

fn refuse<T>(parameter: &str, message: String) -> Result<T> {
    Err(Fault::parameter(parameter, "not-on-offer", message))
}

pub(super) fn find<'a>(query: &Query, content: &'a Content) -> Result<&'a Released> {
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

pub(super) fn table<'a>(query: &Query, released: &'a Released) -> Result<&'a Table> {
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
            let offered: Vec<String> = offered.map(named).collect();
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

pub(super) fn years(query: &Query, table: &Table) -> Result<Vec<String>> {
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

pub(super) fn codes(query: &Query, table: &Table) -> Result<()> {
    for (dimension, codes) in query
        .filters
        .iter()
        .filter(|(dimension, _)| **dimension != Dimension::Year)
    {
        let place = table.dimensions.iter().position(|one| one == dimension);
        let Some(axis) = place.and_then(|place| table.axes.get(place)) else {
            continue;
        };
        let of_it = table
            .merged
            .iter()
            .filter(|one| one.dimension == *dimension);
        let merged: BTreeSet<&String> = of_it.map(|one| &one.code).collect();
        let offered: Vec<&String> = axis.iter().chain(merged).collect();
        for code in codes {
            if !offered.contains(&code) {
                let names: Vec<&str> = offered.iter().map(|one| one.as_str()).collect();
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
