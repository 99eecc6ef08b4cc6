//! Changes. Each proves the permission, calls the operation REST calls, and shows what came of it.

mod column_mappings;
mod progress;
mod registry;
mod releases;
mod returns;
mod reviews;

use async_graphql::MergedObject;

/// What can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    progress::ProgressMutation,
    column_mappings::ColumnMappingMutation,
    returns::ReturnMutation,
    reviews::ReviewMutation,
    registry::RegistryMutation,
    releases::ReleaseMutation,
);
