//! Sectors made of plain values: institutions, what they returned and when, and the releases made of it.

use chrono::{DateTime, Duration, Utc};
use entity::ids::{InstitutionId, OrgUnitId, VersionId};
use entity::values::{AcademicYear, DatasetName, Provenance, VersionKind};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use technician_metrics::domain::code_lists::{CodeEntry, CodeLists};
use technician_metrics::domain::datasets::Dataset;
use technician_metrics::sector::columns::{Filling, listed};
use technician_metrics::sector::disclosure::build::{Earlier, Made, Making, Refused};
use technician_metrics::sector::disclosure::regime::Regime;
use technician_metrics::sector::release::{Family, FamilyMeasure};
use technician_metrics::sector::snapshot::{Revision, Snapshot};
use technician_metrics::sector::{Attribute, Dimension, Facts, Member};
use uuid::Uuid;

/// Lists with their codes; disciplines with their groups.
const LISTS: &[(&str, &[&str])] = &[
    ("sex", &["female", "male", "other", "not-known"]),
    (
        "age-band",
        &[
            "25-and-under",
            "26-30",
            "31-35",
            "36-40",
            "41-45",
            "46-50",
            "51-55",
            "56-60",
            "61-65",
            "66-and-over",
            "not-known",
        ],
    ),
    ("terms", &["open-ended", "fixed-term", "not-known"]),
    ("mode", &["full-time", "part-time", "not-known"]),
    ("register", &["rsci-tech", "eng-tech", "it-tech"]),
    ("discipline-group", &["biology", "engineering", "arts"]),
];
const DISCIPLINES: &[(&str, &str)] = &[
    ("bio-1", "biology"),
    ("bio-2", "biology"),
    ("bio-3", "biology"),
    ("eng-1", "engineering"),
    ("eng-2", "engineering"),
    ("eng-3", "engineering"),
    ("art-1", "arts"),
    ("art-2", "arts"),
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
        discipline: "bio-1",
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

/// A sector as it stands at a moment.
pub struct Sector {
    /// The institutions of the registry.
    pub members: Vec<Member>,
    lists: CodeLists,
    snapshot: Snapshot,
    rows: HashMap<VersionId, Arc<Vec<Row>>>,
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
        let definition = Dataset::of(dataset);
        let mut filling = Filling::of(definition);
        let dictionaries = self.snapshot.dictionaries_mut();
        for row in &rows {
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
        self.rows.insert(version, Arc::new(rows));
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
    Chance(hash).below(256).try_into().expect("below 256")
}

/// Numbers that look random, the same for the same seed (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    /// From 0 to one less than `many`.
    pub fn below(&mut self, many: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % many
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, several: &[T]) -> T {
        several[usize::try_from(self.below(several.len() as u64)).expect("few")]
    }
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
    /// Of a release; years that were carried over are as they were.
    pub fn of(sector: &Sector, made: &Made, before: Option<&Self>) -> Self {
        let mut truth = Self::default();
        let carried = |dataset: DatasetName, year: AcademicYear| {
            made.basis.carried.contains(&(dataset, year))
        };
        for held in made
            .basis
            .held
            .iter()
            .filter(|held| !carried(held.dataset, held.year))
        {
            truth.rows.insert(
                (held.institution.clone(), held.dataset, held.year),
                (held.version, sector.rows(held.version)),
            );
        }
        for placement in &made.basis.codes {
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
