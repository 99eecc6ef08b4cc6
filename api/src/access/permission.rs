//! What may be permitted, each with the OAuth scope that asks for it and the type that proves it.

use std::fmt;

/// Writes the permissions once: variant, scope, marker type, whether it changes anything, what it lets one do.
macro_rules! permissions {
    ($($name:ident, $scope:literal, $kind:ident, $doc:literal;)+) => {
        /// One thing a caller may be permitted to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $(#[doc = $doc] $name,)+
        }

        impl Permission {
            /// Every permission, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The OAuth scope that asks for it.
            pub const fn scope(self) -> &'static str {
                match self { $(Self::$name => $scope,)+ }
            }

            /// What it lets one do.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $doc,)+ }
            }
        }

        $(
            #[doc = concat!("Proof of the permission `", $scope, "`: ", $doc)]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}
            impl sealed::Sealed for $name {}
            impl Permit for $name {
                const PERMISSION: Permission = Permission::$name;
            }
            permissions!(@$kind $name);
        )+
    };
    (@reads $name:ident) => {};
    (@writes $name:ident) => { impl WritePermit for $name {} };
}

mod sealed {
    /// Nobody outside this file makes a permission.
    pub trait Sealed {}
}

/// A permission as a type, so that a function's parameter says what its caller proved.
pub trait Permit: sealed::Sealed + Send + Sync + 'static {
    /// The permission proved.
    const PERMISSION: Permission;
}

/// A permission that may change something: only these open a transaction.
pub trait WritePermit: Permit {}

permissions! {
    InstitutionRead, "institution:read", reads, "Read the institution's org units and settings.";
    OrgUnitsWrite, "org-units:write", writes, "Add, rename, move and close org units.";
    ReturnsRead, "returns:read", reads, "Read the institution's returns, drafts included.";
    ReturnsWrite, "returns:write", writes, "Fill and correct drafts.";
    ReturnsSubmit, "returns:submit", writes, "Submit a draft as a revision.";
    ReturnsReview, "returns:review", writes, "See what all institutions submitted, without figures; accept it or send it back.";
    PlansRead, "plans:read", reads, "Read the institution's action plans and their history.";
    PlansWrite, "plans:write", writes, "Import and change action plans, record progress.";
    AuditRead, "audit:read", reads, "Read the institution's audit trail.";
    InstitutionExport, "institution:export", writes, "Take out everything the institution holds, as one archive; each export is audited.";
    RegistryRead, "registry:read", reads, "Read the public registry: institutions, years, code lists.";
    RegistryWrite, "registry:write", writes, "Change the registry: institutions, years, code lists, clients.";
    ParticipationRead, "participation:read", reads, "See which signatory owes which return and what became of it, without figures.";
    ReleasesWrite, "releases:write", writes, "Make releases of the sector, and read how their figures were decided.";
    SectorExact, "sector:exact", reads, "Ask live exact aggregates of the whole sector; each use is audited.";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scope())
    }
}
