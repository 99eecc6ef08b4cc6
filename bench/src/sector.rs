//! The benchmark sector: institutions, org units and submitted returns, made up from a seed.
//!
//! The same seed gives the same sector on every machine. Nothing here knows a database: `fill` writes what this
//! module makes. Codes are those of the reference data in the binary, and every row keeps the rules of its dataset, so
//! that a row made here could as well have come in over HTTP.

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use std::collections::HashSet;
use std::fmt::Write as _;
use uuid::Uuid;

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Institutions.
    pub institutions: usize,
    /// Academic years, the last of them 2024-25.
    pub years: u16,
    /// Org units of each institution, beside its root.
    pub units: usize,
    /// Rows of each unit in each year.
    pub rows: usize,
}

impl Scale {
    /// The sector of the targets: 150 institutions, 10 years, 40 units each, about 2 million headcount rows.
    pub const FULL: Self = Self {
        institutions: 150,
        years: 10,
        units: 40,
        rows: 33,
    };
    /// A small one, for a quick look and for tests: about 80,000 rows.
    pub const SMALL: Self = Self {
        institutions: 20,
        years: 3,
        units: 40,
        rows: 33,
    };

    /// How many headcount rows there are.
    pub const fn headcount_rows(self) -> usize {
        self.institutions * self.years as usize * self.units * self.rows
    }
}

/// The last year the sector has returned; the years after it are free for drafts.
const LAST_YEAR: u16 = 2024;

const JOB_FAMILIES: &[&str] = &[
    "laboratory",
    "engineering",
    "facility",
    "computing",
    "media",
    "animal",
    "clinical",
    "fieldwork",
    "teaching",
    "other-technical",
];
const GRADES: &[&str] = &["J0", "K0", "L0", "M0", "I0", "N0", "O0", "F2", "not-known"];
const SEXES: &[&str] = &["male", "female", "not-known", "other"];
const AGE_BANDS: &[&str] = &[
    "36-40",
    "31-35",
    "41-45",
    "46-50",
    "26-30",
    "51-55",
    "56-60",
    "25-and-under",
    "61-65",
    "66-and-over",
];
const TERMS: &[&str] = &["open-ended", "fixed-term"];
const MODES: &[&str] = &["full-time", "part-time"];

/// Sebastiano Vigna's splitmix64: small, fast, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for each seed and place.
    pub const fn of(seed: u64, place: u64) -> Self {
        Self(seed ^ place.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// One of the codes; those in front come more often.
    fn code(&mut self, codes: &'static [&'static str]) -> &'static str {
        let end = codes.len() as u64;
        let place = self.below(end).min(self.below(end));
        codes[usize::try_from(place).unwrap_or_default()]
    }
}

/// An institution to be made.
#[derive(Clone, Debug)]
pub struct Institution {
    /// Its place in the sector.
    pub place: usize,
    /// Short name in addresses.
    pub slug: String,
    /// Nation.
    pub nation: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Mission group.
    pub mission_group: &'static str,
    /// Whether it records FTE.
    pub records_fte: bool,
    /// Its org units, beside the root: identity and code.
    pub units: Vec<(Uuid, String)>,
}

/// One headcount row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The unit's place among the institution's units.
    pub unit: usize,
    /// Job family, grade, sex, age band, terms, mode.
    pub codes: [&'static str; 6],
    /// Persons.
    pub headcount: i64,
    /// Full-person equivalents, in hundredths.
    pub fpe: i64,
    /// Full-time equivalents, in hundredths, where recorded.
    pub fte: Option<i64>,
}

/// A submitted return and its only revision.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The institution's place.
    pub institution: usize,
    /// `headcount` or `denominators`.
    pub dataset: &'static str,
    /// Academic year.
    pub year: String,
    /// The return.
    pub id: Uuid,
    /// Its revision.
    pub version: Uuid,
    /// Its place among all submissions.
    pub sequence: i64,
    /// When it was submitted.
    pub at: DateTime<Utc>,
    /// Its figures.
    pub rows: Rows,
}

/// A return's rows.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Of `headcount`.
    Headcount(Vec<Row>),
    /// Of `denominators`, for the institution as a whole: academics, academic FTE in hundredths, all staff.
    Denominators([i64; 3]),
}

impl Rows {
    /// How many there are.
    pub const fn len(&self) -> usize {
        match self {
            Self::Headcount(rows) => rows.len(),
            Self::Denominators(_) => 1,
        }
    }
}

/// A sector of one seed and size.
#[derive(Clone, Copy, Debug)]
pub struct Sector {
    /// The seed.
    pub seed: u64,
    /// Its size.
    pub scale: Scale,
}

/// The academic year starting in a calendar year, as it is written.
pub fn year(start: u16) -> String {
    format!("{start}-{:02}", (start + 1) % 100)
}

impl Sector {
    /// Academic years, oldest first.
    pub fn years(&self) -> impl Iterator<Item = u16> + use<> {
        LAST_YEAR + 1 - self.scale.years..=LAST_YEAR
    }

    /// The moment everything is dated from; a version 7 UUID sorts by it.
    fn beginning() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2025, 1, 1, 0, 0, 0)
            .single()
            .unwrap_or_default()
    }

    fn id(&self, kind: u64, place: usize) -> Uuid {
        let place = place as u64;
        let mut random = Random::of(self.seed, kind << 40 | place);
        let mut bytes = [0_u8; 10];
        for byte in &mut bytes {
            *byte = random.next().to_le_bytes()[0];
        }
        let millis = u64::try_from(Self::beginning().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis + (kind << 24) + place, &bytes).into_uuid()
    }

    /// The institutions; the first is Lancaster.
    pub fn institutions(&self) -> Vec<Institution> {
        (0..self.scale.institutions)
            .map(|place| self.institution(place))
            .collect()
    }

    fn institution(&self, place: usize) -> Institution {
        let mut random = Random::of(self.seed, 1 << 32 | place as u64);
        let nation = match random.below(20) {
            0..14 => "england",
            14..17 => "scotland",
            17..19 => "wales",
            _ => "northern-ireland",
        };
        let kind = match random.below(20) {
            0..17 => "university",
            17..19 => "research-institute",
            _ => "other",
        };
        let mission_group = match random.below(10) {
            0..2 => "russell-group",
            2..4 => "millionplus",
            4 => "university-alliance",
            5..7 => "guildhe",
            _ => "none",
        };
        let units = (0..self.scale.units)
            .map(|unit| {
                (
                    self.id(1, place * self.scale.units + unit),
                    format!("u{unit:02}"),
                )
            })
            .collect();
        Institution {
            place,
            slug: if place == 0 {
                "lancaster".to_owned()
            } else {
                format!("bench-{place:03}")
            },
            nation: if place == 0 { "england" } else { nation },
            kind: if place == 0 { "university" } else { kind },
            mission_group,
            records_fte: random.below(5) > 0,
            units,
        }
    }

    /// Every submitted return, in the order of submission: year by year, institution by institution.
    pub fn submitted(&self) -> impl Iterator<Item = Submitted> {
        let institutions = self.institutions();
        let sector = *self;
        self.years().enumerate().flat_map(move |(nth, start)| {
            let institutions = institutions.clone();
            institutions.into_iter().flat_map(move |institution| {
                let place = (nth * sector.scale.institutions + institution.place) * 2;
                let mut random = Random::of(sector.seed, 2 << 32 | place as u64);
                let rows = sector.rows(&mut random, &institution);
                let persons: i64 = rows.iter().map(|row| row.headcount).sum();
                let academics = persons * i64::try_from(2 + random.below(4)).unwrap_or(2);
                let denominators = [academics, academics * 93, academics * 2 + persons];
                let at = |dataset: &'static str, place: usize, rows: Rows| Submitted {
                    institution: institution.place,
                    dataset,
                    year: year(start),
                    id: sector.id(2, place),
                    version: sector.id(3, place),
                    sequence: i64::try_from(place + 1).unwrap_or(i64::MAX),
                    at: Self::beginning()
                        + Duration::seconds(i64::try_from(place).unwrap_or_default()),
                    rows,
                };
                [
                    at("headcount", place, Rows::Headcount(rows)),
                    at("denominators", place + 1, Rows::Denominators(denominators)),
                ]
            })
        })
    }

    fn rows(&self, random: &mut Random, institution: &Institution) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.scale.units * self.scale.rows);
        let mut seen = HashSet::with_capacity(self.scale.rows);
        for unit in 0..self.scale.units {
            seen.clear();
            while seen.len() < self.scale.rows {
                let codes = [
                    random.code(JOB_FAMILIES),
                    random.code(GRADES),
                    random.code(SEXES),
                    random.code(AGE_BANDS),
                    random.code(TERMS),
                    random.code(MODES),
                ];
                if seen.insert(codes) {
                    let (headcount, fpe, fte) = figures(random);
                    rows.push(Row {
                        unit,
                        codes,
                        headcount,
                        fpe,
                        fte: institution.records_fte.then_some(fte),
                    });
                }
            }
        }
        rows
    }

    /// A file of `rows` rows for one institution, with its header; the same number of rows for each of its units.
    pub fn file(&self, institution: &Institution, place: u64, rows: usize) -> (String, Vec<Row>) {
        let scale = Scale {
            rows: rows / self.scale.units,
            ..self.scale
        };
        let mut random = Random::of(self.seed, 3 << 32 | place);
        let rows = Self { scale, ..*self }.rows(&mut random, institution);
        let mut text =
            "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n".to_owned();
        for row in &rows {
            let hundredths = |figure: i64| format!("{}.{:02}", figure / 100, figure % 100);
            let fte = row.fte.map(hundredths).unwrap_or_default();
            let unit = &institution.units[row.unit].1;
            let _ = writeln!(
                text,
                "{unit},{},{},{},{fte}",
                row.codes.join(","),
                row.headcount,
                hundredths(row.fpe)
            );
        }
        (text, rows)
    }

    /// A number that stands for every row of the sector: FNV-1a over all of them.
    #[cfg(test)]
    fn digest(&self) -> u64 {
        let mut digest = 0xCBF2_9CE4_8422_2325_u64;
        for submitted in self.submitted() {
            for byte in format!("{submitted:?}").bytes() {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
            }
        }
        digest
    }
}

/// How many combinations of codes there are.
pub const fn combinations() -> usize {
    JOB_FAMILIES.len() * GRADES.len() * SEXES.len() * AGE_BANDS.len() * TERMS.len() * MODES.len()
}

/// A row of every combination of codes, unit by unit: the order an extract has.
pub fn every_combination(units: usize) -> impl Iterator<Item = Row> {
    (0..units * combinations()).map(|number| {
        let mut left = number;
        let mut part = |codes: &'static [&'static str]| {
            let code = codes[left % codes.len()];
            left /= codes.len();
            code
        };
        let (mode, terms, age) = (part(MODES), part(TERMS), part(AGE_BANDS));
        let (sex, grade, family) = (part(SEXES), part(GRADES), part(JOB_FAMILIES));
        Row {
            unit: left,
            codes: [family, grade, sex, age, terms, mode],
            headcount: 2,
            fpe: 150,
            fte: Some(175),
        }
    })
}

/// Persons, FPE and FTE of one row; the equivalents never over the persons.
fn figures(random: &mut Random) -> (i64, i64, i64) {
    let headcount = 1 + random.below(4).min(random.below(6));
    let mut part = || headcount * 100 - random.below(3) * 10 * headcount;
    let (fpe, fte) = (part(), part());
    let figure = |number: u64| i64::try_from(number).unwrap_or_default();
    (figure(headcount), figure(fpe), figure(fte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: Scale = Scale {
        institutions: 3,
        years: 2,
        units: 4,
        rows: 5,
    };

    #[test]
    fn a_seed_gives_the_same_sector_every_time_and_another_seed_another() {
        let digest = Sector {
            seed: 1,
            scale: TINY,
        }
        .digest();
        assert_eq!(
            digest,
            Sector {
                seed: 1,
                scale: TINY
            }
            .digest()
        );
        assert_ne!(
            digest,
            Sector {
                seed: 2,
                scale: TINY
            }
            .digest()
        );
        // The sector of the figures in docs/BENCHMARKS.md: a change of it makes them incomparable.
        assert_eq!(digest, 6_975_348_750_918_476_255);
    }

    #[test]
    fn a_sector_has_the_size_it_says() {
        let sector = Sector {
            seed: 1,
            scale: TINY,
        };
        let submitted: Vec<Submitted> = sector.submitted().collect();
        let rows: usize = submitted
            .iter()
            .filter(|one| one.dataset == "headcount")
            .map(|one| one.rows.len())
            .sum();
        assert_eq!(rows, TINY.headcount_rows());
        assert_eq!(rows, 120);
        assert_eq!(submitted.len(), 12);
        let sequences: Vec<i64> = submitted.iter().map(|one| one.sequence).collect();
        assert_eq!(sequences, (1..=12).collect::<Vec<_>>());
        assert_eq!(Scale::FULL.headcount_rows(), 1_980_000);
    }

    #[test]
    fn no_key_comes_twice_and_no_identity_either() {
        let sector = Sector {
            seed: 9,
            scale: Scale {
                institutions: 2,
                ..Scale::SMALL
            },
        };
        let mut ids = HashSet::new();
        for institution in sector.institutions() {
            assert!(institution.units.iter().all(|(id, _)| ids.insert(*id)));
        }
        for submitted in sector.submitted() {
            assert!(ids.insert(submitted.id) && ids.insert(submitted.version));
            let Rows::Headcount(rows) = submitted.rows else {
                continue;
            };
            let keys: HashSet<_> = rows.iter().map(|row| (row.unit, row.codes)).collect();
            assert_eq!(keys.len(), rows.len());
        }
    }
}
