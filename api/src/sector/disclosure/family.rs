//! The family of tables a release has where the board names none.

use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::release::{Family, FamilyMeasure};

const SEX: Dimension = Dimension::Rows("sex");
const AGE: Dimension = Dimension::Rows("age_band");
const TERMS: Dimension = Dimension::Rows("terms");
const GROUP: Dimension = Dimension::DisciplineGroup;

/// Measure, dimensions crossed with groups of institutions, dimensions alone, pairs of dimensions.
type Entry = (
    &'static str,
    &'static [Dimension],
    &'static [Dimension],
    &'static [(Dimension, Dimension)],
);

const MEASURES: &[Entry] = &[
    (
        "headcount",
        &[SEX, AGE, TERMS, Dimension::Rows("mode")],
        &[
            GROUP,
            Dimension::Discipline,
            Dimension::Rows("job_family"),
            Dimension::Rows("grade"),
        ],
        &[
            (SEX, AGE),
            (SEX, TERMS),
            (GROUP, SEX),
            (GROUP, AGE),
            (GROUP, TERMS),
        ],
    ),
    ("fte", &[SEX], &[GROUP], &[]),
    (
        "headcount-ethnicity",
        &[],
        &[Dimension::Rows("ethnicity")],
        &[],
    ),
    (
        "headcount-disability",
        &[],
        &[Dimension::Rows("disability")],
        &[],
    ),
    (
        "authorship-outputs",
        &[],
        &[Dimension::Rows("output_type")],
        &[],
    ),
    (
        "authored-outputs",
        &[],
        &[Dimension::Rows("output_type")],
        &[],
    ),
    (
        "acknowledged-outputs",
        &[],
        &[Dimension::Rows("output_type")],
        &[],
    ),
    (
        "awards-nominated",
        &[],
        &[Dimension::Rows("award_kind"), Dimension::Rows("recipient")],
        &[],
    ),
    (
        "awards-won",
        &[],
        &[Dimension::Rows("award_kind"), Dimension::Rows("recipient")],
        &[],
    ),
    (
        "registrations-persons-holding",
        &[],
        &[Dimension::Rows("register")],
        &[],
    ),
    (
        "registrations-registrations-held",
        &[],
        &[Dimension::Rows("register")],
        &[],
    ),
    (
        "development-participants",
        &[],
        &[Dimension::Rows("activity")],
        &[],
    ),
    (
        "representation-bodies",
        &[],
        &[Dimension::Rows("level")],
        &[],
    ),
    (
        "representation-technician-seats",
        &[],
        &[Dimension::Rows("level")],
        &[],
    ),
    ("denominators-academic-headcount", &[], &[], &[]),
    ("share-of-women", &[GROUP, AGE, TERMS], &[], &[]),
    ("share-aged-51-and-over", &[GROUP, SEX], &[], &[]),
    ("share-fixed-term", &[GROUP, SEX], &[], &[]),
    ("share-part-time", &[], &[], &[]),
    ("share-of-minority-ethnic-groups", &[], &[], &[]),
    ("share-without-a-known-disability", &[], &[], &[]),
    ("technicians-per-100-academics", &[], &[], &[]),
    ("registered-share", &[Dimension::Rows("register")], &[], &[]),
    ("nominations-per-100-technicians", &[], &[], &[]),
    ("wins-per-100-technicians", &[], &[], &[]),
    ("apprentices-per-100-technicians", &[], &[], &[]),
    ("authored-outputs-per-100-outputs", &[], &[], &[]),
    ("acknowledged-outputs-per-100-outputs", &[], &[], &[]),
    ("authored-outputs-per-100-technicians", &[], &[], &[]),
    ("acknowledged-outputs-per-100-technicians", &[], &[], &[]),
    ("share-of-bodies-with-a-technician", &[], &[], &[]),
];

/// The default: every measure the board's questions ask for, by everything that groups institutions.
pub fn default_family() -> Family {
    Family {
        attributes: vec![
            Attribute::Nation,
            Attribute::MissionGroup,
            Attribute::SizeBand,
            Attribute::Kind,
            Attribute::Region,
            Attribute::Phase,
        ],
        crosses: Vec::new(),
        measures: MEASURES
            .iter()
            .map(|(measure, dimensions, alone, pairs)| FamilyMeasure {
                measure: (*measure).to_owned(),
                dimensions: dimensions.to_vec(),
                alone: alone.to_vec(),
                pairs: pairs.to_vec(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sector::catalogue::measure;

    #[test]
    fn every_measure_and_dimension_of_it_exists() {
        for entry in default_family().measures {
            let known = measure(&entry.measure).unwrap_or_else(|| panic!("{}", entry.measure));
            let pairs = entry.pairs.iter().flat_map(|(one, other)| [*one, *other]);
            let single = entry.dimensions.iter().chain(&entry.alone).copied();
            for dimension in single.chain(pairs) {
                assert!(
                    known.dimensions.contains(&dimension),
                    "{} {dimension:?}",
                    entry.measure
                );
            }
        }
    }
}
