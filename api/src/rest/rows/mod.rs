//! `/v1/institutions/{slug}/returns/{dataset}/{year}/rows`.

pub mod read;
pub mod write;

/// The forms rows are taken and given in.
pub const MEDIA_TYPES: &[&str] = &["text/csv", "application/json"];
