//! The checks themselves, one function each.

use super::relations::{column, measure};
use super::{CHANGE, Check, Context, Finding, Profile, UNKNOWN, UnitProfile};
use crate::domain::datasets::{Expected, Measure};
use entity::values::AcademicYear;

/// Everything there is to find, in the order of [`Check::ALL`].
pub fn judge(context: &Context) -> Vec<Finding> {
    Check::ALL
        .iter()
        .filter(|check| check.applies(context.dataset))
        .flat_map(|check| match check {
            Check::ChangeOnLastYear => changes(context),
            Check::DiffersFromParts => differences(context),
            Check::UnknownShare => unknown(context),
            Check::OrgUnitMissing => missing_units(context),
            Check::NoHeadcount => no_headcount(context),
            Check::NoDefinition => no_definition(context),
            Check::OptionalMeasureEmpty => empty_measures(context),
            Check::SameAsLastYear => same(context),
            Check::NoIdentifiers => no_identifiers(context),
        })
        .collect()
}

fn found(
    check: Check,
    subject: impl Into<String>,
    column: Option<&str>,
    message: String,
) -> Finding {
    Finding {
        check,
        subject: subject.into(),
        column: column.map(ToOwned::to_owned),
        message,
        explanation: None,
    }
}

/// The measures with their sums now and last year.
fn beside<'a>(
    context: &'a Context,
    last: &'a Profile,
) -> impl Iterator<Item = (&'static Measure, Option<i64>, Option<i64>)> + 'a {
    let measures = context.dataset.measures.iter().enumerate();
    measures.map(|(place, measure)| (measure, context.now.sum(place), last.sum(place)))
}

fn changes(context: &Context) -> Vec<Finding> {
    let Some((year, last)) = &context.last else {
        return Vec::new();
    };
    beside(context, last)
        .filter_map(|(measure, now, then)| {
            let (now, then) = (now?, then?);
            let change = now.saturating_sub(then).saturating_abs();
            CHANGE
                .exceeded(change, then, measure.unit.scale())
                .then(|| {
                    let shown = |figure| measure.unit.shown(figure);
                    let message = format!(
                        "{} is {}; in {year} it was {}.",
                        measure.title,
                        shown(now),
                        shown(then)
                    );
                    found(
                        Check::ChangeOnLastYear,
                        measure.name,
                        Some(measure.name),
                        message,
                    )
                })
        })
        .collect()
}

fn differences(context: &Context) -> Vec<Finding> {
    let broken = context
        .compared
        .iter()
        .filter(|(comparison, own, other)| !comparison.holds(*own, *other));
    broken
        .map(|(comparison, own, other)| {
            let told = |quantity, figure: &Option<i64>| {
                let figure = figure.unwrap_or_default();
                match measure(quantity) {
                    Some(measure) => format!("{} is {}", measure.title, measure.unit.shown(figure)),
                    None => format!("the number of different {}s is {figure}", column(quantity)),
                }
            };
            let expected = match comparison.expected {
                Expected::Equal => "both should be the same",
                Expected::AtMost => "the first should not be more",
                Expected::AtLeast => "the first should not be less",
            };
            let message = format!(
                "Here {}; in the {} return {}: {expected}.",
                told(comparison.own, own),
                comparison.other.dataset(),
                told(comparison.other, other),
            );
            found(
                Check::DiffersFromParts,
                comparison.subject(),
                Some(column(comparison.own)),
                message,
            )
        })
        .collect()
}

fn unknown(context: &Context) -> Vec<Finding> {
    let (Some(measure), Some(whole)) = (context.dataset.measures.first(), context.now.sum(0))
    else {
        return Vec::new();
    };
    let dimensions = context.dataset.dimensions.iter();
    dimensions
        .zip(&context.now.unknown)
        .filter(|(dimension, part)| {
            dimension.list().is_some() && UNKNOWN.exceeded(**part, whole, measure.unit.scale())
        })
        .map(|(dimension, part)| {
            let message = format!(
                "{} is not known for {} of {} in {}.",
                dimension.title,
                measure.unit.shown(*part),
                measure.unit.shown(whole),
                measure.name,
            );
            found(
                Check::UnknownShare,
                dimension.name,
                Some(dimension.name),
                message,
            )
        })
        .collect()
}

/// Whether a unit was closed before the census of a year.
fn closed(unit: &UnitProfile, year: AcademicYear) -> bool {
    matches!((unit.closed_on, year.census()), (Some(day), Some(census)) if day < census)
}

fn missing_units(context: &Context) -> Vec<Finding> {
    let Some((year, last)) = &context.last else {
        return Vec::new();
    };
    if context.now.rows == 0 {
        return Vec::new();
    }
    let there = |code: &str| context.now.units.iter().any(|unit| unit.code == code);
    last.units
        .iter()
        .filter(|unit| unit.main != Some(0) && !there(&unit.code) && !closed(unit, context.year))
        .map(|unit| {
            let message = format!(
                "{} ({}) had figures in {year} and has none now.",
                unit.name, unit.code
            );
            found(
                Check::OrgUnitMissing,
                unit.code.clone(),
                Some(crate::domain::datasets::ORG_UNIT),
                message,
            )
        })
        .collect()
}

fn one(holds: bool, finding: impl FnOnce() -> Finding) -> Vec<Finding> {
    holds.then(finding).into_iter().collect()
}

fn no_headcount(context: &Context) -> Vec<Finding> {
    one(context.now.rows > 0 && !context.headcount, || {
        let message = format!("There is no headcount for {} with figures.", context.year);
        found(Check::NoHeadcount, "headcount", None, message)
    })
}

fn no_definition(context: &Context) -> Vec<Finding> {
    one(!context.definition, || {
        let message = format!(
            "Nothing says what the institution means by a technician in {}.",
            context.year
        );
        found(Check::NoDefinition, "technician-definition", None, message)
    })
}

fn empty_measures(context: &Context) -> Vec<Finding> {
    let measures = context.dataset.measures.iter().enumerate();
    measures
        .filter(|(place, measure)| !measure.required && context.now.sum(*place).is_none())
        .map(|(_, measure)| {
            let message = format!("No row states {}.", measure.name);
            found(
                Check::OptionalMeasureEmpty,
                measure.name,
                Some(measure.name),
                message,
            )
        })
        .collect()
}

fn same(context: &Context) -> Vec<Finding> {
    let Some((year, last)) = &context.last else {
        return Vec::new();
    };
    let all = beside(context, last).all(|(_, now, then)| now == then);
    one(all && context.now.rows > 0 && last.rows > 0, || {
        let message = format!("Every total is that of {year}.");
        found(Check::SameAsLastYear, year.to_string(), None, message)
    })
}

fn no_identifiers(context: &Context) -> Vec<Finding> {
    let authored = context
        .dataset
        .measure("outputs_with_technician_author")
        .and_then(|place| context.now.sum(place));
    one(
        authored.is_some_and(|authored| authored > 0) && !context.identifiers,
        || {
            let message = "Outputs with a technician among the authors are counted; naming them by DOI lets the sector count each once.";
            found(
                Check::NoIdentifiers,
                "authorship-outputs",
                None,
                message.to_owned(),
            )
        },
    )
}
