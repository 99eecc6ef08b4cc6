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
