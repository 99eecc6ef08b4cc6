//! Columns of a table, whatever it is wrapped in: which heading means which column, and what a row's cells are.
//!
//! CSV and spreadsheets share this, so that both recognise the same headings and say the same of those they do not know.

use crate::domain::column_mappings::{Heading, Translation};
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use std::borrow::Cow;

/// The cells of a row, in the order of [`Columns::names`]; `None` where nothing stands.
pub type Cells<'c> = Vec<Option<Cow<'c, str>>>;

/// The columns of a table.
pub trait Columns {
    /// Names, in the order cells are handed on.
    fn names(&self) -> Vec<&'static str>;

    /// Whether a file may leave the column out.
    fn optional(&self, name: &str) -> bool;

    /// What a heading of a file means; it comes without surrounding blanks.
    fn heading(&self, text: &str) -> Heading {
        let text = text.to_lowercase();
        let place = self.names().iter().position(|name| *name == text);
        place.map_or(Heading::Unknown, Heading::Column)
    }

    /// What stands in every row of a column that a file leaves out.
    fn constant(&self, _place: usize) -> Option<&str> {
        None
    }

    /// What a file is expected to call a column, where it has not yet said.
    fn expected(&self, place: usize) -> String {
        self.names()
            .get(place)
            .copied()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Columns for Translation {
    fn names(&self) -> Vec<&'static str> {
        self.dataset().columns().collect()
    }

    fn optional(&self, name: &str) -> bool {
        self.dataset()
            .measures
            .iter()
            .any(|measure| measure.name == name && !measure.required)
    }

    fn heading(&self, text: &str) -> Heading {
        Self::heading(self, text)
    }

    fn constant(&self, place: usize) -> Option<&str> {
        Self::constant(self, place)
    }

    fn expected(&self, place: usize) -> String {
        Self::expected(self, place)
    }
}

/// Which column of a file holds which column of the table.
#[derive(Clone, Debug)]
pub struct Header {
    headings: Vec<Cow<'static, str>>,
    places: Vec<Option<usize>>,
    constants: Vec<Option<String>>,
    passed_over: Vec<usize>,
    width: usize,
}

impl Header {
    /// Reads the first row of a table: its headings, each with the column of the file it stands over, from 0.
    ///
    /// # Errors
    /// [`Fault::InvalidRows`] naming every heading that is unknown, stands there twice, or is missing.
    pub fn read<H: AsRef<str>>(
        row: u64,
        given: impl IntoIterator<Item = (usize, H)>,
        columns: &impl Columns,
    ) -> Result<Self> {
        let names = columns.names();
        let mut faults = Faults::in_row(row);
        let unknown = unknown_column(columns);
        let mut headings: Vec<Cow<'static, str>> =
            names.iter().map(|name| Cow::Borrowed(*name)).collect();
        let mut places: Vec<Option<usize>> = vec![None; names.len()];
        let (mut passed_over, mut width) = (Vec::new(), 0);
        for (at, heading) in given {
            let heading = heading.as_ref().trim();
            width = width.max(at + 1);
            match columns.heading(heading) {
                Heading::Unknown => faults.add(&heading.to_lowercase(), "unknown-column", &unknown),
                Heading::PassedOver => passed_over.push(at),
                Heading::Column(place) => {
                    let (Some(slot), Some(name), Some(shown)) = (
                        places.get_mut(place),
                        names.get(place),
                        headings.get_mut(place),
                    ) else {
                        return Err(Fault::Internal);
                    };
                    let own = heading.to_lowercase() != *name;
                    if slot.is_some() {
                        let shown = if own { heading } else { name };
                        faults.add(shown, "repeated-column", "The column stands there twice.");
                        continue;
                    }
                    *slot = Some(at);
                    if own {
                        *shown = Cow::Owned(heading.to_owned());
                    }
                }
            }
        }
        let mut constants = vec![None; names.len()];
        for (place, name) in names.iter().enumerate() {
            if places.get(place).copied().flatten().is_some() {
                continue;
            }
            let constant = columns.constant(place).map(ToOwned::to_owned);
            if constant.is_none() && !columns.optional(name) {
                let expected = columns.expected(place);
                faults.add(
                    &expected,
                    "missing-column",
                    "The file must have this column.",
                );
            }
            if let Some(slot) = constants.get_mut(place) {
                *slot = constant;
            }
        }
        faults.or(Self {
            headings,
            places,
            constants,
            passed_over,
            width,
        })
    }

    /// How many columns the file has, those that are passed over included.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// What a column of the file means for the table, and what it is called where it means anything.
    pub fn over(&self, at: usize) -> (Heading, &str) {
        if self.passed_over.contains(&at) {
            return (Heading::PassedOver, "");
        }
        let place = self.places.iter().position(|place| *place == Some(at));
        let heading = place.and_then(|place| self.headings.get(place));
        match (place, heading) {
            (Some(place), Some(heading)) => (Heading::Column(place), heading),
            _ => (Heading::Unknown, ""),
        }
    }

    /// What the file calls the columns of the table, in their order; the name itself where it has no such column.
    pub fn headings(&self) -> &[Cow<'static, str>] {
        &self.headings
    }

    /// A row's cells in the order of the table. `cell` gives the text in a column of the file (from 0; the second
    /// argument is its heading), empty or none where nothing stands.
    ///
    /// # Errors
    /// The violation that `cell` gave.
    pub fn cells<'c>(
        &'c self,
        mut cell: impl FnMut(usize, &str) -> Result<Option<Cow<'c, str>>, Violation>,
    ) -> Result<Cells<'c>, Violation> {
        let mut cells = Vec::with_capacity(self.places.len());
        for ((place, constant), heading) in
            self.places.iter().zip(&self.constants).zip(&self.headings)
        {
            let text = match place {
                Some(place) => cell(*place, heading)?,
                None => constant.as_deref().map(Cow::Borrowed),
            };
            cells.push(text.filter(|text| !text.is_empty()));
        }
        Ok(cells)
    }
}

/// What is said of a heading that means nothing.
pub fn unknown_column(columns: &impl Columns) -> String {
    let names: Vec<String> = columns
        .names()
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let expected = columns.expected(place);
            if expected == name {
                expected
            } else {
                format!("{name} (\u{201c}{expected}\u{201d})")
            }
        })
        .collect();
    format!(
        "There is no such column; the columns are {}.",
        names.join(", ")
    )
}

/// A table that cannot be read at all, for one reason.
pub fn unreadable(row: u64, code: &'static str, message: impl Into<String>) -> Fault {
    Fault::InvalidRows {
        violations: vec![Violation::cell(row, "", code, message)],
        total: 1,
    }
}

/// What is wrong with a header.
struct Faults {
    row: u64,
    listed: Vec<Violation>,
    total: u64,
}

impl Faults {
    const fn in_row(row: u64) -> Self {
        Self {
            row,
            listed: Vec::new(),
            total: 0,
        }
    }

    fn add(&mut self, column: &str, code: &'static str, message: &str) {
        self.total += 1;
        if self.listed.len() < MAX_VIOLATIONS {
            let shown: String = column.chars().take(60).collect();
            self.listed
                .push(Violation::cell(self.row, &shown, code, message));
        }
    }

    fn or<T>(self, sound: T) -> Result<T> {
        if self.total == 0 {
            return Ok(sound);
        }
        Err(Fault::InvalidRows {
            violations: self.listed,
            total: self.total,
        })
    }
}
