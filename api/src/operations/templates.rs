//! Templates of datasets: files to fill in, which load back.

use super::Service;
use crate::domain::datasets::Dataset;
use crate::domain::examples;
use crate::fault::Result;
use crate::formats;
use crate::formats::xlsx::template::Template;
use entity::values::{AcademicYear, DatasetName};

/// Which template is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The dataset.
    pub dataset: DatasetName,
    /// The year it is for; codes of every year where none is named.
    pub year: Option<AcademicYear>,
    /// Whether it is filled with the example.
    pub filled: bool,
}

/// The template as CSV: the header alone, or the example.
pub async fn csv(service: &Service, wanted: Wanted) -> Result<Vec<u8>> {
    let dataset = Dataset::of(wanted.dataset);
    let rows = if wanted.filled {
        examples::rows(dataset, &*service.codes_current().await?, wanted.year)
    } else {
        Vec::new()
    };
    let columns: Vec<&str> = dataset.columns().collect();
    let lines = rows
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect());
    formats::csv::write(&columns, lines)
}

/// The template as a workbook.
pub async fn workbook(service: &Service, wanted: Wanted) -> Result<Vec<u8>> {
    let dataset = Dataset::of(wanted.dataset);
    let lists = service.codes_current().await?;
    Template {
        dataset,
        lists: &lists,
        year: wanted.year,
        example: examples::rows(dataset, &lists, wanted.year),
        filled: wanted.filled,
    }
    .write()
}
