//! The tables of a release as answers of it, so that its files say what its readers are told when they ask.

use crate::fault::Result;
use crate::operations::sector::{Answered, Origin};
use crate::sector::catalogue::{Measure, measure};
use crate::sector::release::{Content, Table};
use crate::sector::{Dimension, Panel, Query, Statistic, released};
use crate::store::ReleaseEntry;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every figure of a release: of each table the totals and, where it has any, the medians and the quartiles. Whatever else
/// can be asked of it is made of these.
///
/// # Errors
/// [`crate::fault::Fault::InvalidParameters`] where a table is none that can be asked for.
pub fn answers(entry: &Arc<ReleaseEntry>, content: &Content) -> Result<Vec<Answered>> {
    let mut answers = Vec::new();
    for released in &content.measures {
        let Some(measure) = measure(&released.measure) else {
            continue;
        };
        for table in &released.tables {
            for statistic in statistics(table) {
                let query = query(measure, statistic, table);
                answers.push(Answered {
                    answer: released::answer(&query, content)?,
                    origin: Origin::Release(Arc::clone(entry)),
                    generation: entry.number.to_string(),
                    as_of: content.as_of,
                    query,
                });
            }
        }
    }
    Ok(answers)
}

/// The statistics a table has figures of.
fn statistics(table: &Table) -> Vec<Statistic> {
    // Medians and quartiles are of institutions, so only of tables by what groups these.
    let ordered = table.dimensions.iter().all(|one| one.of_institution());
    let median = table.cells.iter().any(|cell| cell.median.is_some());
    let quartiles = table.cells.iter().any(|cell| cell.quartiles.is_some());
    let given = [
        (Statistic::Total, !table.cells.is_empty()),
        (Statistic::Median, ordered && median),
        (Statistic::Quartiles, ordered && quartiles),
    ];
    let given = given.into_iter().filter(|(_, given)| *given);
    given.map(|(statistic, _)| statistic).collect()
}

fn query(measure: &'static Measure, statistic: Statistic, table: &Table) -> Query {
    let dimensions = table.dimensions.iter().copied();
    Query {
        measure,
        statistic,
        group_by: std::iter::once(Dimension::Year).chain(dimensions).collect(),
        filters: BTreeMap::new(),
        panel: Panel::All,
        base_year: None,
        as_of: None,
    }
}
