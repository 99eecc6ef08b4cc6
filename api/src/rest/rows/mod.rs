//! `/v1/institutions/{slug}/returns/{dataset}/{year}/rows`.

pub mod read;
pub mod write;
