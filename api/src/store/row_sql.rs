//! The statements on a dataset's table, composed once from its definition.
//!
//! Every name in them is a `&'static str` of a definition in `domain/datasets`; no value and nothing a caller sent is
//! ever part of the text.

use super::Engine;
use crate::domain::datasets::Dataset;

/// Stands in PostgreSQL's arrays for a figure that is not recorded: the library that binds them takes no nulls, and no
/// figure is negative.
pub const NOT_RECORDED: i64 = -1;

/// A list of quoted names.
fn quoted(names: impl IntoIterator<Item = &'static str>) -> String {
    names
        .into_iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

fn keys(dataset: &Dataset) -> impl Iterator<Item = &'static str> {
    std::iter::once("org_unit_id").chain(dataset.dimensions.iter().map(|dimension| dimension.name))
}

fn measures(dataset: &Dataset) -> impl Iterator<Item = &'static str> {
    dataset.measures.iter().map(|measure| measure.name)
}

/// Sums of every measure, as 64-bit integers on both engines.
pub fn sums(dataset: &Dataset) -> String {
    measures(dataset)
        .map(|name| format!(", CAST(SUM(r.\"{name}\") AS BIGINT) AS \"{name}\""))
        .collect()
}

/// `INSERT ... ON CONFLICT DO UPDATE` of many rows: arrays on PostgreSQL (one statement whatever the number), lists of
/// placeholders for `rows` rows on SQLite. Parameters: tenant, version, then columns (PostgreSQL); tenant, version and
/// cells of every row (SQLite, whose driver looks a numbered placeholder up among all the others for each value).
pub fn upsert(dataset: &Dataset, engine: Engine, rows: usize) -> String {
    let columns: Vec<&'static str> = keys(dataset).chain(measures(dataset)).collect();
    let source = match engine {
        Engine::Postgres => {
            let arrays: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let kind = match *name {
                        "org_unit_id" => "uuid",
                        name if dataset.dimension(name).is_some() => "text",
                        _ => "bigint",
                    };
                    format!("${}::{kind}[]", place + 3)
                })
                .collect();
            let cells: Vec<String> = columns
                .iter()
                .map(|name| match dataset.measure(name) {
                    Some(_) => format!("NULLIF(u.\"{name}\", {NOT_RECORDED})"),
                    None => format!("u.\"{name}\""),
                })
                .collect();
            format!(
                "SELECT $1::uuid, $2::uuid, {} FROM UNNEST({}) AS u ({})",
                cells.join(", "),
                arrays.join(", "),
                quoted(columns.iter().copied()),
            )
        }
        Engine::Sqlite => {
            let row = format!("(?, ?{})", ", ?".repeat(columns.len()));
            format!("VALUES {}", vec![row; rows].join(", "))
        }
    };
    let replaced: Vec<String> = measures(dataset)
        .map(|name| format!("\"{name}\" = excluded.\"{name}\""))
        .collect();
    format!(
        "INSERT INTO \"{}\" (\"institution_id\", \"version_id\", {}) {source} ON CONFLICT (\"version_id\", {}) DO UPDATE SET {}",
        dataset.table,
        quoted(columns),
        quoted(keys(dataset)),
        replaced.join(", "),
    )
}

/// Removes a version's rows. Parameters: tenant, version.
pub fn clear(dataset: &Dataset) -> String {
    format!(
        "DELETE FROM \"{}\" WHERE \"institution_id\" = $1 AND \"version_id\" = $2",
        dataset.table
    )
}

/// Copies a version's rows to another. Parameters: tenant, from, to.
pub fn copy(dataset: &Dataset) -> String {
    let columns = quoted(keys(dataset).chain(measures(dataset)));
    format!(
        "INSERT INTO \"{table}\" (\"institution_id\", \"version_id\", {columns}) \
         SELECT \"institution_id\", $3, {columns} FROM \"{table}\" WHERE \"institution_id\" = $1 AND \"version_id\" = $2",
        table = dataset.table,
    )
}

/// Counts and sums a version's rows. Parameters: tenant, version.
pub fn totals(dataset: &Dataset) -> String {
    format!(
        "SELECT COUNT(*) AS \"rows\"{} FROM \"{}\" AS r WHERE r.\"institution_id\" = $1 AND r.\"version_id\" = $2",
        sums(dataset),
        dataset.table,
    )
}

/// Counts the rows of the versions in several parameters. Parameter 1: tenant.
pub fn counts(dataset: &Dataset, places: &[String]) -> String {
    format!(
        "SELECT \"version_id\", COUNT(*) AS \"rows\" FROM \"{}\" WHERE \"institution_id\" = $1 AND \"version_id\" IN ({}) \
         GROUP BY \"version_id\"",
        dataset.table,
        places.join(", "),
    )
}

/// The org units that a version has rows of, by code, from a code on. Parameters: tenant, version, code, then the
/// `wanted` codes, 0 for any.
pub fn units(dataset: &Dataset, wanted: usize) -> String {
    format!(
        "SELECT u.\"id\", u.\"code\" FROM \"org_units\" AS u WHERE u.\"institution_id\" = $1 AND u.\"code\" >= $3{} \
         AND EXISTS (SELECT 1 FROM \"{}\" AS r WHERE r.\"version_id\" = $2 AND r.\"org_unit_id\" = u.\"id\") ORDER BY u.\"code\"",
        among("u.\"code\"", wanted, &mut 3),
        dataset.table,
    )
}

/// A condition that a column is one of so many parameters, after those that are `taken`; nothing for none.
fn among(column: &str, count: usize, taken: &mut usize) -> String {
    if count == 0 {
        return String::new();
    }
    let places: Vec<String> = (*taken + 1..=*taken + count)
        .map(|place| format!("${place}"))
        .collect();
    *taken += count;
    format!(" AND {column} IN ({})", places.join(", "))
}

/// Rows of one org unit of a version by their codes, straight from the primary key. Parameters: tenant, version, org
/// unit, limit, then the codes to start after if `after`, then the `wanted` codes of each dimension, 0 for any.
pub fn of_unit(dataset: &Dataset, after: bool, wanted: &[usize]) -> String {
    let names: Vec<String> = dataset
        .dimensions
        .iter()
        .map(|dimension| format!("r.\"{}\"", dimension.name))
        .collect();
    let figures = measures(dataset).map(|name| format!("r.\"{name}\""));
    let shown: Vec<String> = names.iter().cloned().chain(figures).collect();
    let mut taken = 4;
    let mut conditions = String::new();
    if after && !names.is_empty() {
        let places: Vec<String> = (0..names.len())
            .map(|place| format!("${}", place + 5))
            .collect();
        taken += places.len();
        conditions = format!(" AND ({}) > ({})", names.join(", "), places.join(", "));
    }
    for (name, count) in names.iter().zip(wanted) {
        conditions.push_str(&among(name, *count, &mut taken));
    }
    let order = if names.is_empty() {
        String::new()
    } else {
        format!(" ORDER BY {}", names.join(", "))
    };
    format!(
        "SELECT {} FROM \"{}\" AS r WHERE r.\"institution_id\" = $1 AND r.\"version_id\" = $2 AND r.\"org_unit_id\" = $3{conditions}{order} LIMIT $4",
        shown.join(", "),
        dataset.table,
    )
}

/// Rows of the submissions numbered above `$1` up to `$2`, those of a version together: version, org unit, codes, figures.
pub fn facts(dataset: &Dataset) -> String {
    let columns: String = keys(dataset)
        .chain(measures(dataset))
        .map(|name| format!(", r.\"{name}\""))
        .collect();
    format!(
        "SELECT r.\"version_id\"{columns} FROM \"return_versions\" AS v JOIN \"{}\" AS r ON r.\"version_id\" = v.\"id\" \
         WHERE v.\"sequence\" > $1 AND v.\"sequence\" <= $2 ORDER BY v.\"sequence\"",
        dataset.table,
    )
}
