//! Face two: GraphQL over the same operations and shapes as REST.
//!
//! A resolver reads its arguments, proves what the caller may do, calls one operation and hands its view on. No rule,
//! no connection and no column is known here; what a document may cost is decided in [`guard`], before the library
//! sees it, and what a request and an answer are in [`protocol`].

mod completion;
mod connections;
mod errors;
pub mod guard;
pub mod handler;
mod loaders;
mod mutations;
mod page;
pub mod protocol;
mod queries;
mod schema;
mod session;

pub use handler::configure;
pub use schema::{Schema, schema, sdl};

/// Codes of what can be wrong with a GraphQL request itself, beside those of `Fault`; for the documentation.
pub const REQUEST_CODES: &[(&str, &str)] = &[
    (
        "unsupported-media-type",
        "Another Content-Type than application/json",
    ),
    (
        "not-acceptable",
        "No media type of GraphQL over HTTP is accepted",
    ),
    ("body-not-json", "The body is not JSON"),
    ("body-not-object", "The body is JSON and no object"),
    ("batch-refused", "A list of requests; send them one by one"),
    ("query-missing", "No document"),
    (
        "parameter-invalid",
        "A member of the request has the wrong form",
    ),
    ("parameter-repeated", "A parameter stands there twice"),
    (
        "parameter-unknown",
        "A member of the request that is not known",
    ),
    (
        "operation-unknown",
        "The document has no operation of this name",
    ),
    (
        "operation-name-missing",
        "The document has several operations; name one",
    ),
    ("mutation-needs-post", "Mutations are taken over POST only"),
    (
        "subscription-needs-websocket",
        "Subscriptions are not answered over plain HTTP",
    ),
    (
        "query-too-large",
        "The document has too many bytes or tokens",
    ),
    ("query-too-deep", "The document nests too deeply"),
    (
        "query-too-complex",
        "The document asks for too many fields, counted with its fragments",
    ),
    ("too-many-aliases", "The document has too many aliases"),
    (
        "too-many-directives",
        "The document has too many directives",
    ),
    ("fragment-cycle", "A fragment spreads itself"),
    ("query-syntax", "The document cannot be parsed"),
    ("query-invalid", "The document does not fit the schema"),
    (
        "argument-invalid",
        "An argument's value does not fit its type",
    ),
    (
        "variable-missing",
        "A variable that is needed was not given",
    ),
];
