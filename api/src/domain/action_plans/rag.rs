//! Progress: what a judgement must bring with it, and when an action is due.
//!
//! Rules only. Nothing here knows the day: whoever asks whether an action is overdue compares with a clock of their own.

use chrono::{Months, NaiveDate};
use entity::values::Rag;

use super::has_control_character;
use super::time_scale::TimeScale;

/// The longest explanation of a judgement, in characters.
pub const EXPLANATION_LIMIT: usize = 4_000;

/// Why a judgement of progress is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgressFault {
    /// Red without a word of why. The guidance asks for an explanation of each red action.
    #[error("a red action needs an explanation")]
    ExplanationRequired,
    /// Longer than [`EXPLANATION_LIMIT`].
    #[error("the explanation has {length} characters; at most {EXPLANATION_LIMIT} are kept")]
    ExplanationTooLong {
        /// Its length in characters.
        length: usize,
    },
    /// The explanation holds control characters.
    #[error("the explanation holds a control character")]
    ControlCharacter,
}

impl ProgressFault {
    /// The stable code of the fault.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ExplanationRequired => "explanation-required",
            Self::ExplanationTooLong { .. } => "too-long",
            Self::ControlCharacter => "control-character",
        }
    }
}

/// Whether a judgement may be recorded: red must be explained, any other colour may be.
pub fn check_progress(rag: Rag, explanation: Option<&str>) -> Result<(), ProgressFault> {
    let text = explanation.unwrap_or_default();
    let length = text.chars().count();
    if length > EXPLANATION_LIMIT {
        return Err(ProgressFault::ExplanationTooLong { length });
    }
    if has_control_character(text) {
        return Err(ProgressFault::ControlCharacter);
    }
    match rag {
        Rag::Red if text.trim().is_empty() => Err(ProgressFault::ExplanationRequired),
        Rag::NotAssessed | Rag::Red | Rag::Amber | Rag::Green => Ok(()),
    }
}

/// The day by which an action should have been carried out, in a plan that begins on `plan_start`.
///
/// A calendar end is that day, or the last day of that month. Otherwise the latest of the plan years named: year `n`
/// ends on `plan_start` + `n` years - 1 day, and a year with a month of its own (`Year 1 (May '20)`) at that month's
/// end. `None` when neither is given, as for `ongoing`; `Year 1 / ongoing` is due once, at the end of year 1, though
/// it has no end ([`TimeScale::is_open_ended`]).
pub fn due_on(plan_start: NaiveDate, time_scale: &TimeScale) -> Option<NaiveDate> {
    if let Some(end) = time_scale.end {
        return Some(end.last_day());
    }
    time_scale
        .years
        .iter()
        .filter_map(|named| match named.by {
            Some(month) => Some(month.last_day()),
            None => plan_start
                .checked_add_months(Months::new(12 * u32::from(named.year)))?
                .pred_opt(),
        })
        .max()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::time_scale::parse;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn red_alone_must_be_explained() {
        for explanation in [None, Some(""), Some(" \n\t")] {
            let fault = check_progress(Rag::Red, explanation).unwrap_err();
            assert_eq!(fault.code(), "explanation-required");
            for rag in [Rag::NotAssessed, Rag::Amber, Rag::Green] {
                assert_eq!(check_progress(rag, explanation), Ok(()));
            }
        }
        assert_eq!(check_progress(Rag::Red, Some("No funds in 2020.")), Ok(()));
    }

    #[test]
    fn explanations_are_measured_in_characters() {
        let longest = "é".repeat(EXPLANATION_LIMIT);
        assert_eq!(check_progress(Rag::Red, Some(&longest)), Ok(()));
        let fault = check_progress(Rag::Green, Some(&format!("{longest}!"))).unwrap_err();
        assert_eq!(fault, ProgressFault::ExplanationTooLong { length: 4_001 });
        assert_eq!(fault.code(), "too-long");
        let fault = check_progress(Rag::Amber, Some("a\0b")).unwrap_err();
        assert_eq!(fault.code(), "control-character");
    }

    #[test]
    fn plan_years_end_the_day_before_the_anniversary() {
        let due = |start: &str, raw: &str| due_on(day(start), &parse(raw));
        assert_eq!(due("2019-08-01", "Year 1"), Some(day("2020-07-31")));
        assert_eq!(due("2019-08-01", "Year 3"), Some(day("2022-07-31")));
        assert_eq!(due("2019-08-01", "Year 2 Year 2"), Some(day("2021-07-31")));
        assert_eq!(due("2020-02-29", "Year 1"), Some(day("2021-02-27")));
        assert_eq!(due("2020-02-29", "Year 4"), Some(day("2024-02-28")));
        assert_eq!(due("2020-01-01", "Year 2, Year 1"), Some(day("2021-12-31")));
    }

    #[test]
    fn calendar_dates_and_open_ends() {
        let due = |raw: &str| due_on(day("2019-08-01"), &parse(raw));
        assert_eq!(due("Year 1 (May '20)"), Some(day("2020-05-31")));
        assert_eq!(due("Year 1 (May '20)\nYear 2"), Some(day("2021-07-31")));
        assert_eq!(due("Feb-20"), Some(day("2020-02-29")));
        assert_eq!(due("31/03/2022"), Some(day("2022-03-31")));
        assert_eq!(due("Year 1 / ongoing"), Some(day("2020-07-31")));
        for raw in ["ongoing", "", "from May-19", "when funds allow"] {
            assert_eq!(due(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_start_at_the_end_of_time_has_no_due_date() {
        assert_eq!(due_on(NaiveDate::MAX, &parse("Year 1")), None);
    }
}
