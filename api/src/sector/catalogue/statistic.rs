//! What is made of the institutions' values, and over which institutions.

/// What is made of the institutions' values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statistic {
    /// Their sum; for a ratio the ratio of sums.
    #[default]
    Total,
    /// Their arithmetic mean.
    Mean,
    /// Their median (type 7: halfway between the middle two of an even number).
    Median,
    /// Their median with the lower and the upper quartile (type 7).
    Quartiles,
    /// The total as a percentage of the total over the dimension named last.
    Share,
    /// The total less the total of the year before.
    Change,
    /// The total as a percentage of the base year's.
    Index,
}

impl Statistic {
    /// Every statistic.
    pub const ALL: &'static [Self] = &[
        Self::Total,
        Self::Mean,
        Self::Median,
        Self::Quartiles,
        Self::Share,
        Self::Change,
        Self::Index,
    ];

    /// Name in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Quartiles => "quartiles",
            Self::Share => "share",
            Self::Change => "change",
            Self::Index => "index",
        }
    }

    /// What it means, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Total => "Sum over the institutions; of a ratio, the ratio of sums",
            Self::Mean => "Arithmetic mean of the institutions' values",
            Self::Median => "Median of the institutions' values (type 7)",
            Self::Quartiles => {
                "Median with lower and upper quartile of the institutions' values (type 7)"
            }
            Self::Share => "Percentage of the total over the dimension named last",
            Self::Change => "Total less the total of the year before",
            Self::Index => "Total as a percentage of the base year's",
        }
    }

    /// The unit of its values, given the measure's.
    pub const fn unit(self, measure: &'static str) -> &'static str {
        match self {
            Self::Total | Self::Mean | Self::Median | Self::Quartiles | Self::Change => measure,
            Self::Share => "percent",
            Self::Index => "index",
        }
    }
}

/// Over which institutions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Panel {
    /// All that contributed in a year.
    #[default]
    All,
    /// Those that contributed in every year of the answer.
    Constant,
}

impl Panel {
    /// Every panel.
    pub const ALL: &'static [Self] = &[Self::All, Self::Constant];

    /// Name in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Constant => "constant",
        }
    }

    /// What it means, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "All institutions that contributed in a year",
            Self::Constant => "The institutions that contributed in every year of the answer",
        }
    }
}
