//! What each control is for: without it the same attacker works something out of a sector that withstands with it.

use super::orders::largest;
use super::random::{GROUP, SEX, broken};
use super::reading::{Told, read};
use super::sectors::{Row, Sector, Truth, academics, family, persons, year};
use super::view::{Known, Method, SUMS};
use entity::values::DatasetName;
use technician_metrics::sector::disclosure::build::Refused;
use technician_metrics::sector::disclosure::regime::{Control, HESA_5_CKP_1, Regime};
use technician_metrics::sector::release::Family;
use technician_metrics::sector::{Attribute, Dimension};

const fn without(controls: &'static [Control]) -> Regime {
    Regime {
        without: controls,
        ..HESA_5_CKP_1
    }
}

/// An institution by nation, mission group, with its technicians.
type One = (&'static str, &'static str, i64);

/// An institution that returns persons in 2024-25.
fn join(sector: &mut Sector, (nation, group): (&'static str, &'static str), rows: Vec<Row>) {
    let place = sector.institution([nation, nation, "university", group, "not-known", "one"]);
    sector.submit(place, DatasetName::Headcount, year(2024), rows);
}

fn women(number: i64) -> Row {
    persons(number, "112", &[("sex", "female")])
}

fn men(number: i64) -> Row {
    persons(number, "114", &[("sex", "male")])
}

/// A sector of one year, 2024-25.
fn sector(institutions: &[One]) -> Sector {
    let mut sector = Sector::new(7);
    for (nation, group, size) in institutions {
        join(&mut sector, (nation, group), vec![women(*size)]);
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

/// Eight institutions with women, of which the first have so many men.
fn with_men(men_of: &[i64]) -> Sector {
    let mut sector = Sector::new(3);
    for (place, size) in (200..208).enumerate() {
        let some = men_of.get(place).map(|number| men(*number));
        let rows = [women(size)].into_iter().chain(some).collect();
        join(&mut sector, ("england", "none"), rows);
    }
    sector
}

#[test]
fn dominance_keeps_the_largest_behind_a_figure() {
    static DOMINATED: Regime = without(&[Control::PPercent, Control::Attack]);
    let of_sexes = family(&[Attribute::Nation], &[("headcount", &[], &[SEX], &[])]);
    matters(&with_men(&[300, 280, 6]), &of_sexes, &DOMINATED, &[&[SEX]]);
}

#[test]
fn contributors_keep_two_behind_a_figure_where_dominance_does_not() {
    static NEITHER: Regime = without(&[Control::Contributors, Control::PPercent, Control::Attack]);
    static DOMINATED: Regime = without(&[Control::PPercent, Control::Attack]);
    let of_sexes = family(&[Attribute::Nation], &[("headcount", &[], &[SEX], &[])]);
    let two = with_men(&[300, 280]);
    matters(&two, &of_sexes, &NEITHER, &[&[SEX]]);
    assert_eq!(count(&one(&two, &of_sexes, &DOMINATED), &[&[SEX]]), 0);
}

/// Institutions known to have nobody: of one or two the p% rule gives no figure but a true zero.
fn nobody(releases: &[(Vec<Told>, Truth)]) -> u32 {
    let told = releases.iter().flat_map(|(told, _)| told);
    told.filter(|one| one.value == 0 && one.contributors < 3)
        .map(|one| one.contributors)
        .sum()
}

#[test]
fn contributors_alone_keep_that_an_institution_has_nobody() {
    static WEAK: Regime = without(&[Control::Contributors]);
    let two: Vec<One> = SEVEN
        .iter()
        .copied()
        .chain([("wales", "none", 0), ("wales", "none", 0)])
        .collect();
    let family = family(&[Attribute::Nation], &[("headcount", &[], &[], &[])]);
    assert_eq!(nobody(&one(&sector(&two), &family, &WEAK)), 2);
    assert_eq!(nobody(&one(&sector(&two), &family, &HESA_5_CKP_1)), 0);
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

/// Two releases of a sector, between which one more of Scotland is late.
fn late(mut sector: Sector, size: i64, regime: &'static Regime) -> Vec<(Vec<Told>, Truth)> {
    let family = by_groups(&["headcount"]);
    let first = sector.release(&family, regime, None).expect("a release");
    let truth = Truth::of(&sector, &first, None);
    join(&mut sector, ("scotland", "millionplus"), vec![women(size)]);
    let second = sector
        .release(&family, regime, Some(&first))
        .expect("another");
    let later = Truth::of(&sector, &second, Some(&truth));
    vec![
        (read(&first.content, sector.lists()), truth),
        (read(&second.content, sector.lists()), later),
    ]
}

#[test]
fn history_keeps_the_one_who_is_late() {
    static WEAK: Regime = without(&[Control::History, Control::Attack]);
    let found = |regime| count(&late(sector(&SEVEN[..6]), 400, regime), &[&[]]);
    assert!(found(&WEAK) > 0);
    assert_eq!(found(&HESA_5_CKP_1), 0);
}

/// Under how many secrets somebody is worked out who is late, alone and small.
fn late_and_small(size: i64, regime: &'static Regime) -> usize {
    let found = |secret: &u64| {
        let mut sector = Sector::new(*secret);
        // Totals that end in anything, so that rounding goes either way.
        let more = i64::try_from(secret % 5).expect("few");
        for (nation, group, size) in SEVEN {
            join(&mut sector, (nation, group), vec![women(size + more)]);
        }
        let releases = late(sector, size, regime);
        let known = Known {
            releases: &releases,
            method: Method::FULL,
        };
        let view = known.view(SUMS[0], year(2024), &[]);
        assert_eq!(view.misread(), None, "secret {secret}");
        !view.values(true).is_empty()
    };
    (1..=SECRETS).filter(found).count()
}

#[test]
fn history_keeps_the_one_who_is_late_and_small() {
    static WEAK: Regime = without(&[Control::History, Control::Attack]);
    // Several figures say independently of each other how many came, so noise and rounding do not hide forty, nor eight.
    assert!(late_and_small(40, &WEAK) > 0);
    assert!(late_and_small(8, &WEAK) > 0);
    for size in [5, 8, 40] {
        assert_eq!(late_and_small(size, &HESA_5_CKP_1), 0, "{size}");
    }
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
        join(&mut sector, ("england", "millionplus"), vec![women(size)]);
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
    for size in 60..68 {
        let five = ["112", "113", "115", "116", "143"].iter();
        let mut rows: Vec<Row> = five
            .map(|one| persons(size, one, &[("sex", "female")]))
            .collect();
        rows.extend((size == 60).then(|| men(400)));
        join(&mut sector, ("england", "none"), rows);
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

/// How many deployments are tried, each with a secret of its own.
const SECRETS: u64 = 100;

/// Two nations of three institutions, each of one woman and one man: every cell counts three.
fn threes(secret: u64) -> Sector {
    let mut sector = Sector::new(secret);
    for nation in ["england", "scotland"] {
        for _ in 0..3 {
            join(&mut sector, (nation, "none"), vec![women(1), men(1)]);
        }
    }
    sector
}

/// Three institutions of one woman and seven men each, and nothing else: three are given as five, which may be as many.
fn few_among_many(secret: u64) -> Sector {
    let mut sector = Sector::new(secret);
    for _ in 0..3 {
        join(&mut sector, ("england", "none"), vec![women(1), men(7)]);
    }
    sector
}

/// Under how many secrets a count below five is worked out.
fn counted(sector: fn(u64) -> Sector, regime: &'static Regime, method: Method) -> usize {
    let family = family(&[Attribute::Nation], &[("headcount", &[SEX], &[], &[])]);
    let found = |secret: &u64| {
        let releases = one(&sector(*secret), &family, regime);
        let known = Known {
            releases: &releases,
            method,
        };
        let view = known.view(SUMS[0], year(2024), &[SEX]);
        assert_eq!(view.misread(), None, "secret {secret}");
        !view.counts().is_empty()
    };
    (1..=SECRETS).filter(found).count()
}

#[test]
fn noise_keeps_small_counts() {
    static NOT_PERTURBED: Regime = without(&[Control::Noise, Control::Attack]);
    static NOT_ROUNDED: Regime = without(&[Control::Rounding, Control::Attack]);
    let noiseless = Method {
        noise: false,
        ..Method::FULL
    };
    // Twelve are given as ten, and four parts given as five cannot but be three each.
    assert_eq!(counted(threes, &NOT_PERTURBED, noiseless), 100);
    assert_eq!(counted(threes, &HESA_5_CKP_1, Method::FULL), 0);
    // Beside it rounding is not needed: keys add up, so a total is not given too small where its few parts are given too large.
    let unrounded = Method {
        rounding: false,
        ..Method::FULL
    };
    assert_eq!(counted(threes, &NOT_ROUNDED, unrounded), 0);
}

#[test]
fn rounding_keeps_small_counts_that_no_noise_keeps() {
    static NOT_PERTURBED: Regime = without(&[Control::Noise, Control::Attack]);
    static NEITHER: Regime = without(&[Control::Noise, Control::Rounding, Control::Attack]);
    let noiseless = Method {
        noise: false,
        ..Method::FULL
    };
    let neither = Method {
        rounding: false,
        ..noiseless
    };
    assert_eq!(counted(few_among_many, &NOT_PERTURBED, noiseless), 0);
    assert_eq!(counted(few_among_many, &NEITHER, neither), 100);
}
