//! Cubes as one long table, a row a figure: what CSV, the sheet of data and Parquet all write, column for column.
//!
//! Of several cubes the dimensions stand side by side; a row is empty in those its cube is not broken down by. So the
//! rows of one cube are those with its name, whatever else is in the file.

use super::cube::{Cube, CubeDimension, Observation, check_all};
use super::marks;
use crate::fault::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::values::Hundredths;
use std::borrow::Cow;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A code.
    Code,
    /// Words.
    Words,
    /// A figure in the unit of its row.
    Figure,
    /// A number of institutions.
    Count,
    /// A moment.
    Moment,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub title: String,
    pub kind: Kind,
    /// Whether no row is empty in it.
    pub required: bool,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<'c> {
    Empty,
    Text(Cow<'c, str>),
    Figure(Hundredths),
    Count(u32),
    Moment(DateTime<Utc>),
}

impl Cell<'_> {
    /// The cell as text; empty where there is nothing, and never `0` for it.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Figure(figure) => figure.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Moment(moment) => stamp(*moment),
        }
    }
}

/// A moment as every format writes it: RFC 3339, ending in `Z`.
pub(super) fn stamp(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Cubes as one table.
#[derive(Debug)]
pub(super) struct Table<'c> {
    cubes: &'c [&'c Cube],
    dimensions: Vec<&'c CubeDimension>,
    quartiles: bool,
}

/// The dimensions of all cubes, each once, in the order they first stand in.
pub(super) fn dimensions<'c>(cubes: &[&'c Cube]) -> Vec<&'c CubeDimension> {
    let mut found: Vec<&CubeDimension> = Vec::new();
    for dimension in cubes.iter().flat_map(|cube| &cube.dimensions) {
        if !found.iter().any(|one| one.name == dimension.name) {
            found.push(dimension);
        }
    }
    found
}

impl<'c> Table<'c> {
    /// The table of some cubes.
    ///
    /// # Errors
    /// [`crate::fault::Fault::Internal`] where a cube contradicts itself.
    pub fn of(cubes: &'c [&'c Cube]) -> Result<Self> {
        check_all(cubes)?;
        Ok(Self {
            cubes,
            dimensions: dimensions(cubes),
            quartiles: cubes.iter().any(|cube| cube.has_quartiles()),
        })
    }

    /// Its columns.
    pub fn columns(&self) -> Vec<Column> {
        let column = |name: &str, title: &str, kind: Kind, required: bool| Column {
            name: name.to_owned(),
            title: title.to_owned(),
            kind,
            required,
        };
        let mut columns = vec![
            column("cube", "Table", Kind::Code, true),
            column("measure", "Measure", Kind::Code, true),
            column("measure_name", "Name of the measure", Kind::Words, true),
            column("statistic", "Statistic", Kind::Code, true),
            column("statistic_name", "Name of the statistic", Kind::Words, true),
            column("unit", "Unit", Kind::Code, true),
            column("unit_name", "Name of the unit", Kind::Words, true),
        ];
        for dimension in &self.dimensions {
            let everywhere = self
                .cubes
                .iter()
                .all(|cube| cube.dimensions.iter().any(|one| one.name == dimension.name));
            let (name, title) = (&dimension.name, &dimension.title);
            columns.push(column(name, title, Kind::Code, everywhere));
            columns.push(column(
                &format!("{name}_name"),
                &format!("{title}: name"),
                Kind::Words,
                everywhere,
            ));
        }
        columns.push(column("value", "Value", Kind::Figure, false));
        if self.quartiles {
            columns.push(column(
                "lower_quartile",
                "Lower quartile",
                Kind::Figure,
                false,
            ));
            columns.push(column(
                "upper_quartile",
                "Upper quartile",
                Kind::Figure,
                false,
            ));
        }
        columns.extend([
            column("status", "Status", Kind::Code, true),
            column("mark", "Mark of a missing figure", Kind::Code, false),
            column(
                "contributors",
                "Institutions contributing",
                Kind::Count,
                false,
            ),
            column("of", "Institutions in the group", Kind::Count, false),
            column("series_break", "Break in the series", Kind::Words, false),
            column("source", "Source", Kind::Words, true),
            column("regime", "Rules of disclosure control", Kind::Code, false),
            column("as_of", "As of", Kind::Moment, true),
        ]);
        columns
    }

    /// Its rows, each with a cell for every column.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Cell<'c>>> + '_ {
        self.cubes.iter().flat_map(move |cube| {
            cube.observations
                .iter()
                .map(move |observation| self.row(cube, observation))
        })
    }

    fn row(&self, cube: &'c Cube, observation: &'c Observation) -> Vec<Cell<'c>> {
        let text = |text: &'c str| match text {
            "" => Cell::Empty,
            text => Cell::Text(Cow::Borrowed(text)),
        };
        let figure = |figure: Option<Hundredths>| figure.map_or(Cell::Empty, Cell::Figure);
        let count = |count: Option<u32>| count.map_or(Cell::Empty, Cell::Count);
        let mut cells = vec![text(&cube.id)];
        for concept in [&cube.measure, &cube.statistic, &cube.unit] {
            cells.extend([text(&concept.code), text(&concept.label)]);
        }
        for column in &self.dimensions {
            let found = cube
                .codes(observation)
                .find(|(dimension, _)| dimension.name == column.name);
            cells.extend(match found {
                Some((_, concept)) => [text(&concept.code), text(&concept.label)],
                None => [Cell::Empty, Cell::Empty],
            });
        }
        cells.push(figure(observation.value));
        if self.quartiles {
            cells.push(figure(observation.lower_quartile));
            cells.push(figure(observation.upper_quartile));
        }
        let source = &cube.source;
        cells.extend([
            text(observation.status.as_str()),
            text(marks::shorthand(observation.status)),
            count(observation.contributors),
            count(observation.of),
            text(cube.series_break(observation).unwrap_or_default()),
            text(&source.name),
            text(source.regime.as_deref().unwrap_or_default()),
            Cell::Moment(source.as_of),
        ]);
        cells
    }
}
