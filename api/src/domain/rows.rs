//! Rows: what a file or a body says, turned into typed rows or into faults, all at once.

use super::code_lists::CodeLists;
use super::datasets::{Dataset, Measure, ORG_UNIT, Values};
use crate::fault::{Fault, MAX_VIOLATIONS, Result, Violation};
use entity::ids::OrgUnitId;
use entity::values::{AcademicYear, Code, Doi, Hundredths};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Most rows of one return.
pub const MAX_ROWS: usize = 1_000_000;

/// A row as it was sent: one text per column of the dataset, `None` where nothing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    /// Where it stands.
    pub place: RowPlace,
    /// In the order of [`Dataset::columns`].
    pub cells: Vec<Option<String>>,
}

/// Where a row stands in what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPlace {
    /// Line of a table as a spreadsheet counts: the header is row 1.
    Row(u64),
    /// Index in the `rows` of a JSON body, from 0.
    Index(u64),
}

impl RowPlace {
    /// A fault in one column of this row.
    pub fn fault(self, column: &str, code: &'static str, message: String) -> Violation {
        match self {
            Self::Row(row) => Violation::cell(row, column, code, message),
            Self::Index(index) if column.is_empty() => {
                Violation::at(format!("/rows/{index}"), code, message)
            }
            Self::Index(index) => {
                let token = shortened(column).replace('~', "~0").replace('/', "~1");
                Violation::at(format!("/rows/{index}/{token}"), code, message)
            }
        }
    }

    fn named(self) -> String {
        match self {
            Self::Row(row) => format!("row {row}"),
            Self::Index(index) => format!("/rows/{index}"),
        }
    }
}

/// What a row states in one dimension: a code of its list, or an identifier in its one spelling. Made by [`Checker`] and
/// read back from the store with [`Key::stored`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Key {
    /// What a stored row states; it was checked when it was stored.
    pub fn stored(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<&Code> for Key {
    fn from(code: &Code) -> Self {
        Self(Arc::from(code.as_str()))
    }
}

impl From<&Doi> for Key {
    fn from(doi: &Doi) -> Self {
        Self(Arc::from(doi.as_str()))
    }
}

/// A row of a dataset: every dimension stated, figures in stored units (persons, hundredths).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The org unit.
    pub org_unit: OrgUnitId,
    /// Codes and identifiers, in the order of the dataset's dimensions.
    pub codes: Vec<Key>,
    /// Figures, in the order of the dataset's measures; `None` where not recorded.
    pub measures: Vec<Option<i64>>,
}

/// An org unit as rows may name it.
#[derive(Clone, Copy, Debug)]
pub struct KnownUnit {
    /// Its identity.
    pub id: OrgUnitId,
    /// The first academic year in which it was closed on the census date.
    pub closed_from: Option<AcademicYear>,
}

/// What rows are checked against.
#[derive(Debug)]
pub struct Checker<'a> {
    dataset: &'static Dataset,
    year: AcademicYear,
    lists: &'a CodeLists,
    units: &'a HashMap<String, KnownUnit>,
    rows: Vec<Row>,
    seen: HashMap<(OrgUnitId, Vec<Key>), RowPlace>,
    faults: Vec<Violation>,
    total: u64,
}

impl<'a> Checker<'a> {
    /// A checker for one return. `units` are the institution's org units by code.
    pub fn new(
        dataset: &'static Dataset,
        year: AcademicYear,
        lists: &'a CodeLists,
        units: &'a HashMap<String, KnownUnit>,
    ) -> Self {
        Self {
            dataset,
            year,
            lists,
            units,
            rows: Vec::new(),
            seen: HashMap::new(),
            faults: Vec::new(),
            total: 0,
        }
    }

    /// Notes a fault that the format found; only the first [`MAX_VIOLATIONS`] are kept, all are counted.
    pub fn fault(&mut self, violation: Violation) {
        self.total += 1;
        if self.faults.len() < MAX_VIOLATIONS {
            self.faults.push(violation);
        }
    }

    /// Checks one row and keeps it if it is sound.
    pub fn row(&mut self, raw: &RawRow) {
        let before = self.total;
        let place = raw.place;
        let mut cells = raw.cells.iter().map(Option::as_deref);
        let org_unit = self.org_unit(place, cells.next().flatten());
        let codes: Vec<Option<Key>> = (0..self.dataset.dimensions.len())
            .map(|dimension| self.code(place, dimension, cells.next().flatten()))
            .collect();
        let measures: Vec<Option<i64>> = self
            .dataset
            .measures
            .iter()
            .map(|measure| self.figure(place, measure, cells.next().flatten()))
            .collect();
        let (Some(org_unit), Some(codes)) =
            (org_unit, codes.into_iter().collect::<Option<Vec<Key>>>())
        else {
            return;
        };
        self.unique(place, org_unit, &codes);
        if self.total > before {
            return;
        }
        let row = Row {
            org_unit,
            codes,
            measures,
        };
        for rule in self.dataset.rules {
            if !(rule.holds)(&row) {
                self.fault(place.fault(rule.column, rule.code, rule.statement.to_owned()));
            }
        }
        if self.rows.len() >= MAX_ROWS {
            self.fault(place.fault(
                "",
                "too-many-rows",
                format!("A return has at most {MAX_ROWS} rows."),
            ));
        } else if self.total == before {
            self.rows.push(row);
        }
    }

    /// The rows, if there was no fault.
    ///
    /// # Errors
    /// [`Fault::InvalidRows`] with every fault found.
    pub fn finish(self) -> Result<Vec<Row>> {
        if self.total == 0 {
            return Ok(self.rows);
        }
        Err(Fault::InvalidRows {
            violations: self.faults,
            total: self.total,
        })
    }

    fn org_unit(&mut self, place: RowPlace, text: Option<&str>) -> Option<OrgUnitId> {
        let Some(text) = text else {
            self.fault(
                place.fault(
                    ORG_UNIT,
                    "missing",
                    "Every row names its org unit; `institution` stands for the whole institution."
                        .to_owned(),
                ),
            );
            return None;
        };
        let Some(unit) = self.units.get(text) else {
            self.fault(place.fault(
                ORG_UNIT,
                "unknown-org-unit",
                format!(
                    "\u{201c}{}\u{201d} is not an org unit of this institution.",
                    shortened(text)
                ),
            ));
            return None;
        };
        if unit.closed_from.is_some_and(|closed| closed <= self.year) {
            self.fault(place.fault(
                ORG_UNIT,
                "org-unit-closed",
                format!(
                    "\u{201c}{text}\u{201d} was closed before the census of {}.",
                    self.year
                ),
            ));
            return None;
        }
        Some(unit.id)
    }

    fn code(&mut self, place: RowPlace, dimension: usize, text: Option<&str>) -> Option<Key> {
        let dimension = self.dataset.dimensions.get(dimension)?;
        let Some(text) = text else {
            self.fault(place.fault(
                dimension.name,
                "missing",
                match dimension.values {
                    Values::List(_) => format!(
                        "Every row states its {}; `not-known` where the source does not know.",
                        dimension.noun()
                    ),
                    Values::Doi => format!("Every row states its {}.", dimension.title),
                },
            ));
            return None;
        };
        let list = match dimension.values {
            Values::List(list) => list,
            Values::Doi => match text.parse::<Doi>() {
                Ok(doi) => return Some(Key::from(&doi)),
                Err(_) => {
                    let message = format!(
                        "\u{201c}{}\u{201d} is not a DOI, such as 10.1000/xyz123.",
                        shortened(text)
                    );
                    self.fault(place.fault(dimension.name, "not-a-doi", message));
                    return None;
                }
            },
        };
        let (code, message) = match self.lists.find(list, text) {
            None => (
                "unknown-code",
                format!(
                    "\u{201c}{}\u{201d} is not in the code list {list}.",
                    shortened(text),
                ),
            ),
            Some(entry) if !entry.valid_in(self.year) => (
                "code-not-valid-in-year",
                format!(
                    "The code {text} of {list} may not be used in {}.",
                    self.year
                ),
            ),
            Some(entry) => return Some(Key::from(&entry.code)),
        };
        self.fault(place.fault(dimension.name, code, message));
        None
    }

    fn figure(&mut self, place: RowPlace, measure: &Measure, text: Option<&str>) -> Option<i64> {
        let (code, message) = match text {
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
        self.fault(place.fault(measure.name, code, message));
        None
    }

    fn unique(&mut self, place: RowPlace, org_unit: OrgUnitId, codes: &[Key]) {
        match self.seen.entry((org_unit, codes.to_vec())) {
            Entry::Vacant(free) => {
                free.insert(place);
            }
            Entry::Occupied(taken) => {
                let message = format!(
                    "{} has the same org unit and codes; rows exclude each other.",
                    taken.get().named()
                );
                self.fault(place.fault("", "duplicate-row", message));
            }
        }
    }
}

/// Reads one figure into stored units, or says what is wrong with it.
fn figure(measure: &Measure, text: &str) -> Result<i64, (&'static str, String)> {
    let shown = shortened(text);
    let unsigned = text.strip_prefix(['-', '\u{2212}']).unwrap_or(text);
    if text.starts_with(['<', '>', '~', '\u{2264}']) {
        return Err((
            "not-exact",
            format!(
                "\u{201c}{shown}\u{201d} is not a figure: exact counts are recorded here, rounding comes later."
            ),
        ));
    }
    if text.contains([',', '\u{a0}', '\u{202f}', '\'', '\u{2019}', ' '])
        && text.chars().filter(char::is_ascii_digit).count() > 0
    {
        return Err((
            "thousands-separator",
            format!(
                "\u{201c}{shown}\u{201d}: write figures without separators, and decimals with a full stop."
            ),
        ));
    }
    let Ok(value) = unsigned.parse::<Hundredths>() else {
        return Err(unreadable(measure, unsigned, &shown));
    };
    if unsigned.len() < text.len() && value.0 != 0 {
        return Err(("negative", format!("{} cannot be negative.", measure.title)));
    }
    let most = measure.unit.most();
    if value.0 > most * 100 {
        return Err(("too-large", format!("At most {most} is taken.")));
    }
    match measure.unit.scale() {
        1 if value.0 % 100 != 0 => Err(("fractional", whole_numbers(measure))),
        1 => Ok(value.0 / 100),
        _ => Ok(value.0),
    }
}

/// Why a text is no figure that can be stored: digits beyond its decimals or its size, or no digits at all.
fn unreadable(measure: &Measure, unsigned: &str, shown: &str) -> (&'static str, String) {
    let (units, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(units) && digits(part)) {
        let message = format!("\u{201c}{shown}\u{201d} is not a number in plain digits.");
        return ("not-a-number", message);
    }
    if part.trim_end_matches('0').len() <= 2 {
        return (
            "too-large",
            format!("At most {} is taken.", measure.unit.most()),
        );
    }
    if measure.unit.scale() == 1 {
        return ("fractional", whole_numbers(measure));
    }
    let message = format!("\u{201c}{shown}\u{201d} has more than two decimals.");
    ("too-precise", message)
}

fn whole_numbers(measure: &Measure) -> String {
    format!(
        "{} counts {}: whole numbers only.",
        measure.title,
        measure.unit.as_str()
    )
}

/// A text cut to what a message can show.
fn shortened(text: &str) -> String {
    if text.chars().count() > 60 {
        text.chars().take(59).chain(['\u{2026}']).collect()
    } else {
        text.to_owned()
    }
}
