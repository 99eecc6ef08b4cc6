//! A query, parsed: every name is known and every combination makes sense, or each fault is named with what is on offer.

use super::catalogue::{Dimension, Measure, Panel, Statistic, measure, measures};
use crate::domain::code_lists::CodeLists;
use crate::fault::{Fault, Result, Violation};
use chrono::{DateTime, Utc};
use entity::values::AcademicYear;
use std::collections::BTreeMap;

/// Most codes one filter may name.
pub const MAX_CODES: usize = 200;

/// Most dimensions an answer is broken down by.
pub const MAX_DIMENSIONS: usize = 4;

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
    /// Panel; `all` where none is named.
    pub panel: Option<String>,
    /// The year that is 100 in an index; the first of the answer where none is named.
    pub base_year: Option<String>,
    /// The moment to answer for.
    pub as_of: Option<DateTime<Utc>>,
}

/// A query that can be answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Measure.
    pub measure: &'static Measure,
    /// Statistic.
    pub statistic: Statistic,
    /// Dimensions, in the order they were named.
    pub group_by: Vec<Dimension>,
    /// Codes to keep, by dimension.
    pub filters: BTreeMap<Dimension, Vec<String>>,
    /// Panel.
    pub panel: Panel,
    /// The year that is 100 in an index; the first of each line where none is named.
    pub base_year: Option<AcademicYear>,
    /// The moment to answer for; now where none is named.
    pub as_of: Option<DateTime<Utc>>,
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] with every fault, each naming its parameter and listing what is on offer.
    pub fn parse(raw: RawQuery, lists: &CodeLists) -> Result<Self> {
        Self::read(raw, lists, Codes::OfLists)
    }

    /// Parses a query of a release, whose cells may bear codes that stand for several: filters may name those too.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_of_release(raw: RawQuery, lists: &CodeLists) -> Result<Self> {
        Self::read(raw, lists, Codes::MergedToo)
    }

    fn read(raw: RawQuery, lists: &CodeLists, codes: Codes) -> Result<Self> {
        let mut faults = Vec::new();
        let Some(measure) = measure(&raw.measure) else {
            let names: Vec<&str> = measures()
                .iter()
                .map(|measure| measure.name.as_str())
                .collect();
            return Err(Fault::InvalidParameters(vec![unknown(
                "measure",
                "unknown-measure",
                &raw.measure,
                &names,
            )]));
        };
        let statistic = named(
            "statistic",
            "unknown-statistic",
            raw.statistic.as_deref(),
            Statistic::ALL,
            Statistic::as_str,
            &mut faults,
        );
        let panel = named(
            "panel",
            "unknown-panel",
            raw.panel.as_deref(),
            Panel::ALL,
            Panel::as_str,
            &mut faults,
        );
        let group_by = group_by(measure, &raw.group_by, &mut faults);
        let filters = filters(measure, raw.filters, (lists, codes), &mut faults);
        let base_year = base_year(raw.base_year.as_deref(), statistic, &mut faults);
        if faults.is_empty() {
            needs_year(measure, &group_by, &filters, &mut faults);
            makes_sense(measure, statistic, panel, &group_by, &mut faults);
        }
        if faults.is_empty() {
            return Ok(Self {
                measure,
                statistic,
                group_by,
                filters,
                panel,
                base_year,
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

/// Which codes a filter may name.
#[derive(Clone, Copy)]
enum Codes {
    /// Those of the code lists.
    OfLists,
    /// Those that stand for several neighbours too, as a release writes them: `wales..northern-ireland`.
    MergedToo,
}

impl Codes {
    fn have(self, offered: &[String], code: &str) -> bool {
        let listed = |code: &str| offered.iter().any(|one| one == code);
        let merged = || {
            let ends = code.split_once("..");
            ends.is_some_and(|(first, last)| listed(first) && listed(last))
        };
        match self {
            Self::OfLists => listed(code),
            Self::MergedToo => listed(code) || merged(),
        }
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

/// The value of a name; the first of all where none is named.
fn named<T: Copy + Default>(
    parameter: &str,
    code: &'static str,
    name: Option<&str>,
    all: &[T],
    as_str: fn(T) -> &'static str,
    faults: &mut Vec<Violation>,
) -> T {
    let Some(name) = name else {
        return T::default();
    };
    let found = all.iter().copied().find(|one| as_str(*one) == name);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| as_str(*one)).collect();
        faults.push(unknown(parameter, code, name, &names));
        T::default()
    })
}

fn base_year(
    text: Option<&str>,
    statistic: Statistic,
    faults: &mut Vec<Violation>,
) -> Option<AcademicYear> {
    let text = text?;
    if statistic != Statistic::Index {
        let message = "Only an index has a base year.";
        faults.push(Violation::parameter(
            "base_year",
            "combination-without-sense",
            message,
        ));
        return None;
    }
    match text.parse() {
        Ok(year) => Some(year),
        Err(fault) => {
            let message = format!("{fault}.");
            faults.push(Violation::parameter("base_year", "unknown-code", message));
            None
        }
    }
}

fn needs_year(
    measure: &Measure,
    group_by: &[Dimension],
    filters: &BTreeMap<Dimension, Vec<String>>,
    faults: &mut Vec<Violation>,
) {
    let one_year = filters
        .get(&Dimension::Year)
        .is_some_and(|years| years.len() == 1);
    if measure.dimensions.contains(&Dimension::Year)
        && !one_year
        && !group_by.contains(&Dimension::Year)
    {
        faults.push(Violation::parameter(
            "group_by",
            "year-needed",
            "A stock cannot be added up over years: group by year, or filter to one year.",
        ));
    }
}

/// Statistics and panels that need something of the other parameters.
fn makes_sense(
    measure: &Measure,
    statistic: Statistic,
    panel: Panel,
    group_by: &[Dimension],
    faults: &mut Vec<Violation>,
) {
    let mut refuse = |parameter: &str, message: String| {
        faults.push(Violation::parameter(
            parameter,
            "combination-without-sense",
            message,
        ));
    };
    let by_year = group_by.contains(&Dimension::Year);
    if matches!(statistic, Statistic::Change | Statistic::Index) && !by_year {
        refuse(
            "statistic",
            format!("{} is taken over years: group by year.", statistic.as_str()),
        );
    }
    if statistic == Statistic::Share {
        if !measure.adds_up() {
            let offered: Vec<&str> = measure.statistics().map(Statistic::as_str).collect();
            refuse(
                "statistic",
                format!(
                    "{} does not add up, so it has no shares; on offer: {}.",
                    measure.name,
                    offered.join(", ")
                ),
            );
        } else if group_by.last().is_none_or(|last| *last == Dimension::Year) {
            refuse(
                "statistic",
                "A share is of the total over the dimension named last, which cannot be the year."
                    .to_owned(),
            );
        }
    }
    if panel == Panel::Constant && !by_year {
        refuse(
            "panel",
            "A constant panel is of the years of an answer: group by year.".to_owned(),
        );
    }
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
    let known = Dimension::named(name);
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
    for name in names.iter().take(Dimension::all().len() + 1) {
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
    if group_by.len() > MAX_DIMENSIONS {
        let message = format!("An answer is broken down by at most {MAX_DIMENSIONS} dimensions.");
        faults.push(Violation::parameter(
            "group_by",
            "too-many-dimensions",
            message,
        ));
    }
    group_by
}

fn filters(
    measure: &Measure,
    raw: BTreeMap<String, Vec<String>>,
    (lists, among): (&CodeLists, Codes),
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
                Some(offered) if among.have(offered, &code) => kept.push(code),
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
