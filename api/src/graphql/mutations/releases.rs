//! Releases, made.

use crate::fault::Fault;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::releases::{self, NewRelease};
use crate::views::{Release, release_document};
use async_graphql::{Context, InputObject, Json, Object};
use std::sync::Arc;

#[derive(Default)]
pub(in crate::graphql) struct ReleaseMutation;

/// A release to be made.
#[derive(InputObject)]
struct ReleaseInput {
    /// Short name, as `autumn-2026`.
    name: String,
    /// Title.
    title: String,
    /// What a reader must know.
    notes: Option<String>,
    /// Its DOI, where one is reserved.
    doi: Option<String>,
    /// The regime; the newest where missing.
    regime: Option<String>,
    /// Which tables: `attributes`, `crosses`, `measures`; the default family where missing.
    family: Option<Json<serde_json::Value>>,
}

#[Object]
impl ReleaseMutation {
    /// Makes a release from the facts as they stand; needs the scope `releases:write`.
    async fn create_release(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The release.")] input: ReleaseInput,
    ) -> Result<Option<Release>> {
        let call = session(context)?.call();
        let scope = call.releases()?;
        let family = input
            .family
            .map(|family| serde_json::from_value(family.0))
            .transpose()
            .map_err(|fault| Fault::body("/family", "wrong-form", format!("{fault}.")))?;
        let asked = NewRelease {
            name: input.name,
            title: input.title,
            notes: input.notes,
            doi: input.doi,
            regime: input.regime,
            family,
        };
        let made = releases::create(
            &call.service,
            &scope,
            asked,
            Arc::new(|_, _, _| {}),
            release_document,
        )
        .await?;
        Ok(Some(made.into()))
    }
}
