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
    let ranges: Vec<(&str, u16)> = said.split(',').filter_map(range).collect();
    let mut best: Option<(u16, &'static str)> = None;
    for form in offered {
        let (kind, _) = form.split_once('/').unwrap_or((form, ""));
        // The range that says most about the form decides: it itself, its kind, anything.
        let liked = [(*form).to_owned(), format!("{kind}/*"), "*/*".to_owned()]
            .iter()
            .find_map(|wanted| {
                ranges
                    .iter()
                    .find(|(range, _)| range.eq_ignore_ascii_case(wanted))
            })
            .map_or(0, |(_, quality)| *quality);
        if liked > best.map_or(0, |(quality, _)| quality) {
            best = Some((liked, form));
        }
    }
    best.map(|(_, form)| form)
}

/// A media range and its quality in thousandths; 0 for one that is not understood.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| range.contains('/'))?;
    let quality =
        parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((range, quality.map_or(1_000, thousandths)))
}

fn thousandths(text: &str) -> u16 {
    let (units, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let part = format!("{:0<3}", part.chars().take(3).collect::<String>());
    match (units, part.parse::<u16>()) {
        ("1", Ok(0)) => 1_000,
        ("0", Ok(part)) => part,
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
}
