//! Answers as the specification has them (GraphQL, sections 6.4.4 and 7.2.2).
//!
//! Since 7.1 the library leaves a field that failed out of its object, writes an object whose fields all failed as
//! null, never passes null on from a field that may not be null, and writes fields in the order they became ready. So
//! each answer is laid over the shape of its document: every field in its place, null where it failed, and null passed
//! up to the nearest place that may be null. Fields that were skipped stay out.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, PathSegment, ServerError, Value};
use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
    Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition,
};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// The type of every field of every object.
#[derive(Debug, Default)]
pub(super) struct Types(HashMap<Name, HashMap<Name, Type>>);

impl Types {
    /// The types of a schema without interfaces and unions.
    pub(super) fn of(sdl: &str) -> Self {
        let definitions = parse_schema(sdl)
            .map(|document| document.definitions)
            .unwrap_or_default();
        let objects = definitions
            .into_iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(of) => match of.node.kind {
                    TypeKind::Object(object) => Some((of.node.name.node, object.fields)),
                    _ => None,
                },
                _ => None,
            });
        let fields = |fields: Vec<_>| fields.into_iter().map(field_type).collect();
        Self(
            objects
                .map(|(name, object)| (name, fields(object)))
                .collect(),
        )
    }

    fn field(&self, of: &str, field: &str) -> Option<&Type> {
        self.0.get(of)?.get(field)
    }
}

fn field_type(
    field: async_graphql_parser::Positioned<async_graphql_parser::types::FieldDefinition>,
) -> (Name, Type) {
    (field.node.name.node, field.node.ty.node)
}

/// The operation that a request asks for.
pub(super) fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(all), Some(name)) => {
            all.get(name).map(|operation| &operation.node)
        }
        (DocumentOperations::Multiple(all), None) => {
            all.values().next().map(|operation| &operation.node)
        }
    }
}

/// The fields an object is to have, in their order.
#[derive(Debug, Default)]
pub(super) struct Shape(Vec<Field>);

#[derive(Debug)]
struct Field {
    key: Name,
    /// None for introspection, which is left as it comes.
    ty: Option<Type>,
    /// Of an object or of the objects of a list.
    shape: Option<Shape>,
}

impl Shape {
    /// The shape of an operation's answer. Expands fragments, so the document must have passed the guard.
    pub(super) fn of(
        types: &Types,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Self {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        Self::of_object(types, document, root, &[&operation.selection_set.node])
    }

    fn of_object(
        types: &Types,
        document: &ExecutableDocument,
        object: &str,
        sets: &[&SelectionSet],
    ) -> Self {
        let mut gathered = IndexMap::new();
        for set in sets {
            gather(document, set, &mut gathered);
        }
        let fields = gathered.into_iter().map(|(key, (name, sets))| {
            let ty = types.field(object, name);
            let shape = match ty {
                Some(ty) if sets.iter().any(|set| !set.items.is_empty()) => {
                    Some(Self::of_object(types, document, named(ty), &sets))
                }
                _ => None,
            };
            Field {
                key: key.clone(),
                ty: ty.cloned(),
                shape,
            }
        });
        Self(fields.collect())
    }
}

/// The name at the bottom of a type.
fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

/// A field's name, and the selections on it wherever it stands.
type Gathered<'d> = IndexMap<&'d Name, (&'d str, Vec<&'d SelectionSet>)>;

fn gather<'d>(document: &'d ExecutableDocument, set: &'d SelectionSet, into: &mut Gathered<'d>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let (key, name) = (
                    &field.node.response_key().node,
                    field.node.name.node.as_str(),
                );
                into.entry(key)
                    .or_insert_with(|| (name, Vec::new()))
                    .1
                    .push(&field.node.selection_set.node);
            }
            Selection::InlineFragment(fragment) => {
                gather(document, &fragment.node.selection_set.node, into);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    gather(document, &fragment.node.selection_set.node, into);
                }
            }
        }
    }
}

/// Where errors happened.
#[derive(Debug, Default)]
struct Failures {
    /// Places with an error there or below.
    at: HashSet<String>,
    /// Places with an error below.
    above: HashSet<String>,
}

impl Failures {
    fn of(errors: &[ServerError]) -> Self {
        let mut failures = Self::default();
        for error in errors {
            let mut place = String::new();
            for segment in &error.path {
                failures.at.insert(place.clone());
                failures.above.insert(place.clone());
                match segment {
                    PathSegment::Field(name) => step(&mut place, name),
                    PathSegment::Index(index) => step(&mut place, index),
                }
            }
            failures.at.insert(place);
        }
        failures
    }
}

fn step(place: &mut String, segment: impl std::fmt::Display) {
    // Writing to a text cannot fail.
    let _ = write!(place, "/{segment}");
}

/// The data of an answer, completed.
pub(super) fn complete(shape: &Shape, data: Value, errors: &[ServerError]) -> Value {
    let members = match data {
        Value::Object(members) => members,
        _ => IndexMap::new(),
    };
    Failures::of(errors)
        .object(shape, members, &mut String::new())
        .unwrap_or_default()
}

impl Failures {
    /// None where a field that may not be null is.
    fn object(
        &self,
        shape: &Shape,
        mut members: IndexMap<Name, Value>,
        place: &mut String,
    ) -> Option<Value> {
        let mut completed = IndexMap::with_capacity(shape.0.len());
        let here = place.len();
        for field in &shape.0 {
            step(place, &field.key);
            let value = match members.swap_remove(&field.key) {
                Some(value) => Some(value),
                None if self.at.contains(place.as_str()) => Some(Value::Null),
                // Skipped by a directive.
                None => None,
            };
            if let Some(value) = value {
                let value = match &field.ty {
                    Some(ty) => self.value(ty, field.shape.as_ref(), value, place)?,
                    None => value,
                };
                completed.insert(field.key.clone(), value);
            }
            place.truncate(here);
        }
        Some(Value::Object(completed))
    }

    fn value(
        &self,
        ty: &Type,
        shape: Option<&Shape>,
        value: Value,
        place: &mut String,
    ) -> Option<Value> {
        let completed = match (&ty.base, shape, value) {
            (BaseType::List(inner), _, Value::List(items)) => self.list(inner, shape, items, place),
            (BaseType::Named(_), Some(shape), Value::Object(members)) => {
                self.object(shape, members, place)
            }
            (BaseType::Named(_), Some(shape), Value::Null) if self.is_object(ty, place) => {
                self.object(shape, IndexMap::new(), place)
            }
            (_, _, value) => Some(value),
        };
        match completed {
            Some(Value::Null) | None => ty.nullable.then_some(Value::Null),
            completed => completed,
        }
    }

    /// Whether a null stands for an object without a field: all of them failed, or all were skipped.
    fn is_object(&self, ty: &Type, place: &str) -> bool {
        self.above.contains(place) || (!ty.nullable && !self.at.contains(place))
    }

    fn list(
        &self,
        inner: &Type,
        shape: Option<&Shape>,
        items: Vec<Value>,
        place: &mut String,
    ) -> Option<Value> {
        let mut completed = Vec::with_capacity(items.len());
        let here = place.len();
        for (index, item) in items.into_iter().enumerate() {
            step(place, index);
            completed.push(self.value(inner, shape, item, place)?);
            place.truncate(here);
        }
        Some(Value::List(completed))
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unused_async,
        reason = "a test fails by panicking; the library wants resolvers that are async"
    )]
    use super::*;
    use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Schema};
    use async_graphql_parser::parse_query;
    use serde_json::{Value as Json, json};

    struct Query;
    struct Thing;

    #[Object]
    impl Query {
        async fn thing(&self) -> Thing {
            Thing
        }
        async fn maybe(&self) -> Option<Thing> {
            Some(Thing)
        }
        async fn none(&self) -> Option<Thing> {
            None
        }
        async fn things(&self) -> Vec<Thing> {
            vec![Thing, Thing]
        }
        async fn maybe_things(&self) -> Vec<Option<Thing>> {
            vec![Some(Thing), None]
        }
    }

    #[Object]
    impl Thing {
        async fn name(&self) -> &str {
            "n"
        }
        async fn slow(&self) -> i32 {
            tokio::task::yield_now().await;
            1
        }
        async fn weak(&self) -> Result<Option<i32>, Error> {
            Err("weak".into())
        }
        async fn strong(&self) -> Result<i32, Error> {
            Err("strong".into())
        }
        async fn maybe(&self) -> Option<Thing> {
            Some(Thing)
        }
    }

    async fn answered(query: &str) -> (String, usize) {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let types = Types::of(&schema.sdl());
        let document = parse_query(query).unwrap();
        let response = schema.execute(query).await;
        let shape = Shape::of(&types, &document, operation(&document, None).unwrap());
        let errors = response.errors.len();
        (
            serde_json::to_string(&complete(&shape, response.data, &response.errors)).unwrap(),
            errors,
        )
    }

    async fn check(query: &str, expected: Json, errors: usize) {
        assert_eq!(
            answered(query).await,
            (expected.to_string(), errors),
            "{query}"
        );
    }

    #[tokio::test]
    async fn fields_stand_in_the_order_of_the_document() {
        let query = "{ b: thing { slow name } a: thing { ...f slow } b: thing { x: name } } fragment f on Thing { name }";
        let expected = r#"{"b":{"slow":1,"name":"n","x":"n"},"a":{"name":"n","slow":1}}"#;
        assert_eq!(answered(query).await.0, expected);
    }

    #[tokio::test]
    async fn a_field_that_failed_is_null_where_it_may_be() {
        check(
            "{ thing { name weak } }",
            json!({"thing": {"name": "n", "weak": null}}),
            1,
        )
        .await;
        check("{ thing { weak } }", json!({"thing": {"weak": null}}), 1).await;
        check(
            "{ maybe { a: weak maybe { weak } } }",
            json!({"maybe": {"a": null, "maybe": {"weak": null}}}),
            2,
        )
        .await;
        check(
            "{ maybeThings { weak } }",
            json!({"maybeThings": [{"weak": null}, null]}),
            1,
        )
        .await;
    }

    #[tokio::test]
    async fn null_goes_up_to_the_nearest_place_that_may_be_null() {
        check("{ maybe { name strong } }", json!({"maybe": null}), 1).await;
        check(
            "{ maybe { name maybe { strong } } }",
            json!({"maybe": {"name": "n", "maybe": null}}),
            1,
        )
        .await;
        check(
            "{ maybeThings { name strong } }",
            json!({"maybeThings": [null, null]}),
            1,
        )
        .await;
        check("{ none { name } thing { strong } }", Json::Null, 1).await;
        check("{ none { name } things { name strong } }", Json::Null, 2).await;
    }

    #[tokio::test]
    async fn what_was_skipped_stays_out_and_what_is_null_stays_null() {
        check(
            "{ none { name } thing { name @skip(if: true) } }",
            json!({"none": null, "thing": {}}),
            0,
        )
        .await;
        check(
            "{ thing { weak @skip(if: true) name __typename } }",
            json!({"thing": {"name": "n", "__typename": "Thing"}}),
            0,
        )
        .await;
        check(
            "{ thing { name @include(if: false) } }",
            json!({"thing": {}}),
            0,
        )
        .await;
    }

    #[tokio::test]
    async fn introspection_is_left_as_it_comes() {
        let (answer, errors) =
            answered("{ thing { name } __type(name: \"Thing\") { kind fields { name } } }").await;
        assert_eq!(errors, 0);
        assert!(
            answer.starts_with(
                r#"{"thing":{"name":"n"},"__type":{"kind":"OBJECT","fields":[{"name":"#
            ),
            "{answer}"
        );
    }
}
