//! The exact figures of one measure, institution by institution, for one set of dimensions.

use crate::domain::datasets::Dataset;
use crate::sector::catalogue::{Basis, Dimension, Measure, Panel, Statistic};
use crate::sector::gather::{Own, OwnCell, gather};
use crate::sector::query::Query;
use crate::sector::{Facts, Sources};
use entity::values::AcademicYear;
use std::collections::{BTreeMap, BTreeSet};

/// What one institution has in one combination of codes.
#[derive(Clone, Debug, Default)]
pub struct Leaf {
    /// The value, or the upper part of a ratio, in stored units.
    pub above: i64,
    /// The sum of the keys of the rows behind it.
    pub above_key: u32,
    /// The lower part of a ratio.
    pub below: i64,
    /// The sum of the keys behind that.
    pub below_key: u32,
    /// Outputs it identifies, by number.
    pub identified: Vec<u32>,
    /// Outputs it counts beyond them.
    pub surplus: i64,
}

/// One institution's year.
#[derive(Clone, Debug)]
pub struct Line {
    /// The institution's place among the members.
    pub member: usize,
    /// What it has, by the combinations of [`Cube::rows`]; none where rows were but nothing was recorded.
    pub leaves: Vec<Option<Leaf>>,
}

impl Line {
    /// Its value over some combinations.
    pub fn value(&self, kept: impl Fn(usize) -> bool) -> i64 {
        let leaves = self.leaves.iter().enumerate().filter(|(row, _)| kept(*row));
        leaves
            .filter_map(|(_, leaf)| leaf.as_ref())
            .map(|leaf| leaf.above)
            .sum()
    }
}

/// The figures of one measure by some dimensions of figures.
#[derive(Debug, Default)]
pub struct Cube {
    /// Combinations of codes.
    pub rows: Vec<Vec<String>>,
    /// The institutions of each year.
    pub years: BTreeMap<AcademicYear, Vec<Line>>,
    /// Whether the lower part is the same in every combination, because its rows are not told apart by these codes.
    pub whole_below: bool,
    /// Where the figures come from.
    pub sources: Sources,
}

impl Cube {
    /// Reads the exact figures of a measure by some dimensions of figures.
    pub fn of(measure: &'static Measure, dimensions: &[Dimension], facts: &Facts<'_>) -> Self {
        let yearly = measure.dimensions.contains(&Dimension::Year);
        let mut group_by: Vec<Dimension> = yearly.then_some(Dimension::Year).into_iter().collect();
        group_by.extend(dimensions);
        let query = Query {
            measure,
            statistic: Statistic::Total,
            group_by,
            filters: BTreeMap::new(),
            panel: Panel::All,
            base_year: None,
            as_of: None,
        };
        let gathered = gather(&query, facts);
        let rows: Vec<Vec<String>> = gathered
            .rows
            .iter()
            .map(|keys| keys.iter().map(|key| key.as_str().to_owned()).collect())
            .collect();
        let mut years: BTreeMap<AcademicYear, Vec<Line>> = BTreeMap::new();
        for own in &gathered.own {
            if let Some(year) = own.year {
                years.entry(year).or_default().push(line(own, rows.len()));
            }
        }
        let whole_below = match (measure.basis, dimensions.first()) {
            (Basis::Per100 { below, .. }, Some(Dimension::Rows(name))) => {
                Dataset::of(below.dataset()).dimension(name).is_none()
            }
            _ => false,
        };
        Self {
            rows,
            years,
            whole_below,
            sources: gathered.sources,
        }
    }

    /// The institutions of a year.
    pub fn lines(&self, year: AcademicYear) -> &[Line] {
        self.years.get(&year).map_or(&[], Vec::as_slice)
    }

    /// The codes in one place of the combinations, each once, in the order of `listed`.
    pub fn codes(&self, place: usize, listed: &[String]) -> Vec<String> {
        let used: BTreeSet<&str> = self
            .rows
            .iter()
            .filter_map(|row| row.get(place))
            .map(String::as_str)
            .collect();
        let known = listed
            .iter()
            .filter(|code| used.contains(code.as_str()))
            .cloned();
        let known: Vec<String> = known.collect();
        let others = used
            .into_iter()
            .filter(|code| !listed.iter().any(|one| one == code))
            .map(ToOwned::to_owned);
        known.iter().cloned().chain(others).collect()
    }
}

fn line(own: &Own, rows: usize) -> Line {
    let elsewhere = Leaf {
        below: own.elsewhere.unwrap_or_default(),
        below_key: own.elsewhere_key,
        ..Leaf::default()
    };
    let mut leaves = vec![Some(elsewhere); rows.max(1)];
    for cell in &own.cells {
        if let Some(slot) = leaves.get_mut(cell.row) {
            *slot = leaf(cell);
        }
    }
    Line {
        member: own.member,
        leaves,
    }
}

fn leaf(cell: &OwnCell) -> Option<Leaf> {
    let (above, below) = cell.above.zip(cell.below)?;
    let outputs = cell.outputs.clone().unwrap_or_default();
    Some(Leaf {
        above,
        above_key: cell.above_key,
        below,
        below_key: cell.below_key,
        identified: outputs.identified,
        surplus: outputs.surplus,
    })
}
