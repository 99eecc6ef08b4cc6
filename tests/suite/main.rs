//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod action_plans;
#[expect(
    clippy::type_complexity,
    reason = "what an attacker gathers has no names of its own"
)]
mod attack;
mod bad_input;
mod benchmark;
mod chance;
mod checks;
mod cli;
mod codes_of_the_board;
mod column_mappings;
mod demo;
mod docs_pages;
mod faces;
mod graphql;
mod headcount;
mod http;
mod idempotency;
mod independent;
mod institutions;
mod killed;
mod laws;
mod leaving;
mod oauth;
mod org_units;
mod outputs;
mod participation;
mod prefer;
mod published;
mod push;
mod random_rows;
mod random_sector;
mod reading_back;
mod releases;
mod returns;
mod reviews;
mod round_trip;
mod rows;
mod rules;
mod schema;
mod sector;
mod sector_files;
mod smoke;
mod sorted;
mod spreadsheets;
mod statistics_formats;
mod templates;
mod walk;
mod ways_in;
mod workflow;
mod years_and_lists;
