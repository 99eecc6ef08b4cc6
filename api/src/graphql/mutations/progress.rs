//! Judgements of actions, recorded.

use crate::access::{PlansRead, PlansWrite};
use crate::graphql::errors::Result;
use crate::graphql::session::{Session, session};
use crate::operations::action_plans;
use crate::operations::progress::{self, Judgement};
use crate::views::{Action, Progress, Rag};
use async_graphql::{ComplexObject, Context, InputObject, Object, SimpleObject};
use entity::ids::{ActionId, ActionPlanId};
use uuid::Uuid;

#[derive(Default)]
pub(super) struct ProgressMutation;

/// A judgement of an action.
#[derive(InputObject)]
struct ProgressInput {
    /// The judgement.
    rag: Rag,
    /// Why; red needs it.
    explanation: Option<String>,
    /// Address of evidence: `https://...`.
    evidence: Option<String>,
}

/// A judgement that was recorded.
#[derive(SimpleObject)]
#[graphql(complex)]
struct RecordProgressPayload {
    /// The judgement as it stands in the history.
    progress: Progress,
    #[graphql(skip)]
    institution: String,
    #[graphql(skip)]
    row: entity::actions::Model,
}

#[Object]
impl ProgressMutation {
    /// Adds a judgement to the history of an action; needs the scope `plans:write`.
    async fn record_progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The plan.")] plan: Uuid,
        #[graphql(desc = "The action.")] action: Uuid,
        #[graphql(desc = "The judgement.")] input: ProgressInput,
    ) -> Result<Option<RecordProgressPayload>> {
        let session = session(context)?;
        let scope = session.tenant::<PlansWrite>(&institution).await?;
        let judgement = Judgement {
            rag: input.rag.into(),
            explanation: input.explanation,
            evidence: input.evidence,
        };
        let service = &session.call().service;
        let (row, entry) = progress::record(
            service,
            &scope,
            ActionPlanId(plan),
            ActionId(action),
            judgement,
        )
        .await?;
        session.changed();
        Ok(Some(RecordProgressPayload {
            progress: entry.into(),
            institution,
            row,
        }))
    }
}

#[ComplexObject]
impl RecordProgressPayload {
    /// The action as it stands now; null, with an error, for a caller who may not read plans.
    async fn action(&self, context: &Context<'_>) -> Result<Option<Action>> {
        let session: &Session = session(context)?;
        let scope = session.tenant::<PlansRead>(&self.institution).await?;
        let plan = action_plans::get(&session.call().service, &scope, self.row.plan_id).await?;
        session.show(&scope, &plan);
        Ok(Some(Action::of(&plan, self.row.clone())))
    }
}
