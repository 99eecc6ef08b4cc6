//! What the readers of a file must know, in sentences: a file is forwarded without the answer it was made of.

use crate::domain::code_lists::CodeLists;
use crate::operations::sector::{Answered, Origin};
use crate::sector::disclosure::regime::Regime;
use crate::sector::release::Merged;
use crate::sector::{Dimension, Panel, Query, Source, Statistic};
use entity::values::Provenance;
use std::collections::BTreeMap;

/// Most remarks of institutions on their figures that are said with them; the answer in JSON has them all.
const MOST_REMARKS: usize = 5;

/// The notes on an answer: of the measure, of what was asked, of what was merged, of where figures are from, of the release.
pub(super) fn notes(answered: &Answered, lists: &CodeLists) -> Vec<String> {
    let query = &answered.query;
    let filters = query.filters.iter().map(|(dimension, codes)| {
        let labels: Vec<String> = codes
            .iter()
            .map(|code| dimension.label(code, lists))
            .collect();
        format!("Only {}: {}.", dimension.title(), labels.join(", "))
    });
    [query.measure.note.clone()]
        .into_iter()
        .chain(filters)
        .chain(panel(query))
        .chain(base(query))
        .chain(merged(&answered.answer.merged, lists))
        .chain(sources(&answered.answer.sources))
        .chain(release(&answered.origin))
        .collect()
}

fn panel(query: &Query) -> Option<String> {
    match query.panel {
        Panel::All => None,
        Panel::Constant => Some(format!("{}.", query.panel.title())),
    }
}

fn base(query: &Query) -> Option<String> {
    let base = (query.statistic == Statistic::Index).then_some(query.base_year)?;
    Some(base.map_or_else(
        || "The first year with a figure is 100.".to_owned(),
        |year| format!("{year} is 100."),
    ))
}

/// What merged codes stand for.
fn merged(merged: &[Merged], lists: &CodeLists) -> Vec<String> {
    let mut years: BTreeMap<(Dimension, &str, &[String]), Vec<&str>> = BTreeMap::new();
    for one in merged {
        years
            .entry((one.dimension, one.code.as_str(), one.stands_for.as_slice()))
            .or_default()
            .push(&one.year);
    }
    let line =
        |((dimension, code, stands_for), years): ((Dimension, &str, &[String]), Vec<&str>)| {
            let labels = stands_for.iter().map(|code| dimension.label(code, lists));
            format!(
                "Given together in {}, and by themselves withheld: {} (code {code}).",
                years.join(", "),
                labels.collect::<Vec<_>>().join(", ")
            )
        };
    years.into_iter().map(line).collect()
}

/// Where figures come from that are not the institutions' own returns.
fn sources(sources: &[Source]) -> Vec<String> {
    let of = |provenance: Provenance, what: &str| {
        let mut found = sources
            .iter()
            .filter(|one| one.provenance == provenance)
            .peekable();
        found.peek()?;
        let mut remarks: Vec<&str> = found.filter_map(|one| one.remark.as_deref()).collect();
        let more = remarks.len().saturating_sub(MOST_REMARKS);
        remarks.truncate(MOST_REMARKS);
        let mut said = vec![what.to_owned()];
        said.extend(remarks.iter().map(|remark| (*remark).to_owned()));
        if more > 0 {
            said.push(format!("({more} more remarks of this kind.)"));
        }
        Some(said.join(" "))
    };
    let kinds = [
        of(
            Provenance::Published,
            "Some figures were published elsewhere.",
        ),
        of(
            Provenance::Synthetic,
            "Some figures are synthetic, made up for demonstration.",
        ),
    ];
    kinds.into_iter().flatten().collect()
}

/// What the board says of the release, and how its figures are protected.
fn release(origin: &Origin) -> Vec<String> {
    let Origin::Release(entry) = origin else {
        return Vec::new();
    };
    let own = Some(entry.notes.clone()).filter(|notes| !notes.is_empty());
    let protected = Regime::named(&entry.regime).map(|regime| {
        format!(
            "Protected under {}: a count is moved a little at random and rounded to the nearest {}, and whatever else is \
             given is made of such figures; parts need not add up to their total, and small differences may mean nothing.",
            regime.name, regime.rounding
        )
    });
    own.into_iter().chain(protected).collect()
}
