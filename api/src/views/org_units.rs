//! Org units, as their institution sees them.

use super::OrgUnitKind;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A faculty, department or other part of an institution.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct OrgUnit {
    /// Identity.
    pub id: Uuid,
    /// Short code, unique within the institution; files name units by it.
    pub code: String,
    /// Name.
    pub name: String,
    /// What sort of unit.
    pub kind: OrgUnitKind,
    /// The unit it belongs to; null for the institution as a whole.
    #[schema(required)]
    pub parent_id: Option<Uuid>,
    /// HESA cost centre, a code of the list `discipline`.
    #[schema(required)]
    pub discipline: Option<String>,
    /// Last day, once closed.
    #[schema(required)]
    pub closed_on: Option<NaiveDate>,
    /// Counts changes; the `ETag`.
    pub version: i64,
}

impl From<entity::org_units::Model> for OrgUnit {
    fn from(row: entity::org_units::Model) -> Self {
        Self {
            id: row.id.0,
            code: row.code.to_string(),
            name: row.name,
            kind: row.kind.into(),
            parent_id: row.parent_id.map(|id| id.0),
            discipline: row.discipline.map(|code| code.to_string()),
            closed_on: row.closed_on,
            version: row.version,
        }
    }
}
