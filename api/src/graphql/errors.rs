//! The one way from a fault to a GraphQL error: the code, status and violations REST gives, never a cause.

use crate::fault::{Fault, Place, Violation};
use async_graphql::{Error, ErrorExtensionValues, Value};

/// A fault on its way to a caller. It has no `Display`, so that the library cannot turn it into an error by itself.
#[derive(Debug)]
pub(super) struct Refusal(Fault);

/// What a resolver gives back.
pub(super) type Result<T> = std::result::Result<T, Refusal>;

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<Refusal> for Error {
    fn from(Refusal(fault): Refusal) -> Self {
        let problem = fault.problem();
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", problem.code);
        extensions.set("status", i32::from(problem.status));
        extensions.set("title", problem.title);
        if !fault.violations().is_empty() {
            let violations = fault.violations().iter().map(violation).collect();
            extensions.set("violations", Value::List(violations));
        }
        Self {
            message: fault.detail(),
            source: None,
            extensions: Some(extensions),
        }
    }
}

/// A violation as REST writes it; the cursor bears the name of its argument here.
fn violation(found: &Violation) -> Value {
    let mut found = found.clone();
    if let Place::Parameter { parameter } = &mut found.place
        && parameter == "cursor"
    {
        "after".clone_into(parameter);
    }
    let json = serde_json::to_value(found).unwrap_or_default();
    Value::from_json(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::*;
    use crate::fault::Noun;
    use serde_json::json;

    fn rendered(fault: Fault) -> serde_json::Value {
        let error = Error::from(Refusal::from(fault));
        assert!(error.source.is_none());
        json!({"message": error.message, "extensions": error.extensions})
    }

    #[test]
    fn an_error_bears_the_code_status_and_title_of_the_fault() {
        assert_eq!(
            rendered(Fault::NotFound(Noun::Institution)),
            json!({
                "message": "There is no such institution.",
                "extensions": {"code": "not-found", "status": 404, "title": "Not found"},
            })
        );
    }

    #[test]
    fn violations_are_those_of_rest() {
        let fault = Fault::body("/explanation", "explanation-required", "Say why.");
        let expected = serde_json::to_value(fault.violations()).unwrap();
        assert_eq!(rendered(fault)["extensions"]["violations"], expected);
        let cursor = Fault::parameter("cursor", "unknown-cursor", "Unknown.");
        assert_eq!(
            rendered(cursor)["extensions"]["violations"][0]["parameter"],
            "after"
        );
    }
}
