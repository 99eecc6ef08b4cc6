//! From draft to revision, from one revision to the next, and back again.

pub use super::checks::Explanation;
use super::checks::{self, Judged};
use super::returns::{ReturnAt, ReturnKey, standing};
use super::rows::write::new_draft;
use super::years::{Window, window};
use super::{IfMatch, Service, bounded, bounded_or_none};
use crate::access::{Actor, ReturnsSubmit, ReturnsWrite, TenantScope, WritePermit};
use crate::fault::{Fault, Result};
use crate::store::{AtVersion, Connection, Tenant, TenantTx};
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{ReturnId, VersionId};
use entity::return_versions::Model as Version;
use entity::returns::Model;
use entity::values::{Provenance, ReturnState, VersionKind, VersionState};
use serde_json::json;

/// What is said with a submission.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// Where the figures come from; returned by the institution where nothing is said.
    pub provenance: Option<Provenance>,
    /// What a reader must know of them; needed where they are not the institution's own.
    pub remark: Option<String>,
    /// What is said to the warnings; each needs something.
    pub explanations: Vec<Explanation>,
    /// Whether the institution expects to correct the figures.
    pub provisional: bool,
    /// Whether there is nothing to report: a true zero, without rows.
    pub nil: bool,
}

/// A return taken for changing, and the transaction that holds it.
struct Taken {
    tx: TenantTx,
    of: Model,
    now: DateTime<Utc>,
}

impl Taken {
    /// Takes a return whose version is the one the caller read last.
    async fn take<P: WritePermit>(
        service: &Service,
        scope: &TenantScope<P>,
        key: ReturnKey,
        if_match: IfMatch,
    ) -> Result<Self> {
        let now = service.now();
        let tx = service.store.begin(scope).await?;
        let of = tx
            .tenant()
            .lock_return(key.dataset, key.year, ReturnId(service.id(now)), now)
            .await?;
        if_match.check(of.version)?;
        Ok(Self { tx, of, now })
    }

    fn wrong_state<T>(&self, needs: &'static str) -> Result<T> {
        Err(Fault::WrongState {
            is: named(self.of.state),
            needs,
        })
    }

    /// Writes the return back in its new state, with a line in the audit trail, and shows it.
    async fn leave(
        mut self,
        service: &Service,
        state: ReturnState,
        action: &'static str,
        after: serde_json::Value,
    ) -> Result<ReturnAt> {
        self.of.state = state;
        self.of.version += 1;
        self.of.updated_at = self.now;
        let subject = ReturnKey {
            dataset: self.of.dataset,
            year: self.of.year,
        }
        .subject();
        let tenant = self.tx.tenant();
        tenant.update_return(&self.of).await?;
        let line = service.change(self.now, action, subject).with(None, after);
        self.tx.audit(line).await?;
        let shown = ReturnAt::of(&tenant, &self.of, AtVersion::Current).await?;
        self.tx.commit().await?;
        Ok(shown)
    }
}

/// A state in a sentence that begins "It is".
pub(super) const fn named(state: ReturnState) -> &'static str {
    match state {
        ReturnState::NotStarted => "not started",
        ReturnState::Draft => "a draft already",
        ReturnState::Submitted => "submitted",
        ReturnState::Accepted => "accepted",
        ReturnState::Returned => "returned for correction",
        ReturnState::Withdrawn => "withdrawn",
    }
}

/// Submits the draft as the next revision, which never changes again. Every warning must be explained.
pub async fn submit(
    service: &Service,
    scope: &TenantScope<ReturnsSubmit>,
    key: ReturnKey,
    if_match: IfMatch,
    statement: Statement,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let statement = statement.checked()?;
    let window = window(service, key).await?;
    let mut taken = Taken::take(service, scope, key, if_match).await?;
    let draft = draft(service, &mut taken, statement.nil).await?;
    let late = late(window, taken.now.date_naive())?;
    let judged = checks::of(&taken.tx.tenant(), &draft).await?;
    let stated = stated(draft, judged, statement, late)?;
    taken.of.revision += 1;
    taken.of.draft_id = None;
    let tenant = taken.tx.tenant();
    let sealed = sealed(&tenant, &taken.of, stated, taken.now, scope.actor()).await?;
    tenant.seal_version(&sealed).await?;
    taken
        .leave(
            service,
            ReturnState::Submitted,
            "return.submit",
            told(&sealed),
        )
        .await
}

impl Statement {
    /// The same with a remark that can be kept.
    pub(super) fn checked(self) -> Result<Self> {
        let remark = bounded_or_none("/remark", self.remark.as_deref(), 2_000)?;
        if self.provenance() != Provenance::Returned && remark.is_none() {
            let message =
                "Figures that are not the institution's own need a remark naming their source.";
            return Err(Fault::body("/remark", "missing", message));
        }
        Ok(Self { remark, ..self })
    }

    fn provenance(&self) -> Provenance {
        self.provenance.unwrap_or(Provenance::Returned)
    }
}

/// Whether a day is after a window's last.
///
/// # Errors
/// [`Fault::NotOpenYet`] before its first.
pub(super) fn late(window: Window, today: NaiveDate) -> Result<bool> {
    if let Some(opens_on) = window.opens_on.filter(|day| today < *day) {
        return Err(Fault::NotOpenYet { opens_on });
    }
    Ok(window.closes_on.is_some_and(|day| today > day))
}

/// What a checked statement makes of a draft that was looked at.
pub(super) fn stated(
    draft: Version,
    judged: Judged,
    statement: Statement,
    late: bool,
) -> Result<Version> {
    let kind = kind(judged.rows, statement.nil)?;
    let provenance = statement.provenance();
    let mut findings = judged.findings;
    checks::explain(&mut findings, statement.explanations)?;
    Ok(Version {
        provenance,
        remark: statement.remark,
        row_count: judged.rows,
        kind,
        late,
        provisional: statement.provisional,
        definition: judged.definition.map(|definition| definition.number),
        checks: Some(serde_json::to_value(findings).map_err(|_| Fault::Internal)?),
        ..draft
    })
}

/// A draft as the revision whose number its return bears, submitted now.
pub(super) async fn sealed<C: Connection>(
    tenant: &Tenant<'_, C>,
    of: &Model,
    draft: Version,
    now: DateTime<Utc>,
    actor: &Actor,
) -> Result<Version> {
    Ok(Version {
        state: VersionState::Submitted,
        revision: Some(of.revision),
        sequence: Some(tenant.next_submission().await?),
        submitted_at: Some(now),
        submitted_by: Some(actor.subject.clone()),
        ..draft
    })
}

/// A submission, as the audit trail tells of it.
pub(super) fn told(sealed: &Version) -> serde_json::Value {
    json!({
        "revision": sealed.revision, "rows": sealed.row_count, "provenance": sealed.provenance, "kind": sealed.kind,
        "late": sealed.late, "provisional": sealed.provisional,
    })
}

/// The draft to submit. Where nothing was ever begun, there is nothing to report either: an empty one.
async fn draft(service: &Service, taken: &mut Taken, nil: bool) -> Result<Version> {
    if let Some(draft) = taken.of.draft_id {
        return taken.tx.tenant().version(draft).await;
    }
    if !nil || taken.of.revision > 0 {
        return taken.wrong_state("a draft");
    }
    let fresh = new_draft(VersionId(service.id(taken.now)), &taken.of, taken.now, None);
    taken.tx.tenant().insert_version(&fresh).await?;
    Ok(fresh)
}

/// What a submission says: figures with rows, nothing without.
fn kind(rows: i64, nil: bool) -> Result<VersionKind> {
    match (rows, nil) {
        (0, true) => Ok(VersionKind::Nil),
        (0, false) => Err(Fault::WrongState {
            is: "a draft without rows",
            needs: "a draft with at least one row, or a nil return",
        }),
        (_, false) => Ok(VersionKind::Figures),
        (rows, true) => {
            let message = format!("The draft has rows ({rows}); a nil return has none.");
            Err(Fault::body("/nil", "rows-there", message))
        }
    }
}

/// Begins a correction: a draft with the rows of the latest revision that told any, and why.
pub async fn correct(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
    reason: &str,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let reason = bounded("/reason", reason, 2_000)?;
    let mut taken = Taken::take(service, scope, key, if_match).await?;
    if taken.of.draft_id.is_some() || taken.of.revision == 0 {
        return taken.wrong_state("submitted");
    }
    let id = VersionId(service.id(taken.now));
    let fresh = new_draft(id, &taken.of, taken.now, Some(reason));
    let tenant = taken.tx.tenant();
    tenant.insert_version(&fresh).await?;
    if let Some(told) = tenant.last_told(taken.of.id).await? {
        tenant
            .copy_rows(key.definition(), told.id, fresh.id)
            .await?;
    }
    taken.of.draft_id = Some(fresh.id);
    let after = json!({"corrects": taken.of.revision});
    taken
        .leave(service, ReturnState::Draft, "return.correct", after)
        .await
}

/// Drops the draft; the return stands again where it stood before it.
pub async fn discard(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let mut taken = Taken::take(service, scope, key, if_match).await?;
    let Some(draft) = taken.of.draft_id.take() else {
        return taken.wrong_state("a draft");
    };
    let tenant = taken.tx.tenant();
    // The return lets go of the draft first: it refers to it.
    tenant.update_return(&taken.of).await?;
    tenant.remove_draft(key.definition(), draft).await?;
    let latest = tenant.version_at(&taken.of, AtVersion::Current).await?;
    let state = standing(latest.as_ref());
    let after = json!({"state": state});
    taken.leave(service, state, "return.discard", after).await
}

/// Takes the figures back: a revision of its own that says so. What was submitted stays as it was.
pub async fn withdraw(
    service: &Service,
    scope: &TenantScope<ReturnsSubmit>,
    key: ReturnKey,
    if_match: IfMatch,
    reason: &str,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let reason = bounded("/reason", reason, 2_000)?;
    let mut taken = Taken::take(service, scope, key, if_match).await?;
    match taken.of.state {
        ReturnState::Submitted | ReturnState::Accepted | ReturnState::Returned => {}
        ReturnState::Draft => {
            return Err(Fault::WrongState {
                is: "a draft",
                needs: "submitted; discard the draft first",
            });
        }
        ReturnState::NotStarted | ReturnState::Withdrawn => return taken.wrong_state("submitted"),
    }
    taken.of.revision += 1;
    let id = VersionId(service.id(taken.now));
    let fresh = new_draft(id, &taken.of, taken.now, Some(reason));
    let withdrawal = Version {
        kind: VersionKind::Withdrawal,
        ..sealed(
            &taken.tx.tenant(),
            &taken.of,
            fresh,
            taken.now,
            scope.actor(),
        )
        .await?
    };
    taken.tx.tenant().insert_version(&withdrawal).await?;
    let after = json!({"revision": taken.of.revision});
    taken
        .leave(service, ReturnState::Withdrawn, "return.withdraw", after)
        .await
}
