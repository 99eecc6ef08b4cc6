//! From the columns of one revision to the sums of its cells, in one pass over each column a query needs.

use super::catalogue::{Dimension, Figure, Only};
use super::columns::{Columns, Dictionary, NOT_RECORDED, listed};
use super::query::Query;
use super::snapshot::Snapshot;
use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::Dataset;
use crate::domain::rows::Key;
use std::borrow::Cow;

/// The codes of each dimension of figures that a query is broken down by, and how a combination of them is numbered.
#[derive(Debug)]
pub(super) struct Grid {
    axes: Vec<Axis>,
}

#[derive(Debug)]
struct Axis {
    dimension: Dimension,
    codes: Vec<Key>,
    stride: usize,
}

impl Grid {
    /// The grid of a query: its dimensions of figures, with the codes that anybody ever used.
    pub fn of(query: &Query, snapshot: &Snapshot, lists: &CodeLists) -> Self {
        let mut stride = 1;
        let mut axes = Vec::new();
        for dimension in query.group_by.iter().filter(|one| one.of_figures()) {
            let codes = dictionary(*dimension, snapshot, lists).0.codes().to_vec();
            let next = stride * codes.len().max(1);
            axes.push(Axis {
                dimension: *dimension,
                codes,
                stride,
            });
            stride = next;
        }
        Self { axes }
    }

    /// Whether there is nothing to tell apart.
    pub const fn is_whole(&self) -> bool {
        self.axes.is_empty()
    }

    /// Whether a dataset's rows are broken down.
    pub fn parts(&self, dataset: &'static Dataset) -> bool {
        self.axes.iter().any(|axis| has(dataset, axis.dimension))
    }

    /// How many combinations there are.
    pub fn len(&self) -> usize {
        self.axes
            .iter()
            .map(|axis| axis.codes.len().max(1))
            .product()
    }

    /// The codes of a combination, in the order of the query's dimensions of figures.
    pub fn keys(&self, place: usize) -> Vec<Key> {
        let code = |axis: &Axis| {
            let number = place / axis.stride % axis.codes.len().max(1);
            axis.codes.get(number).cloned()
        };
        self.axes.iter().filter_map(code).collect()
    }

    /// The place without the dimensions a dataset does not have.
    pub fn within(&self, place: usize, dataset: &'static Dataset) -> usize {
        let kept = self.axes.iter().filter(|axis| has(dataset, axis.dimension));
        kept.map(|axis| place / axis.stride % axis.codes.len().max(1) * axis.stride)
            .sum()
    }
}

/// Whether a dataset's rows can be told apart by a dimension.
fn has(dataset: &'static Dataset, dimension: Dimension) -> bool {
    match dimension {
        Dimension::Rows(name) => dataset.dimension(name).is_some(),
        Dimension::Discipline | Dimension::DisciplineGroup => true,
        Dimension::Year
        | Dimension::Institution(_)
        | Dimension::Dataset
        | Dimension::Stage
        | Dimension::Theme
        | Dimension::Rag => false,
    }
}

/// The codes of a dimension by number, and for dimensions of org units the number of each unit's code.
fn dictionary<'a>(
    dimension: Dimension,
    snapshot: &'a Snapshot,
    lists: &CodeLists,
) -> (Cow<'a, Dictionary>, Option<Vec<u16>>) {
    let grouped = dimension == Dimension::DisciplineGroup;
    if grouped || dimension == Dimension::Discipline {
        let (dictionary, of_units) = snapshot.dictionaries().disciplines(lists, grouped);
        return (Cow::Owned(dictionary), Some(of_units));
    }
    match snapshot.dictionaries().of(dimension.as_str()) {
        Some(dictionary) => (Cow::Borrowed(dictionary), None),
        None => (Cow::Owned(Dictionary::default()), None),
    }
}

/// Where a row's code is found.
enum Codes {
    /// In a column of the dataset.
    Column(usize),
    /// At its org unit.
    OfUnit(Vec<u16>),
}

impl Codes {
    /// Calls with the number of each row's code.
    fn each(&self, columns: &Columns, mut call: impl FnMut(usize, u16)) {
        match self {
            Self::Column(place) => {
                let codes = columns.codes.get(*place).map_or(&[][..], |codes| codes);
                for (row, code) in codes.iter().enumerate() {
                    call(row, *code);
                }
            }
            Self::OfUnit(codes) => {
                for (row, unit) in columns.units.iter().enumerate() {
                    call(row, codes.get(*unit as usize).copied().unwrap_or_default());
                }
            }
        }
    }
}

/// How rows of a dataset fall into the cells of a query.
pub(super) struct Scan {
    groups: Vec<(Codes, usize)>,
    filters: Vec<(Codes, Vec<bool>)>,
}

impl Scan {
    /// For the rows of a dataset, with a condition of the measure's own.
    pub fn new(
        query: &Query,
        grid: &Grid,
        dataset: &'static Dataset,
        only: Option<Only>,
        snapshot: &Snapshot,
        lists: &CodeLists,
    ) -> Self {
        let codes = |dimension: Dimension| {
            let (dictionary, of_units) = dictionary(dimension, snapshot, lists);
            let place = listed(dataset).position(|name| name == dimension.as_str());
            let codes = match (of_units, place) {
                (Some(of_units), _) => Some(Codes::OfUnit(of_units)),
                (None, Some(place)) => Some(Codes::Column(place)),
                (None, None) => None,
            };
            codes.map(|codes| (codes, dictionary))
        };
        let groups = grid.axes.iter().filter(|axis| has(dataset, axis.dimension));
        let groups = groups.filter_map(|axis| Some((codes(axis.dimension)?.0, axis.stride)));
        let kept = |dimension: Dimension, keeps: &dyn Fn(&str) -> bool| {
            let (codes, dictionary) = codes(dimension)?;
            let kept = dictionary.codes().iter().map(|code| keeps(code.as_str()));
            Some((codes, kept.collect()))
        };
        let asked = query
            .filters
            .keys()
            .filter(|one| one.of_figures() && has(dataset, **one));
        let mut filters: Vec<(Codes, Vec<bool>)> = asked
            .filter_map(|dimension| kept(*dimension, &|code| query.keeps(*dimension, code)))
            .collect();
        filters.extend(
            only.and_then(|only| kept(Dimension::Rows(only.dimension), &|code| only.keeps(code))),
        );
        Self {
            groups: groups.collect(),
            filters,
        }
    }

    /// The place of each row in the grid; rows that are filtered out are given none.
    pub fn places(&self, columns: &Columns, places: &mut Vec<u32>) {
        const OUT: u32 = u32::MAX;
        places.clear();
        places.resize(columns.rows, 0);
        for (codes, stride) in &self.groups {
            let stride = u32::try_from(*stride).unwrap_or(u32::MAX);
            codes.each(columns, |row, code| {
                if let Some(place) = places.get_mut(row) {
                    *place += u32::from(code) * stride;
                }
            });
        }
        for (codes, kept) in &self.filters {
            codes.each(columns, |row, code| {
                if !kept.get(usize::from(code)).copied().unwrap_or(false)
                    && let Some(place) = places.get_mut(row)
                {
                    *place = OUT;
                }
            });
        }
    }
}

/// Sums by place in a grid, and which places anything was said of.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// The sums; [`NOT_RECORDED`] where rows were but no figure.
    values: Vec<i64>,
    keys: Vec<u32>,
    touched: Vec<bool>,
    /// Places with rows, in the order they were met.
    pub met: Vec<u32>,
    /// Whether any row of the revision records the figure, filtered out or not.
    pub recorded: bool,
}

impl Sums {
    /// Adds the rows of a revision; a figure counts where those of `also` are recorded too. Rows that have a key add it to
    /// their place's.
    pub fn add(
        &mut self,
        columns: &Columns,
        places: &[u32],
        (measure, also): (usize, Option<usize>),
        keys: &[u8],
    ) {
        let figures = columns
            .measures
            .get(measure)
            .map_or(&[][..], |figures| figures);
        let also = also.and_then(|place| columns.measures.get(place));
        for (row, (figure, place)) in figures.iter().zip(places).enumerate() {
            let beside =
                also.is_none_or(|also| also.get(row).is_some_and(|one| *one != NOT_RECORDED));
            let recorded = *figure != NOT_RECORDED && beside;
            self.recorded |= recorded;
            let Some(value) = self.values.get_mut(*place as usize) else {
                continue;
            };
            if let Some(touched @ false) = self.touched.get_mut(*place as usize) {
                *touched = true;
                *value = NOT_RECORDED;
                self.met.push(*place);
            }
            if recorded {
                *value = if *value == NOT_RECORDED {
                    *figure
                } else {
                    *value + *figure
                };
                if *figure > 0
                    && let (Some(key), Some(sum)) =
                        (keys.get(row), self.keys.get_mut(*place as usize))
                {
                    *sum = sum.wrapping_add(u32::from(*key));
                }
            }
        }
    }

    /// The sum of the keys at a place.
    pub fn key(&self, place: usize) -> u32 {
        self.keys.get(place).copied().unwrap_or_default()
    }

    /// The sum at a place: none where rows were but no figure, zero where there were no rows.
    pub fn at(&self, place: usize) -> Option<i64> {
        if self.touched.get(place).copied().unwrap_or(false) {
            self.values
                .get(place)
                .copied()
                .filter(|value| *value != NOT_RECORDED)
        } else {
            Some(0)
        }
    }

    /// Empties it for a grid of so many places.
    pub fn clear(&mut self, places: usize) {
        if self.values.len() == places {
            for place in self.met.drain(..) {
                if let Some(touched) = self.touched.get_mut(place as usize) {
                    *touched = false;
                }
                if let Some(key) = self.keys.get_mut(place as usize) {
                    *key = 0;
                }
            }
        } else {
            self.values = vec![0; places];
            self.keys = vec![0; places];
            self.touched = vec![false; places];
            self.met.clear();
        }
        self.recorded = false;
    }
}

/// The place of a figure among its dataset's measures.
pub(super) fn place(figure: Figure) -> Option<usize> {
    Dataset::of(figure.dataset).measure(figure.measure)
}
