//! Changes of the registry.

use crate::access::RegistryWrite;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::IfMatch;
use crate::operations::code_lists::{self, CodeInput};
use crate::operations::leaving;
use crate::operations::years::{self, Window, Windows};
use crate::views::{CodeEntry, DatasetName, Departure, Year};
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

/// A code of a list; what is left out is not set.
#[derive(InputObject)]
struct CodeListInput {
    /// What it stands for.
    label: String,
    /// First academic year it may be used in; always could where missing.
    valid_from: Option<String>,
    /// Last academic year it may be used in; still can where missing.
    valid_to: Option<String>,
    /// The wider code of the list that it belongs to.
    parent: Option<String>,
    /// Whose code and label it is.
    source: String,
    /// Order within the list; where it stands, or at the end, where missing.
    position: Option<i32>,
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

    /// Adds a code to a list that is there, or renames, moves or closes one; a code is never removed. Needs the scope
    /// `registry:write`.
    async fn set_code(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code list, such as `discipline`.")] list: String,
        #[graphql(desc = "The code.")] code: String,
        #[graphql(desc = "The `version` read last; 0 for a code that is not there.")] version: i64,
        #[graphql(desc = "What it stands for, and when it may be used.")] input: CodeListInput,
    ) -> Result<Option<CodeEntry>> {
        let call = session(context)?.call();
        let scope = call.registry::<RegistryWrite>()?;
        let input = CodeInput {
            label: input.label,
            valid_from: input.valid_from,
            valid_to: input.valid_to,
            parent: input.parent,
            source: input.source,
            position: input.position,
        };
        let if_match = IfMatch::Version(version);
        let set = code_lists::put(&call.service, &scope, &list, &code, if_match, input).await?;
        Ok(Some(CodeEntry::from(&set)))
    }

    /// Deletes everything an institution holds. Its public entry stays, with the status `left`; its clients are revoked.
    /// Needs the scope `registry:write`.
    async fn remove_institution(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The `version` read last.")] version: i64,
        #[graphql(desc = "Why, in at most 500 characters; the audit trail keeps it.")]
        reason: String,
    ) -> Result<Option<Departure>> {
        let call = session(context)?.call();
        let scope = call.registry::<RegistryWrite>()?;
        let if_match = IfMatch::Version(version);
        let left = leaving::leave(&call.service, &scope, &institution, if_match, Some(&reason));
        Ok(Some(left.await?.into()))
    }
}
