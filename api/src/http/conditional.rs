//! Entity tags and preconditions (RFC 9110, sections 8.8.3 and 13.1).

use super::Problem;
use crate::fault::Result;
use crate::operations::IfMatch;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use std::future::{Ready, ready};

/// `If-Match`, as the operations want it.
#[derive(Clone, Copy, Debug)]
pub struct IfMatchHeader(pub IfMatch);

impl FromRequest for IfMatchHeader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let value = request
            .headers()
            .get(header::IF_MATCH)
            .and_then(|value| value.to_str().ok());
        ready(Ok(Self(IfMatch::read(value))))
    }
}

/// An answer with the version of the thing as its entity tag, sent whole whatever the caller has: what is shown beside the
/// thing may change without it.
pub fn whole<T: Serialize>(
    version: i64,
    mut answer: HttpResponseBuilder,
    view: &T,
) -> HttpResponse {
    let tag = format!("\"{version}\"");
    answer.insert_header((header::ETAG, tag)).json(view)
}

/// Whether a reading request says that the caller has what this tag names.
pub fn known(request: &HttpRequest, tag: &str) -> bool {
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    // Compared weakly: a proxy that packs the answer makes its tag a weak one.
    let unchanged = known.is_some_and(|tags| {
        tags.trim() == "*"
            || tags.split(',').any(|known| {
                let known = known.trim();
                known.strip_prefix("W/").unwrap_or(known) == tag
            })
    });
    unchanged && request.method() == actix_web::http::Method::GET
}

/// An answer with the version of what it shows as its entity tag; 304 where the caller has it already.
pub fn tagged<T: Serialize>(
    request: &HttpRequest,
    version: i64,
    answer: HttpResponseBuilder,
    view: &T,
) -> HttpResponse {
    let tag = format!("\"{version}\"");
    if known(request, &tag) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish();
    }
    whole(version, answer, view)
}
