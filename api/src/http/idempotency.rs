//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) on everything under `/v1` that changes something.
//!
//! No handler knows of it: the body is counted into a fingerprint while the handler reads it, the commit finds the
//! reservation by itself, and the answer is kept on its way out, unless it says `Cache-Control: no-store`.

use super::{Call, Limits, Problem};
use crate::access::{Fingerprint, Role};
use crate::fault::Fault;
use crate::operations::Service;
use crate::operations::idempotency::{self, Key, Repeatable, Reserved, StoredAnswer};
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError as _};
use futures::StreamExt as _;
use serde_json::{Map, Value};

/// The header of the request.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Headers of an answer that are kept with it.
const KEPT: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::ETAG,
    header::LOCATION,
    header::CONTENT_DISPOSITION,
];

/// Whether a request would change something, so that repeating it matters.
pub fn changes(method: &str, path: &str) -> bool {
    let asks = path.ends_with("/rows:check") || path.ends_with("/sector/query");
    path.starts_with("/v1/") && matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") && !asks
}

/// Middleware, for [`actix_web::middleware::from_fn`]; stands inside of what packs answers.
///
/// # Errors
/// Those of the services within; [`Fault::InvalidParameters`] for a key that is none, [`Fault::IdempotencyInProgress`],
/// [`Fault::IdempotencyKeyReused`], [`Fault::IdempotencyAnswerLost`].
pub async fn repeatable<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let concerned =
        request.headers().contains_key(KEY) && changes(request.method().as_str(), request.path());
    // Who shows no token, or none that is valid, is refused by whoever answers; such a key has no owner.
    let call = concerned
        .then(|| Call::of(request.request()).ok())
        .flatten()
        .filter(|call| call.caller.role() != Role::Anyone);
    let Some(call) = call else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let fingerprint = fingerprint(&request);
    match begin(&mut request, &call, fingerprint.clone()).await {
        // Rendered here and not further out, where the address it happened at is no longer known.
        Err(fault) => Ok(request.into_response(Problem(fault).error_response())),
        Ok(Begun::Again(answer)) => Ok(request.into_response(answer)),
        Ok(Begun::Fresh(held)) => {
            let payload = request.take_payload();
            request.set_payload(watched(payload, fingerprint));
            let reservation = Reservation {
                service: call.service,
                held: Some(held.clone()),
            };
            let outcome = idempotency::within(held, next.call(request)).await;
            reservation.finish(outcome).await
        }
    }
}

/// How a request with a key begins.
enum Begun {
    /// For the first time.
    Fresh(Repeatable),
    /// As a repetition, answered already.
    Again(HttpResponse),
}

async fn begin(
    request: &mut ServiceRequest,
    call: &Call,
    fingerprint: Fingerprint,
) -> Result<Begun, Fault> {
    let key = key(request.headers())?;
    match idempotency::reserve(&call.service, &call.caller, &key, fingerprint.clone()).await? {
        Reserved::Fresh(held) => Ok(Begun::Fresh(held)),
        Reserved::Busy => Err(Fault::IdempotencyInProgress),
        Reserved::Used {
            fingerprint: stored,
            answer,
        } => {
            read_through(request, &fingerprint).await?;
            if !fingerprint.matches(&stored) {
                return Err(Fault::IdempotencyKeyReused);
            }
            let answer = answer.ok_or(Fault::IdempotencyAnswerLost)?;
            replayed(&answer).map(Begun::Again)
        }
    }
}

/// The one key of a request.
fn key(headers: &HeaderMap) -> Result<Key, Fault> {
    let mut values = headers.get_all(KEY);
    match (values.next(), values.next()) {
        (Some(value), None) => Key::read(value.as_bytes()),
        _ => Err(idempotency::invalid()),
    }
}

/// The fingerprint of a request whose body comes later.
fn fingerprint(request: &ServiceRequest) -> Fingerprint {
    let header = |name| {
        request
            .headers()
            .get(name)
            .map(HeaderValue::as_bytes)
            .unwrap_or_default()
    };
    Fingerprint::of(&[
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
        request.query_string().as_bytes(),
        header(header::CONTENT_TYPE),
        header(header::CONTENT_ENCODING),
        header(header::IF_MATCH),
    ])
}

/// The same body, counted into the fingerprint as it is read.
fn watched(payload: Payload, fingerprint: Fingerprint) -> Payload {
    let end = fingerprint.clone();
    let body = payload.inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            fingerprint.update(chunk);
        }
    });
    let ended = futures::stream::poll_fn(move |_| {
        end.end();
        std::task::Poll::Ready(None)
    });
    Payload::Stream {
        payload: Box::pin(body.chain(ended)),
    }
}

/// Reads a body to its end for its fingerprint alone.
async fn read_through(
    request: &mut ServiceRequest,
    fingerprint: &Fingerprint,
) -> Result<(), Fault> {
    let limit = request
        .app_data::<Data<Limits>>()
        .map_or(0, |limits| limits.upload);
    let mut body = watched(request.take_payload(), fingerprint.clone());
    let mut read = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Fault::MalformedBody {
            place: format!("byte {read}"),
            reason: "the connection broke off".to_owned(),
        })?;
        read += chunk.len() as u64;
        if read > limit {
            return Err(Fault::BodyTooLarge { limit });
        }
    }
    Ok(())
}

/// A reservation that is given back if nobody waits for the answer any more.
struct Reservation {
    service: Data<Service>,
    held: Option<Repeatable>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // A server that is going down has no time left; the key is free in a minute.
        if let Some(held) = self.held.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let service = self.service.clone();
            runtime.spawn(async move { idempotency::release(&service, &held).await });
        }
    }
}

impl Reservation {
    /// Keeps the answer of a change, or gives the key back after a refusal.
    async fn finish<B: MessageBody + 'static>(
        mut self,
        outcome: Result<ServiceResponse<B>, Error>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let done = matches!(&outcome, Ok(answer) if answer.status().is_success());
        let Some(held) = self.held.clone() else {
            return Err(Problem(Fault::Internal).into());
        };
        if !done {
            idempotency::release(&self.service, &held).await;
            self.held = None;
            return Ok(outcome?.map_into_boxed_body());
        }
        let (request, answer) = outcome?.into_parts();
        let (head, body) = answer.into_parts();
        let body = to_bytes(body).await.map_err(|_| Problem(Fault::Internal))?;
        let shown_once = head
            .headers()
            .get(header::CACHE_CONTROL)
            .is_some_and(|value| value.as_bytes() == b"no-store");
        if let Ok(body) = std::str::from_utf8(&body)
            && !shown_once
        {
            let answer = StoredAnswer {
                status: head.status().as_u16(),
                headers: kept(head.headers()),
                body: body.to_owned(),
            };
            idempotency::keep(&self.service, &held, answer).await;
        }
        self.held = None;
        Ok(ServiceResponse::new(
            request,
            head.set_body(BoxBody::new(body)),
        ))
    }
}

/// The headers of an answer that are kept.
fn kept(headers: &HeaderMap) -> Value {
    let found = KEPT.iter().filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), Value::from(value)))
    });
    Value::Object(found.collect::<Map<_, _>>())
}

/// A kept answer, given again.
fn replayed(answer: &StoredAnswer) -> Result<HttpResponse, Fault> {
    let status = StatusCode::from_u16(answer.status).map_err(|_| Fault::Internal)?;
    let mut response = HttpResponse::build(status);
    for name in &KEPT {
        if let Some(value) = answer.headers[name.as_str()].as_str() {
            response.insert_header((name.clone(), value));
        }
    }
    response.insert_header((REPLAYED, "true"));
    Ok(response.body(answer.body.clone()))
}
