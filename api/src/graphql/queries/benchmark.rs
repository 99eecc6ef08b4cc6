//! An institution beside its peers.

use crate::access::ReturnsRead;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::benchmark;
use crate::views::Benchmark;
use async_graphql::{Context, Object};

/// The part of the sector's fields that compares.
#[derive(Default)]
pub(super) struct BenchmarkFields;

#[Object]
impl BenchmarkFields {
    /// Compares an institution's own exact figures with its peers' median and quartiles; needs the scope `returns:read` of
    /// that institution.
    async fn benchmark(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The measure, of the latest release; `headcount` where missing.")]
        measure: Option<String>,
        #[graphql(
            desc = "The peers: `nation`, `region`, `kind`, `mission_group`, `size_band`, `phase`; all of the `sector` where missing."
        )]
        peers: Option<String>,
    ) -> Result<Option<Benchmark>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsRead>(&institution).await?;
        let (measure, peers) = (measure.as_deref(), peers.as_deref());
        let service = &session.call().service;
        let compared = benchmark::compare(service, &scope, measure, peers).await?;
        Ok(Some(compared.into()))
    }
}
