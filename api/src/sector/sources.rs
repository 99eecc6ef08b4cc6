//! Where figures of an answer come from, and what breaks their series.

use super::query::Query;
use super::snapshot::{Member, Revision, Snapshot};
use entity::ids::InstitutionId;
use entity::values::{AcademicYear, Provenance};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where figures of an answer come from, other than the institutions themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Provenance.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<Arc<str>>,
    /// How many institutions' figures come from there; none where a release does not say.
    pub institutions: Option<u32>,
}

/// A year from which figures are not quite like those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesBreak {
    /// The first year of the new series.
    pub year: AcademicYear,
    /// What changed.
    pub remark: String,
}

/// Sources by what is said of them, each with the institutions it stands for, and whether any may still change.
#[derive(Debug, Default)]
pub struct Sources {
    others: BTreeMap<(Provenance, Option<Arc<str>>), BTreeSet<InstitutionId>>,
    definitions: BTreeMap<(InstitutionId, AcademicYear), Option<i32>>,
    origins: BTreeMap<(InstitutionId, AcademicYear), Provenance>,
    provisional: bool,
}

impl Sources {
    pub(super) fn note(
        &mut self,
        query: &Query,
        snapshot: &Snapshot,
        member: &Member,
        year: AcademicYear,
        revision: &Revision,
    ) {
        self.provisional |= snapshot.provisional(revision, query.as_of);
        self.definitions
            .insert((member.id, year), revision.definition);
        self.origins.insert((member.id, year), revision.provenance);
        if revision.provenance != Provenance::Returned {
            self.others
                .entry((revision.provenance, revision.remark.clone()))
                .or_default()
                .insert(member.id);
        }
    }

    /// Whether a revision that contributed may still change.
    pub const fn provisional(&self) -> bool {
        self.provisional
    }

    /// The sources other than the institutions' own returns.
    pub fn others(&self) -> Vec<Source> {
        let source = |((provenance, remark), institutions): (
            &(Provenance, Option<Arc<str>>),
            &BTreeSet<InstitutionId>,
        )| Source {
            provenance: *provenance,
            remark: remark.clone(),
            institutions: u32::try_from(institutions.len()).ok(),
        };
        self.others.iter().map(source).collect()
    }

    /// The years from which institutions follow another definition of "technician", or figures come from elsewhere than
    /// the year before.
    pub fn series_breaks(&self) -> Vec<SeriesBreak> {
        let mut breaks: BTreeMap<AcademicYear, (u32, u32)> = BTreeMap::new();
        let mut before: Option<(InstitutionId, AcademicYear)> = None;
        for place in self.definitions.keys() {
            if let Some(last) = before.filter(|last| last.0 == place.0) {
                let changed = breaks.entry(place.1).or_default();
                changed.0 += u32::from(self.definitions.get(&last) != self.definitions.get(place));
                changed.1 += u32::from(self.origins.get(&last) != self.origins.get(place));
            }
            before = Some(*place);
        }
        let told = breaks.into_iter().flat_map(|(year, (definitions, origins))| {
            let definition = (definitions > 0).then(|| SeriesBreak {
                year,
                remark: format!("{definitions} of the institutions follow another definition of \u{201c}technician\u{201d} than the year before."),
            });
            let origin = (origins > 0).then(|| SeriesBreak {
                year,
                remark: format!("The figures of {origins} of the institutions come from another source than the year before."),
            });
            [definition, origin]
        });
        told.flatten().collect()
    }
}
