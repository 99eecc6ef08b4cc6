//! `Prefer` (RFC 7240): a caller who does not need the answer's body may say so.

use super::Problem;
use super::idempotency::changes;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use std::future::{Ready, ready};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What the caller prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// `return=minimal`: whether it was done, not what it looks like now.
    pub minimal: bool,
}

impl FromRequest for Prefer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

impl Prefer {
    /// Reads the header's values; of a preference that is stated twice, the first counts. What is not understood is
    /// passed over.
    fn read<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let wanted = values
            .flat_map(|value| value.split(','))
            .filter_map(|one| one.split(';').next()?.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("return"));
        Self {
            minimal: wanted.is_some_and(|(_, value)| value.trim().trim_matches('"') == "minimal"),
        }
    }

    /// What a request prefers.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(PREFER);
        Self::read(values.filter_map(|value| value.to_str().ok()))
    }

    /// The answer without a body, to a change that led to `version`.
    pub fn minimal_answer(version: i64) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header((header::ETAG, format!("\"{version}\"")))
            .insert_header((PREFERENCE_APPLIED, "return=minimal"))
            .finish()
    }
}

/// Middleware, for [`actix_web::middleware::from_fn`]: leaves the representation out of the answer to a change, where
/// the caller prefers that. 200 becomes 204; 201 stays, with its `Location`.
///
/// # Errors
/// Those of the services within.
pub async fn preferred<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wanted =
        Prefer::of(request.headers()).minimal && changes(request.method().as_str(), request.path());
    let answer = next.call(request).await?.map_into_boxed_body();
    // What creates a thing that is named nowhere but in the answer says so there, whatever is preferred.
    let dispensable = match answer.status() {
        StatusCode::OK | StatusCode::NO_CONTENT => true,
        StatusCode::CREATED => answer.headers().contains_key(header::LOCATION),
        _ => false,
    };
    if !wanted || !dispensable {
        return Ok(answer);
    }
    let (request, mut response) = answer.into_parts();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(
        PREFERENCE_APPLIED,
        HeaderValue::from_static("return=minimal"),
    );
    Ok(ServiceResponse::new(
        request,
        response.set_body(BoxBody::new(())),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_statement_counts() {
        let minimal = |values: &[&str]| Prefer::read(values.iter().copied()).minimal;
        for values in [
            &["return=minimal"][..],
            &["respond-async, return=minimal"],
            &["wait=10", "Return = \"minimal\"; foo=bar"],
            &["return=minimal, return=representation"],
        ] {
            assert!(minimal(values), "{values:?}");
        }
        for values in [
            &[][..],
            &["return=representation"],
            &["minimal"],
            &["return"],
            &["return=representation, return=minimal"],
        ] {
            assert!(!minimal(values), "{values:?}");
        }
    }
}
