//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod action_plans;
mod bad_input;
mod cli;
mod codes_of_the_board;
mod demo;
mod faces;
mod graphql;
mod headcount;
mod http;
mod institutions;
mod laws;
mod leaving;
mod oauth;
mod org_units;
mod reading_back;
mod returns;
mod rows;
mod schema;
mod sector;
mod smoke;
mod spreadsheets;
mod templates;
mod walk;
mod years_and_lists;
