//! What they did: outputs, awards, development, seats.

use super::random::Random;
use super::{Employer, Table};
use entity::values::{AcademicYear, DatasetName};
use std::collections::BTreeSet;

/// Types of output, with outputs of a year for each hundred technicians.
const OUTPUTS: &[(&str, i64)] = &[
    ("article", 420),
    ("conference-paper", 90),
    ("data-set", 30),
    ("software", 14),
    ("protocol", 8),
];
const ROLES: &[(&str, i64)] = &[
    ("investigation", 34),
    ("methodology", 24),
    ("resources", 16),
    ("formal-analysis", 10),
    ("software", 8),
    ("not-known", 8),
];
/// DOIs of a year that several institutions may report.
const SHARED: i64 = 60;

/// Outputs of a type with a technician among the authors: about one in fourteen.
fn authored(
    employer: &Employer,
    year: AcademicYear,
    (kind, per_hundred): (&str, i64),
) -> (i64, i64) {
    let mut random = Random::of(&[&employer.slug, "authored", kind, &year.to_string()]);
    let outputs = employer.persons(year) * per_hundred * random.between(92, 108) / 10_000;
    (outputs, outputs * random.between(6, 9) / 100)
}

/// Outputs, and how technicians are credited on them.
pub(super) fn authorship(employer: &Employer, year: AcademicYear, table: &mut Table) {
    let mut random = employer.random(DatasetName::Authorship, year);
    for kind in OUTPUTS {
        let (outputs, authored) = authored(employer, year, *kind);
        if outputs == 0 {
            continue;
        }
        let acknowledging = outputs * random.between(16, 24) / 100;
        let facility = outputs * random.between(8, 14) / 100;
        let authors = authored * random.between(110, 150) / 100;
        table.whole(
            &[kind.0],
            &[outputs, authored, acknowledging, facility, authors],
        );
    }
}

/// Some of the outputs by DOI, of the prefix that is set aside for examples. A few are of several institutions.
pub(super) fn outputs(employer: &Employer, year: AcademicYear, table: &mut Table) {
    let mut random = employer.random(DatasetName::AuthorshipOutputs, year);
    let authored: i64 = OUTPUTS
        .iter()
        .map(|kind| authored(employer, year, *kind).1)
        .sum();
    let mut named = BTreeSet::new();
    for place in 0..authored.clamp(0, 16) {
        let shared = random.chance(30);
        let number = if shared {
            random.between(1, SHARED)
        } else {
            place
        };
        let whose = if shared { "shared" } else { &employer.slug };
        let doi = format!("10.5555/{whose}.{year}.{number}");
        // What an output is does not depend on who reports it.
        let kind = Random::of(&[&doi]).pick(&[("article", 70), ("data-set", 20), ("software", 10)]);
        if named.insert(doi.clone()) {
            let role = random.pick(ROLES);
            table.whole(&[&doi, kind, "author", role], &[random.between(1, 3)]);
        }
    }
    for place in 0..employer.persons(year) / 60 {
        let doi = format!("10.5555/{}.{year}.a{place}", employer.slug);
        let way = random.pick(&[("acknowledged", 70), ("facility-acknowledged", 30)]);
        table.whole(
            &[&doi, "article", way, "not-known"],
            &[random.between(1, 2)],
        );
    }
}

/// Schemes with their kind, their recipients, and technicians for each candidate.
const AWARDS: &[([&str; 3], i64)] = &[
    (["internal", "internal", "individual"], 25),
    (["internal", "internal", "team"], 60),
    (["papin-research", "external", "individual"], 150),
    (["papin-teaching", "external", "individual"], 200),
    (["papin-team", "external", "team"], 250),
    (
        ["the-outstanding-technician", "external", "individual"],
        300,
    ),
    (["employer-champion", "institutional", "institution"], 900),
];

/// Awards: some are considered, fewer nominated, and very few win.
pub(super) fn awards(
    employer: &Employer,
    year: AcademicYear,
    random: &mut Random,
    table: &mut Table,
) {
    for (codes, technicians) in AWARDS {
        let considered = employer.persons(year) / technicians + random.between(0, 2);
        if considered == 0 {
            continue;
        }
        let nominated = considered * random.between(40, 90) / 100;
        let shortlisted = nominated * random.between(30, 80) / 100;
        let won = shortlisted * random.between(20, 90) / 100;
        table.whole(codes, &[considered, nominated, shortlisted, won]);
    }
}

/// Activities: participants for each hundred technicians, and pence for each of them.
const ACTIVITIES: &[(&str, i64, i64)] = &[
    ("apprenticeship", 3, 240_000),
    ("secondment", 1, 60_000),
    ("leadership-programme", 4, 85_000),
    ("cpd-course", 45, 21_000),
    ("conference", 12, 38_000),
    ("mentoring", 9, 4_000),
];

/// Development over the year.
pub(super) fn development(
    employer: &Employer,
    year: AcademicYear,
    random: &mut Random,
    table: &mut Table,
) {
    for (activity, per_hundred, pence) in ACTIVITIES {
        let participants = employer.persons(year) * per_hundred * random.between(85, 115) / 10_000;
        if participants == 0 {
            continue;
        }
        let completions = participants * random.between(70, 100) / 100;
        let spend = participants * pence * random.between(80, 120) / 100;
        table.whole(&[activity], &[participants, completions, spend]);
    }
}

/// Levels and kinds of bodies, with how many there are at most.
const BODIES: &[([&str; 2], i64)] = &[
    (["institution", "governing"], 1),
    (["institution", "senate"], 1),
    (["institution", "research"], 2),
    (["institution", "safety"], 3),
    (["faculty", "teaching"], 5),
    (["faculty", "equality"], 5),
    (["department", "safety"], 20),
    (["department", "technical"], 12),
];

/// Seats on bodies.
pub(super) fn representation(random: &mut Random, table: &mut Table) {
    for (codes, most) in BODIES {
        let bodies = random.between(1, *most);
        let with = bodies * random.between(20, 90) / 100;
        let seats = with * random.between(100, 180) / 100;
        table.whole(codes, &[bodies, with, seats]);
    }
}
