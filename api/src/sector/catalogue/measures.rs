//! Every measure: the figures of every dataset, and what is made of several.

use super::{Attribute, Basis, Credit, Dimension, Figure, Measure, Only, Part, PlanFigure};
use crate::domain::datasets::{Dataset, Unit};
use entity::values::DatasetName;
use std::sync::LazyLock;

static ALL: LazyLock<Vec<Measure>> = LazyLock::new(|| {
    let of_datasets = Dataset::ALL.iter().flat_map(|dataset| {
        dataset
            .measures
            .iter()
            .map(|measure| of_dataset(dataset, measure))
    });
    of_datasets
        .chain(RATIOS.iter().map(ratio))
        .chain(outputs())
        .chain(plans())
        .chain([participation()])
        .collect()
});

/// Every measure, in the order it is listed to people.
pub fn measures() -> &'static [Measure] {
    &ALL
}

/// The measure of a name.
pub fn measure(name: &str) -> Option<&'static Measure> {
    measures().iter().find(|measure| measure.name == name)
}

const DEFINITION: &str = "Institutions define \u{201c}technician\u{201d} for themselves.";

/// `headcount` and `fte` as they are, `awards-won` where the figure alone would not say of what.
fn of_dataset(
    dataset: &'static Dataset,
    measure: &'static crate::domain::datasets::Measure,
) -> Measure {
    let figure = Figure {
        dataset: dataset.name,
        measure: measure.name,
    };
    let plain = dataset.name == DatasetName::Headcount;
    let name = match measure.name {
        name if plain => name.to_owned(),
        "headcount" => dataset.name.as_str().to_owned(),
        name => format!("{}-{}", dataset.name.as_str(), name.replace('_', "-")),
    };
    let title = match measure.name {
        "headcount" => dataset.title.to_owned(),
        _ => format!("{}: {}", dataset.title, measure.title),
    };
    Measure {
        name,
        title,
        unit: measure.unit.as_str(),
        basis: Basis::Sum(Part::Rows { figure, only: None }),
        dimensions: of_rows(&[dataset], true, &[]),
        note: format!("{} {}", when(measure.unit), dataset.description),
    }
}

fn when(unit: Unit) -> &'static str {
    match unit {
        Unit::Persons
        | Unit::FullPersonEquivalent
        | Unit::Registrations
        | Unit::Bodies
        | Unit::Seats => "On 1 December.",
        Unit::FullTimeEquivalent
        | Unit::Outputs
        | Unit::OutputPersonPairs
        | Unit::Candidates
        | Unit::Participants
        | Unit::Pence => "Over the year, 1 August to 31 July.",
    }
}

/// The year, what groups institutions, and the dimensions of the first dataset's rows but those left out.
fn of_rows(datasets: &[&'static Dataset], by_unit: bool, without: &[&str]) -> Vec<Dimension> {
    let mut dimensions = vec![Dimension::Year];
    dimensions.extend(Attribute::ALL.map(Dimension::Institution));
    if by_unit {
        dimensions.extend([Dimension::Discipline, Dimension::DisciplineGroup]);
    }
    let rows = datasets
        .iter()
        .flat_map(|dataset| dataset.dimensions.iter());
    for dimension in rows {
        let known = Dimension::Rows(dimension.name);
        if dimension.list().is_some()
            && !without.contains(&dimension.name)
            && !dimensions.contains(&known)
        {
            dimensions.push(known);
        }
    }
    dimensions
}

/// A ratio, as it is written down below.
struct Ratio {
    name: &'static str,
    title: &'static str,
    above: Part,
    below: Part,
    share: bool,
    note: &'static str,
}

const fn rows(dataset: DatasetName, measure: &'static str, only: Option<Only>) -> Part {
    Part::Rows {
        figure: Figure { dataset, measure },
        only,
    }
}

const fn among(dimension: &'static str, codes: &'static [&'static str]) -> Option<Only> {
    Some(Only {
        dimension,
        codes,
        kept: true,
    })
}

const fn except(dimension: &'static str, codes: &'static [&'static str]) -> Option<Only> {
    Some(Only {
        dimension,
        codes,
        kept: false,
    })
}

const UNKNOWN: &[&str] = &["not-known"];
const UNSAID: &[&str] = &["not-known", "prefer-not-to-say"];
const TECHNICIANS: Part = rows(DatasetName::Headcount, "headcount", None);

const fn persons(only: Option<Only>) -> Part {
    rows(DatasetName::Headcount, "headcount", only)
}

const RATIOS: &[Ratio] = &[
    Ratio {
        name: "share-of-women",
        title: "Share of women",
        above: persons(among("sex", &["female"])),
        below: persons(except("sex", UNKNOWN)),
        share: true,
        note: "Of the technicians whose sex is known.",
    },
    Ratio {
        name: "share-aged-51-and-over",
        title: "Share aged 51 and over",
        above: persons(among(
            "age_band",
            &["51-55", "56-60", "61-65", "66-and-over"],
        )),
        below: persons(except("age_band", UNKNOWN)),
        share: true,
        note: "Of the technicians whose age is known. HESA's bands part 50 from 51, so the customary \u{201c}50 and over\u{201d} cannot be had from them.",
    },
    Ratio {
        name: "share-fixed-term",
        title: "Share on fixed-term contracts",
        above: persons(among("terms", &["fixed-term"])),
        below: persons(except("terms", UNKNOWN)),
        share: true,
        note: "Of the technicians whose terms are known.",
    },
    Ratio {
        name: "share-part-time",
        title: "Share in part-time employment",
        above: persons(among("mode", &["part-time"])),
        below: persons(except("mode", UNKNOWN)),
        share: true,
        note: "Of the technicians whose mode of employment is known.",
    },
    Ratio {
        name: "share-of-minority-ethnic-groups",
        title: "Share of minority ethnic groups",
        above: rows(
            DatasetName::HeadcountEthnicity,
            "headcount",
            among("ethnicity", &["asian", "black", "mixed", "other"]),
        ),
        below: rows(
            DatasetName::HeadcountEthnicity,
            "headcount",
            except("ethnicity", UNSAID),
        ),
        share: true,
        note: "Asian, Black, mixed and other ethnic groups, of the technicians whose ethnicity is known.",
    },
    Ratio {
        name: "share-with-a-disability",
        title: "Share with a disability",
        above: rows(
            DatasetName::HeadcountDisability,
            "headcount",
            among("disability", &["any"]),
        ),
        below: rows(
            DatasetName::HeadcountDisability,
            "headcount",
            among("disability", &["any", "none-known"]),
        ),
        share: true,
        note: "Technicians with any known disability, of those of whom it is known whether they have one.",
    },
    Ratio {
        name: "technicians-per-100-academics",
        title: "Technicians per 100 academic staff",
        above: TECHNICIANS,
        below: rows(DatasetName::Denominators, "academic_headcount", None),
        share: false,
        note: "Headcounts on 1 December.",
    },
    Ratio {
        name: "registered-share",
        title: "Share professionally registered",
        above: rows(DatasetName::Registrations, "persons_holding", None),
        below: TECHNICIANS,
        share: true,
        note: "Technicians who hold a registration, each once, of all technicians.",
    },
    Ratio {
        name: "nominations-per-100-technicians",
        title: "Award nominations per 100 technicians",
        above: rows(DatasetName::Awards, "nominated", None),
        below: TECHNICIANS,
        share: false,
        note: "Nominations of the year; technicians on 1 December.",
    },
    Ratio {
        name: "wins-per-100-technicians",
        title: "Awards won per 100 technicians",
        above: rows(DatasetName::Awards, "won", None),
        below: TECHNICIANS,
        share: false,
        note: "Awards of the year; technicians on 1 December.",
    },
    Ratio {
        name: "apprentices-per-100-technicians",
        title: "Apprentices per 100 technicians",
        above: rows(
            DatasetName::Development,
            "participants",
            among("activity", &["apprenticeship"]),
        ),
        below: TECHNICIANS,
        share: false,
        note: "Apprentices over the year; technicians on 1 December.",
    },
    Ratio {
        name: "authored-outputs-per-100-outputs",
        title: "Outputs with a technician among the authors, per 100 outputs",
        above: rows(
            DatasetName::Authorship,
            "outputs_with_technician_author",
            None,
        ),
        below: rows(DatasetName::Authorship, "outputs", None),
        share: true,
        note: "Over rows that state both. Outputs are the institutions' own counts.",
    },
    Ratio {
        name: "acknowledged-outputs-per-100-outputs",
        title: "Outputs acknowledging a technician by name, per 100 outputs",
        above: rows(
            DatasetName::Authorship,
            "outputs_acknowledging_technician",
            None,
        ),
        below: rows(DatasetName::Authorship, "outputs", None),
        share: true,
        note: "Over rows that state both. Outputs are the institutions' own counts.",
    },
    Ratio {
        name: "authored-outputs-per-100-technicians",
        title: "Outputs with a technician among the authors, per 100 technicians",
        above: Part::Outputs(AUTHORED),
        below: TECHNICIANS,
        share: false,
        note: "An output that several institutions report counts at each of them. Technicians on 1 December.",
    },
    Ratio {
        name: "acknowledged-outputs-per-100-technicians",
        title: "Outputs acknowledging a technician by name, per 100 technicians",
        above: Part::Outputs(ACKNOWLEDGED),
        below: TECHNICIANS,
        share: false,
        note: "An output that several institutions report counts at each of them. Technicians on 1 December.",
    },
    Ratio {
        name: "share-of-bodies-with-a-technician",
        title: "Share of bodies with a technician",
        above: rows(DatasetName::Representation, "bodies_with_technician", None),
        below: rows(DatasetName::Representation, "bodies", None),
        share: true,
        note: "Boards, committees and other bodies on 1 December.",
    },
];

fn ratio(ratio: &Ratio) -> Measure {
    let above = Dataset::of(ratio.above.dataset());
    let same = ratio.above.dataset() == ratio.below.dataset();
    let named = |part: Part| match part {
        Part::Rows {
            only: Some(only), ..
        } => Some(only.dimension),
        Part::Rows { only: None, .. } | Part::Outputs(_) => None,
    };
    let without: Vec<&str> = [named(ratio.above), named(ratio.below)]
        .into_iter()
        .flatten()
        .collect();
    // Where the upper part is the headcount of another dataset's denominator, the lower has no such dimensions.
    let whole = matches!(ratio.above, TECHNICIANS);
    let dimensions = if whole {
        of_rows(&[], false, &[])
    } else {
        of_rows(&[above], same, &without)
    };
    Measure {
        name: ratio.name.to_owned(),
        title: ratio.title.to_owned(),
        unit: if ratio.share { "percent" } else { "per-100" },
        basis: Basis::Per100 {
            above: ratio.above,
            below: ratio.below,
            share: ratio.share,
        },
        dimensions,
        note: format!(
            "{} Over institutions that returned both parts: the total divides the sums; mean, median and quartiles are of \
             the institutions' own ratios.",
            ratio.note
        ),
    }
}

const AUTHORED: Credit = credit("author", "outputs_with_technician_author");
const ACKNOWLEDGED: Credit = credit("acknowledged", "outputs_acknowledging_technician");

const fn credit(contribution: &'static str, counted: &'static str) -> Credit {
    Credit {
        identified: DatasetName::AuthorshipOutputs,
        contribution,
        counted: Figure {
            dataset: DatasetName::Authorship,
            measure: counted,
        },
    }
}

const OUTPUTS_NOTE: &str = "Over the year. An output that institutions give by DOI is counted once in each cell, whoever \
                            reports it; outputs that are only counted are added. So cells of different groups or types need \
                            not add up to their total. Mean and median are of the institutions' own outputs.";

fn outputs() -> impl Iterator<Item = Measure> {
    let named = [
        (
            "authored-outputs",
            "Outputs with a technician among the authors",
            AUTHORED,
        ),
        (
            "acknowledged-outputs",
            "Outputs acknowledging a technician by name",
            ACKNOWLEDGED,
        ),
    ];
    named.into_iter().map(|(name, title, credit)| Measure {
        name: name.to_owned(),
        title: title.to_owned(),
        unit: Unit::Outputs.as_str(),
        basis: Basis::Sum(Part::Outputs(credit)),
        dimensions: of_rows(&[Dataset::of(DatasetName::Authorship)], false, &[]),
        note: OUTPUTS_NOTE.to_owned(),
    })
}

fn plans() -> impl Iterator<Item = Measure> {
    let mut dimensions: Vec<Dimension> = Attribute::ALL.map(Dimension::Institution).to_vec();
    dimensions.extend([Dimension::Stage, Dimension::Theme]);
    let with_colour = [dimensions.as_slice(), &[Dimension::Rag]].concat();
    let named = [
        (
            "actions",
            "Actions in plans",
            "actions",
            PlanFigure::Actions,
            with_colour,
            "Every action by its latest judgement at the moment of the answer. An action counts under the theme it stands \
             under.",
        ),
        (
            "share-green-at-due-date",
            "Share of actions that were green at their due date",
            "percent",
            PlanFigure::GreenAtDue,
            dimensions.clone(),
            "Of the actions whose due date has passed: those whose latest judgement on that day was green. The due date is \
             the end of the last year of the plan, or the month, that the time scale names; actions without one are left out.",
        ),
        (
            "days-in-red",
            "Days in red",
            "days",
            PlanFigure::DaysInRed,
            dimensions,
            "Of the actions that were ever red: days from a red judgement to the next of another colour, or to the moment \
             of the answer. The total is the mean over actions; the median is over the institutions' own means.",
        ),
    ];
    named
        .into_iter()
        .map(|(name, title, unit, figure, dimensions, note)| Measure {
            name: name.to_owned(),
            title: title.to_owned(),
            unit,
            basis: Basis::Plans(figure),
            dimensions,
            note: note.to_owned(),
        })
}

fn participation() -> Measure {
    let mut dimensions = vec![Dimension::Year];
    dimensions.extend(Attribute::ALL.map(Dimension::Institution));
    dimensions.push(Dimension::Dataset);
    Measure {
        name: "participation".to_owned(),
        title: "Share of signatories with a return".to_owned(),
        unit: "percent",
        basis: Basis::Participation,
        dimensions,
        note: format!(
            "Of the institutions of the registry, those whose submitted return of the dataset stood; without a dataset, \
             of any. A nil return is a return. {DEFINITION}"
        ),
    }
}
