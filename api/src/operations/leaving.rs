//! An institution leaves: what it recorded is deleted, its public entry stays.

use super::{IfMatch, Service};
use crate::access::{RegistryScope, RegistryWrite};
use crate::fault::{Fault, Noun, Result};
use crate::store::Deleted;
use entity::institutions::Model;
use entity::values::{SignatoryStatus, Slug};

/// Most characters of a reason.
const MAX_REASON: usize = 500;

/// An institution that has left.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Its public entry as it stands now.
    pub institution: Model,
    /// Why.
    pub reason: String,
    /// What was deleted.
    pub deleted: Deleted,
}

/// Deletes everything an institution holds, in one transaction, and revokes its clients. The audit trail keeps who did
/// it, when, why and how much there was.
pub async fn leave(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    slug: &str,
    if_match: IfMatch,
    reason: Option<&str>,
) -> Result<Departure> {
    if_match.check_given()?;
    let reason = stated(reason)?;
    let slug: Slug = slug
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Institution))?;
    let now = service.now();
    let tx = service.store.begin_registry(scope).await?;
    let before = tx.registry().lock_institution(&slug).await?;
    if_match.check(before.version)?;
    if before.status == SignatoryStatus::Left {
        return Err(Fault::WrongState {
            is: "an institution that has left",
            needs: "one that has not",
        });
    }
    tx.registry().mark_left(before.id, now).await?;
    let deleted = tx.registry().empty_space(before.id, now).await?;
    let was = serde_json::json!({"status": before.status});
    let is =
        serde_json::json!({"status": SignatoryStatus::Left, "reason": reason, "deleted": deleted});
    let line = service.change(now, "institution.leave", format!("institutions/{slug}"));
    tx.audit(line.with(Some(was), is)).await?;
    let institution = tx.registry().known_institution(&slug).await?;
    tx.commit().await?;
    service.profiles.forget();
    service.codes_current().await?;
    Ok(Departure {
        institution,
        reason,
        deleted,
    })
}

fn stated(reason: Option<&str>) -> Result<String> {
    let reason = reason.map(str::trim).unwrap_or_default();
    let fault = |code, message: String| Err(Fault::parameter("reason", code, message));
    if reason.is_empty() {
        return fault("missing", "Say why; the audit trail keeps it.".to_owned());
    }
    if reason.chars().count() > MAX_REASON {
        return fault(
            "too-long",
            format!("At most {MAX_REASON} characters are taken."),
        );
    }
    if reason.contains('\0') {
        return fault(
            "control-character",
            "This holds a NUL character.".to_owned(),
        );
    }
    Ok(reason.to_owned())
}
