//! One figure: the text of a cell into stored units, or what is wrong with it.

use super::shortened;
use crate::domain::datasets::Measure;
use entity::values::Hundredths;

/// Reads one figure into stored units, or says what is wrong with it.
pub(super) fn figure(measure: &Measure, text: &str) -> Result<i64, (&'static str, String)> {
    let shown = shortened(text);
    let unsigned = text.strip_prefix(['-', '\u{2212}']).unwrap_or(text);
    if text.starts_with(['<', '>', '~', '\u{2264}']) {
        return Err((
            "not-exact",
            format!(
                "\u{201c}{shown}\u{201d} is not a figure: exact counts are recorded here, rounding comes later."
            ),
        ));
    }
    if text.contains([',', '\u{a0}', '\u{202f}', '\'', '\u{2019}', ' '])
        && text.chars().filter(char::is_ascii_digit).count() > 0
    {
        return Err((
            "thousands-separator",
            format!(
                "\u{201c}{shown}\u{201d}: write figures without separators, and decimals with a full stop."
            ),
        ));
    }
    let Ok(value) = unsigned.parse::<Hundredths>() else {
        return Err(unreadable(measure, unsigned, &shown));
    };
    if unsigned.len() < text.len() && value.0 != 0 {
        return Err(("negative", format!("{} cannot be negative.", measure.title)));
    }
    let most = measure.unit.most();
    if value.0 > most * 100 {
        return Err(("too-large", format!("At most {most} is taken.")));
    }
    match measure.unit.scale() {
        1 if value.0 % 100 != 0 => Err(("fractional", whole_numbers(measure))),
        1 => Ok(value.0 / 100),
        _ => Ok(value.0),
    }
}

/// Why a text is no figure that can be stored: digits beyond its decimals or its size, or no digits at all.
fn unreadable(measure: &Measure, unsigned: &str, shown: &str) -> (&'static str, String) {
    let (units, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(units) && digits(part)) {
        let message = format!("\u{201c}{shown}\u{201d} is not a number in plain digits.");
        return ("not-a-number", message);
    }
    if part.trim_end_matches('0').len() <= 2 {
        return (
            "too-large",
            format!("At most {} is taken.", measure.unit.most()),
        );
    }
    if measure.unit.scale() == 1 {
        return ("fractional", whole_numbers(measure));
    }
    let message = format!("\u{201c}{shown}\u{201d} has more than two decimals.");
    ("too-precise", message)
}

fn whole_numbers(measure: &Measure) -> String {
    format!(
        "{} counts {}: whole numbers only.",
        measure.title,
        measure.unit.as_str()
    )
}
