//! Words in messages: how far two are apart, and how a rejected value is quoted.

use super::mask::masked_url;

const QUOTED: usize = 40;

/// Levenshtein distance in characters.
pub(super) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&right) {
            let here = (diagonal + usize::from(letter != *other))
                .min(before + 1)
                .min(*cell + 1);
            diagonal = *cell;
            *cell = here;
            before = here;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A rejected value in quotes, cut short; a URL that went to the wrong key still shows no password.
pub(super) fn quoted(value: &str) -> String {
    let masked = masked_url(value);
    let mut short: String = masked.chars().take(QUOTED).collect();
    if short.len() < masked.len() {
        short.push_str("...");
    }
    format!("{short:?}")
}
