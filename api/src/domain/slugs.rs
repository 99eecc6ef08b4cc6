//! A slug proposed from an institution's name.

use entity::values::Slug;

/// Words that stand before the part people call it by.
const PREFIXES: &[&str] = &[
    "the university of the ",
    "the university of ",
    "university of the ",
    "university of ",
    "the ",
];
/// Words that stand behind it.
const SUFFIXES: &[&str] = &[" university"];

/// Lancaster University gives `lancaster`, The University of Edinburgh `edinburgh`, UK Research and Innovation (UKRI)
/// `ukri`. `None` where nothing is left to make a slug of.
pub fn proposed(name: &str) -> Option<Slug> {
    let name = name.replace('\u{2019}', "'");
    let (whole, bracket) = name.split_once('(').unwrap_or((&name, ""));
    let abbreviation = bracket.trim_end_matches(')');
    // An abbreviation in brackets at the end is what people say.
    let called = if !abbreviation.is_empty()
        && abbreviation
            .chars()
            .all(|letter| letter.is_ascii_uppercase())
    {
        abbreviation.to_lowercase()
    } else {
        core(
            whole
                .to_lowercase()
                .split(',')
                .next()
                .unwrap_or_default()
                .trim(),
        )
        .to_owned()
    };
    let words: Vec<String> = called
        .replace('\'', "")
        .replace('&', "and")
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    words.join("-").parse().ok()
}

fn core(name: &str) -> &str {
    let name = PREFIXES
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    SUFFIXES
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_people_call_them() {
        for (name, slug) in [
            ("Lancaster University", "lancaster"),
            ("The University of Edinburgh", "edinburgh"),
            ("Edinburgh Napier University", "edinburgh-napier"),
            (
                "University of the West of England, Bristol",
                "west-of-england",
            ),
            ("King\u{2019}s College London", "kings-college-london"),
            ("UK Research and Innovation (UKRI)", "ukri"),
            ("SRUC (Scotland\u{2019}s Rural College)", "sruc"),
            ("University of St Andrews", "st-andrews"),
            (
                "University for the Creative Arts",
                "university-for-the-creative-arts",
            ),
        ] {
            assert_eq!(
                proposed(name).map(|slug| slug.to_string()).as_deref(),
                Some(slug)
            );
        }
        assert_eq!(proposed("?"), None);
    }
}
