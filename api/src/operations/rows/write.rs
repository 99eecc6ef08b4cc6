//! Rows of a draft: replaced as a whole, merged by key, or only checked.

use super::Sent;
use super::incoming::Sound;
use crate::access::{Permit, ReturnsWrite, TenantScope};
use crate::domain::org_units::closed_from;
use crate::domain::rows::{Against, KnownUnit};
use crate::fault::{Fault, Result};
use crate::operations::returns::{ReturnAt, ReturnKey};
use crate::operations::submissions::named;
use crate::operations::{IfMatch, Service, column_mappings};
use crate::store::{AtVersion, TenantTx};
use chrono::{DateTime, Utc};
use entity::ids::{ReturnId, VersionId};
use entity::return_versions::Model as Version;
use entity::returns::Model;
use entity::values::{Provenance, ReturnState, VersionKind, VersionState};
use std::collections::HashMap;
use std::sync::Arc;

/// A change of a draft's rows.
#[derive(Clone, Copy, Debug)]
pub struct RowChange {
    /// Which return.
    pub key: ReturnKey,
    /// What is required of its present version.
    pub if_match: IfMatch,
    /// What becomes of the rows that stand there.
    pub how: How,
    /// Whether the caller is content with the new version's number.
    pub minimal: bool,
}

/// What came of a change.
#[derive(Clone, Debug)]
pub struct Written {
    /// The version of the return now.
    pub version: i64,
    /// The return as it stands now; none where the caller does not want it.
    pub shown: Option<ReturnAt>,
}

/// What becomes of the rows that stand in the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// They go.
    Replace,
    /// Those stay that have the org unit and codes of none that was sent.
    Merge,
}

/// The institution's units by code.
pub(in crate::operations) async fn units<P: Permit>(
    service: &Service,
    scope: &TenantScope<P>,
) -> Result<HashMap<String, KnownUnit>> {
    let units = service.store.tenant(scope).org_units().await?;
    Ok(units
        .into_iter()
        .map(|unit| {
            let closed_from = unit.closed_on.and_then(closed_from);
            (
                unit.code.to_string(),
                KnownUnit {
                    id: unit.id,
                    closed_from,
                },
            )
        })
        .collect())
}

/// What the rows of a return are checked against.
async fn against(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
) -> Result<Against> {
    Ok(Against {
        translation: Arc::new(column_mappings::translation(service, scope, key.dataset).await?),
        year: key.year,
        lists: service.codes_current().await?,
        units: Arc::new(units(service, scope).await?),
    })
}

/// Changes the rows of the draft: all that were sent, or none.
pub async fn change(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    change: RowChange,
    sent: Sent,
) -> Result<Written> {
    change.if_match.check_given()?;
    let against = against(service, scope, change.key).await?;
    let sound = sent.checked(against).await?;
    written(service, scope, change, sound).await
}

/// Gives the answer a replacement would get, and stores nothing. Where a revision stands, it is answered as if a
/// correction had been begun.
pub async fn check(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    sent: Sent,
) -> Result<ReturnAt> {
    let sound = sent.checked(against(service, scope, key).await?).await?;
    let change = RowChange {
        key,
        if_match: IfMatch::Any,
        how: How::Replace,
        minimal: false,
    };
    let begun = Begun::of(service, scope, change, Revised::Corrected).await?;
    begun
        .tx
        .tenant()
        .clear_rows(key.definition(), begun.draft)
        .await?;
    sound
        .write(&begun.tx, key.definition(), begun.draft)
        .await?;
    let shown = ReturnAt::of(&begun.tx.tenant(), &begun.of, AtVersion::Current).await?;
    begun.tx.roll_back().await?;
    Ok(shown)
}

/// Writes rows and commits: one transaction.
async fn written(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    change: RowChange,
    sound: Sound,
) -> Result<Written> {
    let key = change.key;
    let Begun { tx, of, draft, now } = Begun::of(service, scope, change, Revised::Refused).await?;
    let action = match change.how {
        How::Replace => {
            tx.tenant().clear_rows(key.definition(), draft).await?;
            "return.replace-rows"
        }
        How::Merge => "return.merge-rows",
    };
    let after = serde_json::json!({"version": of.version, "rows": sound.rows});
    sound.write(&tx, key.definition(), draft).await?;
    let line = service.change(now, action, key.subject());
    tx.audit(line.with(None, after)).await?;
    let shown = if change.minimal {
        None
    } else {
        Some(ReturnAt::of(&tx.tenant(), &of, AtVersion::Current).await?)
    };
    tx.commit().await?;
    Ok(Written {
        version: of.version,
        shown,
    })
}

/// A return taken for changing, with a draft, and already counted up.
struct Begun {
    tx: TenantTx,
    of: Model,
    draft: VersionId,
    now: DateTime<Utc>,
}

/// What is to be done where a revision stands and no correction was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Revised {
    /// The change is refused.
    Refused,
    /// A correction is begun.
    Corrected,
}

impl Begun {
    async fn of(
        service: &Service,
        scope: &TenantScope<ReturnsWrite>,
        change: RowChange,
        revised: Revised,
    ) -> Result<Self> {
        let now = service.now();
        let tx = service.store.begin(scope).await?;
        let tenant = tx.tenant();
        let (dataset, year) = (change.key.dataset, change.key.year);
        let mut of = tenant
            .lock_return(dataset, year, ReturnId(service.id(now)), now)
            .await?;
        change.if_match.check(of.version)?;
        let draft = draft(service, &tx, &mut of, now, revised).await?;
        of.version += 1;
        of.updated_at = now;
        tx.tenant().update_return(&of).await?;
        Ok(Self { tx, of, draft, now })
    }
}

/// The return's draft, begun if nothing was ever submitted.
///
/// # Errors
/// [`Fault::WrongState`] where a revision stands and no correction was begun.
async fn draft(
    service: &Service,
    tx: &TenantTx,
    of: &mut Model,
    now: DateTime<Utc>,
    revised: Revised,
) -> Result<VersionId> {
    if let Some(draft) = of.draft_id {
        return Ok(draft);
    }
    if of.revision > 0 && revised == Revised::Refused {
        return Err(Fault::WrongState {
            is: named(of.state),
            needs: "a draft; begin a correction first",
        });
    }
    let fresh = new_draft(VersionId(service.id(now)), of, now, None);
    tx.tenant().insert_version(&fresh).await?;
    of.draft_id = Some(fresh.id);
    of.state = ReturnState::Draft;
    Ok(fresh.id)
}

/// A draft of a return.
pub(in crate::operations) fn new_draft(
    id: VersionId,
    of: &Model,
    now: DateTime<Utc>,
    reason: Option<String>,
) -> Version {
    Version {
        id,
        institution_id: of.institution_id,
        return_id: of.id,
        dataset: of.dataset,
        year: of.year,
        state: VersionState::Draft,
        revision: None,
        sequence: None,
        provenance: Provenance::Returned,
        remark: None,
        reason,
        row_count: 0,
        created_at: now,
        submitted_at: None,
        submitted_by: None,
        kind: VersionKind::Figures,
        late: false,
        provisional: false,
        definition: None,
        checks: None,
        verdict: None,
        verdict_reason: None,
        verdict_at: None,
        verdict_by: None,
    }
}
