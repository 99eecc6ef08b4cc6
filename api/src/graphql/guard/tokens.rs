//! How many tokens a document has and how deep its brackets go, found on its bytes without recursion.
//!
//! The parser recurses once per bracket without a bound, so 100 kB of `{` would end the process; and it spends some
//! microseconds and several hundred bytes on each token. This scan must see strings exactly as the parser does: a
//! string that the scan skips and the parser does not would carry brackets past it. Therefore a string without its end
//! is refused here, instead of guessed about: the parser reads an unfinished `"""` as an empty string followed by
//! something else.

use super::{GuardFault, Limits, measure::count};
use async_graphql_parser::Pos;

/// Refuses too many brackets open at once (`{`, `[`, `(` alike), too many tokens, and strings without an end. Brackets
/// that do not match are left to the parser. Every mark counts as a token, `...` as three.
pub(super) fn scan(source: &str, limits: &Limits) -> Result<(), GuardFault> {
    let bytes = source.as_bytes();
    let (mut open, mut tokens): (usize, u64) = (0, 0);
    let mut at: usize = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b',' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = after_comment(bytes, at);
                continue;
            }
            _ => tokens = tokens.saturating_add(1),
        }
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > limits.max_brackets {
            return Err(GuardFault::TooDeep {
                what: "brackets",
                limit: count(limits.max_brackets),
                at: Some(place(source, at)),
            });
        }
        at = match byte {
            b'"' => after_string(bytes, at).ok_or_else(|| GuardFault::Syntax {
                message: "a string is not closed".to_owned(),
                at: Some(place(source, at)),
            })?,
            _ if is_word(byte) => after_word(bytes, at),
            _ => at + 1,
        };
    }
    super::within("tokens", tokens, limits.max_tokens)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn after_word(bytes: &[u8], start: usize) -> usize {
    bytes
        .iter()
        .skip(start)
        .position(|&byte| !is_word(byte))
        .map_or(bytes.len(), |length| start + length)
}

/// The place after the string that opens at `start`.
fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start..)?.starts_with(b"\"\"\"") {
        after_block_string(bytes, start + 3)
    } else {
        after_plain_string(bytes, start + 1)
    }
}

fn after_block_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        if rest.is_empty() {
            return None;
        } else if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return Some(at + 3);
        } else {
            at += 1;
        }
    }
}

fn after_plain_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' if !matches!(bytes.get(at + 1)?, b'\n' | b'\r') => at + 2,
            _ => at + 1,
        };
    }
}

fn after_comment(bytes: &[u8], start: usize) -> usize {
    bytes
        .iter()
        .skip(start)
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |length| start + length)
}

/// Line and column, from 1, columns in characters, of a byte that begins a character.
fn place(source: &str, at: usize) -> Pos {
    let before = source.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::*;

    fn code(source: &str) -> Result<(), &'static str> {
        scan(source, &Limits::default()).map_err(|fault| fault.code())
    }

    #[test]
    fn a_hundred_thousand_brackets_are_refused_with_their_place() {
        for bracket in ["{", "[", "(", "{a", "(a:[", "{a(b:{c:"] {
            assert_eq!(
                code(&bracket.repeat(100_000)),
                Err("query-too-deep"),
                "{bracket}"
            );
        }
        let limits = Limits {
            max_brackets: 2,
            ..Limits::default()
        };
        let fault = scan("{\n é {[", &limits).unwrap_err();
        assert_eq!(fault.at(), Some(Pos { line: 2, column: 5 }));
        assert_eq!(
            code(&format!("{}{}", "[".repeat(64), "]".repeat(64))),
            Ok(())
        );
        assert_eq!(code(&"[".repeat(65)), Err("query-too-deep"));
        assert_eq!(code(&"[]".repeat(10_000)), Ok(()));
    }

    #[test]
    fn tokens_are_counted_without_what_is_ignored() {
        for (source, tokens) in [
            ("", 0),
            (" \t\r\n,", 0),
            ("# a b c", 0),
            ("{ab_1,c}", 4),
            ("a:-1.5", 6),
            ("...a", 4),
            ("\"a b c\"\"d\"\"\"\"e f\"\"\"", 3),
        ] {
            let limits = |max_tokens| Limits {
                max_tokens,
                ..Limits::default()
            };
            assert_eq!(scan(source, &limits(tokens)), Ok(()), "{source}");
            if let Some(fewer) = tokens.checked_sub(1) {
                let fault = scan(source, &limits(fewer)).unwrap_err();
                assert_eq!(fault.code(), "query-too-complex", "{source}");
            }
        }
    }

    #[test]
    fn closing_brackets_first_gain_no_room() {
        let source = format!("{}{}", "}".repeat(1_000), "{".repeat(65));
        assert_eq!(code(&source), Err("query-too-deep"));
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "{[(".repeat(50);
        assert_eq!(code(&format!("{{a(x:\"{many}\")}}")), Ok(()));
        assert_eq!(code(&format!("{{a(x:\"\\\"{many}\")}}")), Ok(()));
        assert_eq!(
            code(&format!("{{a(x:\"\"\"{many}\n\"{many}\"\"\")}}")),
            Ok(())
        );
        assert_eq!(
            code(&format!("{{a(x:\"\"\"\\\"\"\"{many}\"\"\")}}")),
            Ok(())
        );
        assert_eq!(code(&format!("#{many}\r{{a}}")), Ok(()));
        assert_eq!(code(&format!("{{a}}#{many}")), Ok(()));
    }

    #[test]
    fn brackets_after_the_end_of_a_string_or_comment_count() {
        let many = "[".repeat(65);
        for before in [
            "\"\"",
            "\"a\\\\\"",
            "\"\"\"\"\"\"",
            "\"\"\"a\\\"\"\"b\"\"\"",
            "#\n",
            "#\r",
            "#\"\n",
        ] {
            assert_eq!(
                code(&format!("{before}{many}")),
                Err("query-too-deep"),
                "{before}"
            );
        }
    }

    #[test]
    fn a_string_without_an_end_hides_nothing() {
        // The parser would read the first of these as "" and "a" and then 100,000 brackets.
        for open in [
            "\"\"\"a\"",
            "\"",
            "\"a\n",
            "\"a\\\n",
            "\"\\",
            "\"\"\"\\\"\"\"",
        ] {
            let source = format!("{{a(x:[{open} {}", "[".repeat(100_000));
            assert_eq!(code(&source), Err("query-syntax"), "{open}");
        }
    }
}
