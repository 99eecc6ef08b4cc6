//! A fault as RFC 9457 problem details.

use crate::fault::{Fault, Violation};
use crate::telemetry::ProblemName;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// Media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A fault on its way to a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub Fault);

/// Problem details (RFC 9457) as they are written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails<'a> {
    /// An address for the kind of problem; its last part is `code`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: String,
    /// The kind of problem, in words.
    title: &'a str,
    /// HTTP status.
    status: u16,
    /// What happened this time.
    detail: String,
    /// The address it happened at.
    #[serde(skip_serializing_if = "String::is_empty")]
    instance: String,
    /// Stable code of the kind of problem; `docs/contracts/problem-codes.md` lists them.
    code: &'a str,
    /// What is wrong, place by place.
    #[serde(skip_serializing_if = "<[Violation]>::is_empty")]
    #[schema(value_type = Option<Vec<ProblemViolation>>)]
    violations: &'a [Violation],
    /// How many violations there are in all, where not every one is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    violation_count: Option<u64>,
}

/// One thing that is wrong: at a JSON Pointer, in a row and column, or in a parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemViolation {
    /// JSON Pointer (RFC 6901) into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Row of a table, as a spreadsheet counts: the header is row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    /// Column of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// Parameter of the query string.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Stable code.
    code: String,
    /// What is wrong and what would be right.
    message: String,
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> ProblemDetails<'a> {
    /// A fault, written.
    pub fn of(fault: &'a Fault) -> Self {
        let problem = fault.problem();
        let violation_count = match fault {
            Fault::InvalidRows { total, .. } => Some(*total),
            _ => None,
        };
        Self {
            kind: format!("/problems/{}", problem.code),
            title: problem.title,
            status: problem.status,
            detail: fault.detail(),
            instance: crate::telemetry::address(),
            code: problem.code,
            violations: fault.violations(),
            violation_count,
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.problem().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        match &self.0 {
            Fault::Unauthenticated => {
                answer.insert_header((
                    header::WWW_AUTHENTICATE,
                    "Bearer realm=\"technician-metrics\"",
                ));
            }
            Fault::InvalidToken => {
                let challenge = "Bearer realm=\"technician-metrics\", error=\"invalid_token\"";
                answer.insert_header((header::WWW_AUTHENTICATE, challenge));
            }
            Fault::MethodNotAllowed { allow } => {
                answer.insert_header((header::ALLOW, allow.as_str()));
            }
            Fault::Unavailable => {
                answer.insert_header((header::RETRY_AFTER, "2"));
            }
            Fault::IdempotencyInProgress => {
                answer.insert_header((header::RETRY_AFTER, "1"));
            }
            _ => {}
        }
        answer
            .extensions_mut()
            .insert(ProblemName(self.0.problem().code));
        let body = serde_json::to_vec(&ProblemDetails::of(&self.0)).unwrap_or_default();
        answer.content_type(MEDIA_TYPE).body(body)
    }
}
