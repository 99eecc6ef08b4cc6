//! Changes of the registry.

use crate::access::RegistryWrite;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::IfMatch;
use crate::operations::years::{self, Window, Windows};
use crate::views::{DatasetName, Year};
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;

#[derive(Default)]
pub(in crate::graphql) struct RegistryMutation;

/// When a year's returns are collected.
#[derive(InputObject)]
struct YearInput {
    /// First day on which returns may be submitted.
    opens_on: Option<NaiveDate>,
    /// Last day on which they are in time.
    closes_on: Option<NaiveDate>,
    /// Windows of single datasets, where they differ.
    #[graphql(default)]
    datasets: Vec<DatasetWindowInput>,
}

/// The window of one dataset; of two of the same dataset the last counts.
#[derive(InputObject)]
struct DatasetWindowInput {
    /// The dataset.
    dataset: DatasetName,
    /// First day on which a return may be submitted; the year's where missing.
    opens_on: Option<NaiveDate>,
    /// Last day on which it is in time; the year's where missing.
    closes_on: Option<NaiveDate>,
}

#[Object]
impl RegistryMutation {
    /// Sets when a year's returns are collected; what is not named is not set any more. Needs the scope `registry:write`.
    async fn set_year(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The academic year, as `2024-25`.")] year: String,
        #[graphql(desc = "The `version` read last; 0 for a year that is not there.")] version: i64,
        #[graphql(desc = "Its windows.")] windows: YearInput,
    ) -> Result<Option<Year>> {
        let call = session(context)?.call();
        let scope = call.registry::<RegistryWrite>()?;
        let datasets = windows.datasets.into_iter().map(|window| {
            let dataset: entity::values::DatasetName = window.dataset.into();
            let days = Window {
                opens_on: window.opens_on,
                closes_on: window.closes_on,
            };
            (dataset.to_string(), days)
        });
        let wanted = Windows {
            datasets: datasets.collect(),
            year: Window {
                opens_on: windows.opens_on,
                closes_on: windows.closes_on,
            },
        };
        let if_match = IfMatch::Version(version);
        let set = years::put(&call.service, &scope, &year, if_match, wanted).await?;
        Ok(Some(set.into()))
    }
}
