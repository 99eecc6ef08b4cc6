//! Keys of repeatable requests: reserved before the work, marked in the transaction of the change, kept with the answer.
//!
//! The mark travels with the request's task, so that every commit of it finds the mark without being told.

use super::{Store, fault};
use crate::access::{Actor, Fingerprint};
use crate::fault::{Fault, Result};
use chrono::{DateTime, Utc};
use entity::idempotency_keys::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, Condition, ConnectionTrait,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, UpdateMany,
};
use serde_json::Value;

/// How often a reservation is tried that others keep taking from under it.
const TRIES: u32 = 3;

tokio::task_local! {
    /// The reservation under which the request at hand works.
    static HELD: Repeatable;
}

/// A key held by one attempt of one request.
#[derive(Clone, Debug)]
pub struct Repeatable {
    owner: String,
    key: String,
    attempt: String,
    began: DateTime<Utc>,
    fingerprint: Fingerprint,
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers that matter to the caller, by name.
    pub headers: Value,
    /// Body; empty where there was none.
    pub body: String,
}

/// What asking for a key gives.
#[derive(Debug)]
pub enum Reserved {
    /// It is the caller's to use.
    Fresh(Repeatable),
    /// Another request with it is on its way.
    Busy,
    /// A change was made with it.
    Used {
        /// By which request.
        fingerprint: String,
        /// Its answer, unless it was lost.
        answer: Option<StoredAnswer>,
    },
}

/// Runs a request under its reservation: whatever it commits, it commits together with the mark that it did.
pub async fn repeatable<F: Future>(held: Repeatable, work: F) -> F::Output {
    HELD.scope(held, work).await
}

/// Marks the reservation of the request at hand, inside the transaction of its change.
///
/// # Errors
/// [`Fault::IdempotencyInProgress`] where another attempt has taken the key over; the change must not be committed.
pub(super) async fn applied<C: ConnectionTrait>(conn: &C) -> Result<()> {
    let Ok(held) = HELD.try_with(Clone::clone) else {
        return Ok(());
    };
    let done = held
        .update()
        .col_expr(Column::CompletedAt, Expr::value(held.began))
        .col_expr(Column::Fingerprint, Expr::value(held.fingerprint.text()))
        .exec(conn)
        .await
        .map_err(fault)?;
    match done.rows_affected {
        1 => Ok(()),
        _ => Err(Fault::IdempotencyInProgress),
    }
}

impl Repeatable {
    #[expect(
        clippy::disallowed_methods,
        reason = "the key belongs to a client, and the attempt to this request"
    )]
    fn update(&self) -> UpdateMany<Entity> {
        Entity::update_many()
            .filter(Column::Owner.eq(self.owner.as_str()))
            .filter(Column::Key.eq(self.key.as_str()))
            .filter(Column::Attempt.eq(self.attempt.as_str()))
    }

    fn row(&self) -> Model {
        Model {
            owner: self.owner.clone(),
            key: self.key.clone(),
            fingerprint: String::new(),
            started_at: self.began,
            status: None,
            headers: None,
            body: None,
            completed_at: None,
            attempt: self.attempt.clone(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "keys belong to clients; the owner stands in every filter, but for what is too old to belong to anyone"
)]
impl Store {
    /// Asks for a key of a caller. What began before `stale` and has made no change may be taken over; what began
    /// before `expired` is forgotten.
    pub async fn reserve(
        &self,
        actor: &Actor,
        key: &str,
        attempt: String,
        fingerprint: Fingerprint,
        (now, stale, expired): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Reserved> {
        let held = Repeatable {
            owner: actor.subject.clone(),
            key: key.to_owned(),
            attempt,
            began: now,
            fingerprint,
        };
        for _ in 0..TRIES {
            let there = OnConflict::columns([Column::Owner, Column::Key])
                .do_nothing()
                .to_owned();
            let inserted = Entity::insert(held.row().into_active_model())
                .on_conflict(there)
                .exec_without_returning(&self.writer)
                .await
                .map_err(fault)?;
            if inserted == 1 {
                return Ok(Reserved::Fresh(held));
            }
            let found = Entity::find_by_id((held.owner.clone(), held.key.clone()))
                .one(&self.writer)
                .await
                .map_err(fault)?;
            let Some(found) = found else { continue };
            // Made and not answered yet may be a matter of a moment, while the answer is on its way here.
            let (young, answered) = (found.started_at >= stale, found.status.is_some());
            match found.completed_at {
                _ if young && !answered => return Ok(Reserved::Busy),
                Some(_) if found.started_at >= expired => return Ok(used(found)),
                Some(_) | None => {}
            }
            if self.take_over(&held, &found).await? {
                return Ok(Reserved::Fresh(held));
            }
        }
        Ok(Reserved::Busy)
    }

    /// Takes a key from an attempt that was given up, or that nobody remembers; fails where it came to its end meanwhile.
    async fn take_over(&self, held: &Repeatable, from: &Model) -> Result<bool> {
        let mut row: ActiveModel = held.row().into_active_model().reset_all();
        row.owner = ActiveValue::NotSet;
        row.key = ActiveValue::NotSet;
        let unchanged = match from.completed_at {
            Some(_) => Condition::all(),
            None => Condition::all().add(Column::CompletedAt.is_null()),
        };
        let done = Entity::update_many()
            .set(row)
            .filter(Column::Owner.eq(held.owner.as_str()))
            .filter(Column::Key.eq(held.key.as_str()))
            .filter(Column::Attempt.eq(from.attempt.as_str()))
            .filter(unchanged)
            .exec(&self.writer)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected == 1)
    }

    /// Keeps the answer of a request that was carried out.
    pub async fn keep_answer(&self, held: &Repeatable, answer: StoredAnswer) -> Result<()> {
        held.update()
            .col_expr(Column::Status, Expr::value(i32::from(answer.status)))
            .col_expr(Column::Headers, Expr::value(answer.headers))
            .col_expr(Column::Body, Expr::value(answer.body))
            .col_expr(Column::Fingerprint, Expr::value(held.fingerprint.text()))
            .col_expr(Column::CompletedAt, Expr::value(held.began))
            .exec(&self.writer)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Gives a key back, unless its request made a change.
    pub async fn release(&self, held: &Repeatable) -> Result<()> {
        Entity::delete_many()
            .filter(Column::Owner.eq(held.owner.as_str()))
            .filter(Column::Key.eq(held.key.as_str()))
            .filter(Column::Attempt.eq(held.attempt.as_str()))
            .filter(Column::CompletedAt.is_null())
            .exec(&self.writer)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Forgets keys that began before a moment, the oldest first and at most `most`; gives back how many there were.
    pub async fn forget_keys(&self, before: DateTime<Utc>, most: u64) -> Result<u64> {
        let oldest = Query::select()
            .columns([Column::Owner, Column::Key])
            .from(Entity)
            .and_where(Column::StartedAt.lt(before))
            .order_by(Column::StartedAt, sea_orm::Order::Asc)
            .limit(most)
            .to_owned();
        let these = Expr::tuple([Expr::col(Column::Owner), Expr::col(Column::Key)]);
        let done = Entity::delete_many()
            .filter(these.in_subquery(oldest))
            .filter(Column::StartedAt.lt(before))
            .exec(&self.writer)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected)
    }
}

/// A key with which a change was made.
fn used(found: Model) -> Reserved {
    let answer = found
        .status
        .and_then(|status| u16::try_from(status).ok())
        .map(|status| StoredAnswer {
            status,
            headers: found.headers.unwrap_or_default(),
            body: found.body.unwrap_or_default(),
        });
    Reserved::Used {
        fingerprint: found.fingerprint,
        answer,
    }
}
