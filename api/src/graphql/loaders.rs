//! Loaders: what many nodes of one answer ask one by one is read in one statement.
//!
//! A loader belongs to one request and one institution, whose permission was proved when it was made; it is never
//! shared between callers. It runs within the request's own task, so that its statements are counted there and end
//! with it.

use crate::access::{PlansRead, TenantScope};
use crate::fault::Result;
use crate::operations::{Service, action_plans, progress};
use actix_web::web::Data;
use entity::actions::Model as Action;
use entity::ids::{ActionId, ActionPlanId};
use entity::progress::Model as Progress;
use futures::channel::oneshot::{Sender, channel};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most keys of one statement.
const MAX_KEYS: usize = 1_000;

/// Reads the rows of many owners at once.
pub(super) trait Fetch: Send + Sync {
    /// Names an owner.
    type Key: Copy + Eq + Hash + Send + Sync;
    /// A row.
    type Row: Send + Sync;

    /// The rows of all these owners, in the order they are to be shown in.
    fn fetch(&self, keys: &[Self::Key]) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// The owner of a row.
    fn owner(row: &Self::Row) -> Self::Key;
}

type Rows<F> = Arc<Vec<<F as Fetch>::Row>>;
/// An owner asked for, and who waits for its rows.
type Asked<F> = (<F as Fetch>::Key, Sender<Result<Rows<F>>>);

struct State<F: Fetch> {
    wanted: Vec<Asked<F>>,
    known: HashMap<F::Key, Rows<F>>,
}

/// Gathers what is asked for while an answer is being made.
pub(super) struct Loader<F: Fetch> {
    fetch: F,
    state: Mutex<State<F>>,
}

impl<F: Fetch> Loader<F> {
    /// A loader that knows nothing yet.
    pub(super) fn new(fetch: F) -> Self {
        Self {
            fetch,
            state: Mutex::new(State {
                wanted: Vec::new(),
                known: HashMap::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of one owner; none is an empty list.
    pub(super) async fn load(&self, key: F::Key) -> Result<Rows<F>> {
        loop {
            let answer = {
                let mut state = self.state();
                if let Some(rows) = state.known.get(&key) {
                    return Ok(Arc::clone(rows));
                }
                let (sender, answer) = channel();
                state.wanted.push((key, sender));
                answer
            };
            self.everybody_has_asked().await;
            let batch = {
                let mut state = self.state();
                let mine = state.wanted.iter().any(|(wanted, _)| *wanted == key);
                if mine {
                    std::mem::take(&mut state.wanted)
                } else {
                    Vec::new()
                }
            };
            if !batch.is_empty() {
                self.answer(batch).await;
            }
            // Whoever had taken the key may have been dropped with a part of the answer that failed: ask again.
            if let Ok(rows) = answer.await {
                return rows;
            }
        }
    }

    /// Lets the other fields of the answer come this far, until none asks for more.
    async fn everybody_has_asked(&self) {
        let mut asked = 0;
        loop {
            tokio::task::yield_now().await;
            let now = self.state().wanted.len();
            if now <= asked {
                return;
            }
            asked = now;
        }
    }

    async fn answer(&self, batch: Vec<Asked<F>>) {
        let keys: HashSet<F::Key> = batch.iter().map(|(key, _)| *key).collect();
        let keys: Vec<F::Key> = keys.into_iter().collect();
        let found = self.read(&keys).await;
        if let Ok(found) = &found {
            self.state()
                .known
                .extend(found.iter().map(|(key, rows)| (*key, Arc::clone(rows))));
        }
        for (key, sender) in batch {
            let rows = match &found {
                Ok(found) => Ok(found.get(&key).map(Arc::clone).unwrap_or_default()),
                Err(fault) => Err(fault.clone()),
            };
            // Nobody waits any more where a part of the answer failed meanwhile.
            let _ = sender.send(rows);
        }
    }

    async fn read(&self, keys: &[F::Key]) -> Result<HashMap<F::Key, Rows<F>>> {
        let mut found: HashMap<F::Key, Vec<F::Row>> =
            keys.iter().map(|key| (*key, Vec::new())).collect();
        for keys in keys.chunks(MAX_KEYS) {
            for row in self.fetch.fetch(keys).await? {
                found.entry(F::owner(&row)).or_default().push(row);
            }
        }
        Ok(found
            .into_iter()
            .map(|(key, rows)| (key, Arc::new(rows)))
            .collect())
    }
}

/// One institution's plans, for a caller who may read them.
pub(super) struct PlanSpace {
    /// The actions of plans.
    pub(super) actions: Loader<ActionsOfPlans>,
    /// The histories of actions.
    pub(super) histories: Loader<HistoriesOfActions>,
}

impl PlanSpace {
    /// The plans a scope opens.
    pub(super) fn new(service: &Data<Service>, scope: &TenantScope<PlansRead>) -> Self {
        let actions = ActionsOfPlans {
            service: service.clone(),
            scope: scope.clone(),
        };
        let histories = HistoriesOfActions {
            service: service.clone(),
            scope: scope.clone(),
        };
        Self {
            actions: Loader::new(actions),
            histories: Loader::new(histories),
        }
    }
}

/// Reads the actions of plans.
pub(super) struct ActionsOfPlans {
    service: Data<Service>,
    scope: TenantScope<PlansRead>,
}

impl Fetch for ActionsOfPlans {
    type Key = ActionPlanId;
    type Row = Action;

    async fn fetch(&self, keys: &[ActionPlanId]) -> Result<Vec<Action>> {
        action_plans::actions_of(&self.service, &self.scope, keys).await
    }

    fn owner(row: &Action) -> ActionPlanId {
        row.plan_id
    }
}

/// Reads the histories of actions.
pub(super) struct HistoriesOfActions {
    service: Data<Service>,
    scope: TenantScope<PlansRead>,
}

impl Fetch for HistoriesOfActions {
    type Key = ActionId;
    type Row = Progress;

    async fn fetch(&self, keys: &[ActionId]) -> Result<Vec<Progress>> {
        progress::of(&self.service, &self.scope, keys).await
    }

    fn owner(row: &Progress) -> ActionId {
        row.action_id
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::*;
    use crate::fault::Fault;
    use futures::future::{join_all, select};
    use std::pin::pin;

    /// Owners have as many rows as their number says; 9999 fails. Remembers each batch.
    #[derive(Default)]
    struct Numbers(Mutex<Vec<usize>>);

    impl Fetch for Numbers {
        type Key = usize;
        type Row = (usize, usize);

        async fn fetch(&self, keys: &[usize]) -> Result<Vec<(usize, usize)>> {
            self.0.lock().unwrap().push(keys.len());
            tokio::task::yield_now().await;
            if keys.contains(&9_999) {
                return Err(Fault::Unavailable);
            }
            Ok(keys
                .iter()
                .flat_map(|key| (0..*key).map(move |row| (*key, row)))
                .collect())
        }

        fn owner(row: &(usize, usize)) -> usize {
            row.0
        }
    }

    fn batches(loader: &Loader<Numbers>) -> Vec<usize> {
        loader.fetch.0.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn what_is_asked_side_by_side_is_read_at_once_and_each_gets_its_own() {
        let loader = Loader::new(Numbers::default());
        let loads = join_all((0..10).map(|key| loader.load(key % 5))).await;
        for (place, rows) in loads.into_iter().enumerate() {
            assert_eq!(
                *rows.unwrap(),
                (0..place % 5)
                    .map(|row| (place % 5, row))
                    .collect::<Vec<_>>()
            );
        }
        assert_eq!(batches(&loader), [5]);
        assert_eq!(loader.load(4).await.unwrap().len(), 4);
        assert_eq!(batches(&loader), [5], "what is known is not read again");
    }

    #[tokio::test]
    async fn two_levels_of_a_list_are_two_batches() {
        let (outer, inner) = (
            Loader::new(Numbers::default()),
            Loader::new(Numbers::default()),
        );
        join_all((1..=40).map(|key| {
            let (outer, inner) = (&outer, &inner);
            async move {
                let rows = outer.load(key).await.unwrap();
                join_all(rows.iter().map(|(key, row)| inner.load(100 * key + row))).await;
            }
        }))
        .await;
        assert_eq!(batches(&outer), [40]);
        assert_eq!(batches(&inner), [820]);
    }

    #[tokio::test]
    async fn a_failure_reaches_everybody_who_asked_and_is_not_kept() {
        let loader = Loader::new(Numbers::default());
        let loads = join_all([12, 9_999].map(|key| loader.load(key))).await;
        assert!(loads.iter().all(|rows| rows == &Err(Fault::Unavailable)));
        assert_eq!(loader.load(12).await.unwrap().len(), 12);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_reader_that_was_dropped() {
        let loader = Loader::new(Numbers::default());
        let mut first = Box::pin(loader.load(3));
        let mut second = Box::pin(loader.load(3));
        // The first takes both keys and is dropped while it reads.
        for _ in 0..3 {
            let _ = select(&mut first, pin!(tokio::task::yield_now())).await;
            let _ = select(&mut second, pin!(tokio::task::yield_now())).await;
            if !batches(&loader).is_empty() {
                break;
            }
        }
        assert_eq!(batches(&loader), [1]);
        drop(first);
        assert_eq!(second.await.unwrap().len(), 3);
        assert_eq!(batches(&loader), [1, 1]);
    }
}
