//! Lancaster's real action plan: 27 actions, none of them judged, for the published text lost its colours.

use crate::access::{Caller, PlansWrite};
use crate::cli::output::Failure;
use crate::operations::action_plans::{self, PlanInput};
use crate::operations::reference::Files;
use crate::operations::{IfMatch, Service, institutions};

/// Makes the plan and imports its table.
pub async fn load(service: &Service) -> Result<(), Failure> {
    let institution = institutions::get(service, "lancaster").await?.id;
    let scope = Caller::operator_for(institution).tenant::<PlansWrite>(Some(institution))?;
    let input = PlanInput {
        title: "Technician Commitment Stage 1 action plan".to_owned(),
        stage: 1,
        // The published plan gives no first day; its years are relative.
        starts_on: None,
        months: 36,
        extended_by: 12,
        source: Some(
            "Lancaster University, RAG analysis of its action plan (public page)".to_owned(),
        ),
    };
    let plan = action_plans::create(service, &scope, input).await?;
    let table = Files::bytes("lancaster-action-plan.csv")?;
    action_plans::import(
        service,
        &scope,
        plan.id,
        IfMatch::Version(plan.version),
        &table,
    )
    .await?;
    Ok(())
}
