//! The capabilities. Their fields are private and they are minted in `access` only.
//!
//! A capability cannot be forged outside this room:
//!
//! ```compile_fail
//! use technician_metrics::access::{ReturnsRead, TenantScope};
//! let forged = TenantScope::<ReturnsRead> { institution: todo!(), actor: todo!(), permit: todo!() };
//! ```
//!
//! nor minted:
//!
//! ```compile_fail
//! use technician_metrics::access::{ReturnsRead, TenantScope};
//! let forged = TenantScope::<ReturnsRead>::mint(todo!(), "me");
//! ```

use super::{Actor, Permit, RegistryRead, ReleasesWrite, ReturnsRead};
use entity::ids::InstitutionId;
use std::marker::PhantomData;

/// One institution's own space, with the permission `P` proved.
#[derive(Clone, Debug)]
pub struct TenantScope<P: Permit> {
    institution: InstitutionId,
    actor: Actor,
    permit: PhantomData<P>,
}

impl<P: Permit> TenantScope<P> {
    pub(super) fn mint(institution: InstitutionId, actor: &Actor) -> Self {
        Self {
            institution,
            actor: actor.clone(),
            permit: PhantomData,
        }
    }

    /// The institution.
    pub const fn institution(&self) -> InstitutionId {
        self.institution
    }

    /// Who acts, for the audit trail.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// Aggregates of the whole sector; opens no row of anybody.
#[derive(Clone, Debug)]
pub struct SectorScope {
    actor: Actor,
}

impl SectorScope {
    pub(super) fn mint(actor: &Actor) -> Self {
        Self {
            actor: actor.clone(),
        }
    }

    /// The facts in memory, for one who reads its own returns and takes its own figures out of them.
    pub fn for_own(scope: &TenantScope<ReturnsRead>) -> Self {
        Self::mint(scope.actor())
    }

    /// Who asks, for the audit trail.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// Releases of the sector: what they are made from, and the place where they are kept.
#[derive(Clone, Debug)]
pub struct ReleaseScope {
    sector: SectorScope,
    registry: RegistryScope<ReleasesWrite>,
}

impl ReleaseScope {
    pub(super) fn mint(actor: &Actor) -> Self {
        Self {
            sector: SectorScope::mint(actor),
            registry: RegistryScope::mint(actor),
        }
    }

    /// The facts a release is made from.
    pub const fn sector(&self) -> &SectorScope {
        &self.sector
    }

    /// Where it is kept.
    pub const fn registry(&self) -> &RegistryScope<ReleasesWrite> {
        &self.registry
    }
}

/// What all institutions submitted: that it was, when and with which explanations. Opens no figure of anybody.
#[derive(Clone, Debug)]
pub struct SubmissionsScope {
    _minted: (),
}

impl SubmissionsScope {
    pub(super) const fn mint() -> Self {
        Self { _minted: () }
    }
}

/// Who owes what and what became of it, of all signatories. Opens no figure of anybody.
#[derive(Clone, Debug)]
pub struct ParticipationScope {
    _minted: (),
}

impl ParticipationScope {
    pub(super) const fn mint() -> Self {
        Self { _minted: () }
    }
}

/// The registry: institutions, years, code lists, clients. Reading its public part needs no credentials.
#[derive(Clone, Debug)]
pub struct RegistryScope<P: Permit> {
    actor: Actor,
    permit: PhantomData<P>,
}

impl<P: Permit> RegistryScope<P> {
    pub(super) fn mint(actor: &Actor) -> Self {
        Self {
            actor: actor.clone(),
            permit: PhantomData,
        }
    }

    /// Who acts, for the audit trail.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
}

impl RegistryScope<RegistryRead> {
    /// The registry as everybody may read it.
    pub fn public() -> Self {
        Self::mint(&Actor::anonymous())
    }
}

/// The returns assigned to a reviewer, for as long as the review runs. Minted once reviews exist; until then no
/// caller can hold one, and the store has no door for it.
#[derive(Clone, Debug)]
pub struct ReviewScope {
    _assigned: Vec<entity::ids::ReturnId>,
}
