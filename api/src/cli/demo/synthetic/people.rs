//! Who they are: headcount and what is told beside it.

use super::random::Random;
use super::{Employer, Table, decimal, units_of};
use entity::values::{AcademicYear, DatasetName};
use std::collections::BTreeMap;

type Weighted = &'static [(&'static str, i64)];

const FAMILIES: Weighted = &[
    ("laboratory", 34),
    ("engineering", 20),
    ("facility", 14),
    ("computing", 12),
    ("media", 8),
    ("teaching", 8),
    ("other-technical", 4),
];
const GRADES: Weighted = &[
    ("I0", 4),
    ("J0", 12),
    ("K0", 26),
    ("L0", 28),
    ("M0", 17),
    ("N0", 9),
    ("O0", 4),
];
const SEXES: Weighted = &[("female", 40), ("male", 59), ("other", 1)];
/// Two in five are over fifty.
const AGES: Weighted = &[
    ("25-and-under", 6),
    ("26-30", 11),
    ("31-35", 12),
    ("36-40", 11),
    ("41-45", 10),
    ("46-50", 10),
    ("51-55", 15),
    ("56-60", 13),
    ("61-65", 8),
    ("66-and-over", 2),
    ("not-known", 2),
];
const TERMS: Weighted = &[("open-ended", 84), ("fixed-term", 16)];
const MODES: Weighted = &[("full-time", 80), ("part-time", 20)];

const ETHNICITIES: Weighted = &[
    ("asian", 80),
    ("black", 35),
    ("mixed", 25),
    ("white", 790),
    ("other", 20),
    ("prefer-not-to-say", 20),
    ("not-known", 30),
];
const DISABILITIES: Weighted = &[
    ("learning-difference", 45),
    ("long-term-illness", 30),
    ("mental-health", 30),
    ("physical", 12),
    ("deaf", 8),
    ("none-known", 850),
    ("prefer-not-to-say", 20),
    ("not-known", 20),
];
/// Registers, and how many in a thousand technicians stand in each.
const REGISTERS: Weighted = &[
    ("RSciTech", 30),
    ("RSci", 24),
    ("CSci", 8),
    ("EngTech", 16),
    ("IEng", 6),
    ("RITTech", 5),
    ("MIScT", 10),
    ("AFHEA", 22),
    ("FHEA", 12),
];

/// What rows are told apart by: unit, job family, grade, sex, age band, terms, mode.
type Group = [&'static str; 7];

/// The groups an employer's technicians are in; the same every year.
fn groups(employer: &Employer, how_many: i64) -> BTreeMap<Group, i64> {
    let units = units_of(employer);
    let mut random = Random::of(&[&employer.slug, "groups"]);
    let most = i64::try_from(units.len()).unwrap_or(1);
    (0..how_many)
        .map(|_| {
            // The first units are the larger ones.
            let place = random.between(1, most).min(random.between(1, most)) - 1;
            let unit = usize::try_from(place)
                .ok()
                .and_then(|place| units.get(place));
            let family = match unit {
                Some(unit) if random.chance(65) => unit.family,
                Some(_) | None => random.pick(FAMILIES),
            };
            let group = [
                unit.map_or("institution", |unit| unit.code),
                family,
                random.pick(GRADES),
                random.pick(SEXES),
                random.pick(AGES),
                random.pick(TERMS),
                random.pick(MODES),
            ];
            (group, random.between(70, 100))
        })
        .collect()
}

/// Technicians in 60 to 100 groups, fewer where there are fewer of them.
pub(super) fn headcount(employer: &Employer, year: AcademicYear, table: &mut Table) {
    let groups = groups(employer, (employer.technicians / 4).clamp(60, 100));
    let weights: Vec<i64> = groups.values().copied().collect();
    let mut random = employer.random(DatasetName::Headcount, year);
    let parts = random.share(employer.persons(year), &weights);
    for ([unit, codes @ ..], persons) in groups.keys().zip(parts) {
        if persons == 0 {
            continue;
        }
        let full_time = codes.last() == Some(&"full-time");
        let share = if full_time {
            100
        } else {
            random.between(45, 75)
        };
        let fpe = persons * share;
        // Who came or left during the year worked a part of it.
        let fte = fpe * random.between(92, 102) / 100;
        let figures = [persons.to_string(), decimal(fpe), decimal(fte)];
        table.row(unit, codes, &figures);
    }
}

/// A number of persons shared out over codes.
fn by_code(employer: &Employer, persons: i64, codes: Weighted, table: &mut Table) {
    // Seeded without the year: what people are does not change from one to the next.
    let mut random = Random::of(&[&employer.slug, codes.first().map_or("", |one| one.0)]);
    let weights: Vec<i64> = codes.iter().map(|one| one.1).collect();
    for ((code, _), part) in codes.iter().zip(random.share(persons, &weights)) {
        if part > 0 {
            table.whole(&[code], &[part]);
        }
    }
}

/// The same technicians by ethnicity.
pub(super) fn ethnicity(employer: &Employer, year: AcademicYear, table: &mut Table) {
    by_code(employer, employer.persons(year), ETHNICITIES, table);
}

/// The same technicians by disability, of which a few have two.
pub(super) fn disability(employer: &Employer, year: AcademicYear, table: &mut Table) {
    let persons = employer.persons(year);
    by_code(employer, persons + persons / 40, DISABILITIES, table);
}

/// Registrations: about one technician in eight holds one.
pub(super) fn registrations(
    employer: &Employer,
    year: AcademicYear,
    random: &mut Random,
    table: &mut Table,
) {
    for (register, per_thousand) in REGISTERS {
        let held = employer.persons(year) * per_thousand * random.between(60, 140) / 100_000;
        if held == 0 {
            continue;
        }
        let persons = held * random.between(80, 100) / 100;
        let new = held * random.between(5, 25) / 100;
        let lapsed = held * random.between(0, 8) / 100;
        table.whole(&[register], &[persons, held, new, lapsed]);
    }
}

/// Academic staff, and all staff.
pub(super) fn denominators(employer: &Employer, year: AcademicYear, table: &mut Table) {
    let academics = employer.grown(employer.academics, year);
    let mut random = Random::of(&[&employer.slug, "denominators"]);
    let fte = academics * random.between(80, 92);
    let all = academics * random.between(190, 230) / 100 + employer.persons(year);
    let figures = [academics.to_string(), decimal(fte), all.to_string()];
    table.row(super::ROOT_UNIT, &[], &figures);
}
