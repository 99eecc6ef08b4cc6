//! What this process knows of the registry without asking: code lists, and which institutions have left.
//!
//! The registry counts its changes. Whoever is about to check rows asks the counter first; everybody else relies on an
//! answer that is at most a second old.

use super::Service;
use crate::access::{Caller, RegistryScope};
use crate::domain::code_lists::CodeLists;
use crate::fault::{Fault, Result};
use crate::store::{InstitutionFilter, PageRequest};
use entity::ids::InstitutionId;
use entity::values::SignatoryStatus;
use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How long an answer of the counter is relied on, in milliseconds.
const RELIED_ON: i64 = 1_000;

/// What is known, and since when.
#[derive(Debug, Default)]
pub struct Known {
    codes: RwLock<Arc<CodeLists>>,
    left: RwLock<Arc<HashSet<InstitutionId>>>,
    /// The change of the registry that both are as of.
    change: AtomicI64,
    /// When the counter was asked last, in milliseconds since 1970.
    asked: AtomicI64,
}

impl Known {
    /// The code lists.
    pub fn codes(&self) -> Arc<CodeLists> {
        Arc::clone(&self.codes.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether an institution has left.
    pub fn has_left(&self, institution: InstitutionId) -> bool {
        let left = self.left.read().unwrap_or_else(PoisonError::into_inner);
        left.contains(&institution)
    }
}

impl Service {
    /// The code lists as they stand in the database just now.
    pub async fn codes_current(&self) -> Result<Arc<CodeLists>> {
        self.ask_registry().await?;
        Ok(self.codes())
    }

    /// Refuses callers of institutions that have left.
    ///
    /// # Errors
    /// [`Fault::InvalidToken`].
    pub(super) async fn still_here(&self, caller: &Caller) -> Result<()> {
        let Some(own) = caller.institution() else {
            return Ok(());
        };
        let now = self.now().timestamp_millis();
        // A clock that was set back says nothing of how old the answer is.
        let age = now - self.registry.asked.load(Ordering::Relaxed);
        if !(0..RELIED_ON).contains(&age) {
            self.ask_registry().await?;
        }
        if self.registry.has_left(own) {
            return Err(Fault::InvalidToken);
        }
        Ok(())
    }

    /// Asks the counter, and reads anew what has changed.
    async fn ask_registry(&self) -> Result<()> {
        let now = self.now().timestamp_millis();
        let scope = RegistryScope::public();
        let change = self.store.registry(&scope).changes().await?;
        if change != self.registry.change.load(Ordering::Acquire) {
            self.read_registry(change).await?;
        }
        self.registry.asked.store(now, Ordering::Relaxed);
        Ok(())
    }

    /// Reads code lists and leavers; what is committed after `change` may be in them already.
    pub(super) async fn read_registry(&self, change: i64) -> Result<()> {
        let scope = RegistryScope::public();
        let registry = self.store.registry(&scope);
        let codes = registry.code_lists().await?;
        let filter = InstitutionFilter {
            status: Some(SignatoryStatus::Left),
            ..InstitutionFilter::default()
        };
        let mut left = HashSet::new();
        let mut cursor = None;
        loop {
            let request = PageRequest::through(cursor.as_deref())?;
            let page = registry.institutions(&filter, &request).await?;
            left.extend(page.items.iter().map(|institution| institution.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let known = &self.registry;
        *known.codes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(codes);
        *known.left.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(left);
        known.change.store(change, Ordering::Release);
        Ok(())
    }

    /// Reads what is known at the start.
    pub(super) async fn begin_registry_reading(&self) -> Result<()> {
        let scope = RegistryScope::public();
        let change = self.store.registry(&scope).changes().await?;
        self.read_registry(change).await
    }
}
