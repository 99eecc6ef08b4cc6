//! Answers about the sector as files, each in the form of somebody's tools.

use super::Service;
use super::releases::cube;
use super::sector::Answered;
use crate::access::digest;
use crate::fault::{Fault, Result};
pub use crate::formats::statistics::CSV;
use crate::formats::statistics::csv::csv;
use crate::formats::statistics::csvw::csvw;
use crate::formats::statistics::json_stat::json_stat;
use crate::formats::statistics::parquet::parquet;
use crate::formats::statistics::sdmx_csv::sdmx_csv;
use crate::formats::statistics::sdmx_structure::sdmx_structure;
use crate::formats::statistics::xlsx::xlsx;
use crate::formats::statistics::{
    CSVW, JSON_STAT, JSON_STAT_ALSO, PARQUET, SDMX_CSV, SDMX_STRUCTURE, XLSX,
};
use serde::Serialize;

/// The service's own form.
pub const JSON: &str = "application/json";
/// The media types of all forms, the service's own first.
pub const FORMS: &[&str] = &[
    JSON,
    CSV,
    SDMX_CSV,
    SDMX_STRUCTURE,
    JSON_STAT,
    JSON_STAT_ALSO,
    CSVW,
    XLSX,
    PARQUET,
];

/// An answer as a file.
#[derive(Debug)]
pub struct Written {
    /// Media type.
    pub media_type: &'static str,
    /// The name to save it by.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Writes an answer in one of [`FORMS`]. Its name says which edition it is of: exact figures are not to be taken for
/// published ones.
pub fn written(service: &Service, answered: &Answered, form: &'static str) -> Result<Written> {
    let cube = cube(answered, &service.codes());
    let stem = format!("{}-{}", cube.id, cube.source.name.replace(' ', "-"));
    let (media_type, extension, bytes) = match form {
        CSV => (CSV, "csv", csv(&[&cube])?),
        SDMX_CSV => (SDMX_CSV, "sdmx.csv", sdmx_csv(&[&cube])?),
        SDMX_STRUCTURE => (
            SDMX_STRUCTURE,
            "sdmx.json",
            json(&sdmx_structure(&[&cube])?)?,
        ),
        CSVW => (
            CSVW,
            "csv-metadata.json",
            json(&csvw(&cube, &format!("{stem}.csv"))?)?,
        ),
        XLSX => (XLSX, "xlsx", xlsx(&[&cube])?),
        PARQUET => (PARQUET, "parquet", parquet(&[&cube])?),
        _ => (JSON_STAT, "json-stat.json", json(&json_stat(&cube)?)?),
    };
    Ok(Written {
        media_type,
        name: format!("{stem}.{extension}"),
        bytes,
    })
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|_| Fault::Internal)
}

/// Names what was asked, of what, as of when, and in which form: the same question of the same facts has the same name.
pub fn tag(answered: &Answered, form: &str) -> String {
    let query = &answered.query;
    let filters: Vec<String> = query
        .filters
        .iter()
        .map(|(dimension, codes)| format!("{}={}", dimension.as_str(), codes.join(",")))
        .collect();
    let groups: Vec<&str> = query.group_by.iter().map(|one| one.as_str()).collect();
    let asked = format!(
        "{form}|{}|{}|{}|{}|{}|{:?}|{}|{}",
        query.measure.name,
        query.statistic.as_str(),
        groups.join(","),
        filters.join("&"),
        query.panel.as_str(),
        query.base_year,
        answered.as_of,
        answered.generation,
    );
    digest(&asked).chars().take(32).collect()
}
