//! The sector: what can be asked of it, and answers for those who may ask live.

use super::benchmark::BenchmarkFields;
use super::participation::ParticipationFields;
use crate::fault::{Fault, Violation};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::{releases, sector};
use crate::sector::RawQuery;
use crate::views::{Catalogue, SectorAnswer, Timestamp};
use async_graphql::{Context, InputObject, MergedObject, Object};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

#[derive(Default)]
pub(super) struct SectorQuery;

/// The figures of all institutions together, and who gave them.
#[derive(Default, MergedObject)]
#[graphql(name = "Sector")]
struct SectorFields(Sector, ParticipationFields, BenchmarkFields);

/// The figures of all institutions together.
#[derive(Default)]
struct Sector;

/// The codes of one dimension to keep.
#[derive(InputObject)]
struct SectorFilter {
    /// The dimension.
    dimension: String,
    /// The codes: at least one.
    codes: Vec<String>,
}

#[Object]
impl SectorQuery {
    /// The figures of all institutions together.
    async fn sector(&self) -> SectorFields {
        SectorFields::default()
    }
}

/// Filters by dimension; each dimension may be named once.
fn by_dimension(filters: Vec<SectorFilter>) -> crate::fault::Result<BTreeMap<String, Vec<String>>> {
    let mut found = BTreeMap::new();
    let mut faults = Vec::new();
    for filter in filters {
        match found.entry(filter.dimension) {
            Entry::Vacant(place) => {
                place.insert(filter.codes);
            }
            Entry::Occupied(place) => {
                let name: String = place.key().chars().take(60).collect();
                let message = format!("{name} is named twice.");
                faults.push(Violation::parameter(
                    &format!("where[{name}]"),
                    "repeated-dimension",
                    message,
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Fault::InvalidParameters(faults))
    }
}

#[Object(name = "SectorFigures")]
impl Sector {
    /// What can be asked.
    #[expect(clippy::unused_async, reason = "a field is a future")]
    async fn catalogue(&self, context: &Context<'_>) -> Result<Catalogue> {
        Ok(Catalogue::current(
            &session(context)?.call().service.codes(),
        ))
    }

    /// Asks the sector: whoever holds the scope `sector:exact` is answered live and exactly, each use in the audit trail;
    /// everybody else from the latest release, or from the release named.
    #[expect(
        clippy::too_many_arguments,
        reason = "a field's arguments are its parameters"
    )]
    async fn query(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The measure, as the catalogue names it.")] measure: String,
        #[graphql(desc = "The statistic; `total` where missing.")] statistic: Option<String>,
        #[graphql(desc = "Dimensions to break down by.")] group_by: Option<Vec<String>>,
        #[graphql(name = "where", desc = "Codes to keep, by dimension.")] filters: Option<
            Vec<SectorFilter>,
        >,
        #[graphql(desc = "The panel; `all` where missing.")] panel: Option<String>,
        #[graphql(desc = "The year that is 100 in an index; the first where missing.")]
        base_year: Option<String>,
        #[graphql(desc = "The moment to answer for; now where missing.")] as_of: Option<Timestamp>,
        #[graphql(desc = "The number of a release to ask, whoever asks.")] release: Option<i64>,
    ) -> Result<Option<SectorAnswer>> {
        let call = session(context)?.call();
        let raw = RawQuery {
            measure,
            statistic,
            group_by: group_by.unwrap_or_default(),
            filters: by_dimension(filters.unwrap_or_default())?,
            panel,
            base_year,
            as_of: as_of.map(|moment| moment.0),
        };
        let answered = match release {
            Some(number) => releases::query(&call.service, number, raw).await?,
            None => sector::ask(&call.service, &call.caller, raw).await?,
        };
        Ok(Some(answered.as_ref().into()))
    }
}
