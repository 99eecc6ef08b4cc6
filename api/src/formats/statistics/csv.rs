//! CSV: a tidy table, a row a figure, every code beside its name. `value` is empty where there is none; `status` says why
//! in the words of the service's own answers, `mark` in the shorthand of the Government Statistical Service.

use super::cube::Cube;
use super::table::{Cell, Table};
use crate::fault::Result;
use crate::formats::csv::lines;

/// The figures of some cubes as one file.
///
/// # Errors
/// [`crate::fault::Fault::Internal`] where a cube contradicts itself.
pub fn csv(cubes: &[&Cube]) -> Result<Vec<u8>> {
    let table = Table::of(cubes)?;
    let header = table.columns().into_iter().map(|column| column.name);
    let rows = table
        .rows()
        .map(|row| row.iter().map(Cell::text).collect::<Vec<String>>());
    lines(std::iter::once(header.collect()).chain(rows))
}
