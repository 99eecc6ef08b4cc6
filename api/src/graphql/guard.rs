//! What a GraphQL document may cost, decided before the library looks at it.
//!
//! The library's own checks walk fragments by expanding them, so a few hundred bytes of fragments that each spread the
//! next one twice cost it 2^n steps, inside the very checks meant to bound them; and its parser recurses once per
//! bracket. So the order here is fixed: bytes, tokens and brackets ([`tokens`]), parse, count ([`measure`]), and only
//! then the library. Every step is linear in the bytes of the document.
//!
//! Nothing here knows the schema, the caller or HTTP, and nothing here may expand a fragment.

mod measure;
mod tokens;

use async_graphql_parser::{Error as ParseError, Pos, parse_query, types::ExecutableDocument};
use serde::Serialize;
use serde_json::{Map, Value};

/// Longest text, in characters, taken over from the parser into a message: a name may be as long as the document.
const LONGEST_TEXT: usize = 200;

/// The bounds on one document. All counts are after fragments are put in the place of their spreads, and over all
/// operations of the document, since the library validates all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Size of the document, in bytes of UTF-8.
    pub max_document_bytes: usize,
    /// Names, numbers, strings and marks: what the parser's time and memory go by.
    pub max_tokens: u64,
    /// Brackets of any kind open at once: what the parser's stack must bear.
    pub max_brackets: usize,
    /// Levels of fields. The standard introspection query needs 15.
    pub max_depth: u64,
    /// Levels of fields, inline fragments and spreads together: what the library's stack must bear.
    pub max_nesting: u64,
    /// Fields.
    pub max_fields: u64,
    /// Fields at the root of the operations.
    pub max_root_fields: u64,
    /// Fields with an alias.
    pub max_aliases: u64,
    /// Directives, wherever they stand.
    pub max_directives: u64,
    /// Fragment definitions, used or not.
    pub max_fragments: u64,
    /// Values in arguments and defaults, each list, object and member counted as one.
    pub max_values: u64,
    /// Uses of variables times values in the variables: the library copies a variable's value at each use.
    pub max_variable_work: u64,
    /// Lists within lists below `__schema` or `__type` (`fields`, `interfaces`, `possibleTypes`, `inputFields`); each
    /// level multiplies the answer by the size of the schema. The standard introspection query needs 1.
    pub max_introspection_lists: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_document_bytes: 256 * 1024,
            max_tokens: 40_000,
            max_brackets: 64,
            max_depth: 16,
            max_nesting: 64,
            max_fields: 2_000,
            max_root_fields: 40,
            max_aliases: 60,
            max_directives: 50,
            max_fragments: 100,
            max_values: 20_000,
            max_variable_work: 1_000_000,
            max_introspection_lists: 2,
        }
    }
}

/// What a document was found to hold; each figure as in [`Limits`]. Sums saturate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Operations defined.
    pub operations: u64,
    /// Fields after expansion.
    pub fields: u64,
    /// Fields at the root.
    pub root_fields: u64,
    /// Aliased fields.
    pub aliases: u64,
    /// Directives.
    pub directives: u64,
    /// Argument and default values.
    pub values: u64,
    /// Uses of a variable.
    pub variable_uses: u64,
    /// Levels of fields.
    pub depth: u64,
    /// Levels of anything.
    pub nesting: u64,
}

/// Why a document is refused. Always a fault of the request; rendered without `data`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardFault {
    /// More bytes than the limit.
    #[error("the document has {bytes} bytes; the limit is {limit}")]
    TooLarge {
        /// Bytes of the document.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Nested beyond a limit.
    #[error("the document nests {what} more than {limit} levels deep")]
    TooDeep {
        /// What is nested.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// Where it became too deep.
        at: Option<Pos>,
    },
    /// More of something than the limit.
    #[error("the document has {found} {what}; the limit is {limit}")]
    TooComplex {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// More aliases than the limit.
    #[error("the document has {found} aliases after fragments are expanded; the limit is {limit}")]
    TooManyAliases {
        /// How many there are.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// More directives than the limit.
    #[error(
        "the document has {found} directives after fragments are expanded; the limit is {limit}"
    )]
    TooManyDirectives {
        /// How many there are.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A fragment contains itself.
    #[error("the fragment {fragment} contains itself")]
    FragmentCycle {
        /// Name of the fragment.
        fragment: String,
        /// The spread that closes the circle.
        at: Pos,
    },
    /// Not a GraphQL document.
    #[error("the document is not GraphQL: {message}")]
    Syntax {
        /// What the parser says.
        message: String,
        /// Where.
        at: Option<Pos>,
    },
}

impl GuardFault {
    /// The stable code, for `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "query-too-large",
            Self::TooDeep { .. } => "query-too-deep",
            Self::TooComplex { .. } => "query-too-complex",
            Self::TooManyAliases { .. } => "too-many-aliases",
            Self::TooManyDirectives { .. } => "too-many-directives",
            Self::FragmentCycle { .. } => "fragment-cycle",
            Self::Syntax { .. } => "query-syntax",
        }
    }

    /// Line and column, from 1, where they are known.
    pub fn at(&self) -> Option<Pos> {
        match self {
            Self::TooDeep { at, .. } | Self::Syntax { at, .. } => *at,
            Self::FragmentCycle { at, .. } => Some(*at),
            Self::TooLarge { .. }
            | Self::TooComplex { .. }
            | Self::TooManyAliases { .. }
            | Self::TooManyDirectives { .. } => None,
        }
    }
}

/// Reads a document whose bytes and brackets are within the limits. The one place where the parser is called.
pub fn parse(source: &str, limits: &Limits) -> Result<ExecutableDocument, GuardFault> {
    if source.len() > limits.max_document_bytes {
        return Err(GuardFault::TooLarge {
            bytes: source.len(),
            limit: limits.max_document_bytes,
        });
    }
    tokens::scan(source, limits)?;
    parse_query(source).map_err(|error| GuardFault::Syntax {
        message: parser_message(&error),
        at: error.positions().next(),
    })
}

/// Counts a parsed document and refuses it at the first limit passed. Unknown fragments count as one field and are
/// left to the library's validation, which names them.
pub fn check(document: &ExecutableDocument, limits: &Limits) -> Result<Counted, GuardFault> {
    let fragments = measure::count(document.fragments.len());
    within("fragments", fragments, limits.max_fragments)?;
    let measured = measure::document(document, limits)?;
    let counted = measured.counted;
    if counted.nesting > limits.max_nesting {
        return Err(too_nested(limits, measured.deepest));
    }
    if counted.depth > limits.max_depth {
        return Err(GuardFault::TooDeep {
            what: "fields",
            limit: limits.max_depth,
            at: measured.deepest,
        });
    }
    if counted.aliases > limits.max_aliases {
        return Err(GuardFault::TooManyAliases {
            found: counted.aliases,
            limit: limits.max_aliases,
        });
    }
    if counted.directives > limits.max_directives {
        return Err(GuardFault::TooManyDirectives {
            found: counted.directives,
            limit: limits.max_directives,
        });
    }
    within(
        "fields after fragments are expanded",
        counted.fields,
        limits.max_fields,
    )?;
    within(
        "fields at the root",
        counted.root_fields,
        limits.max_root_fields,
    )?;
    within("values in arguments", counted.values, limits.max_values)?;
    Ok(counted)
}

/// Refuses variables whose values, copied at each of their uses, would cost more than the limit. An upper bound: every
/// use is taken to be of all variables.
pub fn check_variables(
    counted: &Counted,
    variables: &Map<String, Value>,
    limits: &Limits,
) -> Result<(), GuardFault> {
    let size = variables
        .values()
        .fold(0_u64, |sum, value| sum.saturating_add(size_of(value)));
    within(
        "values to copy from variables",
        size.saturating_mul(counted.variable_uses),
        limits.max_variable_work,
    )
}

/// Values in a JSON value, itself included. The JSON parser bounds the recursion (128 levels).
fn size_of(value: &Value) -> u64 {
    let inner = match value {
        Value::Array(items) => items
            .iter()
            .fold(0, |sum: u64, item| sum.saturating_add(size_of(item))),
        Value::Object(members) => members
            .values()
            .fold(0, |sum: u64, item| sum.saturating_add(size_of(item))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    };
    inner.saturating_add(1)
}

fn too_nested(limits: &Limits, at: Option<Pos>) -> GuardFault {
    GuardFault::TooDeep {
        what: "selections",
        limit: limits.max_nesting,
        at,
    }
}

fn within(what: &'static str, found: u64, limit: u64) -> Result<(), GuardFault> {
    if found > limit {
        return Err(GuardFault::TooComplex { what, found, limit });
    }
    Ok(())
}

/// The parser's message without the excerpt of the source it draws (which may be the whole document).
fn parser_message(error: &ParseError) -> String {
    let text = error.to_string();
    let line = text.trim_end().lines().next_back().unwrap_or_default();
    let line = line.trim_start().trim_start_matches("= ");
    line.chars().take(LONGEST_TEXT).collect()
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

    fn codes(source: &str) -> Result<Counted, &'static str> {
        let limits = Limits::default();
        parse(source, &limits)
            .and_then(|document| check(&document, &limits))
            .map_err(|fault| fault.code())
    }

    #[test]
    fn a_document_is_refused_by_its_bytes_before_anything_else() {
        let limits = Limits {
            max_document_bytes: 4,
            ..Limits::default()
        };
        assert_eq!(
            parse("{ab}", &limits).map(|_| ()).map_err(|f| f.code()),
            Ok(())
        );
        let fault = parse("{abc}", &limits).unwrap_err();
        assert_eq!(fault.code(), "query-too-large");
        assert_eq!(
            fault.to_string(),
            "the document has 5 bytes; the limit is 4"
        );
    }

    #[test]
    fn syntax_faults_say_where_and_never_repeat_the_document() {
        let long = format!("{{ a(x: \"{}\") ", "y".repeat(100_000));
        let fault = parse(&long, &Limits::default()).unwrap_err();
        assert_eq!(fault.code(), "query-syntax");
        assert!(fault.to_string().len() < 300, "{fault}");
        let fault = parse("{\n  a b c!\n}", &Limits::default()).unwrap_err();
        assert_eq!(fault.at(), Some(Pos { line: 2, column: 8 }));
        let twice = format!("query {0} {{a}} query {0} {{b}}", "q".repeat(10_000));
        assert!(
            parse(&twice, &Limits::default())
                .unwrap_err()
                .to_string()
                .len()
                < 300
        );
    }

    #[test]
    fn hostile_text_never_ends_the_process() {
        for source in [
            "",
            "{",
            "}",
            "{}",
            "{a(x:1e999999)}",
            "{a(x:\"\\ud800\")}",
            "{a(x:\"\\uD83D\\uDE00\")}",
            "{a(x:\"\"\"\n\u{e9}\n \u{e9}\n\"\"\")}",
            "\u{feff}{a}",
            "{...on}",
            "subscription{a}",
            "type A{b:C}",
            "\0",
        ] {
            let _: Result<Counted, &'static str> = codes(source);
        }
        assert_eq!(codes("{a(x:\"\\ud800\")}"), Err("query-syntax"));
    }

    #[test]
    fn each_limit_is_a_limit_and_not_one_less() {
        let aliases = |n: usize| {
            let list: Vec<String> = (0..n).map(|i| format!("a{i}:b")).collect();
            format!("{{ r {{ {} }} }}", list.join(" "))
        };
        assert_eq!(codes(&aliases(60)).map(|c| c.aliases), Ok(60));
        assert_eq!(codes(&aliases(61)), Err("too-many-aliases"));
        let fields = |n: usize| format!("{{ r {{ {} }} }}", "f ".repeat(n - 1));
        assert_eq!(codes(&fields(2_000)).map(|c| c.fields), Ok(2_000));
        assert_eq!(codes(&fields(2_001)), Err("query-too-complex"));
        let directives = |n: usize| format!("{{ f {} }}", "@d ".repeat(n));
        assert_eq!(codes(&directives(50)).map(|c| c.directives), Ok(50));
        assert_eq!(codes(&directives(51)), Err("too-many-directives"));
        let roots = |n: usize| format!("{{ {} }}", "f ".repeat(n));
        assert_eq!(codes(&roots(40)).map(|c| c.root_fields), Ok(40));
        assert_eq!(codes(&roots(41)), Err("query-too-complex"));
        let deep = |n: usize| format!("{}a{}", "{a".repeat(n - 1) + "{", "}".repeat(n));
        assert_eq!(codes(&deep(16)).map(|c| c.depth), Ok(16));
        assert_eq!(codes(&deep(17)), Err("query-too-deep"));
        let unused = |n: usize| {
            let list: Vec<String> = (0..n).map(|i| format!("fragment f{i} on Q{{a}}")).collect();
            format!("{{a}} {}", list.join(" "))
        };
        assert_eq!(codes(&unused(100)).map(|c| c.fields), Ok(101));
        assert_eq!(codes(&unused(101)), Err("query-too-complex"));
        let values = |n: usize| format!("{{ f(x: [{}]) }}", "1 ".repeat(n - 1));
        assert_eq!(codes(&values(20_000)).map(|c| c.values), Ok(20_000));
        assert_eq!(codes(&values(20_001)), Err("query-too-complex"));
    }

    #[test]
    fn a_big_variable_may_not_be_copied_often() {
        let limits = Limits::default();
        let rows: Vec<Value> = (0..100_000).map(Value::from).collect();
        let mut variables = Map::new();
        variables.insert("v".into(), Value::Array(rows));
        let uses = |variable_uses| Counted {
            variable_uses,
            ..Counted::default()
        };
        assert_eq!(check_variables(&uses(9), &variables, &limits), Ok(()));
        let fault = check_variables(&uses(10), &variables, &limits).unwrap_err();
        assert_eq!(fault.code(), "query-too-complex");
    }
}
