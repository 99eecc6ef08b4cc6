//! The files of a release, written once.

use crate::access::Digest;
use crate::fault::{Fault, Result};
use crate::formats::statistics::csv::csv;
use crate::formats::statistics::json_stat::json_stat;
use crate::formats::statistics::parquet::parquet;
use crate::formats::statistics::sdmx_csv::sdmx_csv;
use crate::formats::statistics::sdmx_structure::sdmx_structure;
use crate::formats::statistics::xlsx::xlsx;
use crate::formats::statistics::{self, Cube, StatisticsFormat};
use crate::sector::Statistic;
use crate::sector::disclosure::structure::Decision;
use entity::release_files::Model;

/// Packs what is kept in the database.
pub fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    crate::formats::packing::pack(bytes)
}

/// Unpacks it.
pub fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    crate::formats::packing::unpack(bytes)
}

/// Every file of a release: its answers as the document they are given in, as tables in every format, and what describes
/// these.
pub fn written(release: i64, cubes: &[Cube], document: Vec<u8>) -> Result<Vec<Model>> {
    let all: Vec<&Cube> = cubes.iter().collect();
    // A workbook is read by people: a sheet a table of totals by one dimension; the crossings, medians and quartiles are in
    // the other files.
    let plain: Vec<&Cube> = cubes
        .iter()
        .filter(|cube| {
            cube.dimensions.len() <= 2 && cube.statistic.code == Statistic::Total.as_str()
        })
        .collect();
    let items: Vec<serde_json::Value> = all
        .iter()
        .map(|cube| json_stat(cube))
        .collect::<Result<_>>()?;
    let collection =
        serde_json::json!({ "version": "2.0", "class": "collection", "link": { "item": items } });
    let text = |value: &serde_json::Value| serde_json::to_vec(value).map_err(|_| Fault::Internal);
    let made = [
        ("json", document),
        (StatisticsFormat::Csv.name(), csv(&all)?),
        (StatisticsFormat::SdmxCsv.name(), sdmx_csv(&all)?),
        ("sdmx-structure", text(&sdmx_structure(&all)?)?),
        (StatisticsFormat::JsonStat.name(), text(&collection)?),
        (StatisticsFormat::Xlsx.name(), xlsx(&plain)?),
        (StatisticsFormat::Parquet.name(), parquet(&all)?),
    ];
    let file = |(format, content): (&str, Vec<u8>)| {
        let mut digest = Digest::default();
        digest.update(&content);
        Model {
            release,
            format: format.to_owned(),
            digest: digest.hexadecimal(),
            size: i64::try_from(content.len()).unwrap_or(i64::MAX),
            content,
        }
    };
    Ok(made.into_iter().map(file).collect())
}

/// The media type of a file.
pub fn media_type(format: &str) -> &'static str {
    match (StatisticsFormat::named(format), format) {
        (Some(format), _) => format.media_type(),
        (None, "sdmx-structure") => statistics::SDMX_STRUCTURE,
        (None, _) => "application/json",
    }
}

/// The name to save a file by: no two files of all releases have the same.
pub fn name(release: i64, format: &str) -> String {
    let extension = match (StatisticsFormat::named(format), format) {
        (Some(format), _) => format.extension(),
        (None, "sdmx-structure") => "sdmx.json",
        (None, _) => "json",
    };
    format!("technicians-release-{release}.{extension}")
}

/// The log of decisions as CSV: no values, only what was decided on what and why.
pub fn decisions(lines: &[(String, Decision)], regime: &str) -> Result<Vec<u8>> {
    let header = [
        "regime", "measure", "table", "year", "on", "decision", "reason",
    ];
    let rows = lines.iter().map(|(measure, line)| {
        let table: Vec<&str> = line
            .table
            .iter()
            .map(|dimension| dimension.as_str())
            .collect();
        vec![
            regime.to_owned(),
            measure.clone(),
            table.join(" x "),
            line.year.to_string(),
            line.on.clone(),
            line.decision.to_owned(),
            line.reason.to_owned(),
        ]
    });
    crate::formats::csv::write(&header, rows)
}
