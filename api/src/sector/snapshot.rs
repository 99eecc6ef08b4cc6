//! The facts in memory: every submitted revision summed over its org units and over the dimensions that no query can
//! name, and which of them stood when.
//!
//! A revision never changes, so its facts are loaded once; a submission only adds to the snapshot. Any past moment can
//! be answered from the same facts.

use super::catalogue::Dimension;
use crate::domain::rows::Key;
use chrono::{DateTime, Utc};
use entity::ids::{InstitutionId, VersionId};
use entity::values::{
    AcademicYear, DatasetName, InstitutionKind, MissionGroup, Nation, Provenance, Rag, Theme,
    VersionKind,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An institution, as far as it groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its identity.
    pub id: InstitutionId,
    /// Nation.
    pub nation: Nation,
    /// Kind.
    pub kind: InstitutionKind,
    /// Mission group.
    pub mission_group: MissionGroup,
}

impl Member {
    /// Its code in a dimension of institutions; `None` for the other dimensions.
    pub const fn code(&self, dimension: Dimension) -> Option<&'static str> {
        match dimension {
            Dimension::Nation => Some(self.nation.as_str()),
            Dimension::Kind => Some(self.kind.as_str()),
            Dimension::MissionGroup => Some(self.mission_group.as_str()),
            Dimension::Year
            | Dimension::Sex
            | Dimension::OutputType
            | Dimension::Theme
            | Dimension::Rag => None,
        }
    }
}

/// One combination of codes and its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Codes and identifiers, in the order of [`super::catalogue::on_offer`].
    pub codes: Vec<Key>,
    /// Figures in stored units, in the order of the dataset's measures.
    pub measures: Vec<Option<i64>>,
}

/// A submitted revision with its facts.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The version that holds its rows.
    pub version: VersionId,
    /// What it says. A nil return has one fact, of zeros and without codes.
    pub kind: VersionKind,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<Arc<str>>,
    /// Its facts.
    pub facts: Arc<[Fact]>,
}

type Place = (InstitutionId, DatasetName, AcademicYear);

/// Facts up to a submission.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    sequence: i64,
    revisions: HashMap<Place, Vec<Revision>>,
    years: Vec<AcademicYear>,
    returned: HashMap<VersionId, DateTime<Utc>>,
}

impl Snapshot {
    /// The number of the last submission in it.
    pub const fn sequence(&self) -> i64 {
        self.sequence
    }

    /// Adds a revision; they must come in the order of their submission.
    pub fn add(
        &mut self,
        institution: InstitutionId,
        dataset: DatasetName,
        year: AcademicYear,
        revision: Revision,
    ) {
        if let Err(place) = self.years.binary_search(&year) {
            self.years.insert(place, year);
        }
        self.revisions
            .entry((institution, dataset, year))
            .or_default()
            .push(revision);
    }

    /// Whether it has facts of any of these institutions.
    pub fn holds_any(&self, institutions: &HashSet<InstitutionId>) -> bool {
        self.revisions
            .keys()
            .any(|(institution, _, _)| institutions.contains(institution))
    }

    /// Lets go of everything these institutions ever submitted.
    pub fn forget(&mut self, institutions: &HashSet<InstitutionId>) {
        self.revisions
            .retain(|(institution, _, _), _| !institutions.contains(institution));
        let kept: HashSet<AcademicYear> = self.revisions.keys().map(|(_, _, year)| *year).collect();
        self.years.retain(|year| kept.contains(year));
    }

    /// Notes that everything up to a submission is in.
    pub const fn complete_to(&mut self, sequence: i64) {
        self.sequence = sequence;
    }

    /// Years in which anything was returned, oldest first.
    pub fn years(&self) -> &[AcademicYear] {
        &self.years
    }

    /// Notes which revisions the board returned for correction, and when.
    pub fn set_returned(&mut self, returned: HashMap<VersionId, DateTime<Utc>>) {
        self.returned = returned;
    }

    /// Whether a revision may still change what it says: it was given as provisional, or returned by the moment.
    pub fn provisional(&self, revision: &Revision, at: Option<DateTime<Utc>>) -> bool {
        let returned = self.returned.get(&revision.version);
        revision.provisional
            || returned.is_some_and(|since| at.is_none_or(|moment| *since <= moment))
    }

    /// The revision that stood at a moment, or the latest; none where it took the figures back.
    pub fn standing(
        &self,
        institution: InstitutionId,
        dataset: DatasetName,
        year: AcademicYear,
        at: Option<DateTime<Utc>>,
    ) -> Option<&Revision> {
        let history = self.revisions.get(&(institution, dataset, year))?;
        history
            .iter()
            .rev()
            .find(|revision| at.is_none_or(|moment| revision.submitted_at <= moment))
            .filter(|revision| revision.kind != VersionKind::Withdrawal)
    }
}

/// Actions of one institution in one theme and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actions {
    /// Whose.
    pub institution: InstitutionId,
    /// Theme.
    pub theme: Theme,
    /// Colour.
    pub rag: Rag,
    /// How many.
    pub count: i64,
}
