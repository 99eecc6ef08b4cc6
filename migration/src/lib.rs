//! History: how the schema came to be, on SQLite and PostgreSQL alike.
//!
//! A migration is never edited once released; the schema grows by adding one (expand first, contract in a later
//! release, so that old and new versions of the service can run at once). This room never imports `entity`: today's
//! vocabulary must not change what happened yesterday.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m0001_registry;
mod m0002_access;
mod m0003_returns;
mod m0004_headcount;
mod m0005_denominators;
mod m0006_action_plans;
mod m0007_more_datasets;
mod m0008_workflow;
mod m0009_ways_in;
mod m0011_codes_of_the_board;
mod m0012_verdicts;
mod m0013_repeatable;
mod m0014_groups;
mod m0015_releases;

/// Every migration, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_registry::Migration),
            Box::new(m0002_access::Migration),
            Box::new(m0003_returns::Migration),
            Box::new(m0004_headcount::Migration),
            Box::new(m0005_denominators::Migration),
            Box::new(m0006_action_plans::Migration),
            Box::new(m0007_more_datasets::Migration),
            Box::new(m0008_workflow::Migration),
            Box::new(m0009_ways_in::Migration),
            Box::new(m0013_repeatable::Migration),
            Box::new(m0011_codes_of_the_board::Migration),
            Box::new(m0012_verdicts::Migration),
            Box::new(m0014_groups::Migration),
            Box::new(m0015_releases::Migration),
        ]
    }
}
