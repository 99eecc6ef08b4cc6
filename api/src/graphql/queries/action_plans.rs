//! What hangs on a plan: its actions, their histories, and how they stand by theme.
//!
//! All of it is read through the loaders of the space the plan was shown from, so that a page of plans costs no more
//! statements than one plan.

use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::views::{Action, ActionPlan, Progress, Rag, Theme};
use async_graphql::{ComplexObject, Context, SimpleObject};
use entity::actions::Model as Row;
use entity::ids::{ActionId, ActionPlanId};
use entity::values;

/// How the actions under one theme stand.
#[derive(Debug, PartialEq, Eq, SimpleObject)]
struct ThemeSummary {
    /// The theme.
    theme: Theme,
    /// How many actions stand under it. An action counts for its own theme only.
    actions: u32,
    /// How many of them nobody judged yet.
    not_assessed: u32,
    /// How many are red.
    red: u32,
    /// How many are amber.
    amber: u32,
    /// How many are green.
    green: u32,
}

impl ThemeSummary {
    fn of(theme: values::Theme, actions: &[Row]) -> Self {
        let mut sum = Self {
            theme: theme.into(),
            actions: 0,
            not_assessed: 0,
            red: 0,
            amber: 0,
            green: 0,
        };
        for action in actions.iter().filter(|action| action.theme == theme) {
            sum.actions += 1;
            *match action.rag {
                values::Rag::NotAssessed => &mut sum.not_assessed,
                values::Rag::Red => &mut sum.red,
                values::Rag::Amber => &mut sum.amber,
                values::Rag::Green => &mut sum.green,
            } += 1;
        }
        sum
    }
}

#[ComplexObject]
impl ActionPlan {
    /// Its actions, by position.
    async fn actions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "Only under this theme.")] theme: Option<Theme>,
        #[graphql(desc = "Only with this as the latest judgement.")] rag: Option<Rag>,
    ) -> Result<Connected<Action>> {
        let shown = session(context)?.shown(ActionPlanId(self.id))?;
        let paging = Paging::read(first, after.as_deref())?;
        let (theme, rag) = (theme.map(values::Theme::from), rag.map(values::Rag::from));
        let all = shown.space.actions.load(ActionPlanId(self.id)).await?;
        let wanted = all.iter().filter(|row| {
            theme.is_none_or(|theme| row.theme == theme) && rag.is_none_or(|rag| row.rag == rag)
        });
        let page = paging
            .request()
            .within(wanted, |row| row.position)?
            .map(Row::clone);
        Ok(paging.connect(page, |row| Action::of(&shown.plan, row)))
    }

    /// How its actions stand, theme by theme; every theme is there.
    async fn by_theme(&self, context: &Context<'_>) -> Result<Vec<ThemeSummary>> {
        let shown = session(context)?.shown(ActionPlanId(self.id))?;
        let all = shown.space.actions.load(ActionPlanId(self.id)).await?;
        Ok(values::Theme::ALL
            .iter()
            .map(|theme| ThemeSummary::of(*theme, &all))
            .collect())
    }
}

#[ComplexObject]
impl Action {
    /// The history of its judgements, oldest first.
    async fn progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Connected<Progress>> {
        let shown = session(context)?.shown(ActionPlanId(self.plan_id))?;
        let paging = Paging::read(first, after.as_deref())?;
        let all = shown.space.histories.load(ActionId(self.id)).await?;
        let page = paging
            .request()
            .within(all.iter(), |row| row.id)?
            .map(Clone::clone);
        Ok(paging.connect(page, Progress::from))
    }
}
