//! Rows of a draft: replaced as a whole, merged by key, or only checked.

use super::RowFormat;
use crate::access::{Permit, ReturnsWrite, TenantScope};
use crate::domain::org_units::closed_from;
use crate::domain::rows::{Checker, KnownUnit, Row};
use crate::fault::{Fault, Result};
use crate::formats;
use crate::operations::returns::{ReturnAt, ReturnKey};
use crate::operations::{IfMatch, Service};
use crate::store::{AtVersion, TenantTx};
use chrono::{DateTime, Utc};
use entity::ids::{ReturnId, VersionId};
use entity::return_versions::Model as Version;
use entity::returns::Model;
use entity::values::{Provenance, ReturnState, VersionKind, VersionState};
use std::collections::HashMap;

/// What a dry run found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many rows there are, all sound.
    pub rows: usize,
}

/// The institution's units by code.
async fn units<P: Permit>(
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

/// Every row of a body, or every fault in it.
async fn parse<P: Permit>(
    service: &Service,
    scope: &TenantScope<P>,
    key: ReturnKey,
    format: RowFormat,
    body: &[u8],
) -> Result<Vec<Row>> {
    let units = units(service, scope).await?;
    let lists = service.codes();
    let mut checker = Checker::new(key.definition(), key.year, &lists, &units);
    match format {
        RowFormat::Csv => formats::csv::read_rows(body, key.definition(), &mut checker)?,
        RowFormat::Json => formats::json::read_rows(body, key.definition(), &mut checker)?,
    }
    checker.finish()
}

/// Checks a body as a replacement would, and stores nothing.
pub async fn check(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    format: RowFormat,
    body: &[u8],
) -> Result<Checked> {
    Ok(Checked {
        rows: parse(service, scope, key, format, body).await?.len(),
    })
}

/// Replaces every row of the draft: all of them or none.
pub async fn replace(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
    format: RowFormat,
    body: &[u8],
) -> Result<ReturnAt> {
    let rows = parse(service, scope, key, format, body).await?;
    store(service, scope, key, if_match, &rows, true).await
}

/// Merges rows into the draft: a row with the org unit and codes of one that is there takes its place.
pub async fn merge(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
    format: RowFormat,
    body: &[u8],
) -> Result<ReturnAt> {
    let rows = parse(service, scope, key, format, body).await?;
    store(service, scope, key, if_match, &rows, false).await
}

/// Takes a return for changing, makes sure it has a draft, and writes the rows: one transaction.
async fn store(
    service: &Service,
    scope: &TenantScope<ReturnsWrite>,
    key: ReturnKey,
    if_match: IfMatch,
    rows: &[Row],
    replace: bool,
) -> Result<ReturnAt> {
    if_match.check_given()?;
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let mut of = tx
        .tenant()
        .lock_return(key.dataset, key.year, ReturnId(service.id(now)), now)
        .await?;
    if_match.check(of.version)?;
    let draft = draft(service, &tx, &mut of, now).await?;
    if replace {
        tx.tenant().clear_rows(key.definition(), draft).await?;
    }
    tx.tenant()
        .merge_rows(key.definition(), draft, rows)
        .await?;
    of.version += 1;
    of.updated_at = now;
    tx.tenant().update_return(&of).await?;
    let action = if replace {
        "return.replace-rows"
    } else {
        "return.merge-rows"
    };
    let after = serde_json::json!({"version": of.version, "rows": rows.len()});
    tx.audit(service.change(now, action, key.subject()).with(None, after))
        .await?;
    let shown = ReturnAt::of(&tx.tenant(), &of, AtVersion::Current).await?;
    tx.commit().await?;
    Ok(shown)
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
) -> Result<VersionId> {
    if let Some(draft) = of.draft_id {
        return Ok(draft);
    }
    if of.revision > 0 {
        return Err(Fault::WrongState {
            is: "submitted",
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
