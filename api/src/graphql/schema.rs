//! The schema, put together without a service: what belongs to a request comes in with the request.

use super::mutations::Mutation;
use super::queries::Query;
use async_graphql::{EmptySubscription, SDLExportOptions};

/// The schema of this service.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Above the guard's bound on nesting, so that the library's own bound never answers first.
const LIBRARY_DEPTH: usize = 128;

/// Builds the schema. Introspection is open to everybody: the contract is public.
pub fn schema() -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_recursive_depth(LIBRARY_DEPTH)
        // Likely names are sought by comparing every name given with every name there is.
        .disable_suggestions()
        .finish()
}

/// The schema in the schema definition language, sorted, so that the same schema is always the same text.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .use_space_ident();
    schema().sdl_with_options(options.indent_width(2).prefer_single_line_descriptions())
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

    #[test]
    fn the_text_of_the_schema_is_the_same_each_time_and_can_be_read_back() {
        let text = sdl();
        assert_eq!(text, sdl());
        let read = async_graphql_parser::parse_schema(&text).unwrap();
        assert!(read.definitions.len() > 30, "{}", read.definitions.len());
        assert!(text.contains("recordProgress("), "{text}");
    }
}
