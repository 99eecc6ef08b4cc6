//! The difference between two versions of a return.

use super::{ReturnRow, RowChange};
use crate::domain::datasets::Dataset;
use crate::store::{ChangedRow, StoredRow};
use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Members of a row by name: org unit and codes as texts, figures as numbers or null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowMembers(pub Map<String, Value>);

async_graphql::scalar!(
    RowMembers,
    "RowMembers",
    "Members of a row by name: org unit and codes as texts, figures as numbers or null."
);

impl utoipa::PartialSchema for RowMembers {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .additional_properties(Some(
                utoipa::openapi::schema::AdditionalProperties::FreeForm(true),
            ))
            .description(Some(
                "Members of a row by name: org unit and codes as texts, figures as numbers or null.",
            ))
            .into()
    }
}

impl ToSchema for RowMembers {}

/// A row that differs between two versions.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ReturnChange {
    /// What became of it.
    pub kind: RowChange,
    /// Its org unit and codes.
    pub key: RowMembers,
    /// Its figures before; null where it was not there.
    #[schema(required)]
    pub before: Option<RowMembers>,
    /// Its figures after; null where it is gone.
    #[schema(required)]
    pub after: Option<RowMembers>,
}

impl ReturnChange {
    /// A row under the names of its dataset.
    pub fn of(dataset: &Dataset, row: ChangedRow) -> Self {
        let kind = row.change().into();
        let ChangedRow {
            org_unit,
            codes,
            before,
            after,
        } = row;
        let figures = |measures: Vec<Option<i64>>| {
            let stored = StoredRow {
                org_unit: String::new(),
                codes: Vec::new(),
                measures,
            };
            let mut members = ReturnRow::of(dataset, stored).0;
            members.retain(|name, _| dataset.measure(name).is_some());
            RowMembers(members)
        };
        let key = StoredRow {
            org_unit,
            codes,
            measures: Vec::new(),
        };
        Self {
            kind,
            key: RowMembers(ReturnRow::of(dataset, key).0),
            before: before.map(figures),
            after: after.map(figures),
        }
    }
}
