//! Every measure: the figures of every dataset, and what is made of several.

use super::ratios::ratios;
use super::{Attribute, Basis, Credit, Dimension, Figure, Measure, Part, PlanFigure};
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
        .chain(ratios())
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
        note: format!(
            "{}{} {}",
            when(measure.unit),
            if measure.required {
                ""
            } else {
                " Institutions that do not record it do not contribute."
            },
            dataset.description
        ),
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
pub(super) fn of_rows(
    datasets: &[&'static Dataset],
    by_unit: bool,
    without: &[&str],
) -> Vec<Dimension> {
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

pub(super) const AUTHORED: Credit = credit("author", "outputs_with_technician_author");
pub(super) const ACKNOWLEDGED: Credit = credit("acknowledged", "outputs_acknowledging_technician");

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
