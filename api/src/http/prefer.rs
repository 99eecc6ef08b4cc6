//! `Prefer: return=minimal` (RFC 7240): a change is answered with its entity tag alone.

use super::idempotency::changes;
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// The header of the request.
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The header of an answer that heeds it.
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Whether the caller prefers an answer without a body. The first `return` counts (RFC 7240, section 2).
pub fn minimal(headers: &HeaderMap) -> bool {
    let preferences = headers
        .get_all(PREFER)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut returns = preferences.filter_map(|preference| {
        let (name, value) = preference.split(';').next()?.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("return")
            .then(|| value.trim().trim_matches('"'))
    });
    returns.next() == Some("minimal")
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
    let wanted = minimal(request.headers()) && changes(request.method().as_str(), request.path());
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
    headers.insert(APPLIED, HeaderValue::from_static("return=minimal"));
    Ok(ServiceResponse::new(
        request,
        response.set_body(BoxBody::new(())),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_return_counts() {
        for (values, wanted) in [
            (&["return=minimal"][..], true),
            (&["respond-async, Return = \"minimal\"; foo=bar"], true),
            (&["respond-async", "return=minimal"], true),
            (&["return=representation, return=minimal"], false),
            (&["return", "minimal"], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            assert_eq!(minimal(&headers), wanted, "{values:?}");
        }
    }
}
