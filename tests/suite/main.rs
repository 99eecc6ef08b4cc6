//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod action_plans;
mod bad_input;
mod chance;
mod cli;
mod demo;
mod faces;
mod graphql;
mod headcount;
mod http;
mod idempotency;
mod institutions;
mod killed;
mod laws;
mod oauth;
mod org_units;
mod outputs;
mod prefer;
mod push;
mod returns;
mod round_trip;
mod rows;
mod schema;
mod sector;
mod smoke;
mod walk;
mod years_and_lists;
