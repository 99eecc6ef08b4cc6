//! OAuth clients: institutional systems and the board's programs.

use crate::ids::{ClientKey, InstitutionId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One client of the client-credentials grant (RFC 6749, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientKey,
    /// The public name it presents, unique.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// The tenant it belongs to; none for the board's.
    pub institution_id: Option<InstitutionId>,
    /// Its role, a code of `access::Role`.
    pub role: String,
    /// Scopes it may ask for, parted by spaces.
    pub scopes: String,
    /// SHA-256 of its secret (256 random bits), in hexadecimal.
    pub secret_digest: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ceased to be accepted.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// No relation is followed by the library: every read goes through the store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
