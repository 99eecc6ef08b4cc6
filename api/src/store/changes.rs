//! The difference between two versions of a return, row by row.

use super::{Page, PageRequest, Tenant, fault};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Result};
use entity::ids::VersionId;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// A figure of it changed.
    Changed,
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRow {
    /// The org unit's code.
    pub org_unit: String,
    /// Codes, in the order of the dataset's dimensions.
    pub codes: Vec<String>,
    /// Figures before, in stored units, in the order of the dataset's measures; none where the row was not there.
    pub before: Option<Vec<Option<i64>>>,
    /// Figures after; none where the row is gone.
    pub after: Option<Vec<Option<i64>>>,
}

impl ChangedRow {
    /// What became of it.
    pub const fn change(&self) -> RowChange {
        match (&self.before, &self.after) {
            (None, _) => RowChange::Added,
            (Some(_), None) => RowChange::Removed,
            (Some(_), Some(_)) => RowChange::Changed,
        }
    }

    /// What it sorts by: org unit code and codes.
    pub fn key(&self) -> Vec<String> {
        std::iter::once(&self.org_unit)
            .chain(&self.codes)
            .cloned()
            .collect()
    }
}

/// The rows that differ between two versions, by org unit code and codes. Each version's rows are read once. Parameters:
/// tenant, version before, version after, limit, then the key to start after if `after`.
fn statement(dataset: &Dataset, after: bool) -> String {
    let dimensions = |prefix: &str| -> String {
        dataset
            .dimensions
            .iter()
            .map(|dimension| format!(", {prefix}\"{}\"", dimension.name))
            .collect()
    };
    let order = format!("u.\"code\"{}", dimensions("d."));
    let mut figures = String::new();
    let mut differs = vec![
        "d.\"was\" IS NULL".to_owned(),
        "d.\"is\" IS NULL".to_owned(),
    ];
    for (place, measure) in dataset.measures.iter().enumerate() {
        for (side, version) in [("before", 2), ("after", 3)] {
            figures.push_str(&format!(
                ", MAX(CASE WHEN r.\"version_id\" = ${version} THEN r.\"{}\" END) AS \"{side}_{place}\"",
                measure.name
            ));
        }
        differs.push(format!(
            "d.\"before_{place}\" IS DISTINCT FROM d.\"after_{place}\""
        ));
    }
    let start = if after {
        let places: Vec<String> = (0..=dataset.dimensions.len())
            .map(|place| format!("${}", place + 5))
            .collect();
        format!(" AND ({order}) > ({})", places.join(", "))
    } else {
        String::new()
    };
    format!(
        "SELECT d.*, u.\"code\" AS \"org_unit\" FROM (SELECT r.\"org_unit_id\"{}, \
             MAX(CASE WHEN r.\"version_id\" = $2 THEN 1 END) AS \"was\", MAX(CASE WHEN r.\"version_id\" = $3 THEN 1 END) AS \"is\"{figures} \
             FROM \"{}\" AS r WHERE r.\"institution_id\" = $1 AND r.\"version_id\" IN ($2, $3) \
             GROUP BY r.\"org_unit_id\"{}) AS d \
         JOIN \"org_units\" AS u ON u.\"id\" = d.\"org_unit_id\" WHERE ({}){start} ORDER BY {order} LIMIT $4",
        dimensions("r."),
        dataset.table,
        dimensions("r."),
        differs.join(" OR "),
    )
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of the rows that differ between two versions; from none, every row is new.
    pub async fn changes(
        &self,
        dataset: &'static Dataset,
        from: Option<VersionId>,
        to: VersionId,
        request: &PageRequest,
    ) -> Result<Page<ChangedRow>> {
        let limit = i64::try_from(request.fetch()).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![
            self.institution.into(),
            from.unwrap_or(VersionId(Uuid::nil())).into(),
            to.into(),
            limit.into(),
        ];
        if let Some(after) = request.after() {
            if after.len() != dataset.dimensions.len() + 1 {
                return Err(Fault::parameter(
                    "cursor",
                    "unknown-cursor",
                    "This cursor was not given out here.",
                ));
            }
            values.extend(after.iter().map(|part| Value::from(part.as_str())));
        }
        let sql = statement(dataset, request.after().is_some());
        let rows = self
            .conn
            .query_all_raw(self.statement(sql, values))
            .await
            .map_err(fault)?;
        let rows = rows
            .iter()
            .map(|row| changed(dataset, row))
            .collect::<Result<Vec<_>>>()?;
        Ok(request.page(rows, ChangedRow::key))
    }
}

fn changed(dataset: &Dataset, row: &QueryResult) -> Result<ChangedRow> {
    let text = |name: &str| row.try_get::<String>("", name).map_err(fault);
    let side = |there: &str, side: &str| -> Result<Option<Vec<Option<i64>>>> {
        let there: Option<i32> = row.try_get("", there).map_err(fault)?;
        let figure = |place| row.try_get("", &format!("{side}_{place}")).map_err(fault);
        there
            .map(|_| (0..dataset.measures.len()).map(figure).collect())
            .transpose()
    };
    Ok(ChangedRow {
        org_unit: text("org_unit")?,
        codes: dataset
            .dimensions
            .iter()
            .map(|dimension| text(dimension.name))
            .collect::<Result<_>>()?,
        before: side("was", "before")?,
        after: side("is", "after")?,
    })
}
