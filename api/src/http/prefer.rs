//! `Prefer` (RFC 7240): a caller who does not need the answer's body may say so.

use super::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
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
        let values = request.headers().get_all(PREFER);
        let values = values.filter_map(|value| value.to_str().ok());
        ready(Ok(Self::read(values)))
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

    /// The answer without a body, to a change that led to `version`.
    pub fn minimal_answer(version: i64) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header((header::ETAG, format!("\"{version}\"")))
            .insert_header((PREFERENCE_APPLIED, "return=minimal"))
            .finish()
    }
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
