//! Vocabulary: the rows of the database and the values in them.
//!
//! This room knows sea-orm and serde and nothing of the web. A file is one noun, under the name it bears in every
//! other room; [`ids`] holds the typed identifiers and [`values`] what a column may contain. Nothing here opens a
//! connection or decides a rule.

pub mod ids;
pub mod values;

pub mod action_plans;
pub mod actions;
pub mod audit;
pub mod clients;
pub mod code_lists;
pub mod column_mappings;
pub mod counters;
pub mod disclosure_keys;
pub mod idempotency_keys;
pub mod institutions;
pub mod org_units;
pub mod progress;
pub mod release_files;
pub mod releases;
pub mod return_versions;
pub mod returns;
pub mod technician_definitions;
pub mod windows;
pub mod years;
