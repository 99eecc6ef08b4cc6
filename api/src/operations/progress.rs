//! Progress: RAG judgements, only ever added.

use super::{Service, bounded_or_none};
use crate::access::{PlansRead, PlansWrite, TenantScope};
use crate::domain::action_plans::check_progress;
use crate::fault::{Fault, Result};
use crate::store::{Page, PageRequest};
use entity::actions::Model as Action;
use entity::ids::{ActionId, ActionPlanId, ProgressId};
use entity::progress::Model;
use entity::values::Rag;

/// A judgement as it was sent.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The colour.
    pub rag: Rag,
    /// Why; red needs it.
    pub explanation: Option<String>,
    /// Address of evidence.
    pub evidence: Option<String>,
}

/// A page of an action's history, oldest first.
pub async fn list(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    plan: ActionPlanId,
    action: ActionId,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let tenant = service.store.tenant(scope);
    tenant.action(plan, action).await?;
    tenant.progress(action, page).await
}

/// The histories of several actions, for loaders.
pub async fn of(
    service: &Service,
    scope: &TenantScope<PlansRead>,
    actions: &[ActionId],
) -> Result<Vec<Model>> {
    service.store.tenant(scope).progress_of(actions).await
}

/// Adds a judgement.
///
/// # Errors
/// [`Fault::InvalidBody`] with the code `explanation-required` for red without a word of why.
pub async fn record(
    service: &Service,
    scope: &TenantScope<PlansWrite>,
    plan: ActionPlanId,
    action: ActionId,
    judgement: Judgement,
) -> Result<(Action, Model)> {
    check_progress(judgement.rag, judgement.explanation.as_deref()).map_err(|fault| {
        Fault::body(
            "/explanation",
            fault.code(),
            capitalised(&fault.to_string()),
        )
    })?;
    let evidence = bounded_or_none("/evidence", judgement.evidence.as_deref(), 2_000)?;
    if evidence
        .as_deref()
        .is_some_and(|link| !link.starts_with("https://") && !link.starts_with("http://"))
    {
        return Err(Fault::body(
            "/evidence",
            "not-a-link",
            "Evidence is the address of a page: https://...",
        ));
    }
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let mut of = tx.tenant().lock_action(plan, action).await?;
    let entry = Model {
        id: ProgressId(service.id(now)),
        institution_id: of.institution_id,
        plan_id: of.plan_id,
        action_id: of.id,
        rag: judgement.rag,
        explanation: judgement
            .explanation
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty()),
        evidence,
        recorded_at: now,
        recorded_by: scope.actor().subject.clone(),
    };
    tx.tenant().record_progress(&of, &entry, now).await?;
    let subject = format!("action-plans/{plan}/actions/{action}/progress/{}", entry.id);
    let (before, after) = (
        serde_json::json!({"rag": of.rag}),
        serde_json::json!({"rag": entry.rag}),
    );
    tx.audit(
        service
            .change(now, "progress.record", subject)
            .with(Some(before), after),
    )
    .await?;
    tx.commit().await?;
    of.rag = entry.rag;
    of.version += 1;
    of.updated_at = now;
    Ok((of, entry))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}
