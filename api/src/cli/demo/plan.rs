//! Action plans: Lancaster's real one, 27 actions of which none is judged, for the published text lost its colours; and
//! made-up ones with three yearly reviews, marked as such.

use super::clock::Past;
use super::synthetic::{REMARK, plans};
use crate::access::{Caller, PlansWrite};
use crate::cli::output::Failure;
use crate::operations::action_plans::{self, PlanInput};
use crate::operations::progress::{self, Judgement};
use crate::operations::reference::Files;
use crate::operations::{IfMatch, Service, institutions};
use entity::ids::InstitutionId;
use entity::values::Rag;

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

/// Makes up a plan for some of these institutions, in the past of the demonstration, with what each review found.
pub async fn made_up(
    service: &Service,
    clock: &Past,
    institutions: &[(InstitutionId, String)],
) -> Result<(), Failure> {
    for (institution, slug) in institutions {
        let Some(plan) = plans::of(slug) else {
            continue;
        };
        clock.go(plans::BEGAN);
        let scope = Caller::operator_for(*institution).tenant::<PlansWrite>(Some(*institution))?;
        let input = PlanInput {
            title: "Synthetic action plan".to_owned(),
            stage: 1,
            starts_on: Some(service.now().date_naive()),
            months: 36,
            extended_by: 0,
            source: Some(REMARK.to_owned()),
        };
        let made = action_plans::create(service, &scope, input).await?;
        let version = IfMatch::Version(made.version);
        let table = plan.table.as_bytes().to_vec();
        let (made, actions) =
            action_plans::import(service, &scope, made.id, version, &table).await?;
        for (days, found) in plans::REVIEWS.into_iter().zip(&plan.reviews) {
            clock.go(days);
            for (place, rag) in found {
                let Some(action) = actions.get(*place) else {
                    continue;
                };
                let judgement = Judgement {
                    rag: *rag,
                    explanation: (*rag == Rag::Red).then(|| REMARK.to_owned()),
                    evidence: None,
                };
                progress::record(service, &scope, made.id, action.id, judgement).await?;
            }
        }
    }
    clock.go(0);
    Ok(())
}
