//! Synthetic returns and plans: made up, plausible, the same at every start, and marked as what they are.
//!
//! They stand for signatories of whom no real figure of technicians is known. Chance is seeded by the institution's slug
//! (`random.rs`), figures are whole numbers throughout, and nothing here reads or writes: text of files comes out, which
//! goes through every check that an institution's own file does.

mod people;
pub mod plans;
mod random;
mod units;
mod work;

pub use units::{Unit, of as units_of};

use crate::domain::datasets::Dataset;
use crate::operations::bulk::Given;
use crate::operations::institutions::ROOT_UNIT;
use crate::operations::returns::ReturnKey;
use crate::operations::rows::{RowFormat, Sent};
use crate::operations::submissions::Statement;
use entity::institutions::Model;
use entity::values::{AcademicYear, DatasetName, InstitutionKind, Provenance, SizeBand};
use random::Random;

/// What stands beside every synthetic figure.
pub const REMARK: &str =
    "Synthetic: made up for demonstration. It says nothing about this institution.";

/// The first and the last calendar year in which a synthetic academic year begins.
const BEGINNINGS: std::ops::RangeInclusive<u16> = 2022..=2024;

/// An institution, as far as its figures are made up from it.
#[derive(Clone, Debug)]
pub struct Employer {
    slug: String,
    kind: InstitutionKind,
    /// Academic staff in the first year.
    academics: i64,
    /// Technicians in the first year.
    technicians: i64,
    /// Growth in a year, in thousandths.
    growth: i64,
}

impl Employer {
    /// What is made up of an institution as the registry knows it.
    pub fn of(institution: &Model) -> Self {
        let mut random = Random::of(&[institution.slug.as_str(), "size"]);
        let (least, most) = match institution.size_band {
            SizeBand::Under1000 => (350, 950),
            SizeBand::From1000To2999 => (1_050, 2_850),
            SizeBand::From3000 => (3_100, 9_000),
            SizeBand::NotKnown => (150, 800),
        };
        let academics = random.between(least, most);
        let share = match institution.kind {
            InstitutionKind::University => random.between(9, 22),
            InstitutionKind::ResearchInstitute
            | InstitutionKind::Funder
            | InstitutionKind::Other => random.between(25, 60),
        };
        Self {
            slug: institution.slug.to_string(),
            kind: institution.kind,
            academics,
            technicians: (academics * share / 100).clamp(40, 1_900),
            growth: random.between(-15, 30),
        }
    }

    /// A figure of the first year, grown to another.
    fn grown(&self, figure: i64, year: AcademicYear) -> i64 {
        let years = Self::years().take_while(|one| *one < year).count();
        (0..years).fold(figure, |now, _| now * (1_000 + self.growth) / 1_000)
    }

    /// Technicians on the census date of a year.
    fn persons(&self, year: AcademicYear) -> i64 {
        self.grown(self.technicians, year)
    }

    /// The years there are figures for.
    pub fn years() -> impl Iterator<Item = AcademicYear> {
        BEGINNINGS.filter_map(AcademicYear::starting)
    }

    /// Chance for a dataset of a year.
    fn random(&self, dataset: DatasetName, year: AcademicYear) -> Random {
        Random::of(&[&self.slug, dataset.as_str(), &year.to_string()])
    }

    /// Its returns, by year; the headcount first, which others are compared with.
    pub fn returns(&self) -> Vec<Given> {
        // A few joined later.
        let joined = usize::from(Random::of(&[&self.slug, "joined"]).chance(8));
        let years = Self::years().skip(joined);
        years
            .flat_map(|year| {
                DatasetName::ALL
                    .iter()
                    .filter_map(move |dataset| self.one(*dataset, year))
            })
            .collect()
    }

    fn one(&self, dataset: DatasetName, year: AcademicYear) -> Option<Given> {
        let fate = Fate::of(self, dataset, year);
        let rows = match fate {
            Fate::Missing => return None,
            Fate::Nil => None,
            Fate::Draft | Fate::Submitted | Fate::Provisional => {
                let table = Table::of(self, dataset, year);
                Some(Sent::new(RowFormat::Csv, table.0.into_bytes()))
            }
        };
        Some(Given {
            key: ReturnKey { dataset, year },
            statement: Statement {
                provenance: Some(Provenance::Synthetic),
                remark: Some(REMARK.to_owned()),
                provisional: fate == Fate::Provisional,
                nil: rows.is_none(),
                ..Statement::default()
            },
            rows,
            submitted: fate != Fate::Draft,
            said: "The figures are made up for demonstration.",
        })
    }
}

/// What becomes of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Missing,
    Draft,
    Nil,
    Submitted,
    Provisional,
}

impl Fate {
    fn of(employer: &Employer, dataset: DatasetName, year: AcademicYear) -> Self {
        let mut random = Random::of(&[&employer.slug, "fate", dataset.as_str(), &year.to_string()]);
        let latest = Employer::years().last() == Some(year);
        let may_be_nil = matches!(
            dataset,
            DatasetName::Awards | DatasetName::Representation | DatasetName::AuthorshipOutputs
        );
        match random.between(1, 100) {
            1..=5 => Self::Missing,
            6..=9 if latest => Self::Draft,
            10..=13 if may_be_nil => Self::Nil,
            14..=19 if latest => Self::Provisional,
            _ => Self::Submitted,
        }
    }
}

/// A file in the making: headings, then a line for each row.
#[derive(Debug)]
struct Table(String);

impl Table {
    fn of(employer: &Employer, dataset: DatasetName, year: AcademicYear) -> Self {
        let headings: Vec<&str> = Dataset::of(dataset).columns().collect();
        let mut table = Self(format!("{}\n", headings.join(",")));
        let mut random = employer.random(dataset, year);
        match dataset {
            DatasetName::Headcount => people::headcount(employer, year, &mut table),
            DatasetName::HeadcountEthnicity => people::ethnicity(employer, year, &mut table),
            DatasetName::HeadcountDisability => people::disability(employer, year, &mut table),
            DatasetName::Authorship => work::authorship(employer, year, &mut table),
            DatasetName::AuthorshipOutputs => work::outputs(employer, year, &mut table),
            DatasetName::Awards => work::awards(employer, year, &mut random, &mut table),
            DatasetName::Registrations => {
                people::registrations(employer, year, &mut random, &mut table);
            }
            DatasetName::Development => work::development(employer, year, &mut random, &mut table),
            DatasetName::Representation => work::representation(&mut random, &mut table),
            DatasetName::Denominators => people::denominators(employer, year, &mut table),
        }
        table
    }

    /// A row of a unit.
    fn row(&mut self, unit: &str, codes: &[&str], figures: &[String]) {
        self.0.push_str(unit);
        for cell in codes
            .iter()
            .copied()
            .chain(figures.iter().map(String::as_str))
        {
            self.0.push(',');
            self.0.push_str(cell);
        }
        self.0.push('\n');
    }

    /// A row of the institution as a whole.
    fn whole(&mut self, codes: &[&str], figures: &[i64]) {
        let figures: Vec<String> = figures.iter().map(ToString::to_string).collect();
        self.row(ROOT_UNIT, codes, &figures);
    }
}

/// Hundredths, as a file states them.
fn decimal(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
