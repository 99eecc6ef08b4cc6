//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod action_plans;
mod bad_input;
mod checks;
mod cli;
mod demo;
mod faces;
mod graphql;
mod headcount;
mod http;
mod institutions;
mod laws;
mod oauth;
mod org_units;
mod returns;
mod reviews;
mod rows;
mod schema;
mod sector;
mod smoke;
mod walk;
mod workflow;
mod years_and_lists;
