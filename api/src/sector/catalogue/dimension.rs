//! What an answer may be broken down by.

use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::Dataset;
use entity::values::{
    DatasetName, InstitutionKind, MissionGroup, Nation, Rag, Region, SigningPhase, SizeBand, Theme,
};

/// What an answer may be broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Academic year.
    Year,
    /// A property of the institution, the same in every dataset.
    Institution(Attribute),
    /// The discipline of the org unit (HESA cost centre).
    Discipline,
    /// The group of disciplines.
    DisciplineGroup,
    /// A dimension of a dataset's rows, by its name there.
    Rows(&'static str),
    /// A dataset.
    Dataset,
    /// Stage of the self-assessment that a plan belongs to.
    Stage,
    /// Theme of an action.
    Theme,
    /// Colour of an action.
    Rag,
}

/// A property of institutions that groups them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Nation.
    Nation,
    /// Region.
    Region,
    /// Kind of institution.
    Kind,
    /// Mission group.
    MissionGroup,
    /// Band of size.
    SizeBand,
    /// Phase in which it signed.
    Phase,
}

/// Where a unit has no discipline.
pub const NO_DISCIPLINE: &str = "not-known";

/// Stages on offer; plans of later stages are among the last.
pub const STAGES: [&str; 4] = ["1", "2", "3", "4-and-later"];

impl Attribute {
    /// Every attribute.
    pub const ALL: [Self; 6] = [
        Self::Nation,
        Self::Region,
        Self::Kind,
        Self::MissionGroup,
        Self::SizeBand,
        Self::Phase,
    ];

    /// Its place among all.
    pub const fn place(self) -> usize {
        self as usize
    }

    /// Name in queries and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::Region => "region",
            Self::Kind => "kind",
            Self::MissionGroup => "mission_group",
            Self::SizeBand => "size_band",
            Self::Phase => "phase",
        }
    }

    /// Title, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Nation => "Nation",
            Self::Region => "Region",
            Self::Kind => "Kind of institution",
            Self::MissionGroup => "Mission group",
            Self::SizeBand => "Size band",
            Self::Phase => "Signing phase",
        }
    }

    /// Its codes, in the order they are listed to people and merged in.
    pub fn codes(self) -> Vec<&'static str> {
        fn all<T: Copy>(values: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
            values.iter().map(|value| code(*value)).collect()
        }
        match self {
            Self::Nation => all(Nation::ALL, Nation::as_str),
            Self::Region => all(Region::ALL, Region::as_str),
            Self::Kind => all(InstitutionKind::ALL, InstitutionKind::as_str),
            Self::MissionGroup => all(MissionGroup::ALL, MissionGroup::as_str),
            Self::SizeBand => all(SizeBand::ALL, SizeBand::as_str),
            Self::Phase => all(SigningPhase::ALL, SigningPhase::as_str),
        }
    }
}

impl Dimension {
    /// Every dimension: year, those of institutions, of org units, of every dataset's rows, of plans.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Year];
        all.extend(Attribute::ALL.map(Self::Institution));
        all.extend([Self::Discipline, Self::DisciplineGroup]);
        for dataset in Dataset::ALL {
            for dimension in dataset.dimensions {
                let known = Self::Rows(dimension.name);
                if dimension.list().is_some() && !all.contains(&known) {
                    all.push(known);
                }
            }
        }
        all.extend([Self::Dataset, Self::Stage, Self::Theme, Self::Rag]);
        all
    }

    /// The dimension of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all()
            .into_iter()
            .find(|dimension| dimension.as_str() == name)
    }

    /// Name in queries and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Institution(attribute) => attribute.as_str(),
            Self::Discipline => "discipline",
            Self::DisciplineGroup => "discipline_group",
            Self::Rows(name) => name,
            Self::Dataset => "dataset",
            Self::Stage => "stage",
            Self::Theme => "theme",
            Self::Rag => "rag",
        }
    }

    /// Title, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Year => "Academic year",
            Self::Institution(attribute) => attribute.title(),
            Self::Discipline => "Discipline (HESA cost centre)",
            Self::DisciplineGroup => "Group of disciplines",
            Self::Rows(name) => of_rows(name).map_or(name, |dimension| dimension.title),
            Self::Dataset => "Dataset",
            Self::Stage => "Stage of the plan",
            Self::Theme => "Theme",
            Self::Rag => "Red, amber, green",
        }
    }

    /// The code list its codes are from; none where they are a closed vocabulary, or years.
    pub fn list(self) -> Option<&'static str> {
        match self {
            Self::Discipline => Some("discipline"),
            Self::DisciplineGroup => Some("discipline-group"),
            Self::Rows(name) => of_rows(name).and_then(crate::domain::datasets::Dimension::list),
            Self::Year
            | Self::Institution(_)
            | Self::Dataset
            | Self::Stage
            | Self::Theme
            | Self::Rag => None,
        }
    }

    /// The codes a filter may name, in their order; `None` for years, which have a form rather than a list.
    pub fn codes(self, lists: &CodeLists) -> Option<Vec<String>> {
        let own = |codes: &[&str]| Some(codes.iter().map(|code| (*code).to_owned()).collect());
        match self {
            Self::Year => None,
            Self::Institution(attribute) => own(&attribute.codes()),
            Self::Dataset => own(&DatasetName::ALL
                .iter()
                .map(|one| one.as_str())
                .collect::<Vec<_>>()),
            Self::Stage => own(&STAGES),
            Self::Theme => own(&Theme::ALL.map(Theme::as_str)),
            Self::Rag => own(&Rag::ALL.map(Rag::as_str)),
            Self::Discipline | Self::DisciplineGroup | Self::Rows(_) => {
                let entries = self.list().and_then(|name| lists.list(name));
                let mut codes: Vec<String> = entries
                    .unwrap_or_default()
                    .iter()
                    .map(|entry| entry.code.to_string())
                    .collect();
                if !matches!(self, Self::Rows(_)) {
                    codes.push(NO_DISCIPLINE.to_owned());
                }
                Some(codes)
            }
        }
    }

    /// What a code stands for, for people.
    pub fn label(self, code: &str, lists: &CodeLists) -> String {
        let entry = self.list().and_then(|name| lists.find(name, code));
        entry.map_or_else(|| spelt_out(code), |entry| entry.label.clone())
    }

    /// Whether it is a property of the institution, the same in every dataset.
    pub const fn of_institution(self) -> bool {
        matches!(self, Self::Institution(_))
    }

    /// Whether it is neither a property of institutions nor the year: what parts an institution's own figures.
    pub const fn of_figures(self) -> bool {
        !matches!(self, Self::Institution(_) | Self::Year)
    }
}

impl serde::Serialize for Dimension {
    /// By its name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Dimension {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom(format!("no dimension {name}")))
    }
}

/// Names that are not spelt as their codes are.
const NAMES: &[(&str, &str)] = &[
    ("northern-ireland", "Northern Ireland"),
    ("uk-wide", "UK-wide"),
    ("outside-uk", "Outside the UK"),
    ("north-east", "North East"),
    ("north-west", "North West"),
    ("yorkshire-and-the-humber", "Yorkshire and The Humber"),
    ("east-midlands", "East Midlands"),
    ("west-midlands", "West Midlands"),
    ("east-of-england", "East of England"),
    ("south-east", "South East"),
    ("south-west", "South West"),
    ("russell-group", "Russell Group"),
    ("university-alliance", "University Alliance"),
    ("millionplus", "MillionPlus"),
    ("guildhe", "GuildHE"),
    ("under-1000", "Under 1,000"),
    ("1000-to-2999", "1,000 to 2,999"),
    ("3000-and-over", "3,000 and over"),
];

/// A code that has a name of its own, or is its own name: `northern-ireland`, `2024-25`.
fn spelt_out(code: &str) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == code) {
        return (*name).to_owned();
    }
    if code.starts_with(|first: char| first.is_ascii_digit()) {
        return code.to_owned();
    }
    let text = code.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn of_rows(name: &str) -> Option<&'static crate::domain::datasets::Dimension> {
    Dataset::ALL.iter().find_map(|dataset| {
        dataset
            .dimension(name)
            .and_then(|place| dataset.dimensions.get(place))
    })
}
