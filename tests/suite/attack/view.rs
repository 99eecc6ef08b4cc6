//! What an attacker knows of one measure and year, as bounds on sums of unknown values.

use super::reading::Told;
use super::sectors::{Row, Truth, group_of};
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName};
use std::collections::{BTreeMap, BTreeSet};
use technician_metrics::sector::{Attribute, Dimension};

/// The method of the regime, which is public: by how much a figure may differ from the exact one.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Whether figures are rounded to 5.
    pub rounding: bool,
    /// Whether noise of up to 2 is added.
    pub noise: bool,
}

impl Method {
    /// All of it.
    pub const FULL: Self = Self {
        rounding: true,
        noise: true,
    };

    /// In hundredths; `whole` for what is counted in whole numbers.
    pub const fn reach(self, whole: bool) -> i64 {
        let rounding = if !self.rounding {
            0
        } else if whole {
            200
        } else {
            250
        };
        rounding + if self.noise { 200 } else { 0 }
    }
}

/// A measure that is a sum: its name, dataset and figure, and whether it counts persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// In queries.
    pub name: &'static str,
    /// In the dataset.
    pub figure: &'static str,
    /// The dataset.
    pub dataset: DatasetName,
    /// Whether it counts persons.
    pub persons: bool,
}

/// The sums the sectors have.
pub const SUMS: &[Sum] = &[
    Sum {
        name: "headcount",
        figure: "headcount",
        dataset: DatasetName::Headcount,
        persons: true,
    },
    Sum {
        name: "fte",
        figure: "fte",
        dataset: DatasetName::Headcount,
        persons: false,
    },
    Sum {
        name: "denominators-academic-headcount",
        figure: "academic_headcount",
        dataset: DatasetName::Denominators,
        persons: true,
    },
];

impl Sum {
    /// A row's value, in hundredths.
    fn value(&self, row: &Row) -> i64 {
        row.figure(self.figure).unwrap_or_default() * if self.persons { 100 } else { 1 }
    }
}

/// An institution with figures.
#[derive(Clone, Debug)]
pub struct Entity {
    /// By slug.
    pub slug: String,
    /// Its codes in the year.
    pub codes: Vec<String>,
    /// Which of its versions each release has.
    pub slots: Vec<Option<usize>>,
    /// Its values by version and by combination of codes, in hundredths.
    pub exact: Vec<Vec<i64>>,
}

impl Entity {
    /// Its value in a release, over some combinations.
    pub fn value(&self, release: usize, codes: &[bool]) -> i64 {
        let slot = self.slots[release];
        slot.map_or(0, |slot| {
            self.exact[slot]
                .iter()
                .zip(codes)
                .filter(|(_, kept)| **kept)
                .map(|(value, _)| value)
                .sum()
        })
    }
}

/// Bounds on a sum.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Of which release.
    pub release: usize,
    /// The institutions in the sum.
    pub behind: Vec<bool>,
    /// The combinations in the sum.
    pub codes: Vec<bool>,
    /// At least, in hundredths.
    pub low: i64,
    /// At most.
    pub high: i64,
}

/// Everything known of one measure and year by some dimensions of figures.
#[derive(Clone, Debug)]
pub struct View {
    /// The institutions that contributed to any of the releases.
    pub entities: Vec<Entity>,
    /// What is known.
    pub bounds: Vec<Bound>,
    /// Whether persons are counted.
    pub persons: bool,
    /// How many combinations are told apart.
    pub combinations: usize,
}

/// What there is to know: releases in their order, each with what it says and what it rests on.
pub struct Known<'a> {
    /// The releases.
    pub releases: &'a [(Vec<Told>, Truth)],
    /// The method.
    pub method: Method,
}

impl Known<'_> {
    /// The years anything is told of.
    pub fn years(&self) -> BTreeSet<AcademicYear> {
        self.releases
            .iter()
            .flat_map(|(told, _)| told.iter().map(|one| one.year))
            .collect()
    }

    /// The view of a sum by some dimensions; by institutions' groups only where at most one dimension is named.
    pub fn view(&self, sum: Sum, year: AcademicYear, dimensions: &[Dimension]) -> View {
        let combinations = self.combinations(sum, year, dimensions);
        let mut view = self.spread(sum, year, dimensions, &combinations);
        // Combinations that no figure tells apart are one.
        let mut kinds: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        let signature = |place: usize| {
            view.bounds
                .iter()
                .map(|bound| bound.codes[place])
                .collect::<Vec<bool>>()
        };
        let kind: Vec<usize> = (0..combinations.len())
            .map(|place| {
                let next = kinds.len();
                *kinds.entry(signature(place)).or_insert(next)
            })
            .collect();
        view.combinations = kinds.len();
        for bound in &mut view.bounds {
            bound.codes = (0..kinds.len())
                .map(|one| {
                    kind.iter()
                        .zip(&bound.codes)
                        .any(|(of, kept)| *of == one && *kept)
                })
                .collect();
        }
        for values in view
            .entities
            .iter_mut()
            .flat_map(|entity| &mut entity.exact)
        {
            let mut merged = vec![0; kinds.len()];
            values
                .iter()
                .zip(&kind)
                .for_each(|(value, of)| merged[*of] += value);
            *values = merged;
        }
        view
    }

    fn told(
        &self,
        release: usize,
        measure: &str,
        year: AcademicYear,
    ) -> impl Iterator<Item = &Told> {
        self.releases[release]
            .0
            .iter()
            .filter(move |one| one.measure == measure && one.year == year)
    }

    /// Every combination of codes that a row or a figure names.
    fn combinations(
        &self,
        sum: Sum,
        year: AcademicYear,
        dimensions: &[Dimension],
    ) -> Vec<Vec<String>> {
        let mut all = vec![Vec::new()];
        for dimension in dimensions {
            let mut codes = BTreeSet::new();
            for (release, (_, truth)) in self.releases.iter().enumerate() {
                let rows = truth
                    .rows
                    .iter()
                    .filter(|((_, dataset, of), _)| *dataset == sum.dataset && *of == year);
                codes.extend(rows.flat_map(|(_, (_, rows))| {
                    rows.iter()
                        .map(|row| row.code(*dimension).to_owned())
                        .collect::<Vec<_>>()
                }));
                let axes = self.told(release, sum.name, year).flat_map(|one| &one.axes);
                codes.extend(
                    axes.filter(|(known, _)| known == dimension)
                        .flat_map(|(_, codes)| codes.clone()),
                );
            }
            let longer = |known: &Vec<String>| {
                codes
                    .iter()
                    .map(|code| known.iter().cloned().chain([code.clone()]).collect())
                    .collect::<Vec<Vec<String>>>()
            };
            all = all.iter().flat_map(longer).collect();
        }
        all
    }

    fn spread(
        &self,
        sum: Sum,
        year: AcademicYear,
        dimensions: &[Dimension],
        combinations: &[Vec<String>],
    ) -> View {
        let reach = self.method.reach(sum.persons);
        let entities = self.entities(sum, year, dimensions, combinations);
        let mut bounds = Vec::new();
        for release in 0..self.releases.len() {
            for told in self.told(release, sum.name, year) {
                let by_group = told
                    .axes
                    .iter()
                    .any(|(dimension, _)| dimension.of_institution());
                if by_group && dimensions.len() > 1 {
                    continue;
                }
                let kept: Option<Vec<bool>> = combinations
                    .iter()
                    .map(|codes| within(told, dimensions, codes))
                    .collect();
                let Some(codes) = kept else { continue };
                let behind = entities
                    .iter()
                    .map(|entity| entity.slots[release].is_some() && is_behind(told, entity))
                    .collect();
                bounds.push(Bound {
                    release,
                    behind,
                    codes,
                    low: (told.value - reach).max(0),
                    high: told.value + reach,
                });
            }
            bounds.extend(self.of_ratios(
                release,
                sum,
                year,
                (dimensions, combinations),
                &entities,
            ));
        }
        View {
            entities,
            bounds,
            persons: sum.persons,
            combinations: combinations.len(),
        }
    }

    fn entities(
        &self,
        sum: Sum,
        year: AcademicYear,
        dimensions: &[Dimension],
        combinations: &[Vec<String>],
    ) -> Vec<Entity> {
        let mut versions: BTreeMap<&String, Vec<(usize, VersionId, &Vec<Row>)>> = BTreeMap::new();
        for (release, (_, truth)) in self.releases.iter().enumerate() {
            for ((slug, dataset, of), (version, rows)) in &truth.rows {
                let states = rows.iter().any(|row| row.figure(sum.figure).is_some());
                if *dataset == sum.dataset && *of == year && states {
                    versions
                        .entry(slug)
                        .or_default()
                        .push((release, *version, rows));
                }
            }
        }
        let entity = |(slug, held): (&String, Vec<(usize, VersionId, &Vec<Row>)>)| {
            let mut known: Vec<VersionId> = Vec::new();
            let mut slots = vec![None; self.releases.len()];
            let mut exact = Vec::new();
            for (release, version, rows) in held {
                let slot = known
                    .iter()
                    .position(|one| *one == version)
                    .unwrap_or_else(|| {
                        known.push(version);
                        exact.push(spread(rows, sum, dimensions, combinations));
                        known.len() - 1
                    });
                slots[release] = Some(slot);
            }
            let codes = self
                .releases
                .iter()
                .find_map(|(_, truth)| truth.codes.get(&(slug.clone(), year)));
            Entity {
                slug: slug.clone(),
                codes: codes.cloned().unwrap_or_default(),
                slots,
                exact,
            }
        };
        versions.into_iter().map(entity).collect()
    }

    /// What ratios say of a sum that is their upper part: their lower part is published elsewhere, institution by
    /// institution, so an attacker knows it.
    fn of_ratios(
        &self,
        release: usize,
        sum: Sum,
        year: AcademicYear,
        (dimensions, combinations): (&[Dimension], &[Vec<String>]),
        entities: &[Entity],
    ) -> Vec<Bound> {
        if sum.name != "headcount" || dimensions.len() > 1 {
            return Vec::new();
        }
        let truth = &self.releases[release].1;
        let academics = |slug: &String| {
            let held = truth
                .rows
                .get(&(slug.clone(), DatasetName::Denominators, year));
            held.map(|(_, rows)| {
                rows.iter()
                    .filter_map(|row| row.figure("academic_headcount"))
                    .sum::<i64>()
                    * 100
            })
        };
        let mut bounds = Vec::new();
        for told in self.told(release, "technicians-per-100-academics", year) {
            if told
                .axes
                .iter()
                .any(|(dimension, _)| dimension.of_figures())
            {
                continue;
            }
            let behind: Vec<bool> = entities
                .iter()
                .map(|one| {
                    one.slots[release].is_some()
                        && is_behind(told, one)
                        && academics(&one.slug).is_some()
                })
                .collect();
            let below: i64 = entities
                .iter()
                .zip(&behind)
                .filter(|(_, kept)| **kept)
                .filter_map(|(one, _)| academics(&one.slug))
                .sum();
            let reach = self.method.reach(true);
            let at = |ratio: i64, below: i64| ratio * below / 10_000;
            // Rates are given to two figures, and to tenths below 10.
            let half = match told.value {
                10_000.. => 501,
                1_000.. => 51,
                _ => 6,
            };
            bounds.push(Bound {
                release,
                behind,
                codes: vec![true; combinations.len()],
                low: (at(told.value - half, below - reach) - reach - 1).max(0),
                high: at(told.value + half, below + reach) + reach + 1,
            });
        }
        bounds
    }
}

/// Whether a combination is among those a figure stands for; none where the figure has a dimension the view has not.
fn within(told: &Told, dimensions: &[Dimension], codes: &[String]) -> Option<bool> {
    let mut all = true;
    for (dimension, stands) in told
        .axes
        .iter()
        .filter(|(dimension, _)| dimension.of_figures())
    {
        let place = |wanted: Dimension| dimensions.iter().position(|one| *one == wanted);
        let kept = if let Some(place) = place(*dimension) {
            stands.contains(&codes[place])
        } else {
            // Groups of disciplines are made of disciplines.
            let place = place(Dimension::Discipline)
                .filter(|_| *dimension == Dimension::DisciplineGroup)?;
            stands.iter().any(|group| group == group_of(&codes[place]))
        };
        all &= kept;
    }
    Some(all)
}

/// Whether an institution is in the groups of a figure.
pub fn is_behind(told: &Told, entity: &Entity) -> bool {
    told.axes.iter().all(|(dimension, stands)| match dimension {
        Dimension::Institution(attribute) => stands.contains(&entity.codes[place(*attribute)]),
        _ => true,
    })
}

const fn place(attribute: Attribute) -> usize {
    attribute.place()
}

fn spread(
    rows: &[Row],
    sum: Sum,
    dimensions: &[Dimension],
    combinations: &[Vec<String>],
) -> Vec<i64> {
    let mut values = vec![0; combinations.len()];
    for row in rows {
        let codes: Vec<&str> = dimensions
            .iter()
            .map(|dimension| row.code(*dimension))
            .collect();
        let place = combinations
            .iter()
            .position(|one| *one == codes)
            .expect("a combination");
        values[place] += sum.value(row);
    }
    values
}
