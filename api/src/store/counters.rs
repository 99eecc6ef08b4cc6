//! Counters taken inside a transaction: a replica asks them what it has missed.

use super::{Registry, Sector, fault};
use crate::fault::{Fault, Result};
use entity::counters::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counter {
    /// Submissions of returns.
    Submission,
    /// Changes of institutions.
    Registry,
    /// Verdicts of the board.
    Verdict,
    /// Changes of org units.
    Unit,
    /// Changes of action plans and judgements of their actions.
    Plan,
    /// Releases.
    Release,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Registry => "registry",
            Self::Verdict => "verdict",
            Self::Unit => "unit",
            Self::Plan => "plan",
            Self::Release => "release",
        }
    }
}

/// How far the facts and the registry have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Generation {
    /// Number of the last submission.
    pub submission: i64,
    /// Number of the last change of an institution.
    pub registry: i64,
    /// Number of the last verdict of the board.
    pub verdict: i64,
    /// Number of the last change of an org unit.
    pub unit: i64,
    /// Number of the last change of a plan or judgement of an action.
    pub plan: i64,
    /// Number of the last release.
    pub release: i64,
}

impl Generation {
    /// Whether it has come as far as another.
    pub const fn reaches(&self, other: &Self) -> bool {
        self.submission >= other.submission
            && self.registry >= other.registry
            && self.verdict >= other.verdict
            && self.unit >= other.unit
            && self.plan >= other.plan
    }
}

impl std::fmt::Display for Generation {
    /// Names the state of the facts; releases are no facts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}.{}",
            self.submission, self.registry, self.verdict, self.unit, self.plan
        )
    }
}

/// Takes the next number; the row stays locked until the commit.
#[expect(clippy::disallowed_methods, reason = "a counter belongs to no tenant")]
pub(super) async fn next<C: ConnectionTrait>(conn: &C, counter: Counter) -> Result<i64> {
    Entity::update_many()
        .col_expr(Column::Value, Expr::col(Column::Value).add(1_i64))
        .filter(Column::Name.eq(counter.name()))
        .exec(conn)
        .await
        .map_err(fault)?;
    let row = Entity::find_by_id(counter.name())
        .one(conn)
        .await
        .map_err(fault)?;
    row.map(|counter| counter.value).ok_or(Fault::Internal)
}

impl Sector<'_> {
    /// How far everything has come, in one statement.
    #[expect(clippy::disallowed_methods, reason = "a counter belongs to no tenant")]
    pub async fn generation(&self) -> Result<Generation> {
        let rows = Entity::find().all(self.conn).await.map_err(fault)?;
        let value = |counter: Counter| {
            rows.iter()
                .find(|row| row.name == counter.name())
                .map_or(0, |row| row.value)
        };
        Ok(Generation {
            submission: value(Counter::Submission),
            registry: value(Counter::Registry),
            verdict: value(Counter::Verdict),
            unit: value(Counter::Unit),
            plan: value(Counter::Plan),
            release: value(Counter::Release),
        })
    }
}

impl<C: ConnectionTrait> Registry<'_, C> {
    /// Number of the last change of the registry.
    #[expect(clippy::disallowed_methods, reason = "a counter belongs to no tenant")]
    pub async fn changes(&self) -> Result<i64> {
        let row = Entity::find_by_id(Counter::Registry.name())
            .one(self.conn)
            .await
            .map_err(fault)?;
        Ok(row.map_or(0, |counter| counter.value))
    }
}
