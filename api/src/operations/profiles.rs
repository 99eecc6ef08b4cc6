//! Profiles of institutions, held in memory: they are read at every turn and change a few times a year.
//!
//! Every change of an institution takes a number in the database. Whoever asks compares it, at most every
//! [`FRESH`]: so a change made by another replica is seen that much later at most, and one made here at once.

use super::Service;
use crate::access::RegistryScope;
use crate::fault::Result;
use entity::institutions::Model;
use entity::values::Slug;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long the number is taken for the last one.
const FRESH: Duration = Duration::from_millis(250);

/// The profiles that were asked for.
#[derive(Debug, Default)]
pub struct Profiles(RwLock<Held>);

#[derive(Debug, Default)]
struct Held {
    by_slug: HashMap<Slug, Model>,
    generation: i64,
    compared: Option<Instant>,
    /// Counts changes made here, so that what was read before one is not held after it.
    changes: u64,
}

impl Profiles {
    /// Forgets everything, after a change made here.
    pub(super) fn forget(&self) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.by_slug.clear();
        held.compared = None;
        held.changes += 1;
    }

    /// A profile, if it is known and fresh; and how many changes were made here so far.
    fn fresh(&self, slug: &Slug) -> (Option<Model>, u64) {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = held
            .compared
            .is_some_and(|compared| compared.elapsed() < FRESH);
        let known = held.by_slug.get(slug).filter(|_| fresh).cloned();
        (known, held.changes)
    }

    /// A profile that is still right at a generation; what is not is forgotten.
    fn at(&self, slug: &Slug, generation: i64, compared: Instant, changes: u64) -> Option<Model> {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.changes != changes {
            return None;
        }
        if held.generation != generation {
            held.by_slug.clear();
            held.generation = generation;
        }
        held.compared = Some(compared);
        held.by_slug.get(slug).cloned()
    }

    fn hold(&self, profile: &Model, generation: i64, changes: u64) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.changes == changes && held.generation == generation {
            held.by_slug.insert(profile.slug.clone(), profile.clone());
        }
    }
}

/// The profile of a slug.
///
/// # Errors
/// [`crate::fault::Fault::NotFound`].
pub(super) async fn of(service: &Service, slug: &Slug) -> Result<Model> {
    let (known, changes) = service.profiles.fresh(slug);
    if let Some(known) = known {
        return Ok(known);
    }
    let scope = RegistryScope::public();
    let registry = service.store.registry(&scope);
    let compared = Instant::now();
    let generation = registry.changes().await?;
    if let Some(known) = service.profiles.at(slug, generation, compared, changes) {
        return Ok(known);
    }
    let found = registry.known_institution(slug).await?;
    service.profiles.hold(&found, generation, changes);
    Ok(found)
}
