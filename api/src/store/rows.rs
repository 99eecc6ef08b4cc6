//! Queries on the rows of datasets.

use super::{Engine, Tenant, fault, row_sql};
use crate::domain::datasets::Dataset;
use crate::domain::rows::Row;
use crate::fault::{Fault, Result};
use entity::ids::VersionId;
use entity::values::DatasetName;
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use std::collections::HashMap;

/// Rows of one SQLite statement: its placeholders stay well below the engine's 32,766.
const CHUNK: usize = 500;

/// A version's rows, counted and summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// How many rows.
    pub rows: i64,
    /// Sums in stored units, in the order of the dataset's measures; `None` where no row states the figure.
    pub sums: Vec<Option<i64>>,
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    pub(super) fn statement(&self, sql: String, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), sql, values)
    }

    pub(super) async fn run(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        let done = self
            .conn
            .execute_raw(self.statement(sql, values))
            .await
            .map_err(fault)?;
        Ok(done.rows_affected())
    }

    /// Removes every row of a draft.
    pub async fn clear_rows(&self, dataset: &'static Dataset, version: VersionId) -> Result<()> {
        let values = vec![self.institution.into(), version.into()];
        self.run(row_sql::clear(dataset), values).await.map(|_| ())
    }

    /// Adds rows to a draft, replacing those with the same org unit and codes.
    pub async fn merge_rows(
        &self,
        dataset: &'static Dataset,
        version: VersionId,
        rows: &[Row],
    ) -> Result<()> {
        match self.engine {
            Engine::Postgres if rows.is_empty() => Ok(()),
            Engine::Postgres => {
                let mut values: Vec<Value> = vec![self.institution.into(), version.into()];
                values.extend(columns(dataset, rows));
                self.run(row_sql::upsert(dataset, self.engine, 1), values)
                    .await
                    .map(|_| ())
            }
            Engine::Sqlite => {
                for chunk in rows.chunks(CHUNK) {
                    let mut values: Vec<Value> = Vec::new();
                    for row in chunk {
                        values.push(self.institution.into());
                        values.push(version.into());
                        values.push(row.org_unit.into());
                        values.extend(row.codes.iter().map(|code| Value::from(code.as_str())));
                        values.extend(row.measures.iter().map(|figure| Value::from(*figure)));
                    }
                    self.run(row_sql::upsert(dataset, self.engine, chunk.len()), values)
                        .await?;
                }
                Ok(())
            }
        }
    }

    /// Copies a revision's rows into a new draft.
    pub async fn copy_rows(
        &self,
        dataset: &'static Dataset,
        from: VersionId,
        to: VersionId,
    ) -> Result<()> {
        let values = vec![self.institution.into(), from.into(), to.into()];
        self.run(row_sql::copy(dataset), values).await.map(|_| ())
    }

    /// Counts and sums a version's rows.
    pub async fn row_totals(
        &self,
        dataset: &'static Dataset,
        version: VersionId,
    ) -> Result<Totals> {
        let values = vec![self.institution.into(), version.into()];
        let row = self
            .conn
            .query_one_raw(self.statement(row_sql::totals(dataset), values))
            .await
            .map_err(fault)?
            .ok_or(Fault::Internal)?;
        Ok(Totals {
            rows: row.try_get("", "rows").map_err(fault)?,
            sums: figures(dataset, &row)?,
        })
    }

    /// How many rows each of several versions has, in one statement; those without any are left out.
    pub async fn row_counts(
        &self,
        versions: &[(DatasetName, VersionId)],
    ) -> Result<HashMap<VersionId, i64>> {
        let mut values: Vec<Value> = vec![self.institution.into()];
        let mut parts = Vec::new();
        for dataset in Dataset::ALL {
            let mut places = Vec::new();
            for (_, version) in versions.iter().filter(|(name, _)| *name == dataset.name) {
                values.push((*version).into());
                places.push(format!("${}", values.len()));
            }
            if !places.is_empty() {
                parts.push(row_sql::counts(dataset, &places));
            }
        }
        if parts.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = parts.join(" UNION ALL ");
        let rows = self
            .conn
            .query_all_raw(self.statement(sql, values))
            .await
            .map_err(fault)?;
        rows.iter()
            .map(|row| {
                let version = row.try_get("", "version_id").map_err(fault)?;
                Ok((version, row.try_get("", "rows").map_err(fault)?))
            })
            .collect()
    }
}

/// The measures of a result, in their order.
pub(super) fn figures(dataset: &Dataset, row: &QueryResult) -> Result<Vec<Option<i64>>> {
    dataset
        .measures
        .iter()
        .map(|measure| row.try_get("", measure.name).map_err(fault))
        .collect()
}

/// Rows turned into one array a column, without nulls.
fn columns(dataset: &Dataset, rows: &[Row]) -> Vec<Value> {
    let array = |kind: ArrayType, values: Vec<Value>| Value::Array(kind, Some(Box::new(values)));
    let mut columns = vec![array(
        ArrayType::Uuid,
        rows.iter().map(|row| row.org_unit.into()).collect(),
    )];
    for place in 0..dataset.dimensions.len() {
        let codes = rows
            .iter()
            .map(|row| Value::from(row.codes.get(place).map_or("", |code| code.as_str())));
        columns.push(array(ArrayType::String, codes.collect()));
    }
    for place in 0..dataset.measures.len() {
        let values = rows
            .iter()
            .map(|row| row.measures.get(place).copied().flatten())
            .map(|figure| Value::from(figure.unwrap_or(row_sql::NOT_RECORDED)));
        columns.push(array(ArrayType::BigInt, values.collect()));
    }
    columns
}
