//! GraphQL over HTTP (the draft of graphql.github.io/graphql-over-http), the parts that need no schema: what a request
//! is, which media type answers it, and with what status.
//!
//! Nothing here executes anything, and no HTTP library is known here: headers come in as text, statuses go out as
//! numbers. A request that could be sent by a foreign page without its reader's consent (a form, a link) is refused:
//! bodies are `application/json` only, and GET never mutates.

mod negotiation;
mod request;

pub use negotiation::{MediaType, NotAcceptable, check_content_type, negotiate};
pub use request::{GraphqlRequest, from_json, from_query_string};

use async_graphql_parser::{
    Pos,
    types::{DocumentOperations, ExecutableDocument, OperationType},
};
use serde_json::{Value, json};

/// Longest name, in characters, repeated in a message.
const LONGEST_NAME: usize = 100;

/// Why a request is refused before it is executed, the document's own faults aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The body is not `application/json` in UTF-8.
    #[error("the body must be sent as Content-Type: application/json, in UTF-8")]
    UnsupportedMediaType,
    /// The body is not JSON.
    #[error("the body is not JSON (line {line}, column {column})")]
    BodyNotJson {
        /// Line, from 1.
        line: usize,
        /// Column, in bytes.
        column: usize,
    },
    /// The body is JSON, but no object.
    #[error("the body must be a JSON object with the member \"query\"")]
    BodyNotObject,
    /// The body is an array of requests.
    #[error("batches are not offered; send one request at a time")]
    BatchRefused,
    /// No `query`.
    #[error("the parameter \"query\" is missing")]
    QueryMissing,
    /// A parameter of the wrong type.
    #[error("the parameter \"{name}\" must be {expected}")]
    ParameterInvalid {
        /// Its name.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A parameter given twice.
    #[error("the parameter \"{name}\" is given more than once")]
    ParameterRepeated {
        /// Its name.
        name: &'static str,
    },
    /// A parameter the protocol does not have.
    #[error(
        "the parameter \"{name}\" is not known; there are query, operationName, variables and extensions"
    )]
    ParameterUnknown {
        /// Its name, shortened.
        name: String,
    },
    /// `operationName` names no operation of the document.
    #[error("the document has no operation named \"{name}\"")]
    OperationUnknown {
        /// The name, shortened.
        name: String,
    },
    /// Several operations and no `operationName`.
    #[error("the document has several operations; \"operationName\" must say which to execute")]
    OperationNameMissing,
    /// A mutation by GET.
    #[error("mutations must be sent with POST")]
    MutationNeedsPost,
    /// A subscription by GET or POST.
    #[error("subscriptions are offered over WebSocket (graphql-transport-ws) at this address")]
    SubscriptionNeedsWebsocket,
}

impl RequestFault {
    /// The stable code, for `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::BodyNotJson { .. } => "body-not-json",
            Self::BodyNotObject => "body-not-object",
            Self::BatchRefused => "batch-refused",
            Self::QueryMissing => "query-missing",
            Self::ParameterInvalid { .. } => "parameter-invalid",
            Self::ParameterRepeated { .. } => "parameter-repeated",
            Self::ParameterUnknown { .. } => "parameter-unknown",
            Self::OperationUnknown { .. } => "operation-unknown",
            Self::OperationNameMissing => "operation-name-missing",
            Self::MutationNeedsPost => "mutation-needs-post",
            Self::SubscriptionNeedsWebsocket => "subscription-needs-websocket",
        }
    }

    /// What came of a request with this fault, for [`status`].
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::UnsupportedMediaType => Outcome::Malformed(415),
            Self::MutationNeedsPost => Outcome::Malformed(405),
            Self::BodyNotJson { .. }
            | Self::BodyNotObject
            | Self::BatchRefused
            | Self::QueryMissing
            | Self::ParameterInvalid { .. }
            | Self::ParameterRepeated { .. }
            | Self::ParameterUnknown { .. }
            | Self::SubscriptionNeedsWebsocket => Outcome::Malformed(400),
            Self::OperationUnknown { .. } | Self::OperationNameMissing => Outcome::RequestError,
        }
    }

    /// The `Allow` header that belongs to the status, where one does.
    pub fn allow(&self) -> Option<&'static str> {
        matches!(self, Self::MutationNeedsPost).then_some("POST")
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        error_body(&self.to_string(), self.code(), None)
    }
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The operation was executed: the answer has `data`, be it null, and perhaps `errors`.
    Executed,
    /// A well-formed request whose document, operation or variables were refused: no `data`.
    RequestError,
    /// Not a well-formed request; the status is the same in both media types.
    Malformed(u16),
}

/// The HTTP status of an answer. `application/json` answers any well-formed request with 200, since older clients look
/// at `errors` only; `application/graphql-response+json` says 400 when nothing was executed.
pub fn status(outcome: Outcome, media: MediaType) -> u16 {
    match (outcome, media) {
        (Outcome::Executed, _) | (Outcome::RequestError, MediaType::Json) => 200,
        (Outcome::RequestError, MediaType::GraphqlResponse) => 400,
        (Outcome::Malformed(status), _) => status,
    }
}

/// One error as a GraphQL answer without `data`.
pub fn error_body(message: &str, code: &str, at: Option<Pos>) -> Value {
    let extensions = json!({ "code": code });
    let error = match at {
        Some(Pos { line, column }) => json!({
            "message": message,
            "locations": [{ "line": line, "column": column }],
            "extensions": extensions,
        }),
        None => json!({ "message": message, "extensions": extensions }),
    };
    json!({ "errors": [error] })
}

/// The method of a request over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET: may only read.
    Get,
    /// POST.
    Post,
}

/// The kind of the operation that a request asks for.
pub fn kind_of(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
) -> Result<OperationType, RequestFault> {
    let unknown = |name: &str| RequestFault::OperationUnknown {
        name: name.chars().take(LONGEST_NAME).collect(),
    };
    match (&document.operations, operation_name) {
        (DocumentOperations::Single(operation), None) => Ok(operation.node.ty),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(operations), Some(name)) => operations
            .get(name)
            .map(|operation| operation.node.ty)
            .ok_or_else(|| unknown(name)),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (Some(only), None) => Ok(only.node.ty),
                _ => Err(RequestFault::OperationNameMissing),
            }
        }
    }
}

/// Whether an operation of this kind may be executed for this method.
pub fn admit(kind: OperationType, method: Method) -> Result<(), RequestFault> {
    match (kind, method) {
        (OperationType::Query, _) | (OperationType::Mutation, Method::Post) => Ok(()),
        (OperationType::Mutation, Method::Get) => Err(RequestFault::MutationNeedsPost),
        (OperationType::Subscription, _) => Err(RequestFault::SubscriptionNeedsWebsocket),
    }
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
    use async_graphql_parser::parse_query;

    fn kind(source: &str, name: Option<&str>) -> Result<OperationType, &'static str> {
        kind_of(&parse_query(source).unwrap(), name).map_err(|fault| fault.code())
    }

    #[test]
    fn the_kind_is_that_of_the_operation_named() {
        let both = "query A{a} mutation B{b}";
        assert_eq!(kind("{a}", None), Ok(OperationType::Query));
        assert_eq!(kind("mutation M{a}", None), Ok(OperationType::Mutation));
        assert_eq!(kind("mutation{a}", None), Ok(OperationType::Mutation));
        assert_eq!(kind(both, Some("A")), Ok(OperationType::Query));
        assert_eq!(kind(both, Some("B")), Ok(OperationType::Mutation));
        assert_eq!(kind(both, None), Err("operation-name-missing"));
        assert_eq!(kind(both, Some("C")), Err("operation-unknown"));
        assert_eq!(kind("{a}", Some("A")), Err("operation-unknown"));
    }

    #[test]
    fn a_mutation_by_get_is_a_wrong_method_in_either_media_type() {
        let fault = admit(OperationType::Mutation, Method::Get).unwrap_err();
        assert_eq!(fault.allow(), Some("POST"));
        for media in [MediaType::Json, MediaType::GraphqlResponse] {
            assert_eq!(status(fault.outcome(), media), 405);
        }
        assert_eq!(admit(OperationType::Mutation, Method::Post), Ok(()));
        assert_eq!(admit(OperationType::Query, Method::Get), Ok(()));
        for method in [Method::Get, Method::Post] {
            let fault = admit(OperationType::Subscription, method).unwrap_err();
            assert_eq!(fault.code(), "subscription-needs-websocket");
            assert_eq!(fault.allow(), None);
        }
    }

    #[test]
    fn the_status_depends_on_the_media_type_for_well_formed_requests_only() {
        use MediaType::{GraphqlResponse, Json};
        assert_eq!(status(Outcome::Executed, Json), 200);
        assert_eq!(status(Outcome::Executed, GraphqlResponse), 200);
        assert_eq!(status(Outcome::RequestError, Json), 200);
        assert_eq!(status(Outcome::RequestError, GraphqlResponse), 400);
        let missing = RequestFault::QueryMissing.outcome();
        assert_eq!(status(missing, Json), 400);
        assert_eq!(status(missing, GraphqlResponse), 400);
        let unnamed = RequestFault::OperationNameMissing.outcome();
        assert_eq!(status(unnamed, Json), 200);
        assert_eq!(status(unnamed, GraphqlResponse), 400);
    }

    #[test]
    fn a_fault_is_a_graphql_answer_without_data() {
        assert_eq!(
            RequestFault::BatchRefused.body(),
            json!({"errors": [{
                "message": "batches are not offered; send one request at a time",
                "extensions": {"code": "batch-refused"},
            }]})
        );
        assert_eq!(
            error_body("m", "c", Some(Pos { line: 3, column: 7 })),
            json!({"errors": [{
                "message": "m",
                "locations": [{"line": 3, "column": 7}],
                "extensions": {"code": "c"},
            }]})
        );
    }
}
