//! What can be asked: a file per noun.

mod action_plans;
mod institutions;
mod participation;
mod registry;
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
    reviews::ReviewQuery,
    sector::SectorQuery,
);
