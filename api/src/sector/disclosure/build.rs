//! A release from the facts: every table of its family protected, and attacked before anybody sees it.

mod audit;
mod changes;
mod of_ratios;
mod parts;

pub use parts::unit;

use super::accuracy::Measuring;
use super::history::Basis;
use super::noise::{Keying, LeafKeys};
use super::protect::Protecting;
use super::regime::Regime;
use super::structure::{Cubes, Decision, Finding, Structure};
use crate::sector::Facts;
use crate::sector::catalogue::{Attribute, Dimension, NO_DISCIPLINE};
use crate::sector::release::{Content, Family};
use crate::sector::snapshot::Snapshot;
use chrono::{DateTime, Utc};
use entity::values::{AcademicYear, DatasetName};
use parts::Asked;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An earlier release, as far as the next one depends on it.
#[derive(Clone, Copy)]
pub struct Earlier<'a> {
    /// What it was made from.
    pub basis: &'a Basis,
    /// What it says.
    pub content: &'a Content,
}

/// What a release is made from.
pub struct Making<'a> {
    /// The facts.
    pub facts: Facts<'a>,
    /// Which tables.
    pub family: &'a Family,
    /// The regime.
    pub regime: &'static Regime,
    /// Gives rows their keys.
    pub keying: Keying<'a>,
    /// The release before, if there is one.
    pub earlier: Option<Earlier<'a>>,
    /// The moment the facts are of.
    pub as_of: DateTime<Utc>,
    /// Told after each step: how many are done, of how many, and what comes next.
    pub progress: &'a (dyn Fn(usize, usize, &str) + Sync),
}

/// A release, made.
#[derive(Debug)]
pub struct Made {
    /// What may be published.
    pub content: Content,
    /// What later releases need of it.
    pub basis: Basis,
    /// The log of decisions: measure and decision.
    pub decisions: Vec<(String, Decision)>,
}

/// Why a release cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The family names what there is not.
    Family(String),
    /// The attack worked out a value: of this measure and year.
    Broken(String),
}

/// The exact figures and structures of the sums.
#[derive(Default)]
struct Sums {
    cubes: BTreeMap<String, Cubes>,
    structures: BTreeMap<String, BTreeMap<AcademicYear, Structure>>,
}

impl Making<'_> {
    /// Makes the release.
    ///
    /// # Errors
    /// [`Refused`], with what is wrong; nothing has been published then.
    pub fn make(&self) -> Result<Made, Refused> {
        let placements = self.placements();
        let work = Work {
            making: self,
            placements,
        };
        work.make()
    }

    /// The codes institutions had in the years that were given before, by their places.
    fn placements(&self) -> HashMap<(usize, AcademicYear), [&'static str; Attribute::ALL.len()]> {
        let Some(earlier) = self.earlier else {
            return HashMap::new();
        };
        let slugs = self.facts.members.iter().enumerate();
        let places: HashMap<String, usize> = slugs
            .map(|(place, member)| (member.slug.to_string(), place))
            .collect();
        let known = earlier.basis.codes.iter().filter_map(|placement| {
            let place = *places.get(&placement.institution)?;
            let code = |attribute: Attribute| {
                let code = placement.codes.get(attribute.place())?;
                attribute.codes().into_iter().find(|known| known == code)
            };
            let now = self.facts.members.get(place)?;
            let codes = Attribute::ALL
                .map(|attribute| code(attribute).unwrap_or_else(|| now.code(attribute)));
            Some(((place, placement.year), codes))
        });
        known.collect()
    }
}

/// A release in the making.
struct Work<'a> {
    making: &'a Making<'a>,
    placements: HashMap<(usize, AcademicYear), [&'static str; Attribute::ALL.len()]>,
}

impl<'a> std::ops::Deref for Work<'a> {
    type Target = Making<'a>;

    fn deref(&self) -> &Making<'a> {
        self.making
    }
}

impl Work<'_> {
    fn make(&self) -> Result<Made, Refused> {
        let (sums, ratios) = self.parts()?;
        let steps = sums.len() * 2 + ratios.len() + 1;
        let mut decisions = Vec::new();
        let snapshot = self.admitted((&sums, &ratios), steps);
        let keys = self.keys(&snapshot, &sums);
        let facts = Facts {
            snapshot: &snapshot,
            keys: Some(&keys),
            ..self.facts
        };
        let mut found = Sums::default();
        for (step, part) in sums.iter().enumerate() {
            (self.progress)(step, steps, &part.measure.name);
            let cubes = Cubes::of(
                part.measure,
                (&part.dimensions, &part.crossed),
                &part.pairs,
                &facts,
            );
            let structures = self.structures(part, &cubes, &mut decisions);
            found
                .structures
                .insert(part.measure.name.clone(), structures);
            found.cubes.insert(part.measure.name.clone(), cubes);
        }
        let code_of = |member: usize, year: AcademicYear, attribute: Attribute| {
            self.code_of(member, year, attribute)
        };
        let listed = |dimension: Dimension| dimension.codes(self.facts.lists).unwrap_or_default();
        let protecting = Protecting {
            regime: self.regime,
            keys: &keys,
            members: self.facts.members.len(),
            code_of: &code_of,
            listed: &listed,
        };
        let mut measuring = Measuring::default();
        let mut released = Vec::new();
        for (step, part) in sums.iter().enumerate() {
            (self.progress)(sums.len() + step, steps, &part.measure.name);
            let (Some(cubes), Some(structures)) = (
                found.cubes.get(&part.measure.name),
                found.structures.get(&part.measure.name),
            ) else {
                continue;
            };
            let on_offer = (
                self.family.attributes.as_slice(),
                self.family.crosses.as_slice(),
            );
            let tables = protecting.tables(
                unit(part.measure),
                cubes,
                structures,
                on_offer,
                &mut measuring,
            );
            self.attacked(part.measure, cubes, &protecting, &tables)?;
            released.push(self.released(part.measure, &cubes.total, tables));
        }
        let step =
            |number: usize, name: &str| (self.progress)(sums.len() * 2 + number, steps, name);
        let ready = (&found, &protecting);
        let (of_ratios, told) = self.ratios(&ratios, ready, &facts, &step, &mut decisions);
        released.extend(of_ratios);
        (self.progress)(steps, steps, "done");
        let content = Content {
            regime: self.regime.name.to_owned(),
            as_of: self.as_of,
            measures: released,
            accuracy: measuring.finish(),
        };
        Ok(Made {
            basis: Basis {
                told,
                ..self.basis(&snapshot, &sums, found.structures)
            },
            content,
            decisions,
        })
    }

    /// The code of an institution in a year: the one it had when the year was first given.
    fn code_of(&self, member: usize, year: AcademicYear, attribute: Attribute) -> &'static str {
        if let Some(codes) = self.placements.get(&(member, year)) {
            return codes.get(attribute.place()).copied().unwrap_or_default();
        }
        let now = self.facts.members.get(member);
        now.map_or("", |member| member.code(attribute))
    }

    fn keys(&self, snapshot: &Snapshot, sums: &[Asked]) -> LeafKeys {
        let mut keys = LeafKeys::of_identifiers(snapshot, self.keying);
        for dataset in datasets(sums) {
            for year in snapshot.years() {
                for member in self.facts.members {
                    if let Some(revision) = snapshot.standing((member.id, dataset, *year), None) {
                        keys.add(
                            snapshot,
                            self.facts.lists,
                            (&member.slug, dataset, *year),
                            revision,
                            self.keying,
                        );
                    }
                }
            }
        }
        keys
    }

    fn structures(
        &self,
        part: &Asked,
        cubes: &Cubes,
        decisions: &mut Vec<(String, Decision)>,
    ) -> BTreeMap<AcademicYear, Structure> {
        let mut structures = BTreeMap::new();
        let listed = |dimension: Dimension| dimension.codes(self.facts.lists).unwrap_or_default();
        let group_of = |discipline: &str| {
            let entry = self.facts.lists.find("discipline", discipline);
            let parent = entry.and_then(|entry| entry.parent.as_ref());
            parent.map_or_else(|| NO_DISCIPLINE.to_owned(), ToString::to_string)
        };
        let kin = |dimension: Dimension, code: &str| match dimension {
            Dimension::Discipline => group_of(code),
            other => part.kept(other, code),
        };
        for year in cubes.total.years.keys() {
            let mut log = Vec::new();
            let code_of =
                |member: usize, attribute: Attribute| self.code_of(member, *year, attribute);
            let finding = Finding {
                cubes,
                year: *year,
                attributes: &self.family.attributes,
                crosses: &self.family.crosses,
                code_of: &code_of,
                listed: &listed,
                kin: &kin,
                earlier: self.earlier_structure(&part.measure.name, *year),
                regime: self.regime,
            };
            if let Some(structure) = finding.structure(&mut log) {
                structures.insert(*year, structure);
            }
            decisions.extend(
                log.into_iter()
                    .map(|line| (part.measure.name.clone(), line)),
            );
        }
        structures
    }

    fn earlier_structure(&self, measure: &str, year: AcademicYear) -> Option<&Structure> {
        let structures = &self.earlier?.basis.structures;
        structures
            .iter()
            .find(|(name, of, _)| name == measure && *of == year)
            .map(|(_, _, structure)| structure)
    }
}

fn datasets(sums: &[Asked]) -> BTreeSet<DatasetName> {
    sums.iter()
        .flat_map(|part| part.measure.datasets())
        .collect()
}
