//! Sectors made of plain values: institutions, what they returned and when, and the releases made of it.

use crate::chance::Chance;
use crate::headcount::AGES;
use chrono::{DateTime, Duration, Utc};
use entity::ids::{InstitutionId, OrgUnitId, VersionId};
use entity::values::{AcademicYear, DatasetName, Provenance, VersionKind};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use technician_metrics::domain::code_lists::{CodeEntry, CodeLists};
use technician_metrics::domain::datasets::Dataset;
use technician_metrics::sector::columns::{Filling, listed};
use technician_metrics::sector::disclosure::build::{Earlier, Made, Making, Refused};
use technician_metrics::sector::disclosure::history::Basis;
use technician_metrics::sector::disclosure::regime::Regime;
use technician_metrics::sector::release::{Family, FamilyMeasure};
use technician_metrics::sector::snapshot::{Revision, Snapshot};
use technician_metrics::sector::{Attribute, Dimension, Facts, Member};
use uuid::Uuid;

/// Lists with their codes; disciplines with their groups.
const LISTS: &[(&str, &[&str])] = &[
    ("sex", &["female", "male", "other", "not-known"]),
    ("age-band", &AGES),
    ("age-band", &["not-known"]),
    ("terms", &["open-ended", "fixed-term", "not-known"]),
    ("mode", &["full-time", "part-time", "not-known"]),
    ("register", &["rsci-tech", "eng-tech", "it-tech"]),
    ("discipline-group", &[BIOLOGY, ENGINEERING, ARTS]),
];
const BIOLOGY: &str = "biological-mathematical-physical-science";
const ENGINEERING: &str = "engineering-technology";
const ARTS: &str = "design-creative-performing-arts";
/// HESA's cost centres, with their groups.
pub const DISCIPLINES: &[(&str, &str)] = &[
    ("112", BIOLOGY),
    ("113", BIOLOGY),
    ("114", BIOLOGY),
    ("115", ENGINEERING),
    ("116", ENGINEERING),
    ("118", ENGINEERING),
    ("143", ARTS),
    ("144", ARTS),
];

/// One row: its discipline, codes by dimension (what is not named is not known), figures by measure in stored units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The discipline of its unit.
    pub discipline: &'static str,
    /// Codes, by dimension of the dataset.
    pub codes: Vec<(&'static str, &'static str)>,
    /// Figures, by measure of the dataset.
    pub figures: Vec<(&'static str, i64)>,
}

impl Row {
    /// The code in a dimension of figures.
    pub fn code(&self, dimension: Dimension) -> &'static str {
        match dimension {
            Dimension::Discipline => self.discipline,
            Dimension::DisciplineGroup => group_of(self.discipline),
            other => self
                .codes
                .iter()
                .find(|(name, _)| *name == other.as_str())
                .map_or("not-known", |(_, code)| code),
        }
    }

    /// A figure.
    pub fn figure(&self, measure: &str) -> Option<i64> {
        self.figures
            .iter()
            .find(|(name, _)| *name == measure)
            .map(|(_, figure)| *figure)
    }
}

/// So many persons.
pub fn persons(
    number: i64,
    discipline: &'static str,
    codes: &[(&'static str, &'static str)],
) -> Row {
    Row {
        discipline,
        codes: codes.to_vec(),
        figures: vec![("headcount", number), ("fte", number * 90)],
    }
}

/// So many academics.
pub fn academics(number: i64) -> Row {
    Row {
        discipline: "112",
        codes: Vec::new(),
        figures: vec![("academic_headcount", number)],
    }
}

/// The group of a discipline.
pub fn group_of(discipline: &str) -> &'static str {
    DISCIPLINES
        .iter()
        .find(|(code, _)| *code == discipline)
        .map_or("not-known", |(_, group)| group)
}

/// An academic year by its start.
pub fn year(start: u16) -> AcademicYear {
    AcademicYear::starting(start).expect("an academic year")
}

fn lists() -> CodeLists {
    let mut lists = CodeLists::default();
    let mut add = |list: &str, code: &str, parent: Option<&str>| {
        let of = |code: &str| code.parse().expect("a code");
        let (code, parent) = (of(code), parent.map(of));
        lists.add(
            list,
            CodeEntry {
                code,
                label: String::new(),
                valid_from: None,
                valid_to: None,
                parent,
                source: String::new(),
                position: 0,
                version: 1,
            },
        );
    };
    for (list, codes) in LISTS {
        codes.iter().for_each(|code| add(list, code, None));
    }
    DISCIPLINES
        .iter()
        .for_each(|(code, group)| add("discipline", code, Some(group)));
    lists
}

/// What an institution returned once.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Whose.
    pub slug: String,
    /// Of which dataset.
    pub dataset: DatasetName,
    /// Of which year.
    pub year: AcademicYear,
    /// The rows.
    pub rows: Arc<Vec<Row>>,
}

/// A sector as it stands at a moment.
pub struct Sector {
    /// The institutions of the registry.
    pub members: Vec<Member>,
    lists: CodeLists,
    snapshot: Snapshot,
    rows: HashMap<VersionId, Arc<Vec<Row>>>,
    /// Everything that was returned, in its order.
    pub submitted: Vec<Submitted>,
    seed: u64,
    counted: u128,
}

impl Sector {
    /// A sector without institutions.
    pub fn new(seed: u64) -> Self {
        let mut snapshot = Snapshot::default();
        let units = DISCIPLINES.iter().enumerate();
        let units =
            units.map(|(place, (code, _))| (unit(place), Some(code.parse().expect("a code"))));
        snapshot.dictionaries_mut().set_disciplines(units.collect());
        Self {
            members: Vec::new(),
            lists: lists(),
            snapshot,
            rows: HashMap::new(),
            submitted: Vec::new(),
            seed,
            counted: 0,
        }
    }

    /// An institution with its codes, in the order of all attributes; gives back its place.
    pub fn institution(&mut self, codes: [&'static str; 6]) -> usize {
        self.counted += 1;
        let slug = format!("institution-{}", self.counted)
            .parse()
            .expect("a slug");
        self.members.push(Member {
            id: InstitutionId(Uuid::from_u128(self.counted)),
            slug,
            codes,
        });
        self.members.len() - 1
    }

    /// The institution at a place returns rows.
    pub fn submit(
        &mut self,
        member: usize,
        dataset: DatasetName,
        year: AcademicYear,
        rows: Vec<Row>,
    ) {
        self.counted += 1;
        let version = VersionId(Uuid::from_u128(self.counted));
        let rows = Arc::new(rows);
        let definition = Dataset::of(dataset);
        let mut filling = Filling::of(definition);
        let dictionaries = self.snapshot.dictionaries_mut();
        for row in rows.iter() {
            let place = DISCIPLINES
                .iter()
                .position(|(code, _)| *code == row.discipline)
                .expect("a discipline");
            let number = dictionaries.unit(unit(place));
            let codes: Vec<u16> = listed(definition)
                .map(|name| dictionaries.code(name, row.code(Dimension::Rows(name))))
                .collect();
            let figures = definition
                .measures
                .iter()
                .map(|measure| row.figure(measure.name));
            filling.add(number, codes.into_iter(), None, figures);
        }
        let revision = Revision {
            version,
            kind: VersionKind::Figures,
            provisional: false,
            submitted_at: moment(self.counted),
            provenance: Provenance::Returned,
            remark: None,
            definition: None,
            facts: Arc::new(filling.finish()),
        };
        self.snapshot
            .add((self.members[member].id, dataset, year), revision);
        self.submitted.push(Submitted {
            slug: self.members[member].slug.to_string(),
            dataset,
            year,
            rows: Arc::clone(&rows),
        });
        self.rows.insert(version, rows);
    }

    /// The institution of a slug leaves, with everything.
    pub fn leave(&mut self, slug: &str) {
        let gone = self
            .members
            .iter()
            .filter(|member| member.slug.to_string() == slug)
            .map(|member| member.id);
        self.snapshot.forget(&gone.collect());
        self.members
            .retain(|member| member.slug.to_string() != slug);
    }

    /// The rows of a version, whenever it was submitted.
    pub fn rows(&self, version: VersionId) -> Arc<Vec<Row>> {
        Arc::clone(&self.rows[&version])
    }

    /// The code lists.
    pub const fn lists(&self) -> &CodeLists {
        &self.lists
    }

    /// Everything the exact answers are made from.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            members: &self.members,
            snapshot: &self.snapshot,
            actions: &[],
            lists: &self.lists,
            now: moment(self.counted),
            keys: None,
        }
    }

    /// Makes a release of the sector as it stands.
    pub fn release(
        &self,
        family: &Family,
        regime: &'static Regime,
        before: Option<&Made>,
    ) -> Result<Made, Refused> {
        let keying = |text: &str| key(self.seed, text);
        let making = Making {
            facts: self.facts(),
            family,
            regime,
            keying: &keying,
            earlier: before.map(|made| Earlier {
                basis: &made.basis,
                content: &made.content,
            }),
            as_of: moment(self.counted),
            progress: &|_, _, _| {},
        };
        making.make()
    }
}

fn unit(place: usize) -> OrgUnitId {
    OrgUnitId(Uuid::from_u128(1_000_000 + place as u128))
}

fn moment(number: u128) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("a moment");
    first + Duration::minutes(i64::try_from(number).expect("few"))
}

/// A key of a text: any keyed hash will do for a test.
fn key(seed: u64, text: &str) -> u8 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Chance::seeded(hash)
        .below(256)
        .try_into()
        .expect("below 256")
}

/// A family: attributes, and measures with their dimensions, those over all institutions only, and pairs.
pub fn family(
    attributes: &[Attribute],
    measures: &[(&str, &[Dimension], &[Dimension], &[(Dimension, Dimension)])],
) -> Family {
    let measure = |(measure, dimensions, alone, pairs): &(
        &str,
        &[Dimension],
        &[Dimension],
        &[(Dimension, Dimension)],
    )| FamilyMeasure {
        measure: (*measure).to_owned(),
        dimensions: dimensions.to_vec(),
        alone: alone.to_vec(),
        pairs: pairs.to_vec(),
    };
    Family {
        attributes: attributes.to_vec(),
        crosses: Vec::new(),
        measures: measures.iter().map(measure).collect(),
    }
}

/// What a release rests on, in plain values: rows by institution, dataset and year, and codes by institution and year.
#[derive(Clone, Default)]
pub struct Truth {
    /// Rows with the version they are of.
    pub rows: BTreeMap<(String, DatasetName, AcademicYear), (VersionId, Arc<Vec<Row>>)>,
    /// Codes, in the order of all attributes.
    pub codes: BTreeMap<(String, AcademicYear), Vec<String>>,
}

impl Truth {
    /// Of a release made in the test.
    pub fn of(sector: &Sector, made: &Made, before: Option<&Self>) -> Self {
        Self::under(&made.basis, &|version| sector.rows(version), before)
    }

    /// Under a release, whoever made it; years that were carried over are as they were.
    pub fn under(
        basis: &Basis,
        rows: &dyn Fn(VersionId) -> Arc<Vec<Row>>,
        before: Option<&Self>,
    ) -> Self {
        let mut truth = Self::default();
        let carried =
            |dataset: DatasetName, year: AcademicYear| basis.carried.contains(&(dataset, year));
        for held in basis
            .held
            .iter()
            .filter(|held| !carried(held.dataset, held.year))
        {
            truth.rows.insert(
                (held.institution.clone(), held.dataset, held.year),
                (held.version, rows(held.version)),
            );
        }
        for placement in &basis.codes {
            truth.codes.insert(
                (placement.institution.clone(), placement.year),
                placement.codes.clone(),
            );
        }
        if let Some(before) = before {
            let old = before
                .rows
                .iter()
                .filter(|((_, dataset, year), _)| carried(*dataset, *year));
            truth
                .rows
                .extend(old.map(|(place, rows)| (place.clone(), rows.clone())));
            truth.codes.extend(before.codes.clone());
        }
        truth
    }
}
