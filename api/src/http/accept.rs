//! Which form an answer takes (RFC 9110, section 12.5.1).

use crate::fault::{Fault, Result};
use actix_web::HttpRequest;
use actix_web::http::header;

/// The form the caller likes best of those on offer; the first of them where all are liked the same, or nothing is said.
///
/// # Errors
/// [`Fault::NotAcceptable`] where none is liked.
pub fn choose(request: &HttpRequest, offered: &'static [&'static str]) -> Result<&'static str> {
    let said: Vec<&str> = request
        .headers()
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .collect();
    best(&said.join(","), offered).ok_or(Fault::NotAcceptable { offered })
}

fn best(said: &str, offered: &'static [&'static str]) -> Option<&'static str> {
    if said.trim().is_empty() {
        return offered.first().copied();
    }
    let ranges: Vec<Range<'_>> = said.split(',').filter_map(Range::read).collect();
    let mut best: Option<(u16, &'static str)> = None;
    for form in offered {
        let (kind, _) = form.split_once('/').unwrap_or((form, ""));
        let (name, parameters) = form.split_once(';').unwrap_or((form, ""));
        // The range that says most about the form decides: it itself, with its version first, its kind, anything.
        let liked = [name.to_owned(), format!("{kind}/*"), "*/*".to_owned()]
            .iter()
            .find_map(|wanted| {
                let ranges = ranges.iter();
                ranges
                    .filter(|range| range.is(wanted, version(parameters)))
                    .max_by_key(|range| range.version.is_some())
            })
            .map_or(0, |range| range.quality);
        if liked > best.map_or(0, |(quality, _)| quality) {
            best = Some((liked, form));
        }
    }
    best.map(|(_, form)| form)
}

/// A media range, the version it asks for, and its quality in thousandths; 0 for one that is not understood.
struct Range<'a> {
    name: &'a str,
    version: Option<&'a str>,
    quality: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
        let quality = parameter(parameters, "q");
        Some(Self {
            name: Some(name.trim()).filter(|name| name.contains('/'))?,
            version: version(parameters),
            quality: quality.map_or(1_000, thousandths),
        })
    }

    /// Whether it names a form; one that asks for no version is content with any, other parameters do not matter.
    fn is(&self, name: &str, version: Option<&str>) -> bool {
        self.name.eq_ignore_ascii_case(name) && self.version.is_none_or(|own| version == Some(own))
    }
}

fn version(parameters: &str) -> Option<&str> {
    parameter(parameters, "version").map(|version| version.trim_matches('"'))
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = parameters.split(';').filter_map(|one| one.split_once('='));
    let found = pairs.find(|(one, _)| one.trim().eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

fn thousandths(text: &str) -> u16 {
    let (units, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let part = format!("{:0<3}", part.chars().take(3).collect::<String>());
    match (units, part.parse::<u16>()) {
        ("1", Ok(0)) => 1_000,
        ("0" | "", Ok(part)) => part,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn the_form_liked_best_is_chosen() {
        const OFFERED: &[&str] = &["application/json", "application/x-ndjson", "text/csv"];
        for (said, wanted) in [
            ("", Some("application/json")),
            ("*/*", Some("application/json")),
            ("text/csv", Some("text/csv")),
            ("text/*", Some("text/csv")),
            ("TEXT/CSV; header=present", Some("text/csv")),
            ("application/json;q=0.5, text/csv", Some("text/csv")),
            ("application/*", Some("application/json")),
            (
                "application/json;q=0, application/*",
                Some("application/x-ndjson"),
            ),
            (
                "application/json;q=0.1, */*;q=0.2",
                Some("application/x-ndjson"),
            ),
            ("image/png", None),
            ("text/csv;q=0", None),
            ("nonsense", None),
        ] {
            assert_eq!(best(said, OFFERED), wanted, "{said}");
        }
    }

    #[test]
    fn a_version_is_asked_for_or_left_open() {
        const OFFERED: &[&str] = &["application/json", "application/x+csv;version=2.0.0"];
        let data = Some("application/x+csv;version=2.0.0");
        for (said, wanted) in [
            ("application/x+csv", data),
            ("application/x+csv;version=2.0.0", data),
            ("application/x+csv; version=\"2.0.0\"; q=0.9", data),
            ("application/x+csv;labels=id;version=2.0.0", data),
            ("application/x+csv;version=1.0.0", None),
            (
                "application/x+csv;version=1.0.0, */*;q=0.1",
                Some("application/json"),
            ),
        ] {
            assert_eq!(best(said, OFFERED), wanted, "{said}");
        }
    }
}
