//! Reference data, for everybody: datasets, code lists, academic years.

use crate::domain::datasets;
use crate::fault::{Fault, Noun};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::years;
use crate::views::{CodeList, CodeListName, Dataset, DatasetName, Year};
use async_graphql::{Context, Object};

#[derive(Default)]
pub(super) struct RegistryQuery;

#[Object]
impl RegistryQuery {
    /// What is recorded, once a year, by every institution.
    async fn datasets(&self) -> Vec<Dataset> {
        datasets::Dataset::ALL
            .iter()
            .map(|dataset| Dataset::from(*dataset))
            .collect()
    }

    /// One dataset.
    async fn dataset(&self, #[graphql(desc = "Its name.")] name: DatasetName) -> Dataset {
        Dataset::from(datasets::Dataset::of(name.into()))
    }

    /// The code lists, by name.
    async fn code_lists(&self, context: &Context<'_>) -> Result<Vec<CodeListName>> {
        let lists = session(context)?.call().service.codes_current().await?;
        let count = |name: &str| lists.list(name).map_or(0, <[_]>::len) as u64;
        Ok(lists
            .names()
            .into_iter()
            .map(|name| CodeListName {
                name: name.to_owned(),
                codes: count(name),
            })
            .collect())
    }

    /// One code list.
    async fn code_list(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its name.")] name: String,
    ) -> Result<Option<CodeList>> {
        let lists = session(context)?.call().service.codes_current().await?;
        let entries = lists.list(&name).ok_or(Fault::NotFound(Noun::CodeList))?;
        Ok(Some(CodeList::of(&name, entries)))
    }

    /// Academic years and when their returns are collected, oldest first.
    async fn years(&self, context: &Context<'_>) -> Result<Vec<Year>> {
        let found = years::list(&session(context)?.call().service).await?;
        Ok(found.into_iter().map(Year::from).collect())
    }
}
