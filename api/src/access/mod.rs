//! Who is calling, and what that lets them touch.
//!
//! A [`Caller`] comes from a verified token. [`policy`] says which role may do what, as one exhaustive table.
//! Capabilities ([`TenantScope`], [`SectorScope`], [`RegistryScope`], [`SubmissionsScope`],
//! [`ParticipationScope`], [`ReviewScope`]) are minted here and nowhere else;
//! the store opens its doors to nothing but them. No connection, no request and no rule about figures lives here.

mod caller;
mod cell_key;
mod fingerprint;
mod keys;
mod permission;
pub mod policy;
mod role;
mod scope;
mod secret;
mod tokens;

pub use caller::{Actor, Caller};
pub use cell_key::CellKey;
pub use fingerprint::Fingerprint;
pub use keys::{KeyFault, SigningKey};
pub use permission::{
    AuditRead, InstitutionExport, InstitutionRead, OrgUnitsWrite, ParticipationRead, Permission,
    Permit, PlansRead, PlansWrite, RegistryRead, RegistryWrite, ReleasesWrite, ReturnsRead,
    ReturnsReview, ReturnsSubmit, ReturnsWrite, SectorExact, WritePermit,
};
pub use role::Role;
pub use scope::{
    ParticipationScope, RegistryScope, ReleaseScope, ReviewScope, SectorScope, SubmissionsScope,
    TenantScope,
};
pub use secret::{Digest, Secret, digest, digests_match};
pub use tokens::{Claims, Issuer, TOKEN_SECONDS};
