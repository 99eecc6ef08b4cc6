//! What checks find, and which there are.

use super::Grade;
use crate::domain::checks as rules;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// What a check found in a return.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Check {
    /// A warning must be explained on submission; a hint may be left.
    pub grade: Grade,
    /// The check; `GET /v1/datasets/{dataset}` says what each is.
    pub code: String,
    /// What it was found in: a measure, a dimension, an org unit, another return. With the code it names the finding.
    pub subject: String,
    /// The column it concerns, where it concerns one.
    #[schema(required)]
    pub column: Option<String>,
    /// What was found.
    pub message: String,
    /// What the institution said to it on submission.
    #[schema(required)]
    pub explanation: Option<String>,
}

impl From<rules::Finding> for Check {
    fn from(finding: rules::Finding) -> Self {
        Self {
            grade: finding.check.grade().into(),
            code: finding.check.as_str().to_owned(),
            subject: finding.subject,
            column: finding.column,
            message: finding.message,
            explanation: finding.explanation,
        }
    }
}

impl Check {
    /// The same without figures: what was found is said in the words that hold for everybody.
    pub fn without_figures(finding: rules::Finding) -> Self {
        let message = finding.check.statement().to_owned();
        Self {
            message,
            ..finding.into()
        }
    }
}

/// A check that returns of a dataset go through.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct DatasetCheck {
    /// Its code.
    pub code: String,
    /// A warning must be explained on submission; a hint may be left.
    pub grade: Grade,
    /// When it is found.
    pub statement: String,
    /// Above which it is found; null where there is nothing to exceed.
    #[schema(required)]
    pub threshold: Option<CheckThreshold>,
}

/// What must be exceeded in both respects; exactly at it is not above it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CheckThreshold {
    /// Per cent of what is compared with.
    pub per_cent: i64,
    /// Whole units of the measure.
    pub units: i64,
}

impl From<rules::Check> for DatasetCheck {
    fn from(check: rules::Check) -> Self {
        Self {
            code: check.as_str().to_owned(),
            grade: check.grade().into(),
            statement: check.statement().to_owned(),
            threshold: check.threshold().map(|threshold| CheckThreshold {
                per_cent: threshold.per_cent,
                units: threshold.units,
            }),
        }
    }
}
