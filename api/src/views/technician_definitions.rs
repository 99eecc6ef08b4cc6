//! What institutions mean by a technician.

use super::Timestamp;
use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// What an institution means by a technician, from a year on.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct TechnicianDefinition {
    /// Its number at the institution, from 1. The highest whose first year has come holds.
    pub number: i32,
    /// The wording.
    pub text: String,
    /// The first academic year whose figures follow it.
    pub from_year: String,
    /// When it was entered.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl From<entity::technician_definitions::Model> for TechnicianDefinition {
    fn from(row: entity::technician_definitions::Model) -> Self {
        Self {
            number: row.number,
            text: row.text,
            from_year: row.from_year.to_string(),
            created_at: row.created_at.into(),
            created_by: row.created_by,
        }
    }
}
