//! Academic years.

use crate::operations::years as rules;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// First and last day of a window; null where not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetWindow {
    /// First day on which a return may be submitted; the year's where null.
    pub opens_on: Option<NaiveDate>,
    /// Last day on which it is in time; the year's where null.
    pub closes_on: Option<NaiveDate>,
}

/// Windows by dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatasetWindows(pub BTreeMap<String, DatasetWindow>);

async_graphql::scalar!(
    DatasetWindows,
    "DatasetWindows",
    "Windows by dataset, as a JSON object: `{\"headcount\": {\"opens_on\": ..., \"closes_on\": ...}}`."
);

impl utoipa::PartialSchema for DatasetWindows {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .additional_properties(Some(utoipa::openapi::Ref::from_schema_name(
                "DatasetWindow",
            )))
            .description(Some("Windows by dataset."))
            .into()
    }
}

impl ToSchema for DatasetWindows {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((
            "DatasetWindow".to_owned(),
            <DatasetWindow as utoipa::PartialSchema>::schema(),
        ));
        <DatasetWindow as ToSchema>::schemas(schemas);
    }
}

impl DatasetWindows {
    /// As the rules take them.
    pub fn windows(self) -> BTreeMap<String, rules::Window> {
        let window = |window: DatasetWindow| rules::Window {
            opens_on: window.opens_on,
            closes_on: window.closes_on,
        };
        self.0
            .into_iter()
            .map(|(name, days)| (name, window(days)))
            .collect()
    }
}

/// An academic year, 1 August to 31 July, and when its returns are collected.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Year {
    /// The year, as `2024-25`.
    pub year: String,
    /// The day stocks are counted on: 1 December.
    #[schema(required)]
    pub census: Option<NaiveDate>,
    /// First day on which returns may be submitted; null where not set.
    #[schema(required)]
    pub opens_on: Option<NaiveDate>,
    /// Last day on which they are in time; null where not set.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// Windows of single datasets, where they differ; a day that is null is the year's.
    pub datasets: DatasetWindows,
    /// Counts changes; the `ETag`.
    pub version: i64,
}

impl From<rules::Year> for Year {
    fn from(year: rules::Year) -> Self {
        let row = year.row;
        let windows = year.datasets.into_iter().map(|(dataset, window)| {
            let window = DatasetWindow {
                opens_on: window.opens_on,
                closes_on: window.closes_on,
            };
            (dataset.to_string(), window)
        });
        Self {
            year: row.year.to_string(),
            census: row.year.census(),
            opens_on: row.opens_on,
            closes_on: row.closes_on,
            datasets: DatasetWindows(windows.collect()),
            version: row.version,
        }
    }
}
