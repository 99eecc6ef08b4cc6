//! What one request brings along: its call, the institutions it named already, and the plans it was shown.
//!
//! Made anew for every request and dropped with it, so nothing proved for one caller can serve another.

use super::loaders::PlanSpace;
use crate::access::{Permit, PlansRead, TenantScope};
use crate::fault::{Fault, Result};
use crate::http::Call;
use async_graphql::Context;
use entity::action_plans::Model as Plan;
use entity::ids::{ActionPlanId, InstitutionId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One request.
pub(super) struct Session {
    call: Call,
    known: Mutex<HashMap<String, InstitutionId>>,
    spaces: Mutex<HashMap<InstitutionId, Arc<PlanSpace>>>,
    shown: Mutex<HashMap<ActionPlanId, Shown>>,
}

/// A plan that was shown, and the space it was read from.
#[derive(Clone)]
pub(super) struct Shown {
    /// The plan.
    pub(super) plan: Arc<Plan>,
    /// The plans of its institution, with the permission to read them proved.
    pub(super) space: Arc<PlanSpace>,
}

fn locked<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The session of the request a field is resolved for.
pub(super) fn session<'a>(context: &Context<'a>) -> Result<&'a Session> {
    context.data::<Session>().map_err(|_| Fault::Internal)
}

impl Session {
    /// A session for a call.
    pub(super) fn new(call: Call) -> Self {
        Self {
            call,
            known: Mutex::default(),
            spaces: Mutex::default(),
            shown: Mutex::default(),
        }
    }

    /// The call.
    pub(super) const fn call(&self) -> &Call {
        &self.call
    }

    /// Notes the identity of an institution that was read, so that its fields need not look it up by its slug.
    pub(super) fn met(&self, slug: &str, id: InstitutionId) {
        locked(&self.known).insert(slug.to_owned(), id);
    }

    /// Proves a permission for the institution of a slug, as [`Call::tenant`] does; each slug is looked up once.
    pub(super) async fn tenant<P: Permit>(&self, slug: &str) -> Result<TenantScope<P>> {
        let known = locked(&self.known).get(slug).copied();
        if let Some(id) = known {
            return self.call.caller.tenant(Some(id));
        }
        let scope = self.call.tenant::<P>(slug).await?;
        self.met(slug, scope.institution());
        Ok(scope)
    }

    /// Notes a plan that is about to be shown; its actions and their histories are read with the same proof.
    pub(super) fn show(&self, scope: &TenantScope<PlansRead>, plan: &Plan) {
        let space = Arc::clone(
            locked(&self.spaces)
                .entry(scope.institution())
                .or_insert_with(|| Arc::new(PlanSpace::new(&self.call.service, scope))),
        );
        locked(&self.shown).insert(
            plan.id,
            Shown {
                plan: Arc::new(plan.clone()),
                space,
            },
        );
    }

    /// A plan that was shown.
    ///
    /// # Errors
    /// [`Fault::Internal`] where it was not: a mistake of the resolver that made the view.
    pub(super) fn shown(&self, plan: ActionPlanId) -> Result<Shown> {
        locked(&self.shown)
            .get(&plan)
            .cloned()
            .ok_or(Fault::Internal)
    }

    /// Forgets what was read of plans, since a change may have made it stale.
    pub(super) fn changed(&self) {
        locked(&self.spaces).clear();
        locked(&self.shown).clear();
    }
}
