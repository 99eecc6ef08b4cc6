//! What figures are counted in. A figure without its unit is worthless.

use entity::values::Hundredths;

/// A unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Persons on the census date; whole numbers.
    Persons,
    /// Full-person equivalents on the census date; two decimals, stored in hundredths.
    FullPersonEquivalent,
    /// Full-time equivalents over the year; two decimals, stored in hundredths.
    FullTimeEquivalent,
    /// Outputs of research: papers, data sets, patents.
    Outputs,
    /// Pairs of an output and a technician: two authors of one paper are two.
    OutputPersonPairs,
    /// Persons, teams or institutions put forward for an award.
    Candidates,
    /// Registrations, of which one person may hold several.
    Registrations,
    /// Participants in activities; a person in two activities is two.
    Participants,
    /// Pence sterling.
    Pence,
    /// Boards, committees and other bodies.
    Bodies,
    /// Seats on bodies.
    Seats,
}

impl Unit {
    /// The code in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::FullPersonEquivalent => "fpe",
            Self::FullTimeEquivalent => "fte",
            Self::Outputs => "outputs",
            Self::OutputPersonPairs => "output-person-pairs",
            Self::Candidates => "candidates",
            Self::Registrations => "registrations",
            Self::Participants => "participants",
            Self::Pence => "pence",
            Self::Bodies => "bodies",
            Self::Seats => "seats",
        }
    }

    /// A stored figure as it is shown.
    pub const fn shown(self, stored: i64) -> Hundredths {
        if self.scale() == 1 {
            Hundredths::whole(stored)
        } else {
            Hundredths(stored)
        }
    }

    /// How many stored units make one: 1 for whole numbers, 100 for hundredths.
    pub const fn scale(self) -> i64 {
        match self {
            Self::FullPersonEquivalent | Self::FullTimeEquivalent => 100,
            Self::Persons
            | Self::Outputs
            | Self::OutputPersonPairs
            | Self::Candidates
            | Self::Registrations
            | Self::Participants
            | Self::Pence
            | Self::Bodies
            | Self::Seats => 1,
        }
    }

    /// The highest figure that is taken in one cell: a hundred million, of money a hundred million pounds.
    pub const fn most(self) -> i64 {
        match self {
            Self::Pence => 10_000_000_000,
            _ => 100_000_000,
        }
    }
}
