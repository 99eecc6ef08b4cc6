//! Who is calling.

use super::policy::allows;
use super::{
    ParticipationScope, Permission, Permit, RegistryScope, ReleaseScope, ReturnsReview, Role,
    SectorScope, SubmissionsScope, TenantScope, WritePermit,
};
use crate::fault::{Fault, Noun, Result};
use entity::ids::InstitutionId;
use std::collections::BTreeSet;

/// Who acts, and with which request: what the audit trail keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// A client id or the name of a command, never a person's name or address.
    pub subject: String,
    /// The request it came with.
    pub request_id: String,
}

impl Actor {
    /// Nobody in particular.
    pub fn anonymous() -> Self {
        Self {
            subject: "anonymous".to_owned(),
            request_id: String::new(),
        }
    }
}

/// A caller whose token was verified, or one without.
#[derive(Clone, Debug)]
pub struct Caller {
    actor: Actor,
    role: Role,
    institution: Option<InstitutionId>,
    scopes: BTreeSet<Permission>,
}

impl Caller {
    /// A caller without credentials.
    pub fn anonymous() -> Self {
        Self {
            actor: Actor::anonymous(),
            role: Role::Anyone,
            institution: None,
            scopes: BTreeSet::new(),
        }
    }

    /// A caller named by verified claims. Scopes that are not known are dropped.
    pub(super) fn known(
        subject: String,
        role: Role,
        institution: Option<InstitutionId>,
        scope: &str,
    ) -> Self {
        let scopes = Permission::ALL
            .iter()
            .copied()
            .filter(|permission| scope.split(' ').any(|word| word == permission.scope()))
            .collect();
        Self {
            actor: Actor {
                subject,
                request_id: String::new(),
            },
            role,
            institution,
            scopes,
        }
    }

    /// The operator at the machine, acting for one institution: `import`, and the demonstration's returns.
    /// Reached from the command line only; no request can make one.
    pub fn operator_for(institution: InstitutionId) -> Self {
        Self {
            actor: Actor {
                subject: "operator".to_owned(),
                request_id: "command-line".to_owned(),
            },
            role: Role::InstitutionLead,
            institution: Some(institution),
            scopes: Permission::ALL.iter().copied().collect(),
        }
    }

    /// The operator at the machine, administering the registry: `institution add`, `client add`.
    /// Reached from the command line only; no request can make one.
    pub fn operator() -> Self {
        Self {
            actor: Actor {
                subject: "operator".to_owned(),
                request_id: "command-line".to_owned(),
            },
            role: Role::Secretariat,
            institution: None,
            scopes: Permission::ALL.iter().copied().collect(),
        }
    }

    /// The name in logs and in the audit trail: a client id, never a person's name or address.
    pub fn subject(&self) -> &str {
        &self.actor.subject
    }

    /// Who acts, for what is written down.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The same caller, with the request it came with.
    #[must_use]
    pub fn with_request(mut self, request_id: &str) -> Self {
        request_id.clone_into(&mut self.actor.request_id);
        self
    }

    /// The role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The institution it belongs to.
    pub const fn institution(&self) -> Option<InstitutionId> {
        self.institution
    }

    /// The scopes it holds, as far as its role allows them.
    pub fn scopes(&self) -> impl Iterator<Item = Permission> + '_ {
        self.scopes
            .iter()
            .copied()
            .filter(|permission| allows(self.role, *permission))
    }

    fn holds(&self, permission: Permission) -> bool {
        allows(self.role, permission)
            && (self.role == Role::Anyone || self.scopes.contains(&permission))
    }

    fn require(&self, permission: Permission) -> Result<()> {
        if self.holds(permission) {
            return Ok(());
        }
        match self.role {
            Role::Anyone => Err(Fault::Unauthenticated),
            _ => Err(Fault::Forbidden {
                needs: permission.scope(),
            }),
        }
    }

    /// Proves `P` for one institution.
    ///
    /// # Errors
    /// [`Fault::Unauthenticated`] without credentials; [`Fault::NotFound`] for another's institution, as for one that
    /// does not exist (`wanted` is `None`); [`Fault::Forbidden`] for the own, or for the board, which may know of it.
    pub fn tenant<P: Permit>(&self, wanted: Option<InstitutionId>) -> Result<TenantScope<P>> {
        if self.role == Role::Anyone {
            return Err(Fault::Unauthenticated);
        }
        let wanted = wanted.ok_or(Fault::NotFound(Noun::Institution))?;
        match self.institution {
            Some(own) if own == wanted => self
                .require(P::PERMISSION)
                .map(|()| TenantScope::mint(own, &self.actor)),
            Some(_) => Err(Fault::NotFound(Noun::Institution)),
            None => Err(Fault::Forbidden {
                needs: P::PERMISSION.scope(),
            }),
        }
    }

    /// Proves that the caller may judge what an institution submitted, which its own people may not.
    ///
    /// # Errors
    /// [`Fault::Unauthenticated`] without credentials; [`Fault::NotFound`] for what is another institution's, or nobody's;
    /// [`Fault::Forbidden`] for the own, and for those of the board who may not.
    pub fn review(&self, wanted: Option<InstitutionId>) -> Result<TenantScope<ReturnsReview>> {
        let needed = Permission::ReturnsReview;
        let missing = Fault::NotFound(Noun::Institution);
        match self.institution {
            None => {
                self.require(needed)?;
                let wanted = wanted.ok_or(missing)?;
                Ok(TenantScope::mint(wanted, &self.actor))
            }
            Some(own) if wanted == Some(own) => Err(Fault::Forbidden {
                needs: needed.scope(),
            }),
            Some(_) => Err(missing),
        }
    }

    /// Proves that the caller may see what all institutions submitted.
    pub fn submissions(&self) -> Result<SubmissionsScope> {
        self.require(Permission::ReturnsReview)
            .map(|()| SubmissionsScope::mint())
    }

    /// Proves that the caller may see who owes what.
    pub fn participation(&self) -> Result<ParticipationScope> {
        self.require(Permission::ParticipationRead)
            .map(|()| ParticipationScope::mint())
    }

    /// Proves that the caller may ask live exact aggregates.
    pub fn sector(&self) -> Result<SectorScope> {
        self.require(Permission::SectorExact)
            .map(|()| SectorScope::mint(&self.actor))
    }

    /// Proves that the caller may make releases.
    pub fn releases(&self) -> Result<ReleaseScope> {
        self.require(Permission::ReleasesWrite)
            .map(|()| ReleaseScope::mint(&self.actor))
    }

    /// Whether the caller is answered live, and not from a release.
    pub fn holds_exact(&self) -> bool {
        self.require(Permission::SectorExact).is_ok()
    }

    /// Proves that the caller may change the registry.
    pub fn registry<P: WritePermit>(&self) -> Result<RegistryScope<P>> {
        self.require(P::PERMISSION)
            .map(|()| RegistryScope::mint(&self.actor))
    }
}
