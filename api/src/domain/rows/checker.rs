//! The checker: turns one row after the other into a typed row or into faults, and keeps no row.

use super::figure::figure;
use super::seen::Seen;
use super::{Found, Key, KnownUnit, MAX_ROWS, RawRow, Row, RowPlace, shortened};
use crate::domain::code_lists::CodeLists;
use crate::domain::column_mappings::Translation;
use crate::domain::datasets::{Dataset, Measure, Values};
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use entity::ids::OrgUnitId;
use entity::values::{AcademicYear, Doi};
use std::collections::HashMap;
use std::sync::Arc;

/// What rows are checked against; cheap to clone.
#[derive(Clone, Debug)]
pub struct Against {
    /// The dataset, as the institution's files name it.
    pub translation: Arc<Translation>,
    /// The year of the return.
    pub year: AcademicYear,
    /// The code lists.
    pub lists: Arc<CodeLists>,
    /// The institution's org units by code.
    pub units: Arc<HashMap<String, KnownUnit>>,
}

/// Checks the rows of one return.
#[derive(Debug)]
pub struct Checker {
    against: Against,
    dataset: &'static Dataset,
    seen: Option<Seen>,
    rows: usize,
    faults: Vec<Violation>,
    total: u64,
}

impl Checker {
    /// A checker that has seen no row.
    pub fn new(against: Against) -> Self {
        Self {
            dataset: against.translation.dataset(),
            against,
            seen: Some(Seen::default()),
            rows: 0,
            faults: Vec::new(),
            total: 0,
        }
    }

    /// A checker of rows that were checked before: it does not look again for two that are the same.
    pub fn again(against: Against) -> Self {
        Self {
            seen: None,
            ..Self::new(against)
        }
    }

    /// Notes a fault; only the first [`MAX_VIOLATIONS`] are kept, all are counted.
    fn fault(&mut self, violation: Violation) {
        self.total += 1;
        if self.faults.len() < MAX_VIOLATIONS {
            self.faults.push(violation);
        }
    }

    /// Checks what a format found, and hands the row back if it and all before it are sound.
    pub fn check(&mut self, found: Found<'_>) -> Option<Row> {
        match found {
            Found::Row(raw) => self.row(raw),
            Found::Fault(violation) => {
                self.fault(violation);
                None
            }
        }
    }

    fn row(&mut self, raw: RawRow<'_>) -> Option<Row> {
        let before = self.total;
        let places = 1 + self.dataset.dimensions.len();
        let org_unit = self.org_unit(raw);
        let codes: Vec<Option<Key>> = (1..places).map(|place| self.code(raw, place)).collect();
        let measures: Vec<Option<i64>> = self
            .dataset
            .measures
            .iter()
            .zip(places..)
            .map(|(measure, place)| self.measure(raw, place, measure))
            .collect();
        let org_unit = org_unit?;
        let codes = codes.into_iter().collect::<Option<Vec<Key>>>()?;
        self.unique(raw.place, org_unit, &codes);
        if self.total > before {
            return None;
        }
        let row = Row {
            org_unit,
            codes,
            measures,
        };
        self.rules(raw, &row);
        if self.rows >= MAX_ROWS {
            let message = format!("A return has at most {MAX_ROWS} rows.");
            self.fault(raw.place.fault("", "too-many-rows", message));
        } else if self.total == before {
            self.rows += 1;
        }
        (self.total == 0).then_some(row)
    }

    fn rules(&mut self, raw: RawRow<'_>, row: &Row) {
        for rule in self.dataset.rules {
            if !(rule.holds)(row) {
                let mut columns = self.dataset.columns();
                let place = columns.position(|column| column == rule.column);
                let heading = place.map_or(rule.column, |place| raw.heading(place));
                let fault = raw
                    .place
                    .fault(heading, rule.code, rule.statement.to_owned());
                self.fault(fault);
            }
        }
    }

    /// How many rows there were, if there was no fault.
    ///
    /// # Errors
    /// [`Fault::InvalidRows`] with every fault found.
    pub fn finish(self) -> Result<usize> {
        if self.total == 0 {
            return Ok(self.rows);
        }
        Err(Fault::InvalidRows {
            violations: self.faults,
            total: self.total,
        })
    }

    fn org_unit(&mut self, raw: RawRow<'_>) -> Option<OrgUnitId> {
        let Some(text) = raw.text(0) else {
            let message =
                "Every row names its org unit; `institution` stands for the whole institution.";
            self.fault(raw.fault(0, "missing", message.to_owned()));
            return None;
        };
        let code = self.against.translation.code(0, text);
        let Some(unit) = self.against.units.get(code).copied() else {
            self.fault(raw.fault(
                0,
                "unknown-org-unit",
                format!(
                    "\u{201c}{}\u{201d} is not an org unit of this institution.",
                    shortened(text)
                ),
            ));
            return None;
        };
        let year = self.against.year;
        if unit.closed_from.is_some_and(|closed| closed <= year) {
            let message = format!("\u{201c}{text}\u{201d} was closed before the census of {year}.");
            self.fault(raw.fault(0, "org-unit-closed", message));
            return None;
        }
        Some(unit.id)
    }

    fn code(&mut self, raw: RawRow<'_>, place: usize) -> Option<Key> {
        let dimension = self.dataset.dimensions.get(place.checked_sub(1)?)?;
        let Some(text) = raw.text(place) else {
            let message = match dimension.values {
                Values::List(_) => format!(
                    "Every row states its {}; `not-known` where the source does not know.",
                    dimension.noun()
                ),
                Values::Doi => format!("Every row states its {}.", dimension.title),
            };
            self.fault(raw.fault(place, "missing", message));
            return None;
        };
        let list = match dimension.values {
            Values::List(list) => list,
            Values::Doi => {
                let doi = text.parse::<Doi>();
                if doi.is_err() {
                    let message = format!(
                        "\u{201c}{}\u{201d} is not a DOI, such as 10.1000/xyz123.",
                        shortened(text)
                    );
                    self.fault(raw.fault(place, "not-a-doi", message));
                }
                return doi.ok().as_ref().map(Key::from);
            }
        };
        let (year, lists) = (self.against.year, &self.against.lists);
        let own = self.against.translation.code(place, text);
        let (code, message) = match lists.find(list, own) {
            None => (
                "unknown-code",
                format!(
                    "\u{201c}{}\u{201d} is not in the code list {list}.",
                    shortened(text),
                ),
            ),
            Some(entry) if !entry.valid_in(year) => (
                "code-not-valid-in-year",
                format!("The code {text} of {list} may not be used in {year}."),
            ),
            Some(entry) => return Some(Key::from(&entry.code)),
        };
        self.fault(raw.fault(place, code, message));
        None
    }

    fn measure(&mut self, raw: RawRow<'_>, place: usize, measure: &Measure) -> Option<i64> {
        let (code, message) = match raw.text(place) {
            None if !measure.required => return None,
            None => (
                "missing",
                format!("{} must be stated in every row.", measure.title),
            ),
            Some(text) => match figure(measure, text) {
                Ok(value) => return Some(value),
                Err(fault) => fault,
            },
        };
        self.fault(raw.fault(place, code, message));
        None
    }

    fn unique(&mut self, place: RowPlace, org_unit: OrgUnitId, codes: &[Key]) {
        let Some(seen) = &mut self.seen else { return };
        if let Some(first) = seen.before(place, org_unit, codes) {
            let message = format!(
                "{} has the same org unit and codes; rows exclude each other.",
                first.named()
            );
            self.fault(place.fault("", "duplicate-row", message));
        }
    }
}
