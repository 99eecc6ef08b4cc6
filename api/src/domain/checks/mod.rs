//! Checks of a return as a whole, beyond the faults of its rows: warnings, which the institution explains when it
//! submits, and hints, which it may leave.
//!
//! Figures come in as a [`Context`]; findings come out. Nothing is read or written here.

mod judge;
mod relations;

pub use judge::judge;
pub use relations::{Comparison, comparisons};

use super::datasets::Dataset;
use chrono::NaiveDate;
use entity::values::{AcademicYear, DatasetName};
use serde::{Deserialize, Serialize};

/// The code that stands in a dimension where a property is not known.
pub const NOT_KNOWN: &str = "not-known";

/// Above which a total's change on last year is to be explained.
pub const CHANGE: Threshold = Threshold {
    per_cent: 20,
    units: 10,
};

/// Above which a share without a known property is to be explained.
pub const UNKNOWN: Threshold = Threshold {
    per_cent: 20,
    units: 5,
};

/// What must be exceeded in both respects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Per cent of what is compared with.
    pub per_cent: i64,
    /// Whole units of the measure.
    pub units: i64,
}

impl Threshold {
    /// Whether `part` of `whole`, both in stored units of which `scale` make one, is above it. Exactly at it is not.
    pub const fn exceeded(self, part: i64, whole: i64, scale: i64) -> bool {
        part.saturating_mul(100) > whole.saturating_mul(self.per_cent)
            && part > self.units.saturating_mul(scale)
    }
}

/// How much a finding asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Must be explained on submission.
    Warning,
    /// May be left.
    Hint,
}

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// A total is far from last year's.
    ChangeOnLastYear,
    /// A total does not go with another return's.
    DiffersFromParts,
    /// Too much of the total has a property that is not known.
    UnknownShare,
    /// An org unit had figures last year and has none.
    OrgUnitMissing,
    /// What technicians did is told, not how many there are.
    NoHeadcount,
    /// What the institution means by a technician was never said.
    NoDefinition,
    /// No row states a figure that may be left out.
    OptionalMeasureEmpty,
    /// Every total is last year's.
    SameAsLastYear,
    /// Outputs are counted, not named.
    NoIdentifiers,
}

/// Datasets that tell what technicians did, for which there should be a number of technicians.
const OF_TECHNICIANS_WORK: &[DatasetName] = &[
    DatasetName::Authorship,
    DatasetName::AuthorshipOutputs,
    DatasetName::Awards,
    DatasetName::Registrations,
    DatasetName::Development,
];

impl Check {
    /// Every check, in the order findings are listed.
    pub const ALL: &'static [Self] = &[
        Self::ChangeOnLastYear,
        Self::DiffersFromParts,
        Self::UnknownShare,
        Self::OrgUnitMissing,
        Self::NoHeadcount,
        Self::NoDefinition,
        Self::OptionalMeasureEmpty,
        Self::SameAsLastYear,
        Self::NoIdentifiers,
    ];

    /// Its stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangeOnLastYear => "change-on-last-year",
            Self::DiffersFromParts => "differs-from-parts",
            Self::UnknownShare => "unknown-share",
            Self::OrgUnitMissing => "org-unit-missing",
            Self::NoHeadcount => "no-headcount",
            Self::NoDefinition => "no-definition",
            Self::OptionalMeasureEmpty => "optional-measure-empty",
            Self::SameAsLastYear => "same-as-last-year",
            Self::NoIdentifiers => "no-identifiers",
        }
    }

    /// How much it asks for.
    pub const fn grade(self) -> Grade {
        match self {
            Self::ChangeOnLastYear
            | Self::DiffersFromParts
            | Self::UnknownShare
            | Self::OrgUnitMissing
            | Self::NoHeadcount => Grade::Warning,
            Self::NoDefinition
            | Self::OptionalMeasureEmpty
            | Self::SameAsLastYear
            | Self::NoIdentifiers => Grade::Hint,
        }
    }

    /// When it is found, for people; names no figure of anybody.
    pub const fn statement(self) -> &'static str {
        match self {
            Self::ChangeOnLastYear => {
                "A measure's total differs from that of last year's standing revision by more than the threshold, in per cent of last year's and in units."
            }
            Self::DiffersFromParts => {
                "A total does not stand to that of another return of the same year as it is expected to."
            }
            Self::UnknownShare => {
                "The share of the first measure whose rows say not-known in a dimension is above the threshold, in per cent and in units."
            }
            Self::OrgUnitMissing => {
                "An org unit had figures in last year's standing revision and has no row now, although it was not closed before the census."
            }
            Self::NoHeadcount => {
                "There is no headcount return of the year with figures, draft or submitted."
            }
            Self::NoDefinition => {
                "The institution has not said what it means by a technician in this year."
            }
            Self::OptionalMeasureEmpty => "No row states a figure that may be left out.",
            Self::SameAsLastYear => "Every total is that of last year's standing revision.",
            Self::NoIdentifiers => {
                "Outputs with a technician among the authors are counted, and there is no return of credited outputs by DOI."
            }
        }
    }

    /// Above which it is found; none where there is nothing to exceed.
    pub const fn threshold(self) -> Option<Threshold> {
        match self {
            Self::ChangeOnLastYear => Some(CHANGE),
            Self::UnknownShare => Some(UNKNOWN),
            Self::DiffersFromParts
            | Self::OrgUnitMissing
            | Self::NoHeadcount
            | Self::NoDefinition
            | Self::OptionalMeasureEmpty
            | Self::SameAsLastYear
            | Self::NoIdentifiers => None,
        }
    }

    /// Whether it may be found in returns of a dataset.
    pub fn applies(self, dataset: &'static Dataset) -> bool {
        match self {
            Self::ChangeOnLastYear | Self::OrgUnitMissing | Self::SameAsLastYear => true,
            Self::DiffersFromParts => !comparisons(dataset).is_empty(),
            Self::UnknownShare => dataset
                .dimensions
                .iter()
                .any(|dimension| dimension.list().is_some()),
            Self::NoHeadcount => OF_TECHNICIANS_WORK.contains(&dataset.name),
            Self::NoDefinition => dataset.name != DatasetName::Denominators,
            Self::OptionalMeasureEmpty => dataset.measures.iter().any(|measure| !measure.required),
            Self::NoIdentifiers => dataset.name == DatasetName::Authorship,
        }
    }
}

/// What a check found, as it is shown and as it is kept with a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check.
    #[serde(rename = "code")]
    pub check: Check,
    /// What it was found in: a measure, a dimension, an org unit, another return. With the check it names the finding.
    pub subject: String,
    /// The column it concerns, where it concerns one.
    pub column: Option<String>,
    /// What was found, with figures.
    pub message: String,
    /// What the institution said to it on submission.
    pub explanation: Option<String>,
}

/// The figures of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// How many rows.
    pub rows: i64,
    /// Sums in stored units, in the order of the dataset's measures; `None` where no row states the figure.
    pub sums: Vec<Option<i64>>,
    /// How much of the first measure is not known in each dimension, in the order of the dataset's dimensions.
    pub unknown: Vec<i64>,
    /// Its org units, by code.
    pub units: Vec<UnitProfile>,
}

/// The figures of one org unit in a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitProfile {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its last day.
    pub closed_on: Option<NaiveDate>,
    /// The sum of the first measure.
    pub main: Option<i64>,
}

impl Profile {
    /// The sum of a measure. Where there is no row there is nothing to report: a true zero.
    fn sum(&self, place: usize) -> Option<i64> {
        if self.rows == 0 {
            return Some(0);
        }
        self.sums.get(place).copied().flatten()
    }
}

/// Everything a return is judged by.
#[derive(Clone, Debug)]
pub struct Context {
    /// The dataset.
    pub dataset: &'static Dataset,
    /// The year.
    pub year: AcademicYear,
    /// The figures.
    pub now: Profile,
    /// The year before and the figures of its standing revision.
    pub last: Option<(AcademicYear, Profile)>,
    /// Both sides of each comparison whose other side exists; `None` where a side states no figure.
    pub compared: Vec<(Comparison, Option<i64>, Option<i64>)>,
    /// Whether there is a headcount of the year with figures.
    pub headcount: bool,
    /// Whether there is a return of credited outputs by DOI.
    pub identifiers: bool,
    /// Whether the institution has said what it means by a technician.
    pub definition: bool,
}
