//! What describes a return and its versions.

use super::vocabulary;

vocabulary! {
    /// A dataset by name. Its definition is in the service's `domain/datasets`.
    DatasetName, "a dataset (headcount, denominators)", {
        /// Technicians by job family, grade, sex, age, terms and mode.
        Headcount = "headcount",
        /// Academic and all staff: what "per 100 academics" divides by.
        Denominators = "denominators",
    }
}

vocabulary! {
    /// Where a return stands.
    ReturnState, "a state of a return (not-started, draft, submitted)", {
        /// Nothing was ever filled in.
        NotStarted = "not-started",
        /// A draft is open, whether or not an earlier revision stands.
        Draft = "draft",
        /// The latest revision stands and no draft is open.
        Submitted = "submitted",
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
