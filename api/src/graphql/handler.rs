//! GraphQL over HTTP: from a request's bytes to an answer's.
//!
//! The order is fixed, each step cheaper than what it protects: who calls, the bytes, the media types, the parameters,
//! the document's cost, the kind of operation, and only then the library. No rule of the service stands here.

use super::completion::{Shape, Types, complete, operation};
use super::guard::{self, GuardFault};
use super::page;
use super::protocol::{
    GraphqlRequest, MediaType, Method, NotAcceptable, Outcome, RequestFault, admit,
    check_content_type, error_body, from_json, from_query_string, kind_of, negotiate, status,
};
use super::schema::{Schema, sdl};
use super::session::Session;
use crate::fault::{Fault, Result as Checked};
use crate::http::{Body, Call, Problem};
use crate::telemetry::ProblemName;
use actix_web::guard::{Any, Get, Head};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, ServiceConfig, post, resource, route, to};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::{Request, Response, ServerError, Value, Variables};
use async_graphql_parser::Positioned;
use async_graphql_parser::types::{ExecutableDocument, OperationDefinition, VariableDefinition};
use serde::Serialize;
use std::future::ready;
use std::sync::LazyLock;

/// What the library refuses before it executes anything: names, types and arguments that the schema does not have.
const INVALID_DOCUMENT: &str = "query-invalid";
/// What it refuses while executing, before a resolver is asked: a value that its scalar does not take.
const INVALID_ARGUMENT: &str = "argument-invalid";

/// Longest name, in characters, repeated in a message.
const LONGEST_NAME: usize = 100;
/// A variable that must have a value and has none.
const VARIABLE_MISSING: &str = "variable-missing";

static SDL: LazyLock<String> = LazyLock::new(sdl);
static TYPES: LazyLock<Types> = LazyLock::new(|| Types::of(&SDL));

/// Registers the addresses of this face. Expects `Data<Service>`, `Data<Schema>` and `Data<Limits>` in the app.
pub fn configure(app: &mut ServiceConfig) {
    let reading = || route().guard(Any(Get()).or(Head()));
    let otherwise = |allow: &'static str| to(move || ready(not_allowed(allow)));
    app.service(
        resource("/graphql")
            .route(reading().to(read))
            .route(post().to(write))
            .default_service(otherwise("GET, HEAD, POST")),
    )
    .service(
        resource("/schema.graphql")
            .route(reading().to(definition))
            .default_service(otherwise("GET, HEAD")),
    )
    .service(
        resource("/graphiql")
            .route(reading().to(page::index))
            .default_service(otherwise("GET, HEAD")),
    )
    .service(
        resource("/graphiql/{file}")
            .route(reading().to(page::file))
            .default_service(otherwise("GET, HEAD")),
    );
}

fn not_allowed(allow: &str) -> Result<HttpResponse, Problem> {
    Err(Problem(Fault::MethodNotAllowed {
        allow: allow.to_owned(),
    }))
}

/// `GET /schema.graphql`
async fn definition() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(SDL.as_str())
}

/// `GET /graphql`: queries only, in the query string.
async fn read(http: HttpRequest, schema: Data<Schema>) -> Result<HttpResponse, Problem> {
    let call = Call::of(&http)?;
    Ok(
        match negotiate(header_text(&http, &header::ACCEPT)?.as_deref()) {
            Ok(media) => {
                respond(
                    &schema,
                    call,
                    media,
                    Method::Get,
                    from_query_string(http.query_string()),
                )
                .await
            }
            Err(refused) => not_acceptable(refused),
        },
    )
}

/// `POST /graphql`
async fn write(
    http: HttpRequest,
    body: Body,
    schema: Data<Schema>,
) -> Result<HttpResponse, Problem> {
    let call = Call::of(&http)?;
    let limit = body.limits()?.graphql;
    let bytes = body.bytes(limit, limit).await?;
    let media = match negotiate(header_text(&http, &header::ACCEPT)?.as_deref()) {
        Ok(media) => media,
        Err(refused) => return Ok(not_acceptable(refused)),
    };
    let kind = header_text(&http, &header::CONTENT_TYPE)?;
    let request = check_content_type(kind.as_deref()).and_then(|()| from_json(&bytes));
    Ok(respond(&schema, call, media, Method::Post, request).await)
}

/// A header's values, joined as one list.
fn header_text(http: &HttpRequest, name: &header::HeaderName) -> Checked<Option<String>> {
    let mut values = Vec::new();
    for value in http.headers().get_all(name) {
        let unreadable =
            |_| Fault::parameter(name.as_str(), "unknown-form", "This header is not text.");
        values.push(value.to_str().map_err(unreadable)?);
    }
    Ok((!values.is_empty()).then(|| values.join(", ")))
}

async fn respond(
    schema: &Schema,
    call: Call,
    media: MediaType,
    method: Method,
    request: Result<GraphqlRequest, RequestFault>,
) -> HttpResponse {
    let request = match request {
        Ok(request) => request,
        Err(fault) => return refused(&fault, media),
    };
    let document = match affordable(&request) {
        Ok(document) => document,
        Err(fault) => return too_much(&fault, media),
    };
    let admitted =
        kind_of(&document, request.operation_name.as_deref()).and_then(|kind| admit(kind, method));
    if let Err(fault) = admitted {
        return refused(&fault, media);
    }
    let Some(asked) = operation(&document, request.operation_name.as_deref()) else {
        return HttpResponse::from_error(Problem(Fault::Internal));
    };
    if let Some(missing) = missing_variable(asked, &request.variables) {
        return no_value(missing, media);
    }
    let shape = Shape::of(&TYPES, &document, asked);
    let variables = Variables::from_json(serde_json::Value::Object(request.variables));
    let mut executable = Request::new(request.query)
        .variables(variables)
        .data(Session::new(call));
    executable.operation_name = request.operation_name;
    executable.set_parsed_query(document);
    executed(&shape, schema.execute(executable).await, media)
}

/// The document, parsed and counted before the library sees it.
fn affordable(request: &GraphqlRequest) -> Result<ExecutableDocument, GuardFault> {
    let limits = guard::Limits::default();
    let document = guard::parse(&request.query, &limits)?;
    let counted = guard::check(&document, &limits)?;
    guard::check_variables(&counted, &request.variables, &limits)?;
    Ok(document)
}

/// A variable that may not be null and has neither a value nor a default. The library would find out at each field.
fn missing_variable<'d>(
    asked: &'d OperationDefinition,
    given: &serde_json::Map<String, serde_json::Value>,
) -> Option<&'d Positioned<VariableDefinition>> {
    asked.variable_definitions.iter().find(|defined| {
        let defined = &defined.node;
        let empty = given
            .get(defined.name.node.as_str())
            .map_or(defined.default_value.is_none(), serde_json::Value::is_null);
        empty && !defined.var_type.node.nullable
    })
}

fn no_value(missing: &Positioned<VariableDefinition>, media: MediaType) -> HttpResponse {
    let name: String = missing.node.name.node.chars().take(LONGEST_NAME).collect();
    let message = format!("the variable \"${name}\" needs a value");
    let body = error_body(&message, VARIABLE_MISSING, Some(missing.pos));
    problem(
        answer(
            status(Outcome::RequestError, media),
            media,
            serde_json::to_vec(&body),
        ),
        VARIABLE_MISSING,
    )
}

/// An answer with `data`.
#[derive(Serialize)]
struct Executed<'a> {
    data: &'a Value,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
}

/// An answer without: nothing was executed.
#[derive(Serialize)]
struct NotExecuted<'a> {
    errors: &'a [ServerError],
}

/// What the library gives back. Errors of execution bear the path of their field; without one, nothing was executed.
fn executed(shape: &Shape, mut response: Response, media: MediaType) -> HttpResponse {
    let began = response.errors.is_empty()
        || response.data != Value::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    let code = if began {
        INVALID_ARGUMENT
    } else {
        INVALID_DOCUMENT
    };
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    let errors = response.errors.as_slice();
    if began {
        let data = complete(shape, response.data, errors);
        let body = serde_json::to_vec(&Executed {
            data: &data,
            errors,
        });
        return answer(status(Outcome::Executed, media), media, body);
    }
    let answer = answer(
        status(Outcome::RequestError, media),
        media,
        serde_json::to_vec(&NotExecuted { errors }),
    );
    problem(answer, INVALID_DOCUMENT)
}

fn refused(fault: &RequestFault, media: MediaType) -> HttpResponse {
    let mut refused = answer(
        status(fault.outcome(), media),
        media,
        serde_json::to_vec(&fault.body()),
    );
    if let Some(allow) = fault.allow() {
        refused
            .headers_mut()
            .insert(header::ALLOW, header::HeaderValue::from_static(allow));
    }
    problem(refused, fault.code())
}

fn too_much(fault: &GuardFault, media: MediaType) -> HttpResponse {
    let body = error_body(&fault.to_string(), fault.code(), fault.at());
    problem(
        answer(
            status(Outcome::RequestError, media),
            media,
            serde_json::to_vec(&body),
        ),
        fault.code(),
    )
}

fn not_acceptable(refused: NotAcceptable) -> HttpResponse {
    let body = error_body(&refused.to_string(), NotAcceptable::CODE, None);
    problem(
        answer(
            NotAcceptable::STATUS,
            MediaType::Json,
            serde_json::to_vec(&body),
        ),
        NotAcceptable::CODE,
    )
}

fn answer(status: u16, media: MediaType, body: serde_json::Result<Vec<u8>>) -> HttpResponse {
    let Ok(body) = body else {
        return HttpResponse::from_error(Problem(Fault::Internal));
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, media.content_type()))
        .body(body)
}

/// Names the problem for the log.
fn problem(mut answer: HttpResponse, code: &'static str) -> HttpResponse {
    answer.extensions_mut().insert(ProblemName(code));
    answer
}
