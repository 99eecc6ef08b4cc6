//! Releases, for everybody.

use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::releases;
use crate::views::{Release, ReleaseSummary};
use async_graphql::{Context, Object};

#[derive(Default)]
pub(super) struct ReleaseQuery;

#[Object]
impl ReleaseQuery {
    /// Releases, oldest first.
    async fn releases(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<ReleaseSummary>>> {
        let call = session(context)?.call();
        let paging = Paging::read(first, after.as_deref())?;
        let (page, last) = releases::list(&call.service, paging.request()).await?;
        Ok(Some(
            paging.connect(page, |entry| ReleaseSummary::of(entry, last)),
        ))
    }

    /// A release by its number; the latest where none is named.
    async fn release(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The number; the latest where missing.")] number: Option<i64>,
    ) -> Result<Option<Release>> {
        let call = session(context)?.call();
        let number = match number {
            Some(number) => number,
            None => releases::latest(&call.service).await?,
        };
        Ok(Some(releases::get(&call.service, number).await?.into()))
    }
}
