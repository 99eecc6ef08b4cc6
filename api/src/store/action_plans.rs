//! Queries on action plans, their actions and the history of progress.

use super::counters::{Counter, next};
use super::{Page, PageRequest, Tenant, fault};
use crate::fault::{Fault, Noun, Result};
use chrono::{DateTime, Utc};
use entity::ids::{ActionId, ActionPlanId, ProgressId};
use entity::values::{Rag, Theme};
use entity::{action_plans, actions, progress};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, ConnectionTrait, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of plans, oldest first.
    pub async fn plans(&self, request: &PageRequest) -> Result<Page<action_plans::Model>> {
        let select = self.find::<action_plans::Entity>();
        let select = request.keyset::<_, ActionPlanId>(select, action_plans::Column::Id)?;
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.id.to_string()]))
    }

    /// One plan.
    pub async fn plan(&self, id: ActionPlanId) -> Result<action_plans::Model> {
        let select = self
            .find::<action_plans::Entity>()
            .filter(action_plans::Column::Id.eq(id));
        select
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::ActionPlan))
    }

    /// One plan, taken for changing until the commit.
    pub async fn lock_plan(&self, id: ActionPlanId) -> Result<action_plans::Model> {
        let select = self
            .find::<action_plans::Entity>()
            .filter(action_plans::Column::Id.eq(id))
            .lock_exclusive();
        select
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::ActionPlan))
    }

    /// Adds a plan.
    pub async fn insert_plan(&self, plan: &action_plans::Model) -> Result<()> {
        self.insert::<action_plans::Entity>(plan.clone().into_active_model())
            .await?;
        next(self.conn, Counter::Plan).await.map(|_| ())
    }

    /// Writes back a plan taken with [`Self::lock_plan`].
    pub async fn update_plan(&self, changed: &action_plans::Model) -> Result<()> {
        let mut row = changed.clone().into_active_model().reset_all();
        row.id = ActiveValue::NotSet;
        row.institution_id = ActiveValue::NotSet;
        self.update::<action_plans::Entity>()
            .set(row)
            .filter(action_plans::Column::Id.eq(changed.id))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        next(self.conn, Counter::Plan).await.map(|_| ())
    }

    /// The actions of several plans, in the order of the plans' own.
    pub async fn actions_of(&self, plans: &[ActionPlanId]) -> Result<Vec<actions::Model>> {
        self.find::<actions::Entity>()
            .filter(actions::Column::PlanId.is_in(plans.iter().copied()))
            .order_by_asc(actions::Column::PlanId)
            .order_by_asc(actions::Column::Position)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// A page of a plan's actions, by position, narrowed to a theme and a colour.
    pub async fn actions(
        &self,
        plan: ActionPlanId,
        theme: Option<Theme>,
        rag: Option<Rag>,
        request: &PageRequest,
    ) -> Result<Page<actions::Model>> {
        let select = self
            .find::<actions::Entity>()
            .filter(actions::Column::PlanId.eq(plan));
        let mut select = request.keyset::<_, i32>(select, actions::Column::Position)?;
        if let Some(theme) = theme {
            select = select.filter(actions::Column::Theme.eq(theme));
        }
        if let Some(rag) = rag {
            select = select.filter(actions::Column::Rag.eq(rag));
        }
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.position.to_string()]))
    }

    /// One action of a plan.
    pub async fn action(&self, plan: ActionPlanId, id: ActionId) -> Result<actions::Model> {
        let select = self
            .find::<actions::Entity>()
            .filter(actions::Column::PlanId.eq(plan))
            .filter(actions::Column::Id.eq(id));
        select
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::Action))
    }

    /// One action of a plan, taken for changing until the commit.
    pub async fn lock_action(&self, plan: ActionPlanId, id: ActionId) -> Result<actions::Model> {
        let select = self
            .find::<actions::Entity>()
            .filter(actions::Column::PlanId.eq(plan))
            .filter(actions::Column::Id.eq(id))
            .lock_exclusive();
        select
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::Action))
    }

    /// Adds actions.
    pub async fn insert_actions(&self, rows: Vec<actions::Model>) -> Result<()> {
        for row in rows {
            self.insert::<actions::Entity>(row.into_active_model())
                .await?;
        }
        next(self.conn, Counter::Plan).await.map(|_| ())
    }

    /// Adds a judgement to the history and notes it as the action's latest.
    pub async fn record_progress(
        &self,
        action: &actions::Model,
        judgement: &progress::Model,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.insert::<progress::Entity>(judgement.clone().into_active_model())
            .await?;
        self.update::<actions::Entity>()
            .col_expr(actions::Column::Rag, Expr::value(judgement.rag))
            .col_expr(actions::Column::Version, Expr::value(action.version + 1))
            .col_expr(actions::Column::UpdatedAt, Expr::value(now))
            .filter(actions::Column::Id.eq(action.id))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        next(self.conn, Counter::Plan).await.map(|_| ())
    }

    /// A page of an action's history, oldest first.
    pub async fn progress(
        &self,
        action: ActionId,
        request: &PageRequest,
    ) -> Result<Page<progress::Model>> {
        let select = self
            .find::<progress::Entity>()
            .filter(progress::Column::ActionId.eq(action));
        let select = request.keyset::<_, ProgressId>(select, progress::Column::Id)?;
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| vec![row.id.to_string()]))
    }

    /// The histories of several actions, oldest first.
    pub async fn progress_of(&self, actions: &[ActionId]) -> Result<Vec<progress::Model>> {
        self.find::<progress::Entity>()
            .filter(progress::Column::ActionId.is_in(actions.iter().copied()))
            .order_by_asc(progress::Column::Id)
            .all(self.conn)
            .await
            .map_err(fault)
    }
}
