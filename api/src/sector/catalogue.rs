//! What can be asked: measures, dimensions, statistics. One definition each.

use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::{Dataset, Values};
use entity::values::{DatasetName, InstitutionKind, MissionGroup, Nation, Rag, Theme};

/// A measure of the sector.
#[derive(Debug)]
pub struct Measure {
    /// Name in queries.
    pub name: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// Unit of its values.
    pub unit: &'static str,
    /// What it is taken from.
    pub basis: Basis,
    /// The dimensions that make sense with it.
    pub dimensions: &'static [Dimension],
    /// What a reader must know.
    pub note: &'static str,
}

/// What a measure is taken from.
#[derive(Clone, Copy, Debug)]
pub enum Basis {
    /// A figure of a dataset, summed.
    Figure(Figure),
    /// A hundred times one figure by another, over institutions that state both.
    Per100 {
        /// What is counted.
        numerator: Figure,
        /// By what it is divided.
        denominator: Figure,
    },
    /// Different outputs: those that are identified are counted once however many institutions report them; of those an
    /// institution counts beyond the ones it identifies nothing is known, so they are added.
    Outputs {
        /// Outputs by identifier.
        identified: DatasetName,
        /// The way of crediting that is counted.
        contribution: &'static str,
        /// The institutions' counts of the same.
        counted: Figure,
    },
    /// Actions in plans.
    Actions,
}

/// A figure of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// The dataset.
    pub dataset: DatasetName,
    /// The measure's name in the dataset.
    pub measure: &'static str,
}

const HEADCOUNT: Figure = Figure {
    dataset: DatasetName::Headcount,
    measure: "headcount",
};
const FTE: Figure = Figure {
    dataset: DatasetName::Headcount,
    measure: "fte",
};
const ACADEMICS: Figure = Figure {
    dataset: DatasetName::Denominators,
    measure: "academic_headcount",
};

const OF_OUTPUTS: &[Dimension] = &[
    Dimension::Year,
    Dimension::Nation,
    Dimension::Kind,
    Dimension::MissionGroup,
    Dimension::OutputType,
];
const OUTPUTS_NOTE: &str = "Over the year. An output that institutions give by DOI is counted once in each cell, whoever \
                            reports it; outputs that are only counted are added. So cells of different groups or types need \
                            not add up to their total. Mean and median are of the institutions' own outputs.";

/// Every measure.
pub static MEASURES: &[Measure] = &[
    Measure {
        name: "headcount",
        title: "Technicians",
        unit: "persons",
        basis: Basis::Figure(HEADCOUNT),
        dimensions: &[
            Dimension::Year,
            Dimension::Nation,
            Dimension::Kind,
            Dimension::MissionGroup,
            Dimension::Sex,
        ],
        note: "Persons on 1 December. Institutions define \u{201c}technician\u{201d} for themselves.",
    },
    Measure {
        name: "fte",
        title: "Technicians, full-time equivalent",
        unit: "fte",
        basis: Basis::Figure(FTE),
        dimensions: &[
            Dimension::Year,
            Dimension::Nation,
            Dimension::Kind,
            Dimension::MissionGroup,
            Dimension::Sex,
        ],
        note: "Over the year, 1 August to 31 July; institutions that do not record FTE do not contribute.",
    },
    Measure {
        name: "technicians-per-100-academics",
        title: "Technicians per 100 academic staff",
        unit: "per-100",
        basis: Basis::Per100 {
            numerator: HEADCOUNT,
            denominator: ACADEMICS,
        },
        dimensions: &[
            Dimension::Year,
            Dimension::Nation,
            Dimension::Kind,
            Dimension::MissionGroup,
        ],
        note: "Headcounts on 1 December, over institutions that returned both. The total divides the sums; mean and \
               median are of the institutions' own ratios.",
    },
    Measure {
        name: "authored-outputs",
        title: "Outputs with a technician among the authors",
        unit: "outputs",
        basis: Basis::Outputs {
            identified: DatasetName::AuthorshipOutputs,
            contribution: "author",
            counted: Figure {
                dataset: DatasetName::Authorship,
                measure: "outputs_with_technician_author",
            },
        },
        dimensions: OF_OUTPUTS,
        note: OUTPUTS_NOTE,
    },
    Measure {
        name: "acknowledged-outputs",
        title: "Outputs acknowledging a technician by name",
        unit: "outputs",
        basis: Basis::Outputs {
            identified: DatasetName::AuthorshipOutputs,
            contribution: "acknowledged",
            counted: Figure {
                dataset: DatasetName::Authorship,
                measure: "outputs_acknowledging_technician",
            },
        },
        dimensions: OF_OUTPUTS,
        note: OUTPUTS_NOTE,
    },
    Measure {
        name: "actions",
        title: "Actions in plans",
        unit: "actions",
        basis: Basis::Actions,
        dimensions: &[
            Dimension::Nation,
            Dimension::Kind,
            Dimension::MissionGroup,
            Dimension::Theme,
            Dimension::Rag,
        ],
        note: "Every action by its latest judgement at the moment of the answer. An action counts under the theme it \
               stands under.",
    },
];

/// What an answer may be broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Academic year.
    Year,
    /// Nation of the institution.
    Nation,
    /// Kind of institution.
    Kind,
    /// Mission group.
    MissionGroup,
    /// Sex, where recorded.
    Sex,
    /// Type of output.
    OutputType,
    /// Theme of an action.
    Theme,
    /// Colour of an action.
    Rag,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: &'static [Self] = &[
        Self::Year,
        Self::Nation,
        Self::Kind,
        Self::MissionGroup,
        Self::Sex,
        Self::OutputType,
        Self::Theme,
        Self::Rag,
    ];

    /// Name in queries and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Nation => "nation",
            Self::Kind => "kind",
            Self::MissionGroup => "mission_group",
            Self::Sex => "sex",
            Self::OutputType => "output_type",
            Self::Theme => "theme",
            Self::Rag => "rag",
        }
    }

    /// Title, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Year => "Academic year",
            Self::Nation => "Nation",
            Self::Kind => "Kind of institution",
            Self::MissionGroup => "Mission group",
            Self::Sex => "Sex",
            Self::OutputType => "Type of output",
            Self::Theme => "Theme",
            Self::Rag => "Red, amber, green",
        }
    }

    /// The codes a filter may name; `None` for years, which have a form rather than a list.
    pub fn codes(self, lists: &CodeLists) -> Option<Vec<String>> {
        fn all<T: Copy>(values: &[T], code: fn(T) -> &'static str) -> Vec<String> {
            values.iter().map(|value| code(*value).to_owned()).collect()
        }
        let listed = |name: &str| {
            let codes = lists.list(name).unwrap_or_default().iter();
            codes.map(|entry| entry.code.to_string()).collect()
        };
        match self {
            Self::Year => None,
            Self::Nation => Some(all(Nation::ALL, Nation::as_str)),
            Self::Kind => Some(all(InstitutionKind::ALL, InstitutionKind::as_str)),
            Self::MissionGroup => Some(all(MissionGroup::ALL, MissionGroup::as_str)),
            Self::Sex => Some(listed("sex")),
            Self::OutputType => Some(listed("output-type")),
            Self::Theme => Some(all(&Theme::ALL, Theme::as_str)),
            Self::Rag => Some(all(&Rag::ALL, Rag::as_str)),
        }
    }

    /// Whether it is a property of the institution, the same in every dataset.
    pub const fn of_institution(self) -> bool {
        match self {
            Self::Nation | Self::Kind | Self::MissionGroup => true,
            Self::Year | Self::Sex | Self::OutputType | Self::Theme | Self::Rag => false,
        }
    }
}

/// What is made of the institutions' values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum; for a ratio the ratio of sums.
    #[default]
    Total,
    /// Their arithmetic mean.
    Mean,
    /// Their median (type 7: halfway between the middle two of an even number).
    Median,
}

impl Statistic {
    /// Every statistic.
    pub const ALL: &'static [Self] = &[Self::Total, Self::Mean, Self::Median];

    /// Name in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Mean => "mean",
            Self::Median => "median",
        }
    }
}

/// The dimensions of a dataset's rows that a query can name or needs: identifiers, and among which rows they count.
/// Facts are summed over all the others, so that they stay few however fine the rows are.
pub fn on_offer(dataset: &'static Dataset) -> impl Iterator<Item = &'static str> {
    let identified = dataset
        .dimensions
        .iter()
        .any(|one| one.values == Values::Doi);
    let kept = dataset.dimensions.iter().filter(move |one| {
        one.values == Values::Doi
            || (identified && one.name == CONTRIBUTION)
            || Dimension::ALL
                .iter()
                .any(|known| known.as_str() == one.name)
    });
    kept.map(|dimension| dimension.name)
}

/// The dimension of identified outputs that says how technicians are credited.
pub const CONTRIBUTION: &str = "contribution";

/// The measure of a name.
pub fn measure(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.name == name)
}
