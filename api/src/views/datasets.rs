//! Definitions of datasets.

use super::{DatasetCheck, DatasetName};
use crate::domain::checks::Check;
use crate::domain::datasets as rules;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// What is recorded, once a year, by every institution.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Dataset {
    /// Its name in addresses.
    pub name: DatasetName,
    /// Title.
    pub title: String,
    /// What it counts.
    pub description: String,
    /// Columns of a file and members of a row, in their order.
    pub columns: Vec<DatasetColumn>,
    /// Rules between the figures of one row.
    pub rules: Vec<DatasetRule>,
    /// Checks of a return as a whole.
    pub checks: Vec<DatasetCheck>,
}

/// A column of a dataset.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct DatasetColumn {
    /// Heading.
    pub name: String,
    /// Title.
    pub title: String,
    /// `org-unit`, `dimension` (with the others it is a row's key) or `measure`.
    pub role: String,
    /// The code list of a dimension.
    #[schema(required)]
    pub code_list: Option<String>,
    /// The form of a dimension that holds identifiers: `doi`.
    #[schema(required)]
    pub format: Option<String>,
    /// The unit of a measure: `persons`, `fte`, `outputs` and so on.
    #[schema(required)]
    pub unit: Option<String>,
    /// Whether every row must state it.
    pub required: bool,
}

/// A rule between the figures of one row.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct DatasetRule {
    /// Code of the fault where it does not hold.
    pub code: String,
    /// The column the fault is reported at.
    pub column: String,
    /// What must hold.
    pub statement: String,
}

impl From<&'static rules::Dataset> for Dataset {
    fn from(dataset: &'static rules::Dataset) -> Self {
        let unit = DatasetColumn {
            name: rules::ORG_UNIT.to_owned(),
            title: "Org unit".to_owned(),
            role: "org-unit".to_owned(),
            code_list: None,
            format: None,
            unit: None,
            required: true,
        };
        let dimensions = dataset.dimensions.iter().map(|dimension| DatasetColumn {
            name: dimension.name.to_owned(),
            title: dimension.title.to_owned(),
            role: "dimension".to_owned(),
            code_list: dimension.list().map(ToOwned::to_owned),
            format: matches!(dimension.values, rules::Values::Doi).then(|| "doi".to_owned()),
            unit: None,
            required: true,
        });
        let measures = dataset.measures.iter().map(|measure| DatasetColumn {
            name: measure.name.to_owned(),
            title: measure.title.to_owned(),
            role: "measure".to_owned(),
            code_list: None,
            format: None,
            unit: Some(measure.unit.as_str().to_owned()),
            required: measure.required,
        });
        let rules = dataset.rules.iter().map(|rule| DatasetRule {
            code: rule.code.to_owned(),
            column: rule.column.to_owned(),
            statement: rule.statement.to_owned(),
        });
        let checks = Check::ALL
            .iter()
            .filter(|check| check.applies(dataset))
            .map(|check| DatasetCheck::from(*check));
        Self {
            name: dataset.name.into(),
            title: dataset.title.to_owned(),
            description: dataset.description.to_owned(),
            columns: std::iter::once(unit)
                .chain(dimensions)
                .chain(measures)
                .collect(),
            rules: rules.collect(),
            checks: checks.collect(),
        }
    }
}
