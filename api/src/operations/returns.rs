//! Returns, read back: where they stand, their revisions, their totals.

use super::Service;
use crate::access::{Permit, ReturnsRead, TenantScope};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use crate::store::{AtVersion, Connection, Page, PageRequest, ReturnFilter, Tenant, Totals};
use chrono::{DateTime, Utc};
use entity::return_versions::Model as Version;
use entity::returns::Model;
use entity::values::{AcademicYear, DatasetName, ReturnState};

/// Which return is meant: a dataset and a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnKey {
    /// The dataset.
    pub dataset: DatasetName,
    /// The academic year.
    pub year: AcademicYear,
}

impl ReturnKey {
    /// Reads the parts of an address.
    ///
    /// # Errors
    /// [`Fault::NotFound`] where there is no such dataset or year.
    pub fn read(dataset: &str, year: &str) -> Result<Self> {
        Ok(Self {
            dataset: dataset
                .parse()
                .map_err(|_| Fault::NotFound(Noun::Dataset))?,
            year: year.parse().map_err(|_| Fault::NotFound(Noun::Year))?,
        })
    }

    /// Its definition.
    pub const fn definition(self) -> &'static Dataset {
        Dataset::of(self.dataset)
    }

    /// Its address within the institution.
    pub fn subject(self) -> String {
        format!("returns/{}/{}", self.dataset, self.year)
    }
}

/// A return with the version that is shown.
#[derive(Clone, Debug)]
pub struct ReturnAt {
    /// Which return.
    pub key: ReturnKey,
    /// Where it stands.
    pub state: ReturnState,
    /// The latest submitted revision; 0 before the first.
    pub revision: i32,
    /// Counts changes; the `ETag`. 0 before anything was filled in.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The version shown, with its totals; none before anything was filled in.
    pub shown: Option<(Version, Totals)>,
}

impl ReturnAt {
    /// A return with one of its versions.
    pub(super) async fn of<C: Connection>(
        tenant: &Tenant<'_, C>,
        of: &Model,
        at: AtVersion,
    ) -> Result<Self> {
        let key = ReturnKey {
            dataset: of.dataset,
            year: of.year,
        };
        let shown = match tenant.version_at(of, at).await? {
            None if matches!(at, AtVersion::Current) => None,
            None => return Err(Fault::NotFound(Noun::Revision)),
            Some(version) => {
                let totals = tenant.row_totals(key.definition(), version.id).await?;
                Some((version, totals))
            }
        };
        Ok(Self {
            key,
            state: of.state,
            revision: of.revision,
            version: of.version,
            updated_at: Some(of.updated_at),
            shown,
        })
    }

    const fn not_started(key: ReturnKey) -> Self {
        Self {
            key,
            state: ReturnState::NotStarted,
            revision: 0,
            version: 0,
            updated_at: None,
            shown: None,
        }
    }
}

/// One return. A return that was never begun is there, empty, so that it can be begun.
pub async fn get(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    at: AtVersion,
) -> Result<ReturnAt> {
    let tenant = service.store.tenant(scope);
    match (tenant.return_of(key.dataset, key.year).await?, at) {
        (Some(found), at) => ReturnAt::of(&tenant, &found, at).await,
        (None, AtVersion::Current) => Ok(ReturnAt::not_started(key)),
        (None, AtVersion::Revision(_) | AtVersion::AsOf(_)) => Err(Fault::NotFound(Noun::Revision)),
    }
}

/// A page of the returns that were begun.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    filter: &ReturnFilter,
    page: &PageRequest,
) -> Result<Page<ReturnAt>> {
    let tenant = service.store.tenant(scope);
    let found = tenant.returns(filter, page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for of in &found.items {
        items.push(ReturnAt::of(&tenant, of, AtVersion::Current).await?);
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

/// A page of a return's revisions, oldest first.
pub async fn revisions(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    page: &PageRequest,
) -> Result<Page<Version>> {
    let tenant = service.store.tenant(scope);
    match tenant.return_of(key.dataset, key.year).await? {
        Some(found) => tenant.revisions(found.id, page).await,
        None => Ok(Page {
            items: Vec::new(),
            next: None,
        }),
    }
}

/// The version that is meant, for reading its rows.
pub(super) async fn version<P: Permit>(
    service: &Service,
    scope: &TenantScope<P>,
    key: ReturnKey,
    at: AtVersion,
) -> Result<Option<Version>> {
    let tenant = service.store.tenant(scope);
    let found = match tenant.return_of(key.dataset, key.year).await? {
        Some(found) => tenant.version_at(&found, at).await?,
        None => None,
    };
    match (found, at) {
        (None, AtVersion::Revision(_) | AtVersion::AsOf(_)) => Err(Fault::NotFound(Noun::Revision)),
        (found, _) => Ok(found),
    }
}
