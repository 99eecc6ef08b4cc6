//! The id of a request: the caller's own where it is sane, else a new one.

use actix_web::http::header::HeaderMap;

/// Longest id taken from a caller, in characters.
const LONGEST: usize = 64;

/// `X-Request-Id`, else the trace id of `traceparent` (W3C Trace Context, section 3.2), else 128 random bits.
pub(super) fn of(headers: &HeaderMap) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    header("x-request-id")
        .filter(|id| is_sane(id))
        .or_else(|| header("traceparent").and_then(trace_id))
        .map_or_else(random, str::to_owned)
}

/// What may stand in a log line and a header without being mistaken for anything else.
fn is_sane(id: &str) -> bool {
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(sane)
}

fn trace_id(traceparent: &str) -> Option<&str> {
    let id = traceparent.split('-').nth(1)?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let sane = is_sane(traceparent) && id.len() == 32 && id.bytes().all(hex);
    (sane && id.bytes().any(|byte| byte != b'0')).then_some(id)
}

/// Should the generator fail, the id is all zeros: a request is not refused for want of an id.
fn random() -> String {
    let mut bytes = [0_u8; 16];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        bytes = [0; 16];
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}
