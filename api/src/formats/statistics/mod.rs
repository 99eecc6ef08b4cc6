//! Statistics as the tools of their readers take them: from one neutral [`Cube`] to CSV with its description, SDMX,
//! JSON-stat, XLSX and Parquet.
//!
//! Pure: a cube comes in, bytes go out, the same bytes for the same cube. No format knows a figure that another does
//! not; a figure that is missing is empty and says why beside it, and is never zero. What may be shown was decided
//! before: a cube that contradicts itself, as a withheld figure with a value, is not written at all.

pub mod csv;
pub mod csvw;
mod cube;
pub mod json_stat;
mod marks;
pub mod parquet;
pub mod sdmx_csv;
mod sdmx_model;
pub mod sdmx_structure;
mod table;
pub mod xlsx;
mod xlsx_page;
mod xlsx_sheet;

pub use cube::{Concept, Cube, CubeDimension, CubeSource, Observation};

/// Media type of CSV (RFC 4180).
pub const CSV: &str = "text/csv; charset=utf-8; header=present";
/// Media type of a description of a CSV file (W3C, Metadata Vocabulary for Tabular Data, section 4).
pub const CSVW: &str = "application/csvm+json";
/// Media type of SDMX-CSV 2.0.0 data.
pub const SDMX_CSV: &str = "application/vnd.sdmx.data+csv;version=2.0.0";
/// Media type of an SDMX-JSON 2.0.0 structure message.
pub const SDMX_STRUCTURE: &str = "application/vnd.sdmx.structure+json;version=2.0.0";
/// Media type of JSON-stat 2.0. We know of none that is registered (its own repository has the question open): this is ours,
/// with the suffix of RFC 6839, because plain `application/json` is the service's own answer.
pub const JSON_STAT: &str = "application/vnd.json-stat+json";
/// What clients ask for JSON-stat by, too.
pub const JSON_STAT_ALSO: &str = "application/json-stat+json";
/// Media type of XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of Parquet, as registered with IANA.
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// The formats statistics are given out in, beside the service's own JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatisticsFormat {
    /// One table, a row a figure.
    Csv,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// JSON-stat 2.0; one cube a document.
    JsonStat,
    /// A workbook.
    Xlsx,
    /// One typed table.
    Parquet,
}

impl StatisticsFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Csv,
        Self::SdmxCsv,
        Self::JsonStat,
        Self::Xlsx,
        Self::Parquet,
    ];

    /// Name in paths and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::SdmxCsv => "sdmx-csv",
            Self::JsonStat => "json-stat",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// The format of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
    }

    /// Media type, as sent.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => CSV,
            Self::SdmxCsv => SDMX_CSV,
            Self::JsonStat => JSON_STAT,
            Self::Xlsx => XLSX,
            Self::Parquet => PARQUET,
        }
    }

    /// What a file of this format ends in, without a full stop before it.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::SdmxCsv => "sdmx.csv",
            Self::JsonStat => "json-stat.json",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }
}
