//! Rows: what a file or a body says, turned into typed rows or into faults, all at once.

mod checker;
mod figure;
mod seen;

pub use checker::{Against, Checker};

use crate::fault::Violation;
use entity::ids::OrgUnitId;
use entity::values::{AcademicYear, Code, Doi};
use std::borrow::Cow;
use std::sync::Arc;

/// Most rows of one return.
pub const MAX_ROWS: usize = 1_000_000;

/// A row as it was sent: one text per column of the dataset, `None` where nothing stands.
#[derive(Clone, Copy, Debug)]
pub struct RawRow<'r> {
    /// Where it stands.
    pub place: RowPlace,
    /// In the order of [`super::datasets::Dataset::columns`].
    pub cells: &'r [Option<Cow<'r, str>>],
    /// What the columns were called where it stands, in the same order.
    pub headings: &'r [Cow<'static, str>],
}

impl<'r> RawRow<'r> {
    /// What stands in a column, without surrounding blanks; none where nothing does.
    fn text(self, place: usize) -> Option<&'r str> {
        let text = self.cells.get(place)?.as_deref()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// What a column was called.
    fn heading(self, place: usize) -> &'r str {
        self.headings.get(place).map_or("", |heading| heading)
    }

    /// A fault in one column of this row.
    fn fault(self, place: usize, code: &'static str, message: String) -> Violation {
        self.place.fault(self.heading(place), code, message)
    }
}

/// What a format finds: a row, or that there is none.
#[derive(Clone, Debug)]
pub enum Found<'r> {
    /// A row.
    Row(RawRow<'r>),
    /// What keeps it from being one.
    Fault(Violation),
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

    /// The place with another number, of the same kind.
    const fn at(self, number: u64) -> Self {
        match self {
            Self::Row(_) => Self::Row(number),
            Self::Index(_) => Self::Index(number),
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

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&Code> for Key {
    fn from(code: &Code) -> Self {
        Self(code.shared())
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

/// A text cut to what a message can show.
fn shortened(text: &str) -> String {
    if text.chars().count() > 60 {
        text.chars().take(59).chain(['\u{2026}']).collect()
    } else {
        text.to_owned()
    }
}
