//! Totals of revisions, remembered: a revision never changes, so it is summed once.

use super::{Tenant, Totals};
use crate::domain::datasets::Dataset;
use crate::fault::Result;
use entity::ids::VersionId;
use sea_orm::ConnectionTrait;

/// Most revisions whose totals are remembered; those asked for most recently stay.
const MOST: u64 = 20_000;

/// Totals of revisions.
#[derive(Clone, Debug)]
pub(super) struct Remembered(moka::sync::Cache<VersionId, Totals>);

impl Default for Remembered {
    fn default() -> Self {
        Self(moka::sync::Cache::new(MOST))
    }
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// Counts and sums the rows of a revision. Inside a transaction nothing is remembered: what is a revision there is
    /// a draft again if the transaction fails.
    pub async fn revision_totals(
        &self,
        dataset: &'static Dataset,
        revision: VersionId,
    ) -> Result<Totals> {
        let Some(Remembered(known)) = self.remembered else {
            return self.row_totals(dataset, revision).await;
        };
        if let Some(totals) = known.get(&revision) {
            return Ok(totals);
        }
        let totals = self.row_totals(dataset, revision).await?;
        known.insert(revision, totals.clone());
        Ok(totals)
    }
}
