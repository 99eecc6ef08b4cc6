//! Column mappings.

use super::{DatasetName, Timestamp};
use crate::domain::column_mappings as rules;
use crate::operations::column_mappings::MappingAt;
use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Column of the dataset to a text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnTexts(pub BTreeMap<String, String>);

async_graphql::scalar!(
    ColumnTexts,
    "ColumnTexts",
    "A JSON object: column of the dataset to a text."
);

/// Column of the dataset to codes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnCodes(pub BTreeMap<String, BTreeMap<String, String>>);

async_graphql::scalar!(
    ColumnCodes,
    "ColumnCodes",
    "A JSON object: column of the dataset to an object of the institution's own codes, each with the code it stands for."
);

/// How an institution's own files name what a dataset names. The dataset's own names and codes are understood beside it.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ColumnMapping {
    /// The dataset.
    pub dataset: DatasetName,
    /// Column to the heading of the files.
    #[schema(value_type = BTreeMap<String, String>)]
    pub columns: ColumnTexts,
    /// Column to the institution's own codes, each with the code it stands for.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub codes: ColumnCodes,
    /// Column that the files do not have, to the code that stands for every row.
    #[schema(value_type = BTreeMap<String, String>)]
    pub constants: ColumnTexts,
    /// Headings of the files that are passed over.
    pub ignored: Vec<String>,
    /// Counts changes; the `ETag`. 0 before it was ever set.
    pub version: i64,
    /// When it last changed.
    #[schema(required)]
    pub updated_at: Option<Timestamp>,
}

impl From<MappingAt> for ColumnMapping {
    fn from(at: MappingAt) -> Self {
        let rules::ColumnMapping {
            columns,
            codes,
            constants,
            ignored,
        } = at.mapping;
        Self {
            dataset: at.dataset.into(),
            columns: ColumnTexts(columns),
            codes: ColumnCodes(codes),
            constants: ColumnTexts(constants),
            ignored,
            version: at.version,
            updated_at: at.updated_at.map(Into::into),
        }
    }
}
