//! Each look at exact aggregates is on disk in the audit trail before it is answered. Those that come at once are written
//! together, so that many readers wait for one write and not for each other's.

use crate::access::SectorScope;
use crate::fault::{Fault, Result};
use crate::store::{Change, Store};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex as Turn, oneshot};

/// Most lines of one write.
const MOST: usize = 500;

type Line = (Change, SectorScope, oneshot::Sender<()>);

/// Looks that wait to be written.
#[derive(Debug, Default)]
pub struct Looks {
    waiting: Mutex<Vec<Line>>,
    turn: Turn<()>,
}

impl Looks {
    /// Writes a look down; whoever's turn it is writes for all who wait.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] where it could not be written: then nothing may be answered.
    pub async fn write(&self, store: &Store, scope: &SectorScope, look: Change) -> Result<()> {
        let (done, mut written) = oneshot::channel();
        self.waiting().push((look, scope.clone(), done));
        let _turn = self.turn.lock().await;
        loop {
            match written.try_recv() {
                Ok(()) => return Ok(()),
                Err(TryRecvError::Closed) => return Err(Fault::Unavailable),
                Err(TryRecvError::Empty) => {}
            }
            let together: Vec<Line> = {
                let mut waiting = self.waiting();
                let most = waiting.len().min(MOST);
                waiting.drain(..most).collect()
            };
            let lines = together
                .iter()
                .map(|(look, scope, _)| (look.clone(), scope.actor()));
            store.sector(scope).audit(lines.collect()).await?;
            for (.., done) in together {
                // Nobody to tell: the caller has gone, the look stays written.
                let _ = done.send(());
            }
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
