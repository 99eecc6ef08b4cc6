//! Which cells an answer has: every one there should be, whether or not anybody returned anything for it.

use super::Facts;
use super::catalogue::{Basis, Dimension};
use super::gather::{Gathered, kept, years};
use super::query::Query;
use super::snapshot::Member;
use crate::domain::rows::Key;
use entity::values::AcademicYear;
use std::collections::BTreeMap;

/// A group of institutions in a year, as far as a query tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    institutions: Vec<&'static str>,
    year: Option<AcademicYear>,
}

impl Group {
    /// The group an institution's year falls into.
    pub fn of(query: &Query, member: &Member, year: Option<AcademicYear>) -> Self {
        let codes = query
            .group_by
            .iter()
            .filter_map(|dimension| match dimension {
                Dimension::Institution(attribute) => Some(member.code(*attribute)),
                _ => None,
            });
        Self {
            institutions: codes.collect(),
            year: year.filter(|_| query.group_by.contains(&Dimension::Year)),
        }
    }

    /// The keys of a cell in the order of the query's dimensions, given its codes of figures.
    pub fn keys(&self, query: &Query, figures: &[Key]) -> Vec<String> {
        let (mut group, mut figures) = (self.institutions.iter(), figures.iter());
        let keys = query.group_by.iter().map(|dimension| match dimension {
            Dimension::Year => self.year.map(|year| year.to_string()).unwrap_or_default(),
            Dimension::Institution(_) => group.next().copied().unwrap_or_default().to_owned(),
            _ => figures
                .next()
                .map(|key| key.as_str().to_owned())
                .unwrap_or_default(),
        });
        keys.collect()
    }
}

/// Every cell there should be: each group of institutions with each year that the query keeps and somebody of the
/// sector returned, and with each combination of the other codes that anyone in the answer returned. What nobody in a
/// group returned then stands there as not supplied instead of being missed.
pub(super) struct Frame<'a> {
    groups: BTreeMap<Group, u32>,
    rows: &'a [Vec<Key>],
    without: Vec<Vec<Key>>,
}

impl<'a> Frame<'a> {
    /// The frame of a query's answer.
    pub fn of(query: &Query, facts: &Facts<'_>, gathered: &'a Gathered) -> Self {
        let by_year = query.group_by.contains(&Dimension::Year);
        let years: Vec<Option<AcademicYear>> = if by_year {
            years(query, facts.snapshot).map(Some).collect()
        } else {
            vec![None]
        };
        let mut groups = BTreeMap::new();
        for member in facts.members.iter().filter(|member| kept(query, member)) {
            for year in &years {
                *groups.entry(Group::of(query, member, *year)).or_default() += 1;
            }
        }
        let by_figures = query.group_by.iter().any(|one| one.of_figures());
        let told = by_year || !matches!(query.measure.basis, Basis::Plans(_));
        let without = if gathered.rows.is_empty() && !by_figures && told {
            vec![Vec::new()]
        } else {
            Vec::new()
        };
        Self {
            groups,
            rows: &gathered.rows,
            without,
        }
    }

    /// The groups, each with how many institutions of the registry are in it.
    pub fn groups(&self) -> &BTreeMap<Group, u32> {
        &self.groups
    }

    /// The combinations of codes of figures.
    pub fn rows(&self) -> &[Vec<Key>] {
        if self.rows.is_empty() {
            &self.without
        } else {
            self.rows
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.groups.len() * self.rows().len()
    }
}
