//! Pure rules: what a dataset is, what a row must be, how a plan is read, when red is refused.
//!
//! Nothing here reads a file, a clock or a database; every function can be tested with plain values.

pub mod action_plans;
pub mod checks;
pub mod code_lists;
pub mod column_mappings;
pub mod datasets;
pub mod examples;
pub mod org_units;
pub mod participation;
pub mod rows;
pub mod slugs;
