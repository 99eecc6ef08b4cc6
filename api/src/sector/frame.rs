//! Which cells an answer has: every one there should be, whether or not anybody returned anything for it.

use super::aggregate::Cells;
use super::catalogue::Dimension;
use super::query::Query;
use super::snapshot::Member;
use std::collections::{BTreeMap, BTreeSet};

/// The keys that are properties of institutions.
pub(super) fn institution_part<'a>(query: &Query, keys: &'a [String]) -> Vec<&'a str> {
    query
        .group_by
        .iter()
        .zip(keys)
        .filter(|(dimension, _)| dimension.of_institution())
        .map(|(_, key)| key.as_str())
        .collect()
}

/// How many institutions there are in each combination of institutions' codes.
pub(super) fn groups(query: &Query, members: &[&Member]) -> BTreeMap<Vec<&'static str>, u32> {
    let mut groups = BTreeMap::new();
    for member in members {
        let group: Vec<&'static str> = query
            .group_by
            .iter()
            .filter_map(|dimension| member.code(*dimension))
            .collect();
        *groups.entry(group).or_default() += 1;
    }
    groups
}

/// Every cell there should be: each group of institutions with each year that the query keeps and somebody of the
/// sector returned, and with each combination of the other codes that anyone in the answer returned. What nobody in a
/// group returned then stands there as not supplied instead of being missed.
pub(super) fn frame(
    query: &Query,
    cells: &Cells,
    groups: &BTreeMap<Vec<&'static str>, u32>,
    years: &[String],
) -> Vec<Vec<String>> {
    let by_year = query.group_by.contains(&Dimension::Year);
    let years: Vec<Option<&str>> = if by_year {
        years.iter().map(|year| Some(year.as_str())).collect()
    } else {
        vec![None]
    };
    let others = others(query, cells);
    let mut frame = Vec::new();
    for group in groups.keys() {
        for year in &years {
            for other in &others {
                let (mut group, mut other) = (group.iter(), other.iter());
                let keys = query.group_by.iter().map(|dimension| {
                    let next = match dimension {
                        Dimension::Year => *year,
                        _ if dimension.of_institution() => group.next().copied(),
                        _ => other.next().copied(),
                    };
                    next.unwrap_or_default().to_owned()
                });
                frame.push(keys.collect());
            }
        }
    }
    frame
}

/// The combinations of codes that are neither the institutions' nor years and that anyone returned; the one empty
/// combination where the query has no such dimension and years to stand beside it.
fn others<'a>(query: &Query, cells: &'a Cells) -> BTreeSet<Vec<&'a str>> {
    let of_rows =
        |dimension: Dimension| !dimension.of_institution() && dimension != Dimension::Year;
    let mut others: BTreeSet<Vec<&str>> = cells
        .keys()
        .map(|keys| {
            query
                .group_by
                .iter()
                .zip(keys)
                .filter(|(dimension, _)| of_rows(**dimension))
                .map(|(_, key)| key.as_str())
                .collect()
        })
        .collect();
    if query.group_by.contains(&Dimension::Year) && !query.group_by.iter().any(|one| of_rows(*one))
    {
        others.insert(Vec::new());
    }
    others
}
