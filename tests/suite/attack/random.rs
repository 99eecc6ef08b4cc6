//! Twenty random sectors, two releases of each: nothing of an institution can be worked out.

use super::attacker::Found;
use super::orders::largest;
use super::reading::read;
use super::sectors::{DISCIPLINES, Row, Sector, Truth, academics, family, persons, year};
use super::view::{Known, Method, SUMS};
use crate::chance::Chance;
use crate::headcount::AGES;
use entity::values::DatasetName;
use technician_metrics::sector::disclosure::regime::{HESA_5_CKP_1, Regime};
use technician_metrics::sector::release::Family;
use technician_metrics::sector::{Attribute, Dimension};

pub const SEX: Dimension = Dimension::Rows("sex");
pub const AGE: Dimension = Dimension::Rows("age_band");
pub const TERMS: Dimension = Dimension::Rows("terms");
pub const GROUP: Dimension = Dimension::DisciplineGroup;

/// What a sector of this file is released by.
pub fn tables() -> Family {
    family(
        &[
            Attribute::Nation,
            Attribute::MissionGroup,
            Attribute::SizeBand,
            Attribute::Kind,
        ],
        &[
            (
                "headcount",
                &[SEX, TERMS],
                &[AGE, GROUP, Dimension::Discipline],
                &[(SEX, AGE), (GROUP, SEX)],
            ),
            ("fte", &[SEX], &[], &[]),
            ("denominators-academic-headcount", &[], &[], &[]),
            ("share-of-women", &[GROUP], &[], &[]),
            ("technicians-per-100-academics", &[], &[], &[]),
        ],
    )
}

/// An institution as it is drawn.
fn drawn(sector: &mut Sector, chance: &mut Chance) -> i64 {
    let institute = chance.below(9) == 0;
    let nation = chance.of(&[
        "england",
        "england",
        "england",
        "england",
        "scotland",
        "scotland",
        "wales",
        "northern-ireland",
    ]);
    let group = if institute {
        "none"
    } else {
        chance.of(&[
            "russell-group",
            "russell-group",
            "university-alliance",
            "millionplus",
            "guildhe",
            "none",
        ])
    };
    let size: i64 = match chance.below(20) {
        0 => 900 + i64::try_from(chance.below(900)).expect("few"),
        1..=8 => 120 + i64::try_from(chance.below(300)).expect("few"),
        9..=16 => 30 + i64::try_from(chance.below(120)).expect("few"),
        _ => 2 + i64::try_from(chance.below(30)).expect("few"),
    };
    let band = if institute {
        "not-known"
    } else if size > 250 {
        "3000-and-over"
    } else if size > 90 {
        "1000-to-2999"
    } else {
        "under-1000"
    };
    let kind = if institute {
        "research-institute"
    } else {
        "university"
    };
    let region = if nation == "england" {
        chance.of(&["london", "north-west", "south-east"])
    } else {
        nation
    };
    sector.institution([nation, region, kind, group, band, "one"]);
    size
}

/// So many persons, spread over rows.
pub fn spread(chance: &mut Chance, size: i64) -> Vec<Row> {
    let special = chance.below(4) == 0;
    let (home, _) = chance.of(DISCIPLINES);
    let count = 4 + chance.below(8);
    let mut left = size;
    let mut rows: Vec<Row> = Vec::new();
    for place in 0..count {
        let number = if place + 1 == count {
            left
        } else {
            (left / 3).max(1).min(left)
        };
        left -= number;
        if number == 0 {
            continue;
        }
        let discipline = if special {
            home
        } else {
            chance.of(DISCIPLINES).0
        };
        let sex = chance.of(&["female", "female", "male", "male", "male", "other"]);
        let terms = chance.of(&["open-ended", "open-ended", "fixed-term"]);
        let row = persons(
            number,
            discipline,
            &[
                ("sex", sex),
                ("age_band", chance.of(&AGES)),
                ("terms", terms),
            ],
        );
        rows.push(row);
    }
    rows
}

/// A sector before its first release: every institution with two years, but for some that are late.
pub struct Drawn {
    pub sector: Sector,
    sizes: Vec<i64>,
    chance: Chance,
}

impl Drawn {
    pub fn new(seed: u64) -> Self {
        Self::of(seed, 25, 21)
    }

    /// At least so many institutions, and up to so many more.
    pub fn of(seed: u64, least: usize, more: usize) -> Self {
        let mut chance = Chance::seeded(seed);
        let mut sector = Sector::new(seed);
        let many = least + chance.below(more);
        let sizes = (0..many).map(|_| drawn(&mut sector, &mut chance)).collect();
        let mut drawn = Self {
            sector,
            sizes,
            chance,
        };
        for place in 0..drawn.sizes.len() {
            for start in [2023, 2024] {
                if start == 2023 || drawn.chance.below(7) > 0 {
                    drawn.submit(place, start);
                }
            }
        }
        drawn
    }

    fn submit(&mut self, place: usize, start: u16) {
        let size = self.sizes[place] + i64::try_from(self.chance.below(5)).expect("few");
        let rows = spread(&mut self.chance, size);
        self.sector
            .submit(place, DatasetName::Headcount, year(start), rows);
        if self.chance.below(6) > 0 {
            let staff = size * 3 + i64::try_from(self.chance.below(600)).expect("few");
            self.sector.submit(
                place,
                DatasetName::Denominators,
                year(start),
                vec![academics(staff)],
            );
        }
    }

    /// What happens between the releases: those who are late, corrections, and one who leaves (if `leaves`).
    pub fn go_on(&mut self, leaves: bool) {
        for place in 0..self.sizes.len() {
            let late = self
                .sector
                .facts()
                .snapshot
                .standing(
                    (
                        self.sector.members[place].id,
                        DatasetName::Headcount,
                        year(2024),
                    ),
                    None,
                )
                .is_none();
            if late || self.chance.below(6) == 0 {
                self.submit(place, 2024);
            }
            if self.chance.below(12) == 0 {
                self.submit(place, 2023);
            }
        }
        if leaves {
            let place = self.chance.below(self.sizes.len());
            let slug = self.sector.members[place].slug.to_string();
            self.sector.leave(&slug);
        }
    }
}

/// Everything that is worked out of a sector's releases, with where.
pub fn broken(known: &Known<'_>, dimensions: &[&[Dimension]]) -> Vec<(String, Found)> {
    let mut found = Vec::new();
    for sum in SUMS {
        for year in known.years() {
            for dimensions in dimensions {
                let view = known.view(*sum, year, dimensions);
                assert_eq!(view.misread(), None, "{} {year} {dimensions:?}", sum.name);
                let place = format!("{} {year} {dimensions:?}", sum.name);
                let values = view
                    .values(dimensions.is_empty())
                    .into_iter()
                    .chain(view.counts());
                found.extend(values.map(|one| (place.clone(), one)));
            }
        }
    }
    found
}

/// Two releases of a sector, read.
pub fn two_releases(seed: u64, regime: &'static Regime) -> Vec<(Vec<super::reading::Told>, Truth)> {
    let mut drawn = Drawn::new(seed);
    let family = tables();
    let first = drawn
        .sector
        .release(&family, regime, None)
        .expect("a release");
    let truth = Truth::of(&drawn.sector, &first, None);
    let told = read(&first.content, drawn.sector.lists());
    drawn.go_on(seed.is_multiple_of(3));
    let second = drawn
        .sector
        .release(&family, regime, Some(&first))
        .expect("a second release");
    let later = Truth::of(&drawn.sector, &second, Some(&truth));
    let said = read(&second.content, drawn.sector.lists());
    vec![(told, truth), (said, later)]
}

const VIEWS: &[&[Dimension]] = &[
    &[],
    &[SEX],
    &[TERMS],
    &[AGE],
    &[Dimension::Discipline],
    &[SEX, AGE],
    &[GROUP, SEX],
];

#[test]
fn nothing_can_be_worked_out_of_two_releases_of_twenty_sectors() {
    let mut all = Vec::new();
    for seed in 1..=20 {
        let releases = two_releases(seed, &HESA_5_CKP_1);
        assert!(
            releases.iter().all(|(told, _)| told.len() > 100),
            "sector {seed} has little to attack"
        );
        let known = Known {
            releases: &releases,
            method: Method::FULL,
        };
        let medians = largest(&known, false)
            .into_iter()
            .map(|one| ("medians".to_owned(), one));
        let found = broken(&known, VIEWS).into_iter().chain(medians);
        all.extend(found.map(|(place, one)| format!("sector {seed}, {place}: {one:?}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
