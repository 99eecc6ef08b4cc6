//! What a release may change of the one before it, and what it keeps for the next.

use super::parts::{Asked, base_of, unit};
use super::{Work, datasets};
use crate::sector::Facts;
use crate::sector::catalogue::{Attribute, Basis as MeasureBasis, Measure};
use crate::sector::disclosure::cube::Cube;
use crate::sector::disclosure::history::{Basis, Difference, Held, Placement};
use crate::sector::disclosure::regime::Control;
use crate::sector::disclosure::structure::{Cubes, Structure};
use crate::sector::release::{Released, ReleasedSource, Table};
use crate::sector::snapshot::{Place, Snapshot};
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How often changes may be held back one after the other; more than there are institutions never happens.
const MOST_ROUNDS: usize = 1_000;

impl Work<'_> {
    /// The facts with every change held back that could be told from the release before.
    pub(super) fn admitted(&self, parts: (&[Asked], &[Asked]), steps: usize) -> Snapshot {
        let earlier = self.earlier.filter(|_| self.regime.has(Control::History));
        let Some(earlier) = earlier else {
            return self.facts.snapshot.clone();
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
            let known = holding.len();
            for (member, dataset, year) in exposed {
                // What no release gave yet may be new without being a change.
                let given = given.contains(&(dataset, year));
                if let Some(member) = self.facts.members.get(member).filter(|_| given) {
                    let place = (member.id, dataset, year);
                    holding.insert(place, held.get(&place).copied());
                }
            }
            if holding.len() == known {
                return now;
            }
        }
        before
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
            exposed.extend(self.exposed_by_ratio(part, &found, (before, now)));
        }
        exposed
    }

    /// The same for those a ratio is of: who has both its parts may change where neither part's own figures tell.
    fn exposed_by_ratio(
        &self,
        part: &Asked,
        found: &BTreeMap<&str, BTreeMap<AcademicYear, Structure>>,
        (before, now): (&Snapshot, &Snapshot),
    ) -> BTreeSet<(usize, DatasetName, AcademicYear)> {
        let mut exposed = BTreeSet::new();
        let measure = part.measure;
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
            Cubes::of(measure, (&part.dimensions, &BTreeSet::new()), &[], &facts)
        };
        let upper = (of(before), of(now));
        let lower = (upper.0.lower(), upper.1.lower());
        for (year, structure) in found.get(above.name.as_str()).into_iter().flatten() {
            let parts = [above, below];
            if parts
                .map(|part| self.earlier_structure(&part.name, *year))
                .contains(&None)
            {
                continue;
            }
            let code_of =
                |member: usize, attribute: Attribute| self.code_of(member, *year, attribute);
            let groups = Structure {
                groups: structure.groups.clone(),
                codes: structure.codes.clone(),
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

    /// A measure's tables, with what was carried over where an institution has left.
    pub(super) fn released(
        &self,
        measure: &Measure,
        total: &Cube,
        mut tables: Vec<Table>,
    ) -> Released {
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

    pub(super) fn basis(
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
        self.remember(&mut basis);
        basis
    }

    /// Adds what the release before had of returns, years and measures that this one does not give: a later one may give
    /// them again.
    fn remember(&self, basis: &mut Basis) {
        let Some(earlier) = self.earlier.map(|earlier| earlier.basis) else {
            return;
        };
        let held: BTreeSet<_> = basis
            .held
            .iter()
            .map(|one| (one.dataset, one.year))
            .collect();
        let forgotten = earlier.held.iter();
        let forgotten = forgotten.filter(|one| !held.contains(&(one.dataset, one.year)));
        basis.held.extend(forgotten.cloned());
        let years: BTreeSet<AcademicYear> = basis.codes.iter().map(|one| one.year).collect();
        let forgotten = earlier.codes.iter();
        let forgotten = forgotten.filter(|one| !years.contains(&one.year));
        basis.codes.extend(forgotten.cloned());
        let told: BTreeSet<(String, AcademicYear)> = basis
            .structures
            .iter()
            .map(|(name, year, _)| (name.clone(), *year))
            .collect();
        let forgotten = earlier.structures.iter();
        let forgotten = forgotten.filter(|(name, year, _)| !told.contains(&(name.clone(), *year)));
        basis.structures.extend(forgotten.cloned());
    }
}
