//! What describes a return and its versions.

use super::vocabulary;

vocabulary! {
    /// A dataset by name. Its definition is in the service's `domain/datasets`.
    DatasetName, "a dataset (headcount, headcount-ethnicity, headcount-disability, authorship, authorship-outputs, awards, registrations, development, representation, denominators)", {
        /// Technicians by job family, grade, sex, age, terms and mode.
        Headcount = "headcount",
        /// Technicians by ethnicity.
        HeadcountEthnicity = "headcount-ethnicity",
        /// Technicians by disability, of which a person may have several.
        HeadcountDisability = "headcount-disability",
        /// Outputs with technicians among authors or acknowledged, as counts.
        Authorship = "authorship",
        /// The same outputs by DOI, so that one that several institutions report counts once.
        AuthorshipOutputs = "authorship-outputs",
        /// Awards: considered, nominated, shortlisted, won.
        Awards = "awards",
        /// Professional registrations and teaching fellowships.
        Registrations = "registrations",
        /// Apprenticeships, placements, courses and what they cost.
        Development = "development",
        /// Technicians' seats on bodies that decide.
        Representation = "representation",
        /// Academic and all staff: what "per 100 academics" divides by.
        Denominators = "denominators",
    }
}

vocabulary! {
    /// Where a return stands.
    ReturnState, "a state of a return (not-started, draft, submitted, accepted, returned, withdrawn)", {
        /// Nothing was ever filled in.
        NotStarted = "not-started",
        /// A draft is open, whether or not an earlier revision stands.
        Draft = "draft",
        /// The latest revision stands and nobody judged it yet.
        Submitted = "submitted",
        /// The latest revision stands and the board accepted it.
        Accepted = "accepted",
        /// The latest revision stands and the board asked for its correction.
        Returned = "returned",
        /// The institution took its figures back.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// What a revision says.
    VersionKind, "a kind of version (figures, nil, withdrawal)", {
        /// The figures of its rows.
        Figures = "figures",
        /// There was nothing to report: a true zero, without rows.
        Nil = "nil",
        /// The figures given before are taken back.
        Withdrawal = "withdrawal",
    }
}

vocabulary! {
    /// What the board made of a revision.
    Verdict, "a verdict (accepted, returned)", {
        /// Accepted.
        Accepted = "accepted",
        /// Returned for correction.
        Returned = "returned",
    }
}

vocabulary! {
    /// Whether a version may still change.
    VersionState, "a state of a version (draft, submitted)", {
        /// May change.
        Draft = "draft",
        /// Never changes again.
        Submitted = "submitted",
    }
}

vocabulary! {
    /// Where the figures of a version come from; shown wherever they are.
    Provenance, "a provenance (returned, published, synthetic)", {
        /// Given by the institution itself.
        Returned = "returned",
        /// Taken from a published table; the remark names it.
        Published = "published",
        /// Made up for demonstration.
        Synthetic = "synthetic",
    }
}
