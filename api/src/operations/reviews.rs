//! The board looks at what was submitted: it sees that, when and with which explanations, never figures of one
//! institution, and accepts a revision or sends it back for correction.

use super::returns::{ReturnKey, standing};
use super::submissions::named;
use super::{IfMatch, Service, bounded, checks};
use crate::access::{ReturnsReview, SubmissionsScope, TenantScope};
use crate::domain::checks::Finding;
use crate::fault::{Fault, Result};
use crate::store::{AtVersion, Page, PageRequest, Standing, StandingFilter};
use entity::ids::ReturnId;
use entity::return_versions::Model as Version;
use entity::values::{ReturnState, Slug, Verdict};
use serde_json::json;

/// A submitted revision, as the board sees it.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The institution's slug.
    pub institution: String,
    /// Where the revision stands.
    pub state: ReturnState,
    /// Whether a correction was begun.
    pub correcting: bool,
    /// Counts changes of the return; the `ETag`.
    pub version: i64,
    /// The revision.
    pub revision: Version,
    /// What was found and said when it was submitted.
    pub findings: Vec<Finding>,
}

impl Submitted {
    fn of(standing_one: Standing) -> Result<Self> {
        Ok(Self {
            institution: standing_one.slug,
            state: standing(Some(&standing_one.revision)),
            correcting: standing_one.draft.is_some(),
            version: standing_one.version,
            findings: checks::sealed(&standing_one.revision)?,
            revision: standing_one.revision,
        })
    }

    /// What the list sorts by.
    pub fn key(&self) -> Vec<String> {
        vec![
            self.institution.clone(),
            self.revision.dataset.to_string(),
            self.revision.year.to_string(),
        ]
    }
}

/// A page of what institutions submitted, by institution, dataset and year. An institution that does not exist
/// submitted nothing.
pub async fn list(
    service: &Service,
    scope: &SubmissionsScope,
    institution: Option<&str>,
    mut filter: StandingFilter,
    page: &PageRequest,
) -> Result<Page<Submitted>> {
    if let Some(slug) = institution {
        let found = match slug.parse::<Slug>() {
            Ok(slug) => service.institution_of(slug).await?,
            Err(_) => None,
        };
        let message = "There is no institution of this slug.";
        let unknown = || Fault::parameter("institution", "unknown-code", message);
        filter.institution = Some(found.ok_or_else(unknown)?);
    }
    let found = service.store.submissions(scope).list(&filter, page).await?;
    let items = found.items.into_iter().map(Submitted::of);
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        next: found.next,
    })
}

/// Accepts the latest revision.
pub async fn accept(
    service: &Service,
    scope: &TenantScope<ReturnsReview>,
    slug: &str,
    key: ReturnKey,
    if_match: IfMatch,
) -> Result<Submitted> {
    judge(service, scope, slug, key, if_match, Verdict::Accepted, None).await
}

/// Sends the latest revision back for correction, with a reason that the institution reads.
pub async fn send_back(
    service: &Service,
    scope: &TenantScope<ReturnsReview>,
    slug: &str,
    key: ReturnKey,
    if_match: IfMatch,
    reason: &str,
) -> Result<Submitted> {
    let reason = bounded("/reason", reason, 2_000)?;
    let verdict = Verdict::Returned;
    judge(service, scope, slug, key, if_match, verdict, Some(reason)).await
}

/// Writes a verdict on the latest revision, unless a correction of it was begun or it has this verdict already.
async fn judge(
    service: &Service,
    scope: &TenantScope<ReturnsReview>,
    slug: &str,
    key: ReturnKey,
    if_match: IfMatch,
    verdict: Verdict,
    reason: Option<String>,
) -> Result<Submitted> {
    if_match.check_given()?;
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let tenant = tx.tenant();
    let id = ReturnId(service.id(now));
    let mut of = tenant.lock_return(key.dataset, key.year, id, now).await?;
    if_match.check(of.version)?;
    let (state, action, needs) = match verdict {
        Verdict::Accepted => (
            ReturnState::Accepted,
            "return.accept",
            "submitted, or returned for correction",
        ),
        Verdict::Returned => (
            ReturnState::Returned,
            "return.send-back",
            "submitted, or accepted",
        ),
    };
    let judgeable = match of.state {
        ReturnState::Submitted | ReturnState::Accepted | ReturnState::Returned => of.state != state,
        ReturnState::NotStarted | ReturnState::Draft | ReturnState::Withdrawn => false,
    };
    let latest = tenant.version_at(&of, AtVersion::Current).await?;
    let Some(latest) = latest.filter(|_| judgeable) else {
        let is = match of.state {
            ReturnState::Draft if of.revision > 0 => "under correction",
            ReturnState::Draft => "not submitted",
            other => named(other),
        };
        return Err(Fault::WrongState { is, needs });
    };
    let before = json!({"state": of.state});
    let after = json!({"state": state, "revision": of.revision, "reason": &reason});
    let judged = Version {
        verdict: Some(verdict),
        verdict_reason: reason,
        verdict_at: Some(now),
        verdict_by: Some(scope.actor().subject.clone()),
        ..latest
    };
    tenant.judge_version(&judged).await?;
    of.state = state;
    of.version += 1;
    of.updated_at = now;
    tenant.update_return(&of).await?;
    let line = service.change(now, action, key.subject());
    tx.audit(line.with(Some(before), after)).await?;
    tx.commit().await?;
    Submitted::of(Standing {
        slug: slug.to_owned(),
        draft: None,
        version: of.version,
        updated_at: now,
        revision: judged,
    })
}
