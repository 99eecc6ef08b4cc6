//! What describes an institution.

use super::vocabulary;

vocabulary! {
    /// What sort of employer signed.
    InstitutionKind, "a kind of institution (university, research-institute, funder, other)", {
        /// A higher-education provider.
        University = "university",
        /// A research institute, facility or laboratory outside a university.
        ResearchInstitute = "research-institute",
        /// A funder that employs technicians, as UK Research and Innovation does.
        Funder = "funder",
        /// Anything else.
        Other = "other",
    }
}

vocabulary! {
    /// Where the institution is.
    Nation, "a nation (england, scotland, wales, northern-ireland, uk-wide, outside-uk)", {
        /// England.
        England = "england",
        /// Scotland.
        Scotland = "scotland",
        /// Wales.
        Wales = "wales",
        /// Northern Ireland.
        NorthernIreland = "northern-ireland",
        /// Sites in several nations, as a funder has.
        UkWide = "uk-wide",
        /// One pilot signatory is in Sydney.
        OutsideUk = "outside-uk",
    }
}

vocabulary! {
    /// The region of an institution's main site: the nine of England (ITL 1), and each other nation as one.
    Region, "a region (north-east, north-west, yorkshire-and-the-humber, east-midlands, west-midlands, east-of-england, london, south-east, south-west, scotland, wales, northern-ireland, uk-wide, outside-uk, not-known)", {
        /// North East of England.
        NorthEast = "north-east",
        /// North West of England.
        NorthWest = "north-west",
        /// Yorkshire and the Humber.
        YorkshireAndTheHumber = "yorkshire-and-the-humber",
        /// East Midlands.
        EastMidlands = "east-midlands",
        /// West Midlands.
        WestMidlands = "west-midlands",
        /// East of England.
        EastOfEngland = "east-of-england",
        /// London.
        London = "london",
        /// South East of England.
        SouthEast = "south-east",
        /// South West of England.
        SouthWest = "south-west",
        /// Scotland.
        Scotland = "scotland",
        /// Wales.
        Wales = "wales",
        /// Northern Ireland.
        NorthernIreland = "northern-ireland",
        /// Sites in several nations.
        UkWide = "uk-wide",
        /// Outside the United Kingdom.
        OutsideUk = "outside-uk",
        /// In England, and nobody recorded where.
        NotKnown = "not-known",
    }
}

impl Region {
    /// The region that a nation settles by itself; not known for England, which has nine.
    pub const fn implied(nation: Nation) -> Self {
        match nation {
            Nation::England => Self::NotKnown,
            Nation::Scotland => Self::Scotland,
            Nation::Wales => Self::Wales,
            Nation::NorthernIreland => Self::NorthernIreland,
            Nation::UkWide => Self::UkWide,
            Nation::OutsideUk => Self::OutsideUk,
        }
    }

    /// The nation it lies in; none where it is not known.
    pub const fn nation(self) -> Option<Nation> {
        match self {
            Self::NorthEast
            | Self::NorthWest
            | Self::YorkshireAndTheHumber
            | Self::EastMidlands
            | Self::WestMidlands
            | Self::EastOfEngland
            | Self::London
            | Self::SouthEast
            | Self::SouthWest => Some(Nation::England),
            Self::Scotland => Some(Nation::Scotland),
            Self::Wales => Some(Nation::Wales),
            Self::NorthernIreland => Some(Nation::NorthernIreland),
            Self::UkWide => Some(Nation::UkWide),
            Self::OutsideUk => Some(Nation::OutsideUk),
            Self::NotKnown => None,
        }
    }
}

vocabulary! {
    /// How large an institution is, by the headcount of its academic staff in published figures (HESA Staff table 7,
    /// latest year known): public, so that grouping by it tells nothing of any return.
    SizeBand, "a size band (under-1000, 1000-to-2999, 3000-and-over, not-known)", {
        /// Fewer than 1,000 academic staff.
        Under1000 = "under-1000",
        /// 1,000 to 2,999 academic staff.
        From1000To2999 = "1000-to-2999",
        /// 3,000 academic staff and more.
        From3000 = "3000-and-over",
        /// No published figure is known, as for research institutes.
        NotKnown = "not-known",
    }
}

impl SizeBand {
    /// The band of a headcount of academic staff.
    pub const fn of(academic_staff: u32) -> Self {
        match academic_staff {
            0..1_000 => Self::Under1000,
            1_000..3_000 => Self::From1000To2999,
            3_000.. => Self::From3000,
        }
    }
}

vocabulary! {
    /// The phase in which an institution signed, which sets when its Stage 3 is due.
    SigningPhase, "a signing phase (one, two, three, four, five, six, not-known)", {
        /// May 2017.
        One = "one",
        /// September 2017.
        Two = "two",
        /// April 2018.
        Three = "three",
        /// November 2018.
        Four = "four",
        /// Phase Five.
        Five = "five",
        /// Phase Six.
        Six = "six",
        /// None of these, or nobody recorded which.
        NotKnown = "not-known",
    }
}

vocabulary! {
    /// The group of universities an institution belongs to. No entry means none is recorded.
    MissionGroup, "a mission group (russell-group, millionplus, university-alliance, guildhe, none)", {
        /// Russell Group.
        RussellGroup = "russell-group",
        /// `MillionPlus`.
        Millionplus = "millionplus",
        /// University Alliance.
        UniversityAlliance = "university-alliance",
        /// `GuildHE`.
        Guildhe = "guildhe",
        /// No group, or none known.
        None = "none",
    }
}

vocabulary! {
    /// Standing towards the Technician Commitment.
    SignatoryStatus, "a signatory status (signatory, supporter, not-signatory, left)", {
        /// Signed; owes plans and self-assessments.
        Signatory = "signatory",
        /// A supporting body without those duties.
        Supporter = "supporter",
        /// In the registry for its published figures only.
        NotSignatory = "not-signatory",
        /// Left: what it had recorded was deleted.
        Left = "left",
    }
}

vocabulary! {
    /// What sort of unit within an institution.
    OrgUnitKind, "a kind of org unit (institution, faculty, department, school, facility, service, other)", {
        /// The institution as a whole: the root, made with it and never closed.
        Institution = "institution",
        /// Faculty, college or division.
        Faculty = "faculty",
        /// Department.
        Department = "department",
        /// School.
        School = "school",
        /// Research facility.
        Facility = "facility",
        /// Professional service, such as information services.
        Service = "service",
        /// Anything else.
        Other = "other",
    }
}
