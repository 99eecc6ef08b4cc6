//! The callers a world knows.

/// Somebody who calls the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Persona {
    /// Without credentials.
    Stranger,
    /// With a token that is none.
    Forger,
    /// The secretariat's program: registry and live exact aggregates.
    Board,
    /// Lancaster's system, with every scope of an institution.
    Lancaster,
    /// Lancaster's dashboard: reads only.
    LancasterReadonly,
    /// Edinburgh's system, with every scope of an institution.
    Edinburgh,
}

impl Persona {
    /// Everybody.
    pub const ALL: [Self; 6] = [
        Self::Stranger,
        Self::Forger,
        Self::Board,
        Self::Lancaster,
        Self::LancasterReadonly,
        Self::Edinburgh,
    ];

    /// The client id, for those who have one.
    pub const fn client_id(self) -> Option<&'static str> {
        match self {
            Self::Stranger | Self::Forger => None,
            Self::Board => Some("board"),
            Self::Lancaster => Some("lancaster"),
            Self::LancasterReadonly => Some("lancaster-readonly"),
            Self::Edinburgh => Some("edinburgh"),
        }
    }
}
