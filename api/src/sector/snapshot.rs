//! The facts in memory: the rows of every submitted revision as columns, and which of them stood when.
//!
//! A revision never changes, so its facts are loaded once; a submission only adds to the snapshot. Any past moment can
//! be answered from the same facts.

use super::catalogue::{Attribute, NO_DISCIPLINE};
use super::columns::{Columns, Dictionary};
use crate::domain::code_lists::CodeLists;
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{InstitutionId, OrgUnitId, VersionId};
use entity::values::{AcademicYear, Code, DatasetName, Provenance, Rag, Slug, Theme, VersionKind};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An institution, as far as it groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its identity.
    pub id: InstitutionId,
    /// Its name in addresses, the same in every deployment.
    pub slug: Slug,
    /// Its codes, in the order of [`Attribute::ALL`].
    pub codes: [&'static str; Attribute::ALL.len()],
}

impl Member {
    /// Its code in an attribute.
    pub fn code(&self, attribute: Attribute) -> &'static str {
        self.codes
            .get(attribute.place())
            .copied()
            .unwrap_or_default()
    }
}

/// A submitted revision with its facts.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The version that holds its rows.
    pub version: VersionId,
    /// What it says. A nil return has no rows, and is a zero in every cell.
    pub kind: VersionKind,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<Arc<str>>,
    /// The number of the institution's definition of "technician" that it rests on; none where none is stated.
    pub definition: Option<i32>,
    /// Its facts.
    pub facts: Arc<Columns>,
}

/// An institution's return of a dataset and a year.
pub type Place = (InstitutionId, DatasetName, AcademicYear);

/// Numbers for codes, identifiers and org units.
#[derive(Clone, Debug, Default)]
pub struct Dictionaries {
    lists: HashMap<&'static str, Dictionary>,
    /// Identifiers of outputs.
    pub identifiers: Dictionary,
    units: HashMap<OrgUnitId, u32>,
    disciplines: Vec<Option<Code>>,
}

impl Dictionaries {
    /// The dictionary of a dimension.
    pub fn of(&self, dimension: &str) -> Option<&Dictionary> {
        self.lists.get(dimension)
    }

    /// The number of a code of a dimension.
    pub fn code(&mut self, dimension: &'static str, code: &str) -> u16 {
        let number = self.lists.entry(dimension).or_default().number(code);
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    /// The number of an org unit.
    pub fn unit(&mut self, unit: OrgUnitId) -> u32 {
        let next = u32::try_from(self.disciplines.len()).unwrap_or(u32::MAX);
        let number = *self.units.entry(unit).or_insert(next);
        if number == next {
            self.disciplines.push(None);
        }
        number
    }

    /// Notes the disciplines org units have now.
    pub fn set_disciplines(&mut self, units: Vec<(OrgUnitId, Option<Code>)>) {
        for (unit, discipline) in units {
            let number = self.unit(unit) as usize;
            if let Some(place) = self.disciplines.get_mut(number) {
                *place = discipline;
            }
        }
    }

    /// The discipline of each org unit, or its group, by the unit's number, with a dictionary of them.
    pub fn disciplines(&self, lists: &CodeLists, grouped: bool) -> (Dictionary, Vec<u16>) {
        let mut dictionary = Dictionary::default();
        let of_units = self.disciplines.iter().map(|discipline| {
            let group = |code: &Code| {
                let entry = lists.find("discipline", code.as_str());
                entry.and_then(|entry| entry.parent.clone())
            };
            let code = match discipline {
                Some(code) if grouped => group(code),
                other => other.clone(),
            };
            let code = code.as_ref().map_or(NO_DISCIPLINE, Code::as_str);
            u16::try_from(dictionary.number(code)).unwrap_or(u16::MAX)
        });
        let of_units = of_units.collect();
        (dictionary, of_units)
    }
}

/// Facts up to a submission.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    sequence: i64,
    revisions: HashMap<Place, Vec<Revision>>,
    years: Vec<AcademicYear>,
    returned: HashMap<VersionId, DateTime<Utc>>,
    dictionaries: Arc<Dictionaries>,
}

impl Snapshot {
    /// The number of the last submission in it.
    pub const fn sequence(&self) -> i64 {
        self.sequence
    }

    /// The numbers codes go by.
    pub fn dictionaries(&self) -> &Dictionaries {
        &self.dictionaries
    }

    /// The same, to add to.
    pub fn dictionaries_mut(&mut self) -> &mut Dictionaries {
        Arc::make_mut(&mut self.dictionaries)
    }

    /// Adds a revision; they must come in the order of their submission.
    pub fn add(&mut self, place: Place, revision: Revision) {
        if let Err(at) = self.years.binary_search(&place.2) {
            self.years.insert(at, place.2);
        }
        self.revisions.entry(place).or_default().push(revision);
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

    /// When the last revision was submitted.
    pub fn last_submitted(&self) -> Option<DateTime<Utc>> {
        let all = self.revisions.values().flatten();
        all.map(|revision| revision.submitted_at).max()
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
    pub fn standing(&self, place: Place, at: Option<DateTime<Utc>>) -> Option<&Revision> {
        let history = self.revisions.get(&place)?;
        history
            .iter()
            .rev()
            .find(|revision| at.is_none_or(|moment| revision.submitted_at <= moment))
            .filter(|revision| revision.kind != VersionKind::Withdrawal)
    }

    /// A snapshot in which other revisions of some places stand: those an earlier release was made from.
    #[must_use]
    pub fn holding_back(&self, held: &HashMap<Place, Option<VersionId>>) -> Self {
        let mut other = self.clone();
        for (place, version) in held {
            if let Some(history) = other.revisions.get_mut(place) {
                let kept = history.iter().find(|one| Some(one.version) == *version);
                *history = kept.cloned().into_iter().collect();
            }
        }
        other.revisions.retain(|_, history| !history.is_empty());
        other
    }
}

/// An action of a plan, as far as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Whose.
    pub institution: InstitutionId,
    /// Stage of the plan.
    pub stage: i32,
    /// Theme.
    pub theme: Theme,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// The last day of its time scale; none where it has no end.
    pub due: Option<NaiveDate>,
    /// Its judgements with their moments, oldest first.
    pub judgements: Vec<(DateTime<Utc>, Rag)>,
}
