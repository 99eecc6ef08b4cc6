//! What can be asked: a file per noun.

mod action_plans;
mod benchmark;
mod institutions;
mod participation;
mod registry;
mod releases;
mod returns;
mod reviews;
mod sector;
mod viewer;

use async_graphql::MergedObject;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    institutions::InstitutionQuery,
    registry::RegistryQuery,
    releases::ReleaseQuery,
    reviews::ReviewQuery,
    sector::SectorQuery,
);
