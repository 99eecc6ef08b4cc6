//! Who owes what, and what became of it.

use super::vocabulary;

vocabulary! {
    /// What became of a return that a signatory owes.
    ObligationState, "a state of what is owed (owed, overdue, draft, submitted, accepted, returned, nil, withdrawn)", {
        /// Nothing was begun, and there is time.
        Owed = "owed",
        /// Nothing was ever submitted, and the last day is past; a draft may be open.
        Overdue = "overdue",
        /// A draft is open, nothing was ever submitted, and there is time.
        Draft = "draft",
        /// Figures stand, and the board said nothing of them yet.
        Submitted = "submitted",
        /// The board accepted what stands.
        Accepted = "accepted",
        /// The board asked for a correction of what stands.
        Returned = "returned",
        /// There was nothing to report, and the board said nothing of it yet.
        Nil = "nil",
        /// What was submitted was taken back.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// Whether a signatory has an action plan.
    PlanStanding, "a standing of action plans (current, ahead, undated, ended, none)", {
        /// A plan runs.
        Current = "current",
        /// None runs; one will.
        Ahead = "ahead",
        /// None is known to run; one says no first day.
        Undated = "undated",
        /// Every plan has run out.
        Ended = "ended",
        /// There is none.
        None = "none",
    }
}
