//! What each institution has of a measure, year by year and cell by cell, before anything is made of several.

use super::catalogue::{Basis, Credit, Dimension, Only, Part};
use super::outputs::{self, Own as OwnOutputs};
use super::query::Query;
use super::scan::{self, Grid, Scan, Sums};
use super::snapshot::{Member, Revision, Snapshot};
use super::{Facts, Sources};
use super::{participation, plans};
use crate::domain::datasets::Dataset;
use crate::domain::rows::Key;
use entity::values::{AcademicYear, DatasetName, VersionKind};
use std::collections::BTreeSet;

/// What one institution has in one cell.
#[derive(Clone, Debug, Default)]
pub struct OwnCell {
    /// The combination of codes, as its place among [`Gathered::rows`].
    pub row: usize,
    /// The value, or the upper part of a ratio, in stored units; none where rows were but nothing was recorded.
    pub above: Option<i64>,
    /// The lower part of a ratio; 0 where the value is no ratio.
    pub below: Option<i64>,
    /// The sum of the keys of the rows behind the value; 0 where no keys were given.
    pub above_key: u32,
    /// The same of the lower part.
    pub below_key: u32,
    /// The outputs behind it, where outputs are counted.
    pub outputs: Option<OwnOutputs>,
}

/// What one institution has in one year.
#[derive(Clone, Debug)]
pub struct Own {
    /// The institution's place among the members asked.
    pub member: usize,
    /// The year; none for what has no year.
    pub year: Option<AcademicYear>,
    /// The cells it has anything to say of; of all others it has none: a true zero.
    pub cells: Vec<OwnCell>,
    /// The lower part in cells that it says nothing of.
    pub elsewhere: Option<i64>,
    /// The sum of the keys behind that.
    pub elsewhere_key: u32,
}

/// What all institutions have.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Combinations of codes of figures, each in the order of the query's dimensions.
    pub rows: Vec<Vec<Key>>,
    /// Whatever anybody has.
    pub own: Vec<Own>,
    /// Where it comes from.
    pub sources: Sources,
}

/// Years the query keeps and somebody returned.
pub(super) fn years<'a>(
    query: &'a Query,
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = AcademicYear> + 'a {
    let kept = |year: &&AcademicYear| query.keeps(Dimension::Year, &year.to_string());
    snapshot.years().iter().filter(kept).copied()
}

/// Gathers what a query asks of the institutions that its filters keep.
pub fn gather(query: &Query, facts: &Facts<'_>) -> Gathered {
    match query.measure.basis {
        Basis::Sum(part) => Gathering::new(query, facts).parts(part, None),
        Basis::Per100 { above, below, .. } => {
            Gathering::new(query, facts).parts(above, Some(below))
        }
        Basis::Participation => participation::gather(query, facts),
        Basis::Plans(figure) => plans::gather(query, figure, facts),
    }
}

/// Whether the filters on institutions keep one.
pub(super) fn kept(query: &Query, member: &Member) -> bool {
    query.filters.keys().all(|dimension| match dimension {
        Dimension::Institution(attribute) => query.keeps(*dimension, member.code(*attribute)),
        _ => true,
    })
}

struct Gathering<'a> {
    query: &'a Query,
    facts: &'a Facts<'a>,
    gathered: Gathered,
    /// Whether any revision that stands has a row.
    seen: bool,
}

/// Outputs by their places in the grid; none where they were counted and the figure was left out.
type OutputsByPlace = Vec<(usize, Option<OwnOutputs>)>;

/// One part of a measure, ready to be taken from revision after revision.
enum Taking {
    Rows {
        dataset: DatasetName,
        scan: Scan,
        measure: usize,
        also: Option<usize>,
        sums: Sums,
    },
    Outputs(Credit),
}

impl<'a> Gathering<'a> {
    fn new(query: &'a Query, facts: &'a Facts<'a>) -> Self {
        Self {
            query,
            facts,
            gathered: Gathered::default(),
            seen: false,
        }
    }

    fn standing(
        &self,
        member: &Member,
        dataset: DatasetName,
        year: AcademicYear,
    ) -> Option<&'a Revision> {
        self.facts
            .snapshot
            .standing((member.id, dataset, year), self.query.as_of)
    }

    fn taking(&self, grid: &Grid, part: Part, beside: Option<Part>) -> Option<Taking> {
        match part {
            Part::Rows { figure, only } => Some(Taking::Rows {
                dataset: figure.dataset,
                scan: self.scan(grid, figure.dataset, only),
                measure: scan::place(figure)?,
                also: match beside {
                    Some(Part::Rows { figure: other, .. })
                        if other.dataset == figure.dataset && other != figure =>
                    {
                        scan::place(other)
                    }
                    _ => None,
                },
                sums: Sums::default(),
            }),
            Part::Outputs(credit) => Some(Taking::Outputs(credit)),
        }
    }

    fn scan(&self, grid: &Grid, dataset: DatasetName, only: Option<Only>) -> Scan {
        let Facts {
            snapshot, lists, ..
        } = self.facts;
        Scan::new(
            self.query,
            grid,
            Dataset::of(dataset),
            only,
            snapshot,
            lists,
        )
    }

    fn parts(mut self, above: Part, below: Option<Part>) -> Gathered {
        let grid = Grid::of(self.query, self.facts.snapshot, self.facts.lists);
        let (Some(mut upper), lower) = (
            self.taking(&grid, above, below),
            below.and_then(|below| self.taking(&grid, below, Some(above))),
        ) else {
            return self.gathered;
        };
        let mut lower = lower;
        let mut met = BTreeSet::new();
        let mut places = Vec::new();
        let years: Vec<AcademicYear> = years(self.query, self.facts.snapshot).collect();
        for year in years {
            for (number, member) in self.facts.members.iter().enumerate() {
                if !kept(self.query, member) {
                    continue;
                }
                let outputs = self.take(&mut upper, &grid, member, year, &mut places);
                let Some(outputs) = outputs else { continue };
                if let Some(lower) = &mut lower
                    && self.take(lower, &grid, member, year, &mut places).is_none()
                {
                    continue;
                }
                let own = cells(&grid, &upper, outputs, lower.as_ref());
                met.extend(own.cells.iter().map(|cell| cell.row));
                self.seen |= self.has_rows(member, above, year);
                self.note(member, above, below, year);
                self.gathered.own.push(Own {
                    member: number,
                    year: Some(year),
                    ..own
                });
            }
        }
        self.finish(&grid, &met)
    }

    /// Takes a part from an institution's standing revision; none where nothing of it stands or is recorded. Outputs come
    /// back by their places in the grid.
    fn take(
        &self,
        taking: &mut Taking,
        grid: &Grid,
        member: &Member,
        year: AcademicYear,
        places: &mut Vec<u32>,
    ) -> Option<OutputsByPlace> {
        match taking {
            Taking::Rows {
                dataset,
                scan,
                measure,
                also,
                sums,
            } => {
                let revision = self.standing(member, *dataset, year)?;
                sums.clear(grid.len());
                scan.places(&revision.facts, places);
                let keys = self
                    .facts
                    .keys
                    .map_or(&[][..], |keys| keys.rows(revision.version));
                sums.add(&revision.facts, places, (*measure, *also), keys);
                (sums.recorded || revision.kind == VersionKind::Nil).then(Vec::new)
            }
            Taking::Outputs(credit) => {
                let (list, counts) = (
                    self.standing(member, credit.identified, year),
                    self.standing(member, credit.counted.dataset, year),
                );
                outputs::own(self.query, *credit, grid, self.facts, list, counts)
            }
        }
    }

    fn has_rows(&self, member: &Member, part: Part, year: AcademicYear) -> bool {
        let datasets = match part {
            Part::Rows { figure, .. } => [figure.dataset; 2],
            Part::Outputs(credit) => [credit.identified, credit.counted.dataset],
        };
        datasets.into_iter().any(|dataset| {
            self.standing(member, dataset, year)
                .is_some_and(|revision| revision.facts.rows > 0)
        })
    }

    fn note(&mut self, member: &Member, above: Part, below: Option<Part>, year: AcademicYear) {
        let datasets = [Some(above), below]
            .into_iter()
            .flatten()
            .flat_map(|part| match part {
                Part::Rows { figure, .. } => vec![figure.dataset],
                Part::Outputs(credit) => vec![credit.identified, credit.counted.dataset],
            });
        let datasets: BTreeSet<DatasetName> = datasets.collect();
        for dataset in datasets {
            if let Some(revision) = self.standing(member, dataset, year) {
                self.gathered
                    .sources
                    .note(self.query, self.facts.snapshot, member, year, revision);
            }
        }
    }

    /// Places in the grid give way to places among the combinations that anybody used. Where nobody had anything to report,
    /// there is nothing of every code that is asked for by name.
    fn finish(mut self, grid: &Grid, met: &BTreeSet<usize>) -> Gathered {
        if met.is_empty() && !self.seen && !self.gathered.own.is_empty() {
            self.gathered.rows = self.named_codes();
            return self.gathered;
        }
        let mut rows: Vec<(Vec<Key>, usize)> = met
            .iter()
            .map(|place| (grid.keys(*place), *place))
            .collect();
        rows.sort_unstable();
        let mut among = vec![0; grid.len()];
        for (number, (_, place)) in rows.iter().enumerate() {
            if let Some(slot) = among.get_mut(*place) {
                *slot = number;
            }
        }
        for cell in self
            .gathered
            .own
            .iter_mut()
            .flat_map(|own| own.cells.iter_mut())
        {
            cell.row = among.get(cell.row).copied().unwrap_or_default();
        }
        self.gathered.rows = rows.into_iter().map(|(keys, _)| keys).collect();
        self.gathered
    }

    fn named_codes(&self) -> Vec<Vec<Key>> {
        let mut rows = vec![Vec::new()];
        for dimension in self.query.group_by.iter().filter(|one| one.of_figures()) {
            let named = self.query.filters.get(dimension);
            let named: Vec<Key> = named
                .into_iter()
                .flatten()
                .map(|code| Key::stored(code))
                .collect();
            let longer = rows.iter().flat_map(|row: &Vec<Key>| {
                named
                    .iter()
                    .map(|code| row.iter().cloned().chain([code.clone()]).collect())
            });
            rows = longer.collect();
        }
        rows.sort_unstable();
        rows
    }
}

/// An institution's cells from the sums of its parts.
fn cells(grid: &Grid, upper: &Taking, outputs: OutputsByPlace, lower: Option<&Taking>) -> Own {
    let below = |place: usize| match lower {
        None => (Some(0), 0),
        Some(Taking::Rows { dataset, sums, .. }) => {
            let place = grid.within(place, Dataset::of(*dataset));
            (sums.at(place), sums.key(place))
        }
        Some(Taking::Outputs(_)) => (None, 0),
    };
    let broken_down = match lower {
        Some(Taking::Rows { dataset, .. }) => grid.parts(Dataset::of(*dataset)),
        Some(Taking::Outputs(_)) | None => false,
    };
    let cell = |place: usize, above: Option<i64>, above_key: u32, outputs: Option<OwnOutputs>| {
        let (below, below_key) = below(place);
        OwnCell {
            row: place,
            above,
            below,
            above_key,
            below_key,
            outputs,
        }
    };
    let mut cells: Vec<OwnCell> = match upper {
        Taking::Rows { sums, .. } => {
            let of_lower = match lower {
                Some(Taking::Rows { sums, .. }) if broken_down => &sums.met[..],
                _ => &[],
            };
            let met = sums.met.iter().chain(of_lower);
            let places: BTreeSet<usize> = met.map(|place| *place as usize).collect();
            let told = places.into_iter();
            told.map(|place| cell(place, sums.at(place), sums.key(place), None))
                .collect()
        }
        Taking::Outputs(_) => {
            let told = outputs.into_iter();
            told.map(|(place, own)| match own {
                Some(own) => cell(place, Some(own.count()), own.key, Some(own)),
                None => cell(place, None, 0, None),
            })
            .collect()
        }
    };
    if grid.is_whole() && cells.is_empty() {
        cells.push(cell(0, Some(0), 0, None));
    }
    let (elsewhere, elsewhere_key) = if broken_down { (Some(0), 0) } else { below(0) };
    Own {
        member: 0,
        year: None,
        cells,
        elsewhere,
        elsewhere_key,
    }
}
