//! Rows of every dataset drawn by chance: sound, few codes so that institutions meet in the same cells, optional figures
//! stated throughout, here and there, or nowhere.
//!
//! No scenario stands here.

use crate::chance::Chance;
use std::collections::BTreeSet;

/// The datasets that are returned.
pub const DATASETS: [&str; 10] = [
    "headcount",
    "headcount-ethnicity",
    "headcount-disability",
    "authorship",
    "authorship-outputs",
    "awards",
    "registrations",
    "development",
    "representation",
    "denominators",
];
/// The units of every institution, the whole of it first.
pub const UNITS: [&str; 4] = ["institution", "u1", "u2", "u3"];
/// How many papers there are to be written.
const PAPERS: usize = 40;

struct Shape {
    columns: &'static str,
    /// Codes by dimension, in the order of the columns.
    codes: &'static [&'static [&'static str]],
    /// Figures from the codes' end on, sound together.
    figures: fn(&mut Draw<'_>) -> String,
    most: usize,
}

/// Figures of one row as they are drawn.
struct Draw<'c> {
    chance: &'c mut Chance,
    /// How often in a hundred each optional figure is stated.
    stated: &'c [usize],
}

impl Draw<'_> {
    fn upto(&mut self, most: usize) -> usize {
        self.chance.below(most + 1)
    }

    /// A figure that may be left out: the number of it among the optional ones.
    fn optional(&mut self, number: usize, value: &str) -> String {
        let stated = self.chance.below(100) < self.stated[number];
        if stated {
            value.to_owned()
        } else {
            String::new()
        }
    }

    /// Some of a number of persons, in hundredths.
    fn equivalents(&mut self, of: usize) -> String {
        let hundredths = self.upto(of * 100);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

const SEX: &[&str] = &["female", "male", "other", "not-known"];
const AGE: &[&str] = &["26-30", "41-45", "51-55", "61-65", "not-known"];
const TYPE: &[&str] = &["article", "software", "data-set", "book"];

fn headcount(draw: &mut Draw<'_>) -> String {
    let persons = draw.upto(40);
    let (fpe, fte) = (draw.equivalents(persons), draw.equivalents(persons));
    format!(
        "{persons},{},{}",
        draw.optional(0, &fpe),
        draw.optional(1, &fte)
    )
}

fn persons(draw: &mut Draw<'_>) -> String {
    draw.upto(30).to_string()
}

fn authorship(draw: &mut Draw<'_>) -> String {
    let outputs = draw.upto(60);
    let (authored, acknowledged, facility) =
        (draw.upto(outputs), draw.upto(outputs), draw.upto(outputs));
    let authors = if authored == 0 {
        0
    } else {
        authored + draw.upto(5)
    };
    format!(
        "{},{authored},{},{},{}",
        draw.optional(0, &outputs.to_string()),
        draw.optional(1, &acknowledged.to_string()),
        draw.optional(2, &facility.to_string()),
        draw.optional(3, &authors.to_string())
    )
}

fn credited(draw: &mut Draw<'_>) -> String {
    let technicians = draw.upto(3) + 1;
    draw.optional(0, &technicians.to_string())
}

fn awards(draw: &mut Draw<'_>) -> String {
    let considered = draw.upto(9);
    let nominated = draw.upto(considered);
    let shortlisted = draw.upto(nominated);
    let won = draw.upto(shortlisted);
    format!(
        "{},{nominated},{},{won}",
        draw.optional(0, &considered.to_string()),
        draw.optional(1, &shortlisted.to_string())
    )
}

fn registrations(draw: &mut Draw<'_>) -> String {
    let held = draw.upto(20);
    let (persons, new, lapsed) = (draw.upto(held), draw.upto(held), draw.upto(4));
    format!(
        "{persons},{held},{},{}",
        draw.optional(0, &new.to_string()),
        draw.optional(1, &lapsed.to_string())
    )
}

fn development(draw: &mut Draw<'_>) -> String {
    let participants = draw.upto(25);
    let (completions, spend) = (draw.upto(participants), draw.upto(9_000_000));
    format!(
        "{participants},{},{}",
        draw.optional(0, &completions.to_string()),
        draw.optional(1, &spend.to_string())
    )
}

fn representation(draw: &mut Draw<'_>) -> String {
    let bodies = draw.upto(6);
    let with = draw.upto(bodies);
    let seats = if with == 0 { 0 } else { with + draw.upto(3) };
    format!("{bodies},{with},{seats}")
}

fn denominators(draw: &mut Draw<'_>) -> String {
    let academics = draw.upto(900);
    let (fte, all) = (draw.equivalents(academics), academics + draw.upto(900));
    format!(
        "{},{},{all}",
        draw.optional(0, &academics.to_string()),
        draw.optional(1, &fte)
    )
}

fn shape(dataset: &str) -> Shape {
    let of = |columns, codes, figures, most| Shape {
        columns,
        codes,
        figures,
        most,
    };
    match dataset {
        "headcount" => of(
            "job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte",
            &[
                &["laboratory", "engineering", "computing"],
                &["C1", "D1", "not-known"],
                SEX,
                AGE,
                &["open-ended", "fixed-term", "not-known"],
                &["full-time", "part-time", "not-known"],
            ],
            headcount,
            16,
        ),
        "headcount-ethnicity" => of(
            "ethnicity,headcount",
            &[&[
                "asian",
                "black",
                "white",
                "other",
                "prefer-not-to-say",
                "not-known",
            ]],
            persons,
            9,
        ),
        "headcount-disability" => of(
            "disability,headcount",
            &[&["deaf", "physical", "none-known", "not-known"]],
            persons,
            7,
        ),
        "authorship" => of(
            "output_type,outputs,outputs_with_technician_author,outputs_acknowledging_technician,outputs_acknowledging_facility,technician_authors",
            &[TYPE],
            authorship,
            7,
        ),
        "authorship-outputs" => of(
            "doi,output_type,contribution,credit_role,technicians",
            &[
                &["author", "acknowledged", "facility-acknowledged"],
                &["software", "not-known"],
            ],
            credited,
            25,
        ),
        "awards" => of(
            "scheme,award_kind,recipient,considered,nominated,shortlisted,won",
            &[
                &["papin-team", "iop-technician", "internal"],
                &["internal", "external"],
                &["individual", "team"],
            ],
            awards,
            7,
        ),
        "registrations" => of(
            "register,persons_holding,registrations_held,new,lapsed",
            &[&["RSciTech", "CSci", "EngTech"]],
            registrations,
            6,
        ),
        "development" => of(
            "activity,participants,completions,spend_pence",
            &[&["apprenticeship", "cpd-course", "conference"]],
            development,
            7,
        ),
        "representation" => of(
            "level,body_kind,bodies,bodies_with_technician,technician_seats",
            &[
                &["institution", "department"],
                &["governing", "safety", "technical"],
            ],
            representation,
            6,
        ),
        "denominators" => of(
            "academic_headcount,academic_fte,all_staff_headcount",
            &[],
            denominators,
            3,
        ),
        other => panic!("no dataset {other}"),
    }
}

/// A file of rows of a dataset.
pub fn rows(chance: &mut Chance, dataset: &str) -> String {
    let shape = shape(dataset);
    let stated: Vec<usize> = (0..4).map(|_| [100, 100, 60, 0][chance.below(4)]).collect();
    let mut file = format!("org_unit,{}\n", shape.columns);
    let mut seen = BTreeSet::new();
    for _ in 0..=chance.below(shape.most) {
        let mut key = vec![UNITS[chance.below(UNITS.len())].to_owned()];
        if dataset == "authorship-outputs" {
            let paper = chance.below(PAPERS);
            // Not everybody writes a DOI alike, and a paper is of one type.
            let doi = ["10.1234/paper.", "https://doi.org/10.1234/PAPER."][chance.below(2)];
            key.extend([format!("{doi}{paper}"), TYPE[paper % TYPE.len()].to_owned()]);
        }
        key.extend(
            shape
                .codes
                .iter()
                .map(|codes| codes[chance.below(codes.len())].to_owned()),
        );
        let key = key.join(",");
        if seen.insert(key.to_lowercase().replace("https://doi.org/", "")) {
            let mut draw = Draw {
                chance,
                stated: &stated,
            };
            let figures = (shape.figures)(&mut draw);
            file.push_str(&format!("{key},{figures}\n"));
        }
    }
    file
}
