//! What each control is for: without it the same attacker works something out of a sector that withstands with it.

use super::orders::largest;
use super::random::{AGE, GROUP, SEX, TERMS, broken};
use super::reading::{Told, read};
use super::sectors::{Sector, Truth, academics, family, persons, year};
use super::view::{Known, Method, SUMS};
use crate::chance::Chance;
use entity::values::DatasetName;
use technician_metrics::sector::disclosure::build::Refused;
use technician_metrics::sector::disclosure::noise::CKP_1;
use technician_metrics::sector::disclosure::regime::{Control, HESA_5_CKP_1, Regime};
use technician_metrics::sector::release::Family;
use technician_metrics::sector::{Attribute, Dimension};

const fn without(controls: &'static [Control]) -> Regime {
    Regime {
        name: "hesa-5/ckp-1",
        contributors: 3,
        percent: 10,
        rounding: 5,
        rounding_of_pence: 100_000,
        median: 5,
        quartiles: 10,
        smallest_denominator: 2_250,
        no_mean_of: 7,
        noise: &CKP_1,
        without: controls,
    }
}

/// An institution by nation, mission group, with its technicians.
type One = (&'static str, &'static str, i64);

/// A sector of one year, 2024-25.
fn sector(institutions: &[One]) -> Sector {
    let mut sector = Sector::new(7);
    for (nation, group, size) in institutions {
        let place = sector.institution([nation, nation, "university", group, "not-known", "one"]);
        sector.submit(
            place,
            DatasetName::Headcount,
            year(2024),
            vec![persons(*size, "112", &[("sex", "female")])],
        );
    }
    sector
}

fn by_groups(measures: &[&str]) -> Family {
    let measures: Vec<(&str, &[Dimension], &[Dimension], &[(Dimension, Dimension)])> = measures
        .iter()
        .map(|one| (*one, &[] as &[_], &[] as &[_], &[] as &[_]))
        .collect();
    family(&[Attribute::Nation, Attribute::MissionGroup], &measures)
}

/// One release of a sector, read.
fn one(sector: &Sector, family: &Family, regime: &'static Regime) -> Vec<(Vec<Told>, Truth)> {
    let made = sector.release(family, regime, None).expect("a release");
    vec![(
        read(&made.content, sector.lists()),
        Truth::of(sector, &made, None),
    )]
}

/// How much is worked out of releases by some dimensions.
fn count(releases: &[(Vec<Told>, Truth)], dimensions: &[&[Dimension]]) -> usize {
    broken(
        &Known {
            releases,
            method: Method::FULL,
        },
        dimensions,
    )
    .len()
}

/// The attacker finds something without the controls, and nothing with all of them.
fn matters(sector: &Sector, family: &Family, weak: &'static Regime, dimensions: &[&[Dimension]]) {
    assert!(
        count(&one(sector, family, weak), dimensions) > 0,
        "nothing found without {:?}",
        weak.without
    );
    assert_eq!(count(&one(sector, family, &HESA_5_CKP_1), dimensions), 0);
}

const SEVEN: &[One] = &[
    ("england", "russell-group", 300),
    ("england", "russell-group", 310),
    ("england", "russell-group", 320),
    ("england", "millionplus", 330),
    ("scotland", "millionplus", 340),
    ("scotland", "millionplus", 350),
    ("scotland", "millionplus", 360),
];

#[test]
fn contributors_and_dominance_keep_the_few_behind_a_figure() {
    static NEITHER: Regime = without(&[Control::Contributors, Control::PPercent, Control::Attack]);
    static DOMINATED: Regime = without(&[Control::PPercent, Control::Attack]);
    let of_sexes = family(&[Attribute::Nation], &[("headcount", &[], &[SEX], &[])]);
    let submitted = |number: usize| {
        let mut sector = Sector::new(3);
        let small = [300, 280, 6];
        #[expect(
            clippy::needless_range_loop,
            reason = "eight institutions, of which three are small"
        )]
        for place in 0..8 {
            sector.institution([
                "england",
                "london",
                "university",
                "none",
                "not-known",
                "one",
            ]);
            let mut rows = vec![persons(
                200 + i64::try_from(place).expect("few"),
                "112",
                &[("sex", "female")],
            )];
            if place < number {
                rows.push(persons(small[place], "112", &[("sex", "male")]));
            }
            sector.submit(place, DatasetName::Headcount, year(2024), rows);
        }
        sector
    };
    // Two men's institutions: the p% rule alone would see them too, for it counts nothing beside the two.
    matters(&submitted(2), &of_sexes, &NEITHER, &[&[SEX]]);
    matters(&submitted(3), &of_sexes, &DOMINATED, &[&[SEX]]);
    assert_eq!(
        count(&one(&submitted(2), &of_sexes, &DOMINATED), &[&[SEX]]),
        0,
        "fewer than three are caught without the p% rule"
    );
}

#[test]
fn subtraction_keeps_the_one_between_two_groups() {
    static WEAK: Regime = without(&[Control::Subtraction, Control::Attack]);
    matters(&sector(SEVEN), &by_groups(&["headcount"]), &WEAK, &[&[]]);
}

#[test]
fn the_audit_refuses_what_weak_controls_let_through() {
    static WEAK: Regime = without(&[Control::Subtraction]);
    let refused = sector(SEVEN)
        .release(&by_groups(&["headcount"]), &WEAK, None)
        .err();
    assert_eq!(
        refused,
        Some(Refused::Broken("headcount in 2024-25".to_owned()))
    );
}

#[test]
fn history_keeps_the_one_who_is_late() {
    static WEAK: Regime = without(&[Control::History, Control::Attack]);
    let family = by_groups(&["headcount"]);
    let two = |regime: &'static Regime| {
        let mut sector = sector(&SEVEN[..6]);
        let first = sector.release(&family, regime, None).expect("a release");
        let truth = Truth::of(&sector, &first, None);
        let place = sector.institution([
            "scotland",
            "scotland",
            "university",
            "millionplus",
            "not-known",
            "one",
        ]);
        sector.submit(
            place,
            DatasetName::Headcount,
            year(2024),
            vec![persons(400, "112", &[("sex", "female")])],
        );
        let second = sector
            .release(&family, regime, Some(&first))
            .expect("another");
        let later = Truth::of(&sector, &second, Some(&truth));
        vec![
            (read(&first.content, sector.lists()), truth),
            (read(&second.content, sector.lists()), later),
        ]
    };
    assert!(count(&two(&WEAK), &[&[]]) > 0);
    assert_eq!(count(&two(&HESA_5_CKP_1), &[&[]]), 0);
}

#[test]
fn what_a_release_did_not_tell_apart_a_later_one_does_not() {
    let family = by_groups(&["headcount"]);
    // At first mission groups lead to an institution, and are not given; then the English are late with one more.
    let mut sector = sector(SEVEN);
    let first = sector
        .release(&family, &HESA_5_CKP_1, None)
        .expect("a release");
    let groups = |made: &technician_metrics::sector::disclosure::build::Made| {
        let tables = made.content.measures[0]
            .tables
            .iter()
            .filter(|table| !table.cells.is_empty());
        tables.map(|table| table.dimensions.len()).sum::<usize>()
    };
    assert_eq!(groups(&first), 1);
    for size in [280, 290, 300] {
        let place = sector.institution([
            "england",
            "london",
            "university",
            "millionplus",
            "not-known",
            "one",
        ]);
        sector.submit(
            place,
            DatasetName::Headcount,
            year(2024),
            vec![persons(size, "112", &[("sex", "female")])],
        );
    }
    let second = sector
        .release(&family, &HESA_5_CKP_1, Some(&first))
        .expect("another");
    assert_eq!(groups(&second), 1);
    assert_eq!(
        groups(
            &sector
                .release(&family, &HESA_5_CKP_1, None)
                .expect("a first")
        ),
        2
    );
}

#[test]
fn ratios_keep_those_who_have_both_parts() {
    static WEAK: Regime = without(&[Control::Ratios, Control::Attack]);
    // Everybody is free among all twelve; those with academics alone lead to the fourth.
    let more: Vec<One> = SEVEN
        .iter()
        .copied()
        .chain([
            ("england", "millionplus", 290),
            ("england", "millionplus", 295),
            ("scotland", "russell-group", 285),
            ("scotland", "russell-group", 305),
            ("scotland", "russell-group", 315),
        ])
        .collect();
    let mut sector = sector(&more);
    for (place, (_, _, size)) in SEVEN.iter().enumerate() {
        sector.submit(
            place,
            DatasetName::Denominators,
            year(2024),
            vec![academics(size * 3)],
        );
    }
    matters(
        &sector,
        &by_groups(&[
            "headcount",
            "denominators-academic-headcount",
            "technicians-per-100-academics",
        ]),
        &WEAK,
        &[&[]],
    );
}

#[test]
fn order_keeps_the_largest() {
    static WEAK: Regime = without(&[Control::Order, Control::Attack]);
    let sizes = [
        ("england", "none", 40),
        ("england", "none", 45),
        ("england", "none", 50),
        ("england", "none", 52),
        ("england", "none", 54),
        ("england", "none", 400),
    ];
    let sector = sector(&sizes);
    let found = |regime| {
        let releases = one(&sector, &by_groups(&["headcount"]), regime);
        largest(
            &Known {
                releases: &releases,
                method: Method::FULL,
            },
            regime.without.contains(&Control::Order),
        )
        .len()
    };
    assert!(found(&WEAK) > 0);
    assert_eq!(found(&HESA_5_CKP_1), 0);
}

#[test]
fn a_discipline_does_not_show_as_its_group_without_the_others() {
    let mut sector = Sector::new(5);
    for place in 0..8 {
        sector.institution([
            "england",
            "london",
            "university",
            "none",
            "not-known",
            "one",
        ]);
        let mut rows: Vec<_> = ["112", "113", "115", "116", "143"]
            .iter()
            .map(|one| {
                persons(
                    60 + i64::try_from(place).expect("few"),
                    one,
                    &[("sex", "female")],
                )
            })
            .collect();
        if place == 0 {
            rows.push(persons(400, "114", &[("sex", "male")]));
        }
        sector.submit(place, DatasetName::Headcount, year(2024), rows);
    }
    let family = family(
        &[Attribute::Nation],
        &[("headcount", &[], &[GROUP, Dimension::Discipline], &[])],
    );
    assert_eq!(
        count(
            &one(&sector, &family, &HESA_5_CKP_1),
            &[&[Dimension::Discipline]]
        ),
        0
    );
}

fn few() -> Family {
    let pairs: &[(Dimension, Dimension)] = &[(SEX, TERMS)];
    family(
        &[Attribute::Nation],
        &[("headcount", &[SEX, TERMS], &[AGE], pairs)],
    )
}

/// How many small counts of a small sector are worked out.
fn small_counts(seed: u64, regime: &'static Regime, method: Method) -> usize {
    let releases = one(&small(seed), &few(), regime);
    let known = Known {
        releases: &releases,
        method,
    };
    let views: [&[Dimension]; 3] = [&[SEX], &[TERMS], &[SEX, TERMS]];
    let view = |dimensions: &&[Dimension]| known.view(SUMS[0], year(2024), dimensions);
    let found = views.iter().map(view);
    found.map(|view| view.counts().len()).sum()
}

/// Few persons everywhere.
fn small(seed: u64) -> Sector {
    let mut sector = Sector::new(seed);
    let mut chance = Chance::seeded(seed);
    for place in 0..12 {
        let nation = if place < 6 { "england" } else { "scotland" };
        sector.institution([nation, nation, "university", "none", "not-known", "one"]);
        let rows = (0..3 + chance.below(3)).map(|_| {
            let sex = chance.of(&["female", "male", "male", "male", "other"]);
            let terms = chance.of(&[
                "open-ended",
                "open-ended",
                "open-ended",
                "fixed-term",
                "not-known",
            ]);
            persons(1, "112", &[("sex", sex), ("terms", terms)])
        });
        let rows = rows.collect();
        sector.submit(place, DatasetName::Headcount, year(2024), rows);
    }
    sector
}

#[test]
fn noise_keeps_small_counts() {
    static EXACT: Regime = without(&[Control::Noise, Control::Attack]);
    let rounded = Method {
        rounding: true,
        noise: false,
    };
    let seed = (1..=100).find(|seed| small_counts(*seed, &EXACT, rounded) > 0);
    let seed = seed.expect("one is worked out without noise");
    assert_eq!(small_counts(seed, &HESA_5_CKP_1, Method::FULL), 0);
}
