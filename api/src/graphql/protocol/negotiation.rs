//! Which of the two media types answers a request (RFC 9110 section 12.5.1), and which one its body may have.
//!
//! Preferences are compared in thousandths; there is no floating point here.

use super::RequestFault;

/// The media types of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status says whether anything was executed.
    GraphqlResponse,
    /// `application/json`: 200 for every well-formed request.
    Json,
}

impl MediaType {
    /// The `Content-Type` of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    fn subtype(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "graphql-response+json",
            Self::Json => "json",
        }
    }
}

/// The client takes neither media type: status 406.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("answers are application/graphql-response+json or application/json")]
pub struct NotAcceptable;

impl NotAcceptable {
    /// The stable code.
    pub const CODE: &'static str = "not-acceptable";
    /// The HTTP status. The body may be sent as `application/json` nevertheless.
    pub const STATUS: u16 = 406;
}

/// How exactly a range names a media type; the most exact range decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    Anything,
    AnySubtype,
    Named,
}

/// Chooses the media type for an `Accept` header (several headers joined by commas). Without one, and between equals,
/// it is `application/json`, unless the client names `application/graphql-response+json` itself.
pub fn negotiate(accept: Option<&str>) -> Result<MediaType, NotAcceptable> {
    let accept = accept.unwrap_or_default();
    if accept.trim().is_empty() {
        return Ok(MediaType::Json);
    }
    let modern = preference(accept, MediaType::GraphqlResponse);
    let legacy = preference(accept, MediaType::Json);
    match (modern, legacy) {
        (None, None) => Err(NotAcceptable),
        (Some(_), None) => Ok(MediaType::GraphqlResponse),
        (None, Some(_)) => Ok(MediaType::Json),
        (Some((modern, exactness)), Some((legacy, _))) => {
            if modern > legacy || (modern == legacy && exactness == Exactness::Named) {
                Ok(MediaType::GraphqlResponse)
            } else {
                Ok(MediaType::Json)
            }
        }
    }
}

/// The weight, in thousandths and above 0, that the header gives a media type, and how exactly it names it.
fn preference(accept: &str, media: MediaType) -> Option<(u16, Exactness)> {
    let (exactness, weight) = elements(accept, ',')
        .filter_map(|range| matching(range, media))
        .max()?;
    (weight > 0).then_some((weight, exactness))
}

/// How one media range matches; none for a range that does not, or is not well formed.
fn matching(range: &str, media: MediaType) -> Option<(Exactness, u16)> {
    let mut parts = elements(range, ';');
    let (kind, subtype) = parts.next()?.trim().split_once('/')?;
    let exactness = match (kind, subtype) {
        ("*", "*") => Exactness::Anything,
        _ if !kind.eq_ignore_ascii_case("application") => return None,
        (_, "*") => Exactness::AnySubtype,
        _ if subtype.eq_ignore_ascii_case(media.subtype()) => Exactness::Named,
        _ => return None,
    };
    let mut weight = 1_000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            weight = thousandths(value.trim())?;
        } else if !is_utf8_if_charset(name, value) {
            return None;
        }
    }
    Some((exactness, weight))
}

/// A weight of RFC 9110 section 12.4.2: 0 to 1 with at most three digits after the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1_000),
        _ => None,
    }
}

/// Whether a body of this `Content-Type` is read: `application/json`, in UTF-8. Everything else is refused, not least
/// the types that a form on a foreign page can send (RFC 9110, Fetch: "simple" requests).
pub fn check_content_type(header: Option<&str>) -> Result<(), RequestFault> {
    let mut parts = elements(header.unwrap_or_default(), ';');
    let named = parts
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let readable = parts.all(|parameter| {
        parameter.trim().is_empty()
            || parameter
                .split_once('=')
                .is_some_and(|(name, value)| is_utf8_if_charset(name, value))
    });
    if named && readable {
        Ok(())
    } else {
        Err(RequestFault::UnsupportedMediaType)
    }
}

fn is_utf8_if_charset(name: &str, value: &str) -> bool {
    let value = value.trim().trim_matches('"');
    !name.trim().eq_ignore_ascii_case("charset")
        || value.eq_ignore_ascii_case("utf-8")
        || value.eq_ignore_ascii_case("utf8")
}

/// The elements of a list, a separator within quotes being part of its element.
fn elements(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter: char| {
        let begins_quote = letter == '"' && !escaped;
        escaped = quoted && letter == '\\' && !escaped;
        quoted ^= begins_quote;
        letter == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::MediaType::{GraphqlResponse, Json};
    use super::*;

    #[test]
    fn the_media_type_follows_the_accept_header() {
        for (accept, expected) in [
            (None, Ok(Json)),
            (Some(""), Ok(Json)),
            (Some("*/*"), Ok(Json)),
            (Some("application/*"), Ok(Json)),
            (Some("application/json"), Ok(Json)),
            (
                Some("application/graphql-response+json"),
                Ok(GraphqlResponse),
            ),
            (
                Some("Application/GraphQL-Response+JSON; Charset=\"UTF-8\""),
                Ok(GraphqlResponse),
            ),
            (
                Some("application/graphql-response+json, application/json;q=0.9"),
                Ok(GraphqlResponse),
            ),
            (
                Some("application/json, application/graphql-response+json"),
                Ok(GraphqlResponse),
            ),
            (
                Some("application/json, application/graphql-response+json;q=0.9"),
                Ok(Json),
            ),
            (
                Some("application/graphql-response+json;q=0.001, application/json;q=0"),
                Ok(GraphqlResponse),
            ),
            (Some("application/json, multipart/mixed"), Ok(Json)),
            (Some("application/json, */*"), Ok(Json)),
            (
                Some("application/graphql-response+json, */*"),
                Ok(GraphqlResponse),
            ),
            (
                Some("application/graphql-response+json;q=0.2, */*;q=0.1"),
                Ok(GraphqlResponse),
            ),
            (
                Some("application/graphql-response+json;q=0.1, */*;q=0.2"),
                Ok(Json),
            ),
            (Some("application/json;q=0, */*"), Ok(GraphqlResponse)),
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                Ok(Json),
            ),
            (
                Some("text/html;note=\"a,application/json\", application/json;q=0.5"),
                Ok(Json),
            ),
            (
                Some("text/html;note=\"a,application/json\""),
                Err(NotAcceptable),
            ),
            (Some("text/html"), Err(NotAcceptable)),
            (Some("*/*;q=0"), Err(NotAcceptable)),
            (Some("application/json;q=0.0"), Err(NotAcceptable)),
            (Some("application/json;q=2"), Err(NotAcceptable)),
            (Some("application/json;q=0.1234"), Err(NotAcceptable)),
            (Some("application/json;charset=utf-16"), Err(NotAcceptable)),
            (Some("json"), Err(NotAcceptable)),
            (Some("application/jsonx"), Err(NotAcceptable)),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn weights_are_read_as_the_standard_writes_them() {
        for (text, expected) in [
            ("1", Some(1_000)),
            ("1.", Some(1_000)),
            ("1.000", Some(1_000)),
            ("0", Some(0)),
            ("0.5", Some(500)),
            ("0.05", Some(50)),
            ("0.005", Some(5)),
            ("1.001", None),
            ("-0.5", None),
            ("0.+5", None),
            (".5", None),
            ("", None),
        ] {
            assert_eq!(thousandths(text), expected, "{text}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        for header in [
            "application/json",
            "application/json; charset=utf-8",
            "APPLICATION/JSON;charset=\"UTF-8\"",
            "application/json;",
            "application/json; version=1",
        ] {
            assert_eq!(check_content_type(Some(header)), Ok(()), "{header}");
        }
        for header in [
            "",
            "text/plain",
            "text/plain; application/json",
            "application/json, text/plain",
            "application/jsonx",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=iso-8859-1",
            "application/json; charset",
        ] {
            let fault = Err(RequestFault::UnsupportedMediaType);
            assert_eq!(check_content_type(Some(header)), fault, "{header}");
        }
        assert!(check_content_type(None).is_err());
    }
}
