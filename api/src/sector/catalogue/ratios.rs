//! Ratios of two quantities, within a dataset and across datasets.

use super::measures::{ACKNOWLEDGED, AUTHORED, of_rows};
use super::{Basis, Figure, Measure, Only, Part};
use crate::domain::datasets::Dataset;
use entity::values::DatasetName;

/// Every ratio.
pub(super) fn ratios() -> impl Iterator<Item = Measure> {
    RATIOS.iter().map(ratio)
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

const fn among(dimension: &'static str, codes: &'static [&'static str]) -> Only {
    Only {
        dimension,
        codes,
        kept: true,
    }
}

const fn except(dimension: &'static str, codes: &'static [&'static str]) -> Only {
    Only {
        dimension,
        codes,
        kept: false,
    }
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
        above: persons(Some(among("sex", &["female"]))),
        below: persons(Some(except("sex", UNKNOWN))),
        share: true,
        note: "Of the technicians whose sex is known.",
    },
    Ratio {
        name: "share-aged-51-and-over",
        title: "Share aged 51 and over",
        above: persons(Some(among(
            "age_band",
            &["51-55", "56-60", "61-65", "66-and-over"],
        ))),
        below: persons(Some(except("age_band", UNKNOWN))),
        share: true,
        note: "Of the technicians whose age is known. HESA's bands part 50 from 51, so the customary \u{201c}50 and over\u{201d} cannot be had from them.",
    },
    Ratio {
        name: "share-fixed-term",
        title: "Share on fixed-term contracts",
        above: persons(Some(among("terms", &["fixed-term"]))),
        below: persons(Some(except("terms", UNKNOWN))),
        share: true,
        note: "Of the technicians whose terms are known.",
    },
    Ratio {
        name: "share-part-time",
        title: "Share in part-time employment",
        above: persons(Some(among("mode", &["part-time"]))),
        below: persons(Some(except("mode", UNKNOWN))),
        share: true,
        note: "Of the technicians whose mode of employment is known.",
    },
    Ratio {
        name: "share-of-minority-ethnic-groups",
        title: "Share of minority ethnic groups",
        above: rows(
            DatasetName::HeadcountEthnicity,
            "headcount",
            Some(among("ethnicity", &["asian", "black", "mixed", "other"])),
        ),
        below: rows(
            DatasetName::HeadcountEthnicity,
            "headcount",
            Some(except("ethnicity", UNSAID)),
        ),
        share: true,
        note: "Asian, Black, mixed and other ethnic groups, of the technicians whose ethnicity is known.",
    },
    Ratio {
        name: "share-without-a-known-disability",
        title: "Share without a known disability",
        above: rows(
            DatasetName::HeadcountDisability,
            "headcount",
            Some(among("disability", &["none-known"])),
        ),
        below: TECHNICIANS,
        share: true,
        note: "Since 2022/23 a person may have several disabilities (HESA DISABLE), so those with one cannot be added up to persons; \
               those with none can. The others have one, or it is not known.",
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
            Some(among("activity", &["apprenticeship"])),
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
    let conditions = [ratio.above.only(), ratio.below.only()];
    let named = conditions.iter().flatten().map(|only| only.dimension);
    let without: Vec<&str> = named.collect();
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
