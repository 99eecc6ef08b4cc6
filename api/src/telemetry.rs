//! What the service says of itself: one wide line per request, and the headers every answer bears.
//!
//! No token, body, query string or raw path comes into a line. The line is written when the answer's last byte is
//! handed over, or when the client has gone away before.

mod headers;
mod measured;
mod request_id;

#[cfg(test)]
mod tests;

use crate::config::LogFormat;
use crate::store::statements;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use measured::Measured;
use std::time::Instant;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

tokio::task_local! {
    /// The address of the request at hand, without its query string.
    static ADDRESS: String;
}

/// The address of the request at hand, which a problem names as its `instance`; empty outside a request.
pub fn address() -> String {
    ADDRESS.try_with(Clone::clone).unwrap_or_default()
}

/// The id of the request at hand; in its extensions, in the answer's `x-request-id`, in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Who calls, for the log: a client's or a user's id. Put into the request's extensions once the caller is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerName(pub String);

/// The stable code of the problem answered. Put into the extensions of the response, or of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemName(pub &'static str);

/// Sends log lines to standard error. Libraries are heard from warnings upwards only. The first call of a process
/// counts; gives back whether this was it.
pub fn init(format: LogFormat, level: Level) -> bool {
    let targets = Targets::new()
        .with_default(level.min(Level::WARN))
        .with_target("technician_metrics", level)
        .with_target("request", level);
    let registry = tracing_subscriber::registry().with(targets);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Human => registry.with(layer).try_init().is_ok(),
        LogFormat::Json => registry
            .with(layer.json().flatten_event(true))
            .try_init()
            .is_ok(),
    }
}

/// Everything worth knowing of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// See [`RequestId`].
    pub request_id: String,
    /// HTTP method.
    pub method: String,
    /// The pattern that matched, such as `/v1/institutions/{slug}`; `unmatched` where none did.
    pub route: String,
    /// Status of the answer.
    pub status: u16,
    /// Microseconds from the request's head to the answer's last byte; for an upgrade, to its head.
    pub duration_micros: u64,
    /// See [`CallerName`]; `anonymous` without one.
    pub caller: String,
    /// SQL statements sent before the answer's head.
    pub statements: u32,
    /// Bytes of the request's body as its `Content-Length` announced; 0 without one.
    pub bytes_in: u64,
    /// Bytes of the answer's body as handed over to the connection.
    pub bytes_out: u64,
    /// See [`ProblemName`].
    pub code: Option<&'static str>,
}

impl RequestLine {
    /// Writes the line: a warning where the service failed, information otherwise.
    pub fn emit(self) {
        // The macro wants its level at compile time.
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: "request",
                    $level,
                    request_id = self.request_id,
                    method = self.method,
                    route = self.route,
                    status = self.status,
                    duration_micros = self.duration_micros,
                    caller = self.caller,
                    statements = self.statements,
                    bytes_in = self.bytes_in,
                    bytes_out = self.bytes_out,
                    code = self.code,
                    "request"
                )
            };
        }
        if self.status >= 500 {
            line!(Level::WARN);
        } else {
            line!(Level::INFO);
        }
    }
}

/// The outermost middleware, for [`actix_web::middleware::from_fn`]: request id, line and headers.
///
/// # Errors
/// Those of the services within, turned into an answer that bears the same headers.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = request_id::of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut line = RequestLine {
        request_id: id,
        method: request.method().to_string(),
        route: "unmatched".to_owned(),
        status: 0,
        duration_micros: 0,
        caller: "anonymous".to_owned(),
        statements: 0,
        bytes_in: announced(request.headers()),
        bytes_out: 0,
        code: None,
    };
    if let Some(pattern) = request.match_pattern() {
        line.route = pattern;
    }
    let address = request.path().to_owned();
    let (outcome, statements) = statements(ADDRESS.scope(address, next.call(request))).await;
    line.statements = statements;
    match outcome {
        Ok(mut answer) => {
            if let Some(caller) = answer.request().extensions().get::<CallerName>() {
                line.caller.clone_from(&caller.0);
            }
            line.code = answer
                .request()
                .extensions()
                .get::<ProblemName>()
                .map(|name| name.0);
            finish(&mut line, answer.response_mut());
            Ok(answer.map_body(|head, body| measured(body, line, started, head.status)))
        }
        Err(error) => {
            // The request is gone with the services that failed; an error made into a response keeps its headers.
            let mut response = error.error_response();
            finish(&mut line, &mut response);
            let response =
                response.map_body(|head, body| measured(body, line, started, head.status));
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// What the response tells the line, and what the line tells the response.
fn finish<B>(line: &mut RequestLine, response: &mut HttpResponse<B>) {
    line.status = response.status().as_u16();
    if let Some(name) = response.extensions().get::<ProblemName>() {
        line.code = Some(name.0);
    }
    headers::add(response.headers_mut(), &line.request_id);
}

/// The body, counted. One whose size is known, or whose connection becomes something else, is not followed.
fn measured(
    body: impl MessageBody + 'static,
    mut line: RequestLine,
    started: Instant,
    status: StatusCode,
) -> BoxBody {
    match body.size() {
        BodySize::Stream if status != StatusCode::SWITCHING_PROTOCOLS => {
            BoxBody::new(Measured::new(body.boxed(), line, started))
        }
        size => {
            if let BodySize::Sized(bytes) = size {
                line.bytes_out = bytes;
            }
            line.duration_micros = measured::micros(started);
            line.emit();
            body.boxed()
        }
    }
}

fn announced(headers: &HeaderMap) -> u64 {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}
