//! The words, numbers and marks of a short text, with their places, so that what is not understood can be quoted.
//!
//! No meaning is given to anything here.

/// What kind of characters a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Mark,
}

/// One word, one run of digits or one mark.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    /// Byte offset in the text.
    start: usize,
}

/// A text taken apart. Indexes beyond the end are answered with `None`.
pub(super) struct Tokens<'a>(Vec<Token<'a>>);

impl<'a> Tokens<'a> {
    /// Takes a text apart; white space separates and is left out.
    pub(super) fn scan(raw: &'a str) -> Self {
        let mut tokens = Vec::new();
        let mut chars = raw.char_indices().peekable();
        while let Some((start, first)) = chars.next() {
            if first.is_whitespace() {
                continue;
            }
            let kind = kind_of(first);
            let mut end = start + first.len_utf8();
            while kind != Kind::Mark
                && let Some((at, next)) = chars.next_if(|(_, c)| kind_of(*c) == kind)
            {
                end = at + next.len_utf8();
            }
            let text = raw.get(start..end).unwrap_or_default();
            tokens.push(Token { kind, text, start });
        }
        Self(tokens)
    }

    /// Byte offset at which a token begins.
    pub(super) fn start(&self, at: usize) -> Option<usize> {
        self.0.get(at).map(|token| token.start)
    }

    /// Byte offset just after a token.
    pub(super) fn end(&self, at: usize) -> Option<usize> {
        self.0.get(at).map(|token| token.start + token.text.len())
    }

    /// Whether a token follows the one before it without white space.
    pub(super) fn glued(&self, at: usize) -> bool {
        at > 0 && self.start(at).is_some() && self.end(at - 1) == self.start(at)
    }

    /// Whether the number here is the rest of another, as `02` is in `31/02/2022`.
    pub(super) fn continues_number(&self, at: usize) -> bool {
        let joined = self.glued(at) && self.glued(at - 1) && self.is_mark(at - 1, &['/', '-', '.']);
        joined && at > 1 && self.number(at - 2, 1..=2).is_some()
    }

    /// The word here, in lower case.
    pub(super) fn word(&self, at: usize) -> Option<String> {
        self.text(at, Kind::Word).map(str::to_lowercase)
    }

    /// Whether one of these (lower-case) words stands here.
    pub(super) fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.word(at)
            .is_some_and(|word| words.contains(&word.as_str()))
    }

    /// The number here when it is written with `digits` digits.
    pub(super) fn number(&self, at: usize, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        self.text(at, Kind::Number)
            .filter(|text| digits.contains(&text.len()))?
            .parse()
            .ok()
    }

    /// Whether one of these marks stands here.
    pub(super) fn is_mark(&self, at: usize, marks: &[char]) -> bool {
        self.text(at, Kind::Mark)
            .is_some_and(|text| text.chars().all(|c| marks.contains(&c)))
    }

    fn text(&self, at: usize, kind: Kind) -> Option<&'a str> {
        self.0
            .get(at)
            .filter(|token| token.kind == kind)
            .map(|token| token.text)
    }
}

fn kind_of(c: char) -> Kind {
    if c.is_ascii_digit() {
        Kind::Number
    } else if c.is_alphabetic() {
        Kind::Word
    } else {
        Kind::Mark
    }
}
