//! A release from the facts: every table of its family protected, and attacked before anybody sees it.

use super::accuracy::Measuring;
use super::attack::{Told, attack};
use super::cube::Cube;
use super::history::{Basis, Difference, Held, Placement};
use super::noise::{Keying, LeafKeys};
use super::protect::Protecting;
use super::ratios::{Base, Ratio};
use super::regime::{Control, Regime};
use super::structure::{Cubes, Decision, Finding, Structure};
use crate::domain::datasets::{Dataset, Unit};
use crate::sector::Facts;
use crate::sector::catalogue::{
    Attribute, Basis as MeasureBasis, Dimension, Measure, NO_DISCIPLINE, Part, measure, measures,
};
use crate::sector::release::{Content, Family, FamilyMeasure, Released, ReleasedSource, Table};
use crate::sector::snapshot::{Place, Snapshot};
use chrono::{DateTime, Utc};
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How often changes may be held back one after the other; more than there are institutions never happens.
const MOST_ROUNDS: usize = 1_000;

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

/// A measure of the family, ready.
struct Asked {
    measure: &'static Measure,
    dimensions: Vec<Dimension>,
    /// Of these, those that are crossed with groups of institutions.
    crossed: BTreeSet<Dimension>,
    pairs: Vec<(Dimension, Dimension)>,
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
        let snapshot = self.admitted((&sums, &ratios), steps)?;
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
        for (step, part) in ratios.iter().enumerate() {
            (self.progress)(sums.len() * 2 + step, steps, &part.measure.name);
            let cubes = Cubes::of(part.measure, (&part.dimensions, &part.crossed), &[], &facts);
            if let Some(tables) = ratio_tables(
                part.measure,
                &cubes,
                &found,
                &protecting,
                &self.family.attributes,
            ) {
                released.push(self.released(part.measure, &cubes.total, tables));
            }
        }
        (self.progress)(steps, steps, "done");
        let content = Content {
            regime: self.regime.name.to_owned(),
            as_of: self.as_of,
            measures: released,
            accuracy: measuring.finish(),
        };
        Ok(Made {
            basis: self.basis(&snapshot, &sums, found.structures),
            content,
            decisions,
        })
    }

    /// The measures of the family: sums first, with all that ratios need of them, then ratios.
    fn parts(&self) -> Result<(Vec<Asked>, Vec<Asked>), Refused> {
        let mut sums: Vec<Asked> = Vec::new();
        let mut ratios = Vec::new();
        for asked in &self.family.measures {
            let found = measure(&asked.measure)
                .ok_or_else(|| Refused::Family(format!("no measure {}", asked.measure)))?;
            check(found, asked)?;
            match found.basis {
                MeasureBasis::Sum(_) => {
                    add(&mut sums, found, &asked.dimensions, &asked.pairs);
                    alone(&mut sums, found, &asked.alone);
                }
                MeasureBasis::Per100 { above, below, .. } => {
                    for part in [above, below] {
                        let base = base_of(part).ok_or_else(|| {
                            Refused::Family(format!("no base of {}", asked.measure))
                        })?;
                        let (dimensions, pairs) = needed(part, base, &asked.dimensions);
                        add(&mut sums, base, &dimensions, &pairs);
                    }
                    ratios.push(Asked {
                        measure: found,
                        dimensions: asked.dimensions.clone(),
                        crossed: BTreeSet::new(),
                        pairs: Vec::new(),
                    });
                }
                MeasureBasis::Participation | MeasureBasis::Plans(_) => {
                    return Err(Refused::Family(format!(
                        "{} is not for releases",
                        asked.measure
                    )));
                }
            }
        }
        Ok((sums, ratios))
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
                group_of: &group_of,
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

    /// The facts with every change held back that could be told from the release before.
    fn admitted(&self, parts: (&[Asked], &[Asked]), steps: usize) -> Result<Snapshot, Refused> {
        let earlier = self.earlier.filter(|_| self.regime.has(Control::History));
        let Some(earlier) = earlier else {
            return Ok(self.facts.snapshot.clone());
        };
        let held: HashMap<Place, VersionId> = self.held(earlier.basis);
        let given: BTreeSet<(DatasetName, AcademicYear)> = earlier
            .basis
            .held
            .iter()
            .map(|one| (one.dataset, one.year))
            .collect();
        // As the release before had it: where it had nothing of an institution, there was nothing.
        let mut back: HashMap<Place, Option<VersionId>> = HashMap::new();
        for member in self.facts.members {
            for (dataset, year) in &given {
                let place = (member.id, *dataset, *year);
                back.insert(place, held.get(&place).copied());
            }
        }
        let before = self.facts.snapshot.holding_back(&back);
        let mut holding: HashMap<Place, Option<VersionId>> = HashMap::new();
        for _ in 0..MOST_ROUNDS {
            let now = self.facts.snapshot.holding_back(&holding);
            let exposed = self.exposed(parts, (&before, &now), steps);
            if exposed.is_empty() {
                return Ok(now);
            }
            for (member, dataset, year) in exposed {
                if let Some(member) = self.facts.members.get(member) {
                    let place = (member.id, dataset, year);
                    holding.insert(place, held.get(&place).copied());
                }
            }
        }
        Ok(before)
    }

    fn held(&self, basis: &Basis) -> HashMap<Place, VersionId> {
        let ids: HashMap<String, _> = self
            .facts
            .members
            .iter()
            .map(|member| (member.slug.to_string(), member.id))
            .collect();
        let held = basis.held.iter().filter_map(|one| {
            let id = ids.get(&one.institution)?;
            Some(((*id, one.dataset, one.year), one.version))
        });
        held.collect()
    }

    /// The institutions, with dataset and year, whose changes could be told.
    fn exposed(
        &self,
        (sums, ratios): (&[Asked], &[Asked]),
        (before, now): (&Snapshot, &Snapshot),
        steps: usize,
    ) -> BTreeSet<(usize, DatasetName, AcademicYear)> {
        let mut exposed = BTreeSet::new();
        let mut found: BTreeMap<&str, BTreeMap<AcademicYear, Structure>> = BTreeMap::new();
        for part in sums {
            (self.progress)(0, steps, "comparing with the release before");
            let of = |snapshot: &Snapshot| {
                Cubes::of(
                    part.measure,
                    (&part.dimensions, &part.crossed),
                    &part.pairs,
                    &Facts {
                        snapshot,
                        ..self.facts
                    },
                )
            };
            let (earlier, later) = (of(before), of(now));
            let structures = self.structures(part, &later, &mut Vec::new());
            for (year, structure) in &structures {
                if self.earlier_structure(&part.measure.name, *year).is_none() {
                    continue;
                }
                let code_of =
                    |member: usize, attribute: Attribute| self.code_of(member, *year, attribute);
                let difference = Difference {
                    before: &earlier,
                    after: &later,
                    structure,
                    year: *year,
                    code_of: &code_of,
                    unit: unit(part.measure),
                    regime: self.regime,
                };
                for member in difference.exposed() {
                    exposed.extend(
                        part.measure
                            .datasets()
                            .into_iter()
                            .map(|dataset| (member, dataset, *year)),
                    );
                }
            }
            found.insert(&part.measure.name, structures);
        }
        for part in ratios {
            exposed.extend(self.exposed_by_ratio(part.measure, &found, (before, now)));
        }
        exposed
    }

    /// The same for those a ratio is of: who has both its parts may change where neither part's own figures tell.
    fn exposed_by_ratio(
        &self,
        measure: &'static Measure,
        found: &BTreeMap<&str, BTreeMap<AcademicYear, Structure>>,
        (before, now): (&Snapshot, &Snapshot),
    ) -> BTreeSet<(usize, DatasetName, AcademicYear)> {
        let mut exposed = BTreeSet::new();
        let MeasureBasis::Per100 { above, below, .. } = measure.basis else {
            return exposed;
        };
        let (Some(above), Some(below)) = (base_of(above), base_of(below)) else {
            return exposed;
        };
        let of = |snapshot: &Snapshot| {
            let facts = Facts {
                snapshot,
                ..self.facts
            };
            Cubes::of(measure, (&[], &BTreeSet::new()), &[], &facts)
        };
        let upper = (of(before), of(now));
        let lower = (upper.0.lower(), upper.1.lower());
        for (year, structure) in found.get(above.name.as_str()).into_iter().flatten() {
            if self.earlier_structure(&above.name, *year).is_none() {
                continue;
            }
            let code_of =
                |member: usize, attribute: Attribute| self.code_of(member, *year, attribute);
            let groups = Structure {
                groups: structure.groups.clone(),
                ..Structure::default()
            };
            for (cubes, part) in [(&upper, above), (&lower, below)] {
                let difference = Difference {
                    before: &cubes.0,
                    after: &cubes.1,
                    structure: &groups,
                    year: *year,
                    code_of: &code_of,
                    unit: unit(part),
                    regime: self.regime,
                };
                for member in difference.exposed() {
                    let datasets = measure.datasets().into_iter();
                    exposed.extend(datasets.map(|dataset| (member, dataset, *year)));
                }
            }
        }
        exposed
    }

    /// Attacks the totals of a measure, and every code of every dimension.
    fn attacked(
        &self,
        measure: &Measure,
        cubes: &Cubes,
        by: &Protecting<'_>,
        tables: &[Table],
    ) -> Result<(), Refused> {
        if !self.regime.has(Control::Attack) {
            return Ok(());
        }
        for year in cubes.total.years.keys() {
            let figures = told(&cubes.total, *year, by, tables, None, unit(measure));
            let values = exact(&cubes.total, *year, |_| true);
            if attack(&figures, &values, unit(measure), self.regime).is_some() {
                return Err(Refused::Broken(format!("{} in {year}", measure.name)));
            }
            for (dimension, cube) in &cubes.by {
                for table in tables
                    .iter()
                    .filter(|table| table.dimensions == [*dimension])
                {
                    for cell in table
                        .cells
                        .iter()
                        .filter(|cell| cell.year == year.to_string())
                    {
                        let Some(code) = cell.codes.first() else {
                            continue;
                        };
                        let stands = stands_for(table, &cell.year, *dimension, code);
                        let row = |row: usize| {
                            cube.rows
                                .get(row)
                                .and_then(|codes| codes.first())
                                .is_some_and(|one| stands.contains(one))
                        };
                        let figures = told(
                            cube,
                            *year,
                            by,
                            tables,
                            Some((*dimension, stands.as_slice())),
                            unit(measure),
                        );
                        let values = exact(cube, *year, row);
                        if attack(&figures, &values, unit(measure), self.regime).is_some() {
                            return Err(Refused::Broken(format!(
                                "{} by {} in {year}",
                                measure.name,
                                dimension.as_str()
                            )));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// A measure's tables, with what was carried over where an institution has left.
    fn released(&self, measure: &Measure, total: &Cube, mut tables: Vec<Table>) -> Released {
        let carried: BTreeSet<String> = self
            .carried()
            .into_iter()
            .filter(|(dataset, _)| measure.datasets().contains(dataset))
            .map(|(_, year)| year.to_string())
            .collect();
        let before = self.earlier.and_then(|earlier| {
            earlier
                .content
                .measures
                .iter()
                .find(|one| one.measure == measure.name)
        });
        for table in &mut tables {
            table.cells.retain(|cell| !carried.contains(&cell.year));
            table
                .merged
                .retain(|merged| !carried.contains(&merged.year));
            let old = before.and_then(|before| {
                before
                    .tables
                    .iter()
                    .find(|old| old.dimensions == table.dimensions)
            });
            if let Some(old) = old {
                table.cells.extend(
                    old.cells
                        .iter()
                        .filter(|cell| carried.contains(&cell.year))
                        .cloned(),
                );
                table.merged.extend(
                    old.merged
                        .iter()
                        .filter(|merged| carried.contains(&merged.year))
                        .cloned(),
                );
                for year in old.years.iter().filter(|year| carried.contains(*year)) {
                    if !table.years.contains(year) {
                        table.years.push(year.clone());
                        table.years.sort();
                    }
                }
            }
            table
                .cells
                .sort_by(|one, other| (&one.year, &one.codes).cmp(&(&other.year, &other.codes)));
        }
        let sources = total
            .sources
            .others()
            .into_iter()
            .map(|source| ReleasedSource {
                provenance: source.provenance,
                remark: source.remark.map(|remark| remark.to_string()),
            });
        let breaks = total.sources.series_breaks().into_iter();
        Released {
            measure: measure.name.clone(),
            tables,
            sources: sources.collect(),
            series_breaks: breaks
                .map(|one| (one.year.to_string(), one.remark))
                .collect(),
            provisional: total.sources.provisional(),
        }
    }

    /// Returns of years that were given, of which an institution has left since.
    fn carried(&self) -> BTreeSet<(DatasetName, AcademicYear)> {
        let Some(earlier) = self.earlier else {
            return BTreeSet::new();
        };
        let here: BTreeSet<String> = self
            .facts
            .members
            .iter()
            .map(|member| member.slug.to_string())
            .collect();
        let gone = earlier
            .basis
            .held
            .iter()
            .filter(|one| !here.contains(&one.institution))
            .map(|one| (one.dataset, one.year));
        gone.chain(earlier.basis.carried.iter().copied()).collect()
    }

    fn basis(
        &self,
        snapshot: &Snapshot,
        sums: &[Asked],
        structures: BTreeMap<String, BTreeMap<AcademicYear, Structure>>,
    ) -> Basis {
        let carried = self.carried();
        let mut basis = Basis {
            carried: carried.iter().copied().collect(),
            ..Basis::default()
        };
        for year in snapshot.years() {
            for (place, member) in self.facts.members.iter().enumerate() {
                for dataset in datasets(sums) {
                    if let Some(revision) = snapshot.standing((member.id, dataset, *year), None) {
                        basis.held.push(Held {
                            institution: member.slug.to_string(),
                            dataset,
                            year: *year,
                            version: revision.version,
                        });
                    }
                }
                let codes = Attribute::ALL
                    .map(|attribute| self.code_of(place, *year, attribute).to_owned());
                basis.codes.push(Placement {
                    institution: member.slug.to_string(),
                    year: *year,
                    codes: codes.to_vec(),
                });
            }
        }
        for (name, years) in structures {
            for (year, mut structure) in years {
                if let Some(earlier) = self.earlier_structure(&name, year) {
                    structure.close(earlier);
                }
                basis.structures.push((name.clone(), year, structure));
            }
        }
        basis
    }
}

fn datasets(sums: &[Asked]) -> BTreeSet<DatasetName> {
    sums.iter()
        .flat_map(|part| part.measure.datasets())
        .collect()
}

/// Adds dimensions and pairs to a sum that may be there already.
fn add(
    sums: &mut Vec<Asked>,
    measure: &'static Measure,
    dimensions: &[Dimension],
    pairs: &[(Dimension, Dimension)],
) {
    let place = sums
        .iter()
        .position(|known| known.measure.name == measure.name);
    let known = if let Some(place) = place {
        sums.get_mut(place)
    } else {
        sums.push(Asked {
            measure,
            dimensions: Vec::new(),
            crossed: BTreeSet::new(),
            pairs: Vec::new(),
        });
        sums.last_mut()
    };
    if let Some(known) = known {
        known.dimensions.extend(dimensions);
        known.crossed.extend(dimensions);
        let ordered = pairs
            .iter()
            .map(|(one, other)| (*one.min(other), *one.max(other)));
        known.pairs.extend(ordered);
        known.pairs.sort_unstable();
        known.pairs.dedup();
        // A pair rests on the codes of both its dimensions.
        let of_pairs: Vec<Dimension> = known
            .pairs
            .iter()
            .flat_map(|(one, other)| [*one, *other])
            .collect();
        known.dimensions.extend(of_pairs);
        known.dimensions.sort_unstable();
        known.dimensions.dedup();
    }
}

/// Adds dimensions that are given over all institutions only.
fn alone(sums: &mut [Asked], measure: &Measure, dimensions: &[Dimension]) {
    if let Some(known) = sums
        .iter_mut()
        .find(|known| known.measure.name == measure.name)
    {
        known.dimensions.extend(dimensions);
        known.dimensions.sort_unstable();
        known.dimensions.dedup();
    }
}

/// The measure that is a part's own sum.
fn base_of(part: Part) -> Option<&'static Measure> {
    let whole = match part {
        Part::Rows { figure, .. } => Part::Rows { figure, only: None },
        Part::Outputs(credit) => Part::Outputs(credit),
    };
    measures()
        .iter()
        .find(|measure| measure.basis == MeasureBasis::Sum(whole))
}

/// The dimensions and pairs a ratio needs of a part's own sum.
fn needed(
    part: Part,
    base: &Measure,
    dimensions: &[Dimension],
) -> (Vec<Dimension>, Vec<(Dimension, Dimension)>) {
    let own: Vec<Dimension> = dimensions
        .iter()
        .copied()
        .filter(|one| base.dimensions.contains(one))
        .collect();
    match part {
        Part::Rows {
            only: Some(only), ..
        } => {
            let conditioned = Dimension::Rows(only.dimension);
            let pairs = own
                .iter()
                .map(|one| (conditioned.min(*one), conditioned.max(*one)));
            (vec![conditioned], pairs.collect())
        }
        Part::Rows { only: None, .. } | Part::Outputs(_) => (own, Vec::new()),
    }
}

fn check(measure: &Measure, asked: &FamilyMeasure) -> Result<(), Refused> {
    let pairs = asked.pairs.iter().flat_map(|(one, other)| [*one, *other]);
    let single = asked.dimensions.iter().chain(&asked.alone).copied();
    for dimension in single.chain(pairs) {
        if !dimension.of_figures() || !measure.dimensions.contains(&dimension) {
            return Err(Refused::Family(format!(
                "{} is not broken down by {}",
                measure.name,
                dimension.as_str()
            )));
        }
    }
    Ok(())
}

/// The unit of a sum.
pub fn unit(measure: &Measure) -> Unit {
    match measure.basis {
        MeasureBasis::Sum(Part::Rows { figure, .. }) => {
            let dataset = Dataset::of(figure.dataset);
            let found = dataset
                .measure(figure.measure)
                .and_then(|place| dataset.measures.get(place));
            found.map_or(Unit::Persons, |measure| measure.unit)
        }
        MeasureBasis::Sum(Part::Outputs(_)) => Unit::Outputs,
        MeasureBasis::Per100 { .. } | MeasureBasis::Participation | MeasureBasis::Plans(_) => {
            Unit::Persons
        }
    }
}

fn ratio_tables(
    measure: &Measure,
    cubes: &Cubes,
    found: &Sums,
    by: &Protecting<'_>,
    attributes: &[Attribute],
) -> Option<Vec<Table>> {
    let MeasureBasis::Per100 {
        above,
        below,
        share,
    } = measure.basis
    else {
        return None;
    };
    let base = |part: Part| {
        let name = &base_of(part)?.name;
        Some(Base {
            part,
            cubes: found.cubes.get(name)?,
            structures: found.structures.get(name)?,
        })
    };
    let ratio = Ratio {
        above: base(above)?,
        below: base(below)?,
        share,
        cubes,
    };
    Some(ratio.tables(by, attributes))
}

fn exact(cube: &Cube, year: AcademicYear, kept: impl Fn(usize) -> bool) -> BTreeMap<usize, i64> {
    cube.lines(year)
        .iter()
        .map(|line| (line.member, line.value(&kept)))
        .collect()
}

/// The codes a published code stands for.
fn stands_for(table: &Table, year: &str, dimension: Dimension, code: &str) -> Vec<String> {
    let merged = table
        .merged
        .iter()
        .find(|one| one.year == year && one.dimension == dimension && one.code == code);
    merged.map_or_else(|| vec![code.to_owned()], |merged| merged.stands_for.clone())
}

/// The published figures of totals, each with the institutions behind it.
fn told(
    cube: &Cube,
    year: AcademicYear,
    by: &Protecting<'_>,
    tables: &[Table],
    code: Option<(Dimension, &[String])>,
    unit: Unit,
) -> Vec<Told> {
    let mut told = Vec::new();
    let text = year.to_string();
    for table in tables {
        let figures = table
            .dimensions
            .iter()
            .filter(|dimension| dimension.of_figures())
            .copied()
            .collect::<Vec<_>>();
        let wanted: Vec<Dimension> = code.iter().map(|(dimension, _)| *dimension).collect();
        if figures != wanted {
            continue;
        }
        for cell in table.cells.iter().filter(|cell| cell.year == text) {
            let mut groups = Vec::new();
            let mut of_code = true;
            for (dimension, label) in table.dimensions.iter().zip(&cell.codes) {
                let stands = stands_for(table, &text, *dimension, label);
                match dimension {
                    Dimension::Institution(attribute) => groups.push((*attribute, stands)),
                    _ => of_code &= code.is_none_or(|(_, codes)| codes == stands.as_slice()),
                }
            }
            let behind = |member: &usize| {
                groups.iter().all(|(attribute, codes)| {
                    codes
                        .iter()
                        .any(|one| one == (by.code_of)(*member, year, *attribute))
                })
            };
            if let (true, Some(value)) = (of_code, cell.value) {
                told.push(Told {
                    behind: cube
                        .lines(year)
                        .iter()
                        .map(|line| line.member)
                        .filter(behind)
                        .collect(),
                    value: value * unit.scale() / 100,
                });
            }
        }
    }
    told
}
