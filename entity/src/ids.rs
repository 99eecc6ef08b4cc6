//! Identifiers, each typed to the noun it names. All are UUID version 7 (RFC 9562), so they sort by creation.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Writes one identifier type; the noun is an argument, nothing else differs.
macro_rules! identifier {
    ($(#[doc = $doc:literal] $name:ident;)+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

identifier! {
    #[doc = "A signatory or other institution: the tenant."] InstitutionId;
    #[doc = "A faculty, department or other unit of one institution."] OrgUnitId;
    #[doc = "A return: one institution's figures for one dataset and year."] ReturnId;
    #[doc = "One version of a return: the draft, or a submitted revision."] VersionId;
    #[doc = "A wording of what an institution means by a technician."] DefinitionId;
    #[doc = "An action plan."] ActionPlanId;
    #[doc = "An action in a plan."] ActionId;
    #[doc = "One judgement in an action's history."] ProgressId;
    #[doc = "An OAuth client."] ClientKey;
    #[doc = "A line of the audit trail."] AuditId;
}
