//! Academic years.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// An academic year, 1 August to 31 July, and when its returns are collected.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Year {
    /// The year, as `2024-25`.
    pub year: String,
    /// The day stocks are counted on: 1 December.
    #[schema(required)]
    pub census: Option<NaiveDate>,
    /// First day on which returns are expected; null where not set.
    #[schema(required)]
    pub opens_on: Option<NaiveDate>,
    /// Last day; null where not set.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// Counts changes; the `ETag`.
    pub version: i64,
}

impl From<entity::years::Model> for Year {
    fn from(row: entity::years::Model) -> Self {
        Self {
            year: row.year.to_string(),
            census: row.year.census(),
            opens_on: row.opens_on,
            closes_on: row.closes_on,
            version: row.version,
        }
    }
}
