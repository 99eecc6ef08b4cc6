//! Rows of a version, read back in the order of org units and codes.
//!
//! A page starts in the middle of one org unit and goes on through those after it, each read straight from the primary
//! key: the last page of a million rows costs what the first one does.

use super::rows::figures;
use super::{Page, PageRequest, Tenant, fault, row_sql};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Result};
use entity::ids::{OrgUnitId, VersionId};
use sea_orm::{ConnectionTrait, QueryResult, Value};

/// A row as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// The org unit's code.
    pub org_unit: String,
    /// Codes, in the order of the dataset's dimensions.
    pub codes: Vec<String>,
    /// Figures in stored units, in the order of the dataset's measures.
    pub measures: Vec<Option<i64>>,
}

impl StoredRow {
    /// What it is found by: the org unit, then the codes.
    fn key(&self) -> Vec<String> {
        std::iter::once(&self.org_unit)
            .chain(&self.codes)
            .cloned()
            .collect()
    }
}

/// Which rows are wanted. An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Codes of org units.
    pub org_units: Vec<String>,
    /// Texts for each dimension, in their order.
    pub codes: Vec<Vec<String>>,
}

/// One page while it is filled.
struct Wanted<'a> {
    dataset: &'static Dataset,
    version: VersionId,
    filter: &'a RowFilter,
    most: usize,
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of a version's rows, of those that are wanted.
    pub async fn rows(
        &self,
        dataset: &'static Dataset,
        version: VersionId,
        filter: &RowFilter,
        request: &PageRequest,
    ) -> Result<Page<StoredRow>> {
        let after = match request.after() {
            None => None,
            Some(key) if key.len() == dataset.dimensions.len() + 1 => key.split_first(),
            Some(_) => {
                return Err(Fault::parameter(
                    "cursor",
                    "unknown-cursor",
                    "This cursor was not given out here.",
                ));
            }
        };
        let wanted = Wanted {
            dataset,
            version,
            filter,
            most: usize::try_from(request.fetch()).unwrap_or(usize::MAX),
        };
        let mut rows = Vec::new();
        let from = after.map_or("", |(code, _)| code.as_str());
        for (unit, code) in self.units_with_rows(&wanted, from).await? {
            let within = match after {
                Some((begun, codes)) if *begun == code => Some(codes),
                _ => None,
            };
            // A unit is one row where there are no dimensions: it was the last of the page before.
            if within.is_some_and(<[String]>::is_empty) {
                continue;
            }
            self.rows_of_unit(&wanted, (unit, &code), within, &mut rows)
                .await?;
            if rows.len() >= wanted.most {
                break;
            }
        }
        Ok(request.page(rows, StoredRow::key))
    }

    async fn units_with_rows(
        &self,
        wanted: &Wanted<'_>,
        from: &str,
    ) -> Result<Vec<(OrgUnitId, String)>> {
        let mut values: Vec<Value> =
            vec![self.institution.into(), wanted.version.into(), from.into()];
        let codes = &wanted.filter.org_units;
        values.extend(codes.iter().map(|code| Value::from(code.as_str())));
        let sql = row_sql::units(wanted.dataset, codes.len());
        let found = self.conn.query_all_raw(self.statement(sql, values)).await;
        found
            .map_err(fault)?
            .iter()
            .map(|row| {
                let id = row.try_get("", "id").map_err(fault)?;
                Ok((id, row.try_get("", "code").map_err(fault)?))
            })
            .collect()
    }

    async fn rows_of_unit(
        &self,
        wanted: &Wanted<'_>,
        (unit, code): (OrgUnitId, &str),
        after: Option<&[String]>,
        rows: &mut Vec<StoredRow>,
    ) -> Result<()> {
        let left = i64::try_from(wanted.most.saturating_sub(rows.len())).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![
            self.institution.into(),
            wanted.version.into(),
            unit.into(),
            left.into(),
        ];
        let texts = after
            .into_iter()
            .flatten()
            .chain(wanted.filter.codes.iter().flatten());
        values.extend(texts.map(|text| Value::from(text.as_str())));
        let counts: Vec<usize> = wanted.filter.codes.iter().map(Vec::len).collect();
        let sql = row_sql::of_unit(wanted.dataset, after.is_some(), &counts);
        let found = self.conn.query_all_raw(self.statement(sql, values)).await;
        for row in &found.map_err(fault)? {
            rows.push(stored(wanted.dataset, code, row)?);
        }
        Ok(())
    }
}

fn stored(dataset: &Dataset, org_unit: &str, row: &QueryResult) -> Result<StoredRow> {
    Ok(StoredRow {
        org_unit: org_unit.to_owned(),
        codes: dataset
            .dimensions
            .iter()
            .map(|dimension| row.try_get("", dimension.name).map_err(fault))
            .collect::<Result<_>>()?,
        measures: figures(dataset, row)?,
    })
}
