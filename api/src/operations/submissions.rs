//! From draft to revision, and from revision to the draft of a correction.

use super::returns::{ReturnAt, ReturnKey};
use super::rows::write::new_draft;
use super::{IfMatch, Service, bounded, bounded_or_none};
use crate::access::{ReturnsSubmit, ReturnsWrite, TenantScope};
use crate::fault::{Fault, Result};
use crate::store::AtVersion;
use entity::ids::{ReturnId, VersionId};
use entity::return_versions::Model as Version;
use entity::values::{Provenance, ReturnState, VersionState};

/// What is said with a submission.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// Where the figures come from; returned by the institution where nothing is said.
    pub provenance: Option<Provenance>,
    /// What a reader must know of them; needed where they are not the institution's own.
    pub remark: Option<String>,
}

/// Submits the draft as the next revision, which never changes again.
pub async fn submit(
    service: &Service,
    scope: &TenantScope<ReturnsSubmit>,
    key: ReturnKey,
    if_match: IfMatch,
    statement: Statement,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let remark = bounded_or_none("/remark", statement.remark.as_deref(), 2_000)?;
    let provenance = statement.provenance.unwrap_or(Provenance::Returned);
    if provenance != Provenance::Returned && remark.is_none() {
        let message =
            "Figures that are not the institution's own need a remark naming their source.";
        return Err(Fault::body("/remark", "missing", message));
    }
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let tenant = tx.tenant();
    let mut of = tenant
        .lock_return(key.dataset, key.year, ReturnId(service.id(now)), now)
        .await?;
    if_match.check(of.version)?;
    let Some(draft) = of.draft_id else {
        let is = if of.revision > 0 {
            "submitted"
        } else {
            "not started"
        };
        return Err(Fault::WrongState {
            is,
            needs: "a draft",
        });
    };
    let totals = tenant.row_totals(key.definition(), draft).await?;
    if totals.rows == 0 {
        return Err(Fault::WrongState {
            is: "a draft without rows",
            needs: "a draft with at least one row",
        });
    }
    let draft = tenant.version(draft).await?;
    of.revision += 1;
    of.draft_id = None;
    of.state = ReturnState::Submitted;
    of.version += 1;
    of.updated_at = now;
    let sealed = Version {
        state: VersionState::Submitted,
        revision: Some(of.revision),
        sequence: Some(tenant.next_submission().await?),
        provenance,
        remark,
        row_count: totals.rows,
        submitted_at: Some(now),
        submitted_by: Some(scope.actor().subject.clone()),
        ..draft
    };
    tenant.seal_version(&sealed).await?;
    tenant.update_return(&of).await?;
    let after =
        serde_json::json!({"revision": of.revision, "rows": totals.rows, "provenance": provenance});
    tx.audit(
        service
            .change(now, "return.submit", key.subject())
            .with(None, after),
    )
    .await?;
    let shown = ReturnAt::of(&tenant, &of, AtVersion::Current).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Begins a correction: a draft with the latest revision's rows, and why.
pub async fn correct(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
    reason: &str,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let reason = bounded("/reason", reason, 2_000)?;
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let tenant = tx.tenant();
    let mut of = tenant
        .lock_return(key.dataset, key.year, ReturnId(service.id(now)), now)
        .await?;
    if_match.check(of.version)?;
    if of.draft_id.is_some() {
        return Err(Fault::WrongState {
            is: "a draft already",
            needs: "submitted",
        });
    }
    let Some(latest) = tenant.version_at(&of, AtVersion::Current).await? else {
        return Err(Fault::WrongState {
            is: "not started",
            needs: "submitted",
        });
    };
    let fresh = new_draft(VersionId(service.id(now)), &of, now, Some(reason));
    tenant.insert_version(&fresh).await?;
    tenant
        .copy_rows(key.definition(), latest.id, fresh.id)
        .await?;
    of.draft_id = Some(fresh.id);
    of.state = ReturnState::Draft;
    of.version += 1;
    of.updated_at = now;
    tenant.update_return(&of).await?;
    let after = serde_json::json!({"corrects": of.revision});
    tx.audit(
        service
            .change(now, "return.correct", key.subject())
            .with(None, after),
    )
    .await?;
    let shown = ReturnAt::of(&tenant, &of, AtVersion::Current).await?;
    tx.commit().await?;
    Ok(shown)
}
