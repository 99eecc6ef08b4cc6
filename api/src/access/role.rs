//! The roles of `docs/contracts/permissions.md`.

use std::fmt;
use std::str::FromStr;

/// What a caller is. People's roles come with the accounts of people; programs have the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Without credentials.
    Anyone,
    /// Reads the own institution.
    InstitutionViewer,
    /// Fills returns and plans of the own institution.
    InstitutionContributor,
    /// Submits for the own institution and administers it.
    InstitutionLead,
    /// Signs for the own institution.
    InstitutionLeader,
    /// Reads the returns assigned to them.
    Reviewer,
    /// Reads releases and participation for the board.
    BoardAnalyst,
    /// A member of the steering board.
    BoardMember,
    /// Administers the registry and may ask live exact aggregates.
    Secretariat,
    /// A program of one institution: what its scopes say.
    InstitutionClient,
    /// A program of the secretariat: what its scopes say.
    BoardClient,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Self] = &[
        Self::Anyone,
        Self::InstitutionViewer,
        Self::InstitutionContributor,
        Self::InstitutionLead,
        Self::InstitutionLeader,
        Self::Reviewer,
        Self::BoardAnalyst,
        Self::BoardMember,
        Self::Secretariat,
        Self::InstitutionClient,
        Self::BoardClient,
    ];

    /// The code in tokens and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::InstitutionViewer => "institution-viewer",
            Self::InstitutionContributor => "institution-contributor",
            Self::InstitutionLead => "institution-lead",
            Self::InstitutionLeader => "institution-leader",
            Self::Reviewer => "reviewer",
            Self::BoardAnalyst => "board-analyst",
            Self::BoardMember => "board-member",
            Self::Secretariat => "secretariat",
            Self::InstitutionClient => "institution-client",
            Self::BoardClient => "board-client",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = entity::values::UnknownCode;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| entity::values::UnknownCode::new("a role", text))
    }
}
