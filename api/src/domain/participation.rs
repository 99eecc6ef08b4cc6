//! What became of one return that a signatory owes, and whether a signatory has an action plan.

use chrono::{Days, Months, NaiveDate};
use entity::values::{ObligationState, PlanStanding, Verdict, VersionKind};

/// What is known of a return.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether a draft is open.
    pub draft: bool,
    /// What the latest revision says, if there is one.
    pub latest: Option<VersionKind>,
    /// What the board made of it.
    pub verdict: Option<Verdict>,
}

/// What became of it. Whoever began a correction is judged by the revision that stands until the next.
pub fn state(known: Known, closes_on: Option<NaiveDate>, today: NaiveDate) -> ObligationState {
    let Some(latest) = known.latest else {
        return match (closes_on.is_some_and(|day| today > day), known.draft) {
            (true, _) => ObligationState::Overdue,
            (false, true) => ObligationState::Draft,
            (false, false) => ObligationState::Owed,
        };
    };
    match (latest, known.verdict) {
        (VersionKind::Withdrawal, _) => ObligationState::Withdrawn,
        (VersionKind::Figures | VersionKind::Nil, Some(Verdict::Accepted)) => {
            ObligationState::Accepted
        }
        (VersionKind::Figures | VersionKind::Nil, Some(Verdict::Returned)) => {
            ObligationState::Returned
        }
        (VersionKind::Nil, None) => ObligationState::Nil,
        (VersionKind::Figures, None) => ObligationState::Submitted,
    }
}

/// Whether something stands: figures, or that there are none.
pub const fn stands(state: ObligationState) -> bool {
    match state {
        ObligationState::Submitted
        | ObligationState::Accepted
        | ObligationState::Returned
        | ObligationState::Nil => true,
        ObligationState::Owed
        | ObligationState::Overdue
        | ObligationState::Draft
        | ObligationState::Withdrawn => false,
    }
}

/// The first day on which what does not stand was missing; none while there is time.
pub fn overdue_since(
    state: ObligationState,
    closes_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let closed = closes_on.filter(|day| today > *day && !stands(state));
    closed.and_then(|day| day.checked_add_days(Days::new(1)))
}

/// Whether one of these plans, each a first day and a length in months, runs today; the best that can be said of them.
pub fn plan_standing(
    plans: impl IntoIterator<Item = (Option<NaiveDate>, i32)>,
    today: NaiveDate,
) -> PlanStanding {
    let each = plans.into_iter().map(|(starts_on, months)| {
        let Some(first) = starts_on else {
            return PlanStanding::Undated;
        };
        let months = Months::new(u32::try_from(months).unwrap_or(0));
        match first.checked_add_months(months) {
            _ if today < first => PlanStanding::Ahead,
            Some(after) if today >= after => PlanStanding::Ended,
            Some(_) | None => PlanStanding::Current,
        }
    });
    // The vocabulary lists them best first.
    each.min().unwrap_or(PlanStanding::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn what_was_never_submitted_is_overdue_the_day_after_the_last() {
        let closes = day("2026-03-31");
        for (today, draft, expected, since) in [
            ("2026-03-31", false, ObligationState::Owed, None),
            ("2026-03-31", true, ObligationState::Draft, None),
            (
                "2026-04-01",
                false,
                ObligationState::Overdue,
                day("2026-04-01"),
            ),
            (
                "2026-05-01",
                true,
                ObligationState::Overdue,
                day("2026-04-01"),
            ),
        ] {
            let known = Known {
                draft,
                ..Known::default()
            };
            let today = day(today).unwrap_or_default();
            assert_eq!(state(known, closes, today), expected);
            assert_eq!(overdue_since(expected, closes, today), since);
            assert_eq!(overdue_since(expected, None, today), None);
        }
    }

    #[test]
    fn what_was_submitted_is_what_the_latest_revision_and_the_board_say() {
        use ObligationState as S;
        let today = day("2026-05-01").unwrap_or_default();
        for (latest, verdict, expected) in [
            (VersionKind::Figures, None, S::Submitted),
            (VersionKind::Figures, Some(Verdict::Accepted), S::Accepted),
            (VersionKind::Nil, None, S::Nil),
            (VersionKind::Nil, Some(Verdict::Accepted), S::Accepted),
            (VersionKind::Nil, Some(Verdict::Returned), S::Returned),
            (VersionKind::Withdrawal, None, S::Withdrawn),
        ] {
            let known = Known {
                draft: true,
                latest: Some(latest),
                verdict,
            };
            assert_eq!(state(known, day("2026-03-31"), today), expected);
            let since = overdue_since(expected, day("2026-03-31"), today);
            assert_eq!(since.is_some(), expected == S::Withdrawn);
        }
    }

    #[test]
    fn a_plan_runs_from_its_first_day_for_its_months() {
        let of = |plans: &[(Option<NaiveDate>, i32)], today: &str| {
            plan_standing(plans.iter().copied(), day(today).unwrap_or_default())
        };
        let plan = (day("2024-02-01"), 24);
        assert_eq!(of(&[], "2026-01-01"), PlanStanding::None);
        assert_eq!(of(&[plan], "2024-01-31"), PlanStanding::Ahead);
        assert_eq!(of(&[plan], "2024-02-01"), PlanStanding::Current);
        assert_eq!(of(&[plan], "2026-01-31"), PlanStanding::Current);
        assert_eq!(of(&[plan], "2026-02-01"), PlanStanding::Ended);
        assert_eq!(of(&[plan, (None, 24)], "2026-02-01"), PlanStanding::Undated);
    }
}
