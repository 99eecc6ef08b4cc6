//! Org units of made-up returns: departments with their disciplines, and the families of work that are usual in them.

use super::Employer;
use super::random::Random;
use crate::operations::org_units::OrgUnitInput;
use entity::values::InstitutionKind;

/// A unit, before it is anybody's.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// Code.
    pub code: &'static str,
    name: &'static str,
    kind: &'static str,
    discipline: &'static str,
    /// The job family of most of its technicians.
    pub family: &'static str,
}

const fn unit(
    code: &'static str,
    name: &'static str,
    discipline: &'static str,
    family: &'static str,
) -> Unit {
    Unit {
        code,
        name,
        kind: "department",
        discipline,
        family,
    }
}

/// The unit every employer has.
const CENTRAL: Unit = Unit {
    kind: "service",
    ..unit("technical", "Technical Services", "201", "facility")
};

const LABORATORIES: &[Unit] = &[
    unit("biosciences", "Biosciences", "112", "laboratory"),
    unit("chemistry", "Chemistry", "113", "laboratory"),
    unit("physics", "Physics", "114", "laboratory"),
    unit("medicine", "Medicine", "101", "clinical"),
    unit("agriculture", "Agriculture and Food", "110", "animal"),
    unit("computing", "Computer Science", "121", "computing"),
];

const OTHERS: &[Unit] = &[
    unit("nursing", "Nursing and Allied Health", "103", "clinical"),
    unit("psychology", "Psychology", "104", "laboratory"),
    unit("environment", "Earth and Environment", "111", "fieldwork"),
    unit("civil", "Civil Engineering", "118", "engineering"),
    unit("electrical", "Electrical Engineering", "119", "engineering"),
    unit("mechanical", "Mechanical Engineering", "120", "engineering"),
    unit("architecture", "Architecture", "123", "engineering"),
    unit("archaeology", "Archaeology", "126", "fieldwork"),
    unit("education", "Education", "135", "teaching"),
];

const ARTS: &[Unit] = &[
    unit("art", "Art and Design", "143", "media"),
    unit("performance", "Music, Dance and Drama", "144", "media"),
    unit("media", "Media", "145", "media"),
];

/// The units of an employer.
pub fn of(employer: &Employer) -> Vec<Unit> {
    let mut random = Random::of(&[&employer.slug, "units"]);
    let mut units = vec![CENTRAL];
    match employer.kind {
        InstitutionKind::University if employer.slug.contains("arts") => {
            units.extend(ARTS);
            units.extend(random.some(OTHERS, 2));
        }
        InstitutionKind::University => {
            units.extend(random.some(LABORATORIES, 4));
            units.extend(random.some(OTHERS, 3));
            units.extend(random.some(ARTS, 1));
        }
        InstitutionKind::ResearchInstitute | InstitutionKind::Funder | InstitutionKind::Other => {
            units.extend(random.some(LABORATORIES, 3));
        }
    }
    units
}

impl Unit {
    /// The unit, as it is entered.
    pub fn input(self) -> OrgUnitInput {
        OrgUnitInput {
            code: self.code.to_owned(),
            name: self.name.to_owned(),
            kind: self.kind.to_owned(),
            parent_id: None,
            discipline: Some(self.discipline.to_owned()),
        }
    }
}
