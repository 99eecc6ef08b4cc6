//! Returns, read back: where they stand, their revisions, their totals.

use super::{Service, checks};
use crate::access::{Permit, ReturnsRead, TenantScope};
use crate::domain::checks::Finding;
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use crate::store::{
    AtVersion, Connection, Page, PageRequest, ReturnFilter, Standing, StandingFilter, Tenant,
};
use chrono::{DateTime, Utc};
use entity::return_versions::Model as Version;
use entity::returns::Model;
use entity::technician_definitions::Model as Definition;
use entity::values::{AcademicYear, DatasetName, ReturnState, Verdict, VersionKind, VersionState};
use std::collections::HashMap;

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
    /// Where it stands; of a past moment, where the revision of then stood.
    pub state: ReturnState,
    /// The latest submitted revision, or that of the moment; 0 before the first.
    pub revision: i32,
    /// Counts changes; the `ETag`. 0 before anything was filled in.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// What the board made of the revision shown or, where a draft is, of the latest revision.
    pub review: Option<Review>,
    /// What the checks found in the version shown; none where nobody looked.
    pub checks: Option<Vec<Finding>>,
    /// The version shown; none before anything was filled in.
    pub shown: Option<Shown>,
}

/// The version of a return that is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The version; its number of rows is right.
    pub version: Version,
    /// Sums of its measures, in the order of the dataset's; none where nobody looked.
    pub sums: Option<Vec<Option<i64>>>,
    /// The definition of a technician its figures follow; none where nobody looked.
    pub definition: Option<Definition>,
}

/// What the board made of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Which revision.
    pub revision: i32,
    /// Accepted, or returned for correction.
    pub verdict: Verdict,
    /// Why it was returned.
    pub reason: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

impl Review {
    fn of(version: &Version) -> Option<Self> {
        Some(Self {
            revision: version.revision?,
            verdict: version.verdict?,
            reason: version.verdict_reason.clone(),
            at: version.verdict_at,
        })
    }
}

/// Where a return stands whose latest revision is this one and that has no draft.
pub(super) const fn standing(latest: Option<&Version>) -> ReturnState {
    match latest {
        None => ReturnState::NotStarted,
        Some(version) => match (version.kind, version.verdict) {
            (VersionKind::Withdrawal, _) => ReturnState::Withdrawn,
            (_, None) => ReturnState::Submitted,
            (_, Some(Verdict::Accepted)) => ReturnState::Accepted,
            (_, Some(Verdict::Returned)) => ReturnState::Returned,
        },
    }
}

/// A revision as it was at a moment: without a verdict that came later.
fn as_it_was(mut version: Version, moment: DateTime<Utc>) -> Version {
    if version.verdict_at.is_some_and(|at| at > moment) {
        version.verdict = None;
        version.verdict_reason = None;
        version.verdict_at = None;
        version.verdict_by = None;
    }
    version
}

impl ReturnAt {
    /// A return with one of its versions, its totals, what the checks found, and the definition its figures follow.
    pub(super) async fn of<C: Connection>(
        tenant: &Tenant<'_, C>,
        of: &Model,
        at: AtVersion,
    ) -> Result<Self> {
        let mut found = Self::bare(of);
        let mut version = match tenant.version_at(of, at).await? {
            None if matches!(at, AtVersion::Current) => return Ok(found),
            None => return Err(Fault::NotFound(Noun::Revision)),
            Some(version) => version,
        };
        if let AtVersion::AsOf(moment) = at {
            version = as_it_was(version, moment);
            found.state = standing(Some(&version));
            found.revision = version.revision.unwrap_or_default();
        }
        found.review = match version.state {
            VersionState::Submitted => Review::of(&version),
            VersionState::Draft if of.revision == 0 => None,
            VersionState::Draft => {
                let latest = AtVersion::Revision(of.revision);
                let latest = tenant.version_at(of, latest).await?;
                latest.as_ref().and_then(Review::of)
            }
        };
        let judged = checks::of(tenant, &version).await?;
        version.row_count = judged.rows;
        found.checks = Some(judged.findings);
        found.shown = Some(Shown {
            version,
            sums: Some(judged.sums),
            definition: judged.definition,
        });
        Ok(found)
    }

    /// A return without a version, for those who do not ask what it holds. Costs no statement.
    pub(super) fn bare(of: &Model) -> Self {
        Self {
            key: ReturnKey {
                dataset: of.dataset,
                year: of.year,
            },
            state: of.state,
            revision: of.revision,
            version: of.version,
            updated_at: Some(of.updated_at),
            review: None,
            checks: None,
            shown: None,
        }
    }

    /// With a version, without its totals and checks. Costs no statement either.
    fn with(mut self, version: Version, review: Option<Review>) -> Self {
        self.review = review;
        self.shown = Some(Shown {
            version,
            sums: None,
            definition: None,
        });
        self
    }

    const fn not_started(key: ReturnKey) -> Self {
        Self {
            key,
            state: ReturnState::NotStarted,
            revision: 0,
            version: 0,
            updated_at: None,
            review: None,
            checks: None,
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

/// A page of the returns that were begun, without totals and checks: three statements, however many there are. Of a past
/// moment, those of which a revision stood then.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    filter: &ReturnFilter,
    as_of: Option<DateTime<Utc>>,
    page: &PageRequest,
) -> Result<Page<ReturnAt>> {
    let tenant = service.store.tenant(scope);
    if let Some(moment) = as_of {
        let filter = StandingFilter {
            dataset: filter.dataset,
            year: filter.year,
            state: filter.state,
            as_of,
            ..StandingFilter::default()
        };
        let found = tenant.standing(filter, page).await?;
        return Ok(found.map(|one| stood(one, moment)));
    }
    let found = tenant.returns(filter, page).await?;
    let versions = tenant.versions_of(&found.items).await?;
    let drafts: Vec<_> = found
        .items
        .iter()
        .filter_map(|of| Some((of.dataset, of.draft_id?)))
        .collect();
    let counts = tenant.row_counts(&drafts).await?;
    let mut latest = HashMap::new();
    let mut open = HashMap::new();
    for mut version in versions {
        if version.state == VersionState::Draft {
            version.row_count = counts.get(&version.id).copied().unwrap_or(0);
            open.insert(version.return_id, version);
        } else {
            latest.insert(version.return_id, version);
        }
    }
    Ok(found.map(|of| {
        let latest = latest.remove(&of.id);
        let review = latest.as_ref().and_then(Review::of);
        let bare = ReturnAt::bare(&of);
        match open.remove(&of.id).or(latest) {
            Some(version) => bare.with(version, review),
            None => bare,
        }
    }))
}

/// A return as it stood at a moment.
fn stood(one: Standing, moment: DateTime<Utc>) -> ReturnAt {
    let version = as_it_was(one.revision, moment);
    let review = Review::of(&version);
    let bare = ReturnAt {
        key: ReturnKey {
            dataset: version.dataset,
            year: version.year,
        },
        state: standing(Some(&version)),
        revision: version.revision.unwrap_or_default(),
        version: one.version,
        updated_at: Some(one.updated_at),
        review: None,
        checks: None,
        shown: None,
    };
    bare.with(version, review)
}

/// A page of a return's revisions, oldest first; of those submitted by a moment, if one is named.
pub async fn revisions(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    as_of: Option<DateTime<Utc>>,
    page: &PageRequest,
) -> Result<Page<Version>> {
    let tenant = service.store.tenant(scope);
    let found = match tenant.return_of(key.dataset, key.year).await? {
        Some(found) => tenant.revisions(found.id, as_of, page).await?,
        None => Page {
            items: Vec::new(),
            next: None,
        },
    };
    Ok(found.map(|version| match as_of {
        Some(moment) => as_it_was(version, moment),
        None => version,
    }))
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
