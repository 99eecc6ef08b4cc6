//! Whether and why a figure of the sector has a value: six kinds of answer, five of them without a number to quote.

use super::vocabulary;

vocabulary! {
    /// Whether and why a cell has a value. Missing is never zero, and zero is never missing.
    CellStatus, "a cell's status", {
        /// The value is given.
        Published = "published",
        /// The value is zero, or in a release rounds to it.
        Zero = "zero",
        /// There is a value, and giving it would disclose a person or an institution.
        Withheld = "withheld",
        /// There is a value, and giving it would disclose another that is withheld.
        WithheldForOthers = "withheld-for-others",
        /// Nobody in the group returned it: not a zero.
        NotSupplied = "not-supplied",
        /// The value has no meaning here, as a ratio over none.
        NotApplicable = "not-applicable",
    }
}
