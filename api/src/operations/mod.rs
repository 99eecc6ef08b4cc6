//! What the service does: a file per noun, a function per verb.
//!
//! Every rule stands here once; REST, GraphQL and the command line prove who is calling, call one function and render
//! what it gives back. A function takes the capability it needs, so a caller without it does not compile.

pub mod action_plans;
pub mod audit;
pub mod authentication;
pub mod benchmark;
pub mod bulk;
pub mod changes;
mod checks;
pub mod clients;
pub mod code_lists;
pub mod column_mappings;
pub mod export;
pub mod facts;
pub mod idempotency;
pub mod institutions;
pub mod leaving;
mod looks;
pub mod org_units;
pub mod participation;
pub mod precondition;
mod profiles;
pub mod progress;
pub mod reference;
pub mod registry;
pub mod releases;
pub mod returns;
pub mod reviews;
pub mod rows;
pub mod sector;
pub mod statistics;
pub mod submissions;
pub mod technician_definitions;
pub mod templates;
pub mod years;

pub use precondition::IfMatch;

use crate::access::{Caller, Issuer, Permit, RegistryScope, ReturnsReview, TenantScope};
use crate::clock::Surroundings;
use crate::domain::code_lists::CodeLists;
use crate::fault::{Fault, Result};
use crate::store::{Change, Store};
use chrono::{DateTime, Utc};
use entity::ids::{AuditId, InstitutionId};
use entity::values::Slug;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Everything an operation works with. One for the whole process, shared by its threads.
#[derive(Debug)]
pub struct Service {
    pub(crate) store: Store,
    pub(crate) issuer: Issuer,
    surroundings: Surroundings,
    registry: registry::Known,
    facts: facts::Cache,
    answers: sector::Answers,
    looks: looks::Looks,
    contents: releases::Contents,
    tokens: authentication::Verified,
    /// Institutions by slug, once they were asked for: a slug is never changed and an institution never removed.
    known: RwLock<HashMap<Slug, InstitutionId>>,
    profiles: profiles::Profiles,
}

impl Service {
    /// A service over an open, migrated store. Reference data are brought up to date first.
    pub async fn start(store: Store, issuer: Issuer, surroundings: Surroundings) -> Result<Self> {
        let service = Self::over(store, issuer, surroundings);
        reference::load(&service).await?;
        idempotency::forget(&service).await?;
        Ok(service)
    }

    /// A service over a store that is left as it is, for administration before the first start.
    pub fn over(store: Store, issuer: Issuer, surroundings: Surroundings) -> Self {
        Self {
            store,
            issuer,
            surroundings,
            registry: registry::Known::default(),
            facts: facts::Cache::default(),
            answers: sector::Answers::default(),
            looks: looks::Looks::default(),
            contents: releases::Contents::default(),
            tokens: authentication::Verified::default(),
            known: RwLock::default(),
            profiles: profiles::Profiles::default(),
        }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.surroundings.clock.now()
    }

    fn id(&self, now: DateTime<Utc>) -> uuid::Uuid {
        self.surroundings.ids.next(now)
    }

    /// The code lists as they stand.
    pub fn codes(&self) -> Arc<CodeLists> {
        self.registry.codes()
    }

    /// The issuer of access tokens.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        self.store.ping().await
    }

    /// Proves a permission for the institution of a slug. A slug that does not exist and one of somebody else's give
    /// the same answer.
    pub async fn tenant<P: Permit>(&self, caller: &Caller, slug: &str) -> Result<TenantScope<P>> {
        self.still_here(caller).await?;
        caller.tenant(self.named(slug).await?)
    }

    /// Proves that the caller may judge what the institution of a slug submitted.
    pub async fn review(&self, caller: &Caller, slug: &str) -> Result<TenantScope<ReturnsReview>> {
        caller.review(self.named(slug).await?)
    }

    /// The institution a slug names, if it names one.
    async fn named(&self, slug: &str) -> Result<Option<InstitutionId>> {
        match slug.parse() {
            Ok(slug) => self.institution_of(slug).await,
            Err(_) => Ok(None),
        }
    }

    async fn institution_of(&self, slug: Slug) -> Result<Option<InstitutionId>> {
        let known = || self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = known().get(&slug).copied() {
            return Ok(Some(id));
        }
        let scope = RegistryScope::public();
        let Some(found) = self.store.registry(&scope).institution(&slug).await? else {
            return Ok(None);
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(slug, found.id);
        Ok(Some(found.id))
    }

    /// A line for the audit trail.
    fn change(&self, at: DateTime<Utc>, action: &'static str, subject: String) -> Change {
        Change {
            id: AuditId(self.id(at)),
            at,
            action,
            subject,
            before: None,
            after: None,
        }
    }
}

impl Change {
    /// With the state before and after.
    #[must_use]
    fn with(mut self, before: Option<Value>, after: Value) -> Self {
        self.before = before;
        self.after = Some(after);
        self
    }
}

/// A text without surrounding blanks, within a limit.
fn bounded(pointer: &str, text: &str, limit: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::body(pointer, "missing", "This must not be empty."));
    }
    if text.chars().count() > limit {
        return Err(Fault::body(
            pointer,
            "too-long",
            format!("At most {limit} characters are taken."),
        ));
    }
    if text.contains('\0') {
        return Err(Fault::body(
            pointer,
            "control-character",
            "This holds a NUL character.",
        ));
    }
    Ok(text.to_owned())
}

/// The same for a member that may be missing; blank counts as missing.
fn bounded_or_none(pointer: &str, text: Option<&str>, limit: usize) -> Result<Option<String>> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| bounded(pointer, text, limit))
        .transpose()
}
