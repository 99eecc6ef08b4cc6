//! A query, parsed: every name is known and every combination makes sense, or each fault is named with what is on offer.

use super::catalogue::{Basis, Dimension, MEASURES, Measure, Statistic, measure};
use crate::domain::code_lists::CodeLists;
use crate::fault::{Fault, Result, Violation};
use chrono::{DateTime, Utc};
use entity::values::AcademicYear;
use std::collections::BTreeMap;

/// Most codes one filter may name.
pub const MAX_CODES: usize = 200;

/// A query as it was asked.
#[derive(Clone, Debug, Default)]
pub struct RawQuery {
    /// Measure.
    pub measure: String,
    /// Statistic; total where none is named.
    pub statistic: Option<String>,
    /// Dimensions to break down by.
    pub group_by: Vec<String>,
    /// Codes to keep, by dimension.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Panel; only `all` for now.
    pub panel: Option<String>,
    /// The moment to answer for.
    pub as_of: Option<DateTime<Utc>>,
}

/// A query that can be answered.
#[derive(Clone, Debug)]
pub struct Query {
    /// Measure.
    pub measure: &'static Measure,
    /// Statistic.
    pub statistic: Statistic,
    /// Dimensions, in the order they were named.
    pub group_by: Vec<Dimension>,
    /// Codes to keep, by dimension.
    pub filters: BTreeMap<Dimension, Vec<String>>,
    /// The moment to answer for; now where none is named.
    pub as_of: Option<DateTime<Utc>>,
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] with every fault, each naming its parameter and listing what is on offer.
    pub fn parse(raw: RawQuery, lists: &CodeLists) -> Result<Self> {
        let mut faults = Vec::new();
        let Some(measure) = measure(&raw.measure) else {
            let names: Vec<&str> = MEASURES.iter().map(|measure| measure.name).collect();
            return Err(Fault::InvalidParameters(vec![unknown(
                "measure",
                "unknown-measure",
                &raw.measure,
                &names,
            )]));
        };
        let statistic = statistic(raw.statistic.as_deref(), &mut faults);
        let group_by = group_by(measure, &raw.group_by, &mut faults);
        let filters = filters(measure, raw.filters, lists, &mut faults);
        if let Some(panel) = raw.panel.filter(|panel| panel != "all") {
            faults.push(unknown("panel", "unknown-panel", &panel, &["all"]));
        }
        let needs_year = match measure.basis {
            Basis::Figure(_) | Basis::Per100 { .. } | Basis::Outputs { .. } => true,
            Basis::Actions => false,
        };
        let one_year = filters
            .get(&Dimension::Year)
            .is_some_and(|years| years.len() == 1);
        if faults.is_empty() && needs_year && !one_year && !group_by.contains(&Dimension::Year) {
            faults.push(Violation::parameter(
                "group_by",
                "year-needed",
                "A stock cannot be added up over years: group by year, or filter to one year.",
            ));
        }
        if faults.is_empty() {
            return Ok(Self {
                measure,
                statistic,
                group_by,
                filters,
                as_of: raw.as_of,
            });
        }
        Err(Fault::InvalidParameters(faults))
    }

    /// Whether a code passes the filter on its dimension.
    pub fn keeps(&self, dimension: Dimension, code: &str) -> bool {
        self.filters
            .get(&dimension)
            .is_none_or(|codes| codes.iter().any(|kept| kept == code))
    }
}

fn unknown(parameter: &str, code: &'static str, given: &str, offered: &[&str]) -> Violation {
    let given: String = given.chars().take(60).collect();
    Violation::parameter(
        parameter,
        code,
        format!(
            "\u{201c}{given}\u{201d} is not on offer; on offer: {}.",
            offered.join(", ")
        ),
    )
}

fn statistic(name: Option<&str>, faults: &mut Vec<Violation>) -> Statistic {
    let Some(name) = name else {
        return Statistic::default();
    };
    let found = Statistic::ALL
        .iter()
        .copied()
        .find(|statistic| statistic.as_str() == name);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = Statistic::ALL
            .iter()
            .map(|statistic| statistic.as_str())
            .collect();
        faults.push(unknown("statistic", "unknown-statistic", name, &names));
        Statistic::default()
    })
}

/// The dimension of a name, if it makes sense with the measure.
fn dimension(
    measure: &Measure,
    parameter: &str,
    name: &str,
    faults: &mut Vec<Violation>,
) -> Option<Dimension> {
    let offered: Vec<&str> = measure
        .dimensions
        .iter()
        .map(|dimension| dimension.as_str())
        .collect();
    let known = Dimension::ALL
        .iter()
        .copied()
        .find(|dimension| dimension.as_str() == name);
    match known.filter(|dimension| measure.dimensions.contains(dimension)) {
        Some(dimension) => Some(dimension),
        None if known.is_some() => {
            let message = format!(
                "{} is not broken down by {name}; on offer: {}.",
                measure.name,
                offered.join(", ")
            );
            faults.push(Violation::parameter(
                parameter,
                "combination-without-sense",
                message,
            ));
            None
        }
        None => {
            faults.push(unknown(parameter, "unknown-dimension", name, &offered));
            None
        }
    }
}

fn group_by(measure: &Measure, names: &[String], faults: &mut Vec<Violation>) -> Vec<Dimension> {
    let mut group_by = Vec::new();
    for name in names.iter().take(Dimension::ALL.len() + 1) {
        if let Some(dimension) = dimension(measure, "group_by", name, faults) {
            if group_by.contains(&dimension) {
                let message = format!("{name} is named twice.");
                faults.push(Violation::parameter(
                    "group_by",
                    "repeated-dimension",
                    message,
                ));
            } else {
                group_by.push(dimension);
            }
        }
    }
    group_by
}

fn filters(
    measure: &Measure,
    raw: BTreeMap<String, Vec<String>>,
    lists: &CodeLists,
    faults: &mut Vec<Violation>,
) -> BTreeMap<Dimension, Vec<String>> {
    let mut filters = BTreeMap::new();
    for (name, codes) in raw {
        let parameter = format!("where[{}]", name.chars().take(60).collect::<String>());
        let Some(dimension) = dimension(measure, &parameter, &name, faults) else {
            continue;
        };
        if codes.is_empty() || codes.len() > MAX_CODES {
            let message = format!("A filter names from 1 to {MAX_CODES} codes.");
            faults.push(Violation::parameter(
                &parameter,
                "wrong-number-of-codes",
                message,
            ));
            continue;
        }
        let offered = dimension.codes(lists);
        let mut kept = Vec::with_capacity(codes.len());
        for code in codes {
            match &offered {
                None => match code.parse::<AcademicYear>() {
                    Ok(year) => kept.push(year.to_string()),
                    Err(fault) => faults.push(Violation::parameter(
                        &parameter,
                        "unknown-code",
                        format!("{fault}."),
                    )),
                },
                Some(offered) if offered.contains(&code) => kept.push(code),
                Some(offered) => {
                    let offered: Vec<&str> = offered.iter().map(String::as_str).collect();
                    faults.push(unknown(&parameter, "unknown-code", &code, &offered));
                }
            }
        }
        kept.sort_unstable();
        kept.dedup();
        filters.insert(dimension, kept);
    }
    filters
}
