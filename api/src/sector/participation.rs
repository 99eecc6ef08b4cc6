//! Who returned what, as figures: one of one for an institution with a return, none of one without.

use super::Facts;
use super::catalogue::Dimension;
use super::gather::{Gathered, Own, OwnCell, kept, years};
use super::query::Query;
use crate::domain::rows::Key;
use entity::values::{AcademicYear, DatasetName};

/// Counts the institutions that returned what a query asks for.
pub(super) fn gather(query: &Query, facts: &Facts<'_>) -> Gathered {
    let mut gathered = Gathered::default();
    let by_dataset = query.group_by.contains(&Dimension::Dataset);
    let kept_datasets = |name: &&DatasetName| query.keeps(Dimension::Dataset, name.as_str());
    let datasets: Vec<DatasetName> = DatasetName::ALL
        .iter()
        .filter(kept_datasets)
        .copied()
        .collect();
    let years: Vec<AcademicYear> = years(query, facts.snapshot).collect();
    for year in years {
        for (number, member) in facts.members.iter().enumerate() {
            if !kept(query, member) {
                continue;
            }
            let mut cells = Vec::new();
            let mut any = false;
            for (row, dataset) in datasets.iter().enumerate() {
                let standing = facts
                    .snapshot
                    .standing((member.id, *dataset, year), query.as_of);
                any |= standing.is_some();
                if by_dataset {
                    cells.push(one(row, standing.is_some()));
                }
            }
            if !by_dataset {
                cells.push(one(0, any));
            }
            gathered.own.push(Own {
                member: number,
                year: Some(year),
                cells,
                elsewhere: Some(1),
                elsewhere_key: 0,
            });
        }
    }
    gathered.rows = if by_dataset {
        datasets
            .iter()
            .map(|name| vec![Key::stored(name.as_str())])
            .collect()
    } else {
        vec![Vec::new()]
    };
    gathered
}

fn one(row: usize, returned: bool) -> OwnCell {
    OwnCell {
        row,
        above: Some(i64::from(returned)),
        below: Some(1),
        ..OwnCell::default()
    }
}
