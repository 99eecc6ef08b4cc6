//! The size of a document as if its fragments stood in the place of their spreads, without putting them there.
//!
//! Each fragment is measured once and remembered; sums saturate. Recursion is bounded by `Limits::max_nesting`, which
//! is why a fragment may not be entered without its level.

use super::{Counted, GuardFault, Limits};
use async_graphql_parser::{
    Pos, Positioned,
    types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection,
        SelectionSet,
    },
};
use async_graphql_value::{ConstValue, Name, Value};
use std::collections::HashMap;

/// Fields of the introspection types that are lists of things which may lead back to types.
const INTROSPECTION_LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

/// The figures of a part of the document.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measured {
    /// The figures that have a limit.
    pub(super) counted: Counted,
    /// Where the deepest field stands.
    pub(super) deepest: Option<Pos>,
    /// Most introspection lists on one path.
    lists: u64,
}

impl Measured {
    /// Puts `other` beside this.
    fn add(&mut self, other: &Self) {
        let (sum, more) = (&mut self.counted, &other.counted);
        for (total, part) in [
            (&mut sum.operations, more.operations),
            (&mut sum.fields, more.fields),
            (&mut sum.root_fields, more.root_fields),
            (&mut sum.aliases, more.aliases),
            (&mut sum.directives, more.directives),
            (&mut sum.values, more.values),
            (&mut sum.variable_uses, more.variable_uses),
        ] {
            *total = total.saturating_add(part);
        }
        if more.depth > sum.depth {
            sum.depth = more.depth;
            self.deepest = other.deepest;
        }
        sum.nesting = sum.nesting.max(more.nesting);
        self.lists = self.lists.max(other.lists);
    }

    fn add_directives(&mut self, directives: &[Positioned<Directive>]) {
        let total = &mut self.counted.directives;
        *total = total.saturating_add(count(directives.len()));
        for directive in directives {
            self.add_arguments(&directive.node.arguments);
        }
    }

    fn add_arguments(&mut self, arguments: &[(Positioned<Name>, Positioned<Value>)]) {
        for (_, value) in arguments {
            self.add_value(&value.node);
        }
    }

    /// The parser has bounded the recursion: every level of a value is a bracket.
    fn add_value(&mut self, value: &Value) {
        self.counted.values = self.counted.values.saturating_add(1);
        match value {
            Value::Variable(_) => {
                self.counted.variable_uses = self.counted.variable_uses.saturating_add(1);
            }
            Value::List(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(members) => members.values().for_each(|item| self.add_value(item)),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_) => {}
        }
    }

    fn add_default(&mut self, value: &ConstValue) {
        self.counted.values = self.counted.values.saturating_add(1);
        match value {
            ConstValue::List(items) => items.iter().for_each(|item| self.add_default(item)),
            ConstValue::Object(members) => members.values().for_each(|item| self.add_default(item)),
            ConstValue::Null
            | ConstValue::Number(_)
            | ConstValue::String(_)
            | ConstValue::Boolean(_)
            | ConstValue::Binary(_)
            | ConstValue::Enum(_) => {}
        }
    }
}

/// A length as a figure.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Measures all operations and those fragments that no operation uses: the library validates these as well.
pub(super) fn document(
    document: &ExecutableDocument,
    limits: &Limits,
) -> Result<Measured, GuardFault> {
    let mut walk = Walk {
        fragments: &document.fragments,
        limits,
        known: HashMap::new(),
    };
    let mut total = Measured::default();
    for (_, operation) in document.operations.iter() {
        total.add(&walk.operation(&operation.node)?);
    }
    for (name, fragment) in &document.fragments {
        if !walk.known.contains_key(name.as_str()) {
            let mut unused = walk.fragment(name, fragment, fragment.pos, 1)?;
            unused.counted.root_fields = 0;
            total.add(&unused);
        }
    }
    Ok(total)
}

/// What is known of a fragment.
enum Known {
    /// Being measured: meeting it again is a cycle.
    Open,
    /// Measured.
    Done(Measured),
}

struct Walk<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    limits: &'a Limits,
    known: HashMap<&'a str, Known>,
}

impl<'a> Walk<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Measured, GuardFault> {
        let mut total = Measured::default();
        total.counted.operations = 1;
        total.add_directives(&operation.directives);
        for variable in &operation.variable_definitions {
            total.add_directives(&variable.node.directives);
            match &variable.node.default_value {
                Some(value) => total.add_default(&value.node),
                None => total.add_default(&ConstValue::Null),
            }
        }
        total.add(&self.selections(&operation.selection_set.node, 1)?);
        Ok(total)
    }

    /// Measures a selection set whose members are on the `level`-th level.
    fn selections(&mut self, set: &'a SelectionSet, level: u64) -> Result<Measured, GuardFault> {
        let mut total = Measured::default();
        for item in &set.items {
            if level > self.limits.max_nesting {
                return Err(super::too_nested(self.limits, Some(item.pos)));
            }
            let part = match &item.node {
                Selection::Field(field) => self.field(&field.node, item.pos, level)?,
                Selection::InlineFragment(inline) => {
                    let mut part = self.selections(&inline.node.selection_set.node, level + 1)?;
                    part.counted.nesting += 1;
                    part
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    match self.fragments.get_key_value(name) {
                        Some((name, fragment)) => {
                            self.fragment(name, fragment, item.pos, level + 1)?
                        }
                        None => unknown_fragment(),
                    }
                }
            };
            total.add(&part);
            total.add_directives(item.node.directives());
        }
        Ok(total)
    }

    fn field(&mut self, field: &'a Field, at: Pos, level: u64) -> Result<Measured, GuardFault> {
        let mut total = self.selections(&field.selection_set.node, level + 1)?;
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type")
            && total.lists > self.limits.max_introspection_lists
        {
            return Err(GuardFault::TooDeep {
                what: "lists of introspection",
                limit: self.limits.max_introspection_lists,
                at: Some(at),
            });
        }
        if INTROSPECTION_LISTS.contains(&name) {
            total.lists = total.lists.saturating_add(1);
        }
        let counted = &mut total.counted;
        counted.fields = counted.fields.saturating_add(1);
        counted.root_fields = 1;
        counted.aliases = counted
            .aliases
            .saturating_add(u64::from(field.alias.is_some()));
        counted.depth += 1;
        counted.nesting += 1;
        if counted.depth == 1 {
            total.deepest = Some(at);
        }
        total.add_arguments(&field.arguments);
        Ok(total)
    }

    /// Measures a fragment spread at `at`, its members being on the `level`-th level; the spread itself is a level.
    fn fragment(
        &mut self,
        name: &'a Name,
        fragment: &'a Positioned<FragmentDefinition>,
        at: Pos,
        level: u64,
    ) -> Result<Measured, GuardFault> {
        match self.known.get(name.as_str()) {
            Some(Known::Open) => Err(GuardFault::FragmentCycle {
                fragment: name.chars().take(super::LONGEST_TEXT).collect(),
                at,
            }),
            Some(Known::Done(measured)) => Ok(*measured),
            None => {
                self.known.insert(name.as_str(), Known::Open);
                let mut measured = self.selections(&fragment.node.selection_set.node, level)?;
                measured.add_directives(&fragment.node.directives);
                measured.counted.nesting += 1;
                self.known.insert(name.as_str(), Known::Done(measured));
                Ok(measured)
            }
        }
    }
}

/// Counts as a field, so that spreading it 2^n times costs as much as spreading a field.
fn unknown_fragment() -> Measured {
    let mut measured = Measured::default();
    measured.counted.fields = 1;
    measured.counted.nesting = 1;
    measured
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::super::{Counted, GuardFault, Limits, check, parse};
    use async_graphql_parser::Pos;
    use std::time::{Duration, Instant};

    fn measured(source: &str) -> Result<Counted, GuardFault> {
        let limits = Limits::default();
        parse(source, &limits).and_then(|document| check(&document, &limits))
    }

    fn code(source: &str) -> Result<(), &'static str> {
        measured(source).map(|_| ()).map_err(|fault| fault.code())
    }

    /// `f0` spreads `f1` twice and so on; the last holds `leaf`.
    fn doubling(fragments: usize, leaf: &str) -> String {
        let links: Vec<String> = (0..fragments)
            .map(|i| format!("fragment f{i} on Q{{...f{0} ...f{0}}}", i + 1))
            .collect();
        let links = links.join("");
        format!("{{...f0}}{links}fragment f{fragments} on Q{{{leaf}}}")
    }

    #[test]
    fn doubling_fragments_are_counted_and_not_expanded() {
        let limits = Limits {
            max_fields: u64::MAX,
            max_root_fields: u64::MAX,
            ..Limits::default()
        };
        let document = parse(&doubling(30, "a"), &limits).unwrap();
        assert_eq!(check(&document, &limits).unwrap().fields, 1 << 30);
        for leaf in ["a", "...unknown", "a{b}", "...{...{c}}"] {
            let source = doubling(30, leaf);
            let begun = Instant::now();
            assert_eq!(code(&source), Err("query-too-complex"), "{leaf}");
            assert!(begun.elapsed() < Duration::from_millis(50), "{leaf}");
        }
        // 2^61 fields, each level adding the alias, the directive and the value once more: sums must not wrap.
        assert_eq!(code(&doubling(61, "a:b@c(d:1)")), Err("too-many-aliases"));
    }

    #[test]
    fn sums_saturate() {
        let links: Vec<String> = (0..62)
            .map(|i| {
                let spreads = format!("...f{} ", i + 1).repeat(150);
                format!("fragment f{i} on Q{{{spreads}}}")
            })
            .collect();
        let source = format!("{{...f0}}{}fragment f62 on Q{{a}}", links.join(""));
        let limits = Limits::default();
        let fault = measured(&source).unwrap_err();
        assert_eq!(
            fault,
            GuardFault::TooComplex {
                what: "fields after fragments are expanded",
                found: u64::MAX,
                limit: limits.max_fields
            }
        );
    }

    #[test]
    fn what_a_fragment_holds_counts_at_each_spread() {
        let found = measured(
            "query($a:[Int]@v=[1,2]){x:r@d{...f ...f ...on Q@e{...f}}} fragment f on Q@g{y:s(v:$a,w:{k:[1]}){t}}",
        )
        .unwrap();
        assert_eq!(
            found,
            Counted {
                operations: 1,
                fields: 7,
                root_fields: 1,
                aliases: 4,
                directives: 6,
                values: 15,
                variable_uses: 3,
                depth: 3,
                nesting: 5,
            }
        );
        let found = measured("{...f ...f ...{a}} fragment f on Q{a b}").unwrap();
        assert_eq!(found.root_fields, 5);
        assert_eq!(found.depth, 1);
    }

    #[test]
    fn every_operation_and_every_unused_fragment_counts() {
        let found = measured("query A{a} query B{b{c}} fragment f on Q{d{e{g}}}").unwrap();
        assert_eq!(
            (found.operations, found.fields, found.root_fields),
            (2, 6, 2)
        );
        assert_eq!(found.depth, 3);
        let bomb = doubling(20, "a").replacen("{...f0}", "{a}", 1);
        assert_eq!(code(&bomb), Err("query-too-complex"));
    }

    #[test]
    fn cycles_are_found_wherever_they_are() {
        for source in [
            "{...a} fragment a on Q{...a}",
            "{...a} fragment a on Q{x{...b}} fragment b on Q{...on Q{...a}}",
            "{x} fragment a on Q{...b} fragment b on Q{...a}",
        ] {
            assert_eq!(code(source), Err("fragment-cycle"), "{source}");
        }
        let fault = measured("{...a}\nfragment a on Q{b ...a}").unwrap_err();
        assert_eq!(
            fault.at(),
            Some(Pos {
                line: 2,
                column: 19
            })
        );
        assert_eq!(code("{...a ...a} fragment a on Q{b}"), Ok(()));
        assert_eq!(code("{...missing}"), Ok(()));
    }

    #[test]
    fn a_chain_of_fragments_is_as_deep_as_it_is_long() {
        let chain = |n: usize| {
            let links: Vec<String> = (0..n)
                .map(|i| format!("fragment f{i} on Q{{...f{}}}", i + 1))
                .collect();
            format!("{{...f0}} {} fragment f{n} on Q{{a}}", links.join(" "))
        };
        assert_eq!(measured(&chain(62)).map(|c| c.nesting), Ok(64));
        assert_eq!(code(&chain(63)), Err("query-too-deep"));
        // Measured from the shallow spread first, the fragment is still too deep below the other.
        let deep = "{a ...g b{".to_owned() + &"...{".repeat(40) + "...g" + &"}".repeat(42);
        let deep = deep + "fragment g on Q{" + &"...{".repeat(40) + "a" + &"}".repeat(41);
        assert_eq!(code(&deep), Err("query-too-deep"));
        let fault = measured(&format!("{{\n{}a{}}}", "a{".repeat(16), "}".repeat(16))).unwrap_err();
        assert_eq!(fault.code(), "query-too-deep");
        assert_eq!(
            fault.at(),
            Some(Pos {
                line: 2,
                column: 33
            })
        );
    }

    /// The query that tools send, with types nine levels deep as they write it today.
    fn introspection() -> String {
        let wrapped = "ofType{kind name ".repeat(9);
        format!(
            "query IntrospectionQuery{{__schema{{description queryType{{name kind}} mutationType{{name kind}}
             subscriptionType{{name kind}} types{{...FullType}}
             directives{{name description isRepeatable locations args(includeDeprecated:true){{...InputValue}}}}}}}}
             fragment FullType on __Type{{kind name description specifiedByURL isOneOf
             fields(includeDeprecated:true){{name description args(includeDeprecated:true){{...InputValue}}
             type{{...TypeRef}} isDeprecated deprecationReason}} inputFields(includeDeprecated:true){{...InputValue}}
             interfaces{{...TypeRef}} enumValues(includeDeprecated:true){{name description isDeprecated}}
             possibleTypes{{...TypeRef}}}}
             fragment InputValue on __InputValue{{name description type{{...TypeRef}} defaultValue isDeprecated}}
             fragment TypeRef on __Type{{kind name {wrapped}{}}}",
            "}".repeat(9)
        )
    }

    #[test]
    fn the_standard_introspection_query_passes() {
        let found = measured(&introspection()).unwrap();
        assert_eq!(found.depth, 15);
        assert_eq!(found.fields, 226);
    }

    #[test]
    fn introspection_that_runs_in_circles_does_not() {
        let lists = |n: usize| {
            let inner = "fields{type{".repeat(n) + "name" + &"}}".repeat(n);
            format!("{{__type(name:\"Q\"){{{inner}}}}}")
        };
        assert_eq!(code(&lists(2)), Ok(()));
        assert_eq!(code(&lists(3)), Err("query-too-deep"));
        let spread = "{__schema{types{...f}}} fragment f on __Type{fields{type{...g}}}
                      fragment g on __Type{possibleTypes{inputFields{name}}}";
        assert_eq!(code(spread), Err("query-too-deep"));
        assert_eq!(code("{a{fields{fields{fields{fields}}}}}"), Ok(()));
    }
}
