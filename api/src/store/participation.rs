//! Queries on who owes what: signatories, what they began, and their plans' days. No figure of anybody.

use super::{InstitutionFilter, Participation, fault};
use crate::fault::Result;
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::InstitutionId;
use entity::institutions::{Column, Entity, Model};
use entity::values::{
    AcademicYear, DatasetName, Provenance, SignatoryStatus, Verdict, VersionKind,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QueryResult, QuerySelect as _, Statement, Value,
};

/// A return that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Whose.
    pub institution: InstitutionId,
    /// Of which dataset.
    pub dataset: DatasetName,
    /// Of which year.
    pub year: AcademicYear,
    /// Whether a draft is open.
    pub draft: bool,
    /// The latest revision, if there is one.
    pub latest: Option<Latest>,
}

/// The latest revision of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latest {
    /// Its number.
    pub revision: i32,
    /// What it says.
    pub kind: VersionKind,
    /// What the board made of it.
    pub verdict: Option<Verdict>,
    /// Whether it came after the last day.
    pub late: bool,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
}

/// The days of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Whose.
    pub institution: InstitutionId,
    /// Its first day, where it says one.
    pub starts_on: Option<NaiveDate>,
    /// Its length in months.
    pub months: i32,
}

/// Returns with their latest revisions. Parameters: the first year and the last.
const BEGUN: &str = "SELECT r.\"institution_id\", r.\"dataset\", r.\"year\", r.\"revision\", \
     (CASE WHEN r.\"draft_id\" IS NULL THEN 0 ELSE 1 END) AS \"drafts\", \
     v.\"kind\", v.\"verdict\", v.\"late\", v.\"provisional\", v.\"provenance\", v.\"submitted_at\" \
     FROM \"returns\" AS r LEFT JOIN \"return_versions\" AS v ON v.\"return_id\" = r.\"id\" AND v.\"revision\" = r.\"revision\" \
     WHERE r.\"year\" >= $1 AND r.\"year\" <= $2";

impl Participation<'_> {
    /// The signatories that pass a filter, by slug.
    #[expect(clippy::disallowed_methods, reason = "the registry has no tenant")]
    pub async fn signatories(&self, filter: &InstitutionFilter) -> Result<Vec<Model>> {
        Entity::find()
            .filter(filter.condition())
            .filter(Column::Status.eq(SignatoryStatus::Signatory))
            .order_by_asc(Column::Slug)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// What was begun in the years from one to another.
    pub async fn begun(&self, from: AcademicYear, to: AcademicYear) -> Result<Vec<Begun>> {
        let values: [Value; 2] = [from.to_string().into(), to.to_string().into()];
        let statement =
            Statement::from_sql_and_values(self.engine.backend(), BEGUN.to_owned(), values);
        let rows = self.conn.query_all_raw(statement).await.map_err(fault)?;
        rows.iter().map(begun).collect()
    }

    /// The days of every plan.
    #[expect(
        clippy::disallowed_methods,
        reason = "of all signatories; its scope is the filter"
    )]
    pub async fn plans(&self) -> Result<Vec<Planned>> {
        use entity::action_plans::{Column, Entity};
        let rows: Vec<(InstitutionId, Option<NaiveDate>, i32)> = Entity::find()
            .select_only()
            .columns([Column::InstitutionId, Column::StartsOn, Column::Months])
            .into_tuple()
            .all(self.conn)
            .await
            .map_err(fault)?;
        let planned = rows
            .into_iter()
            .map(|(institution, starts_on, months)| Planned {
                institution,
                starts_on,
                months,
            });
        Ok(planned.collect())
    }
}

fn begun(row: &QueryResult) -> Result<Begun> {
    let get = || -> std::result::Result<Begun, sea_orm::DbErr> {
        let kind: Option<VersionKind> = row.try_get("", "kind")?;
        let latest = match kind {
            None => None,
            Some(kind) => Some(Latest {
                revision: row.try_get("", "revision")?,
                kind,
                verdict: row.try_get("", "verdict")?,
                late: row.try_get("", "late")?,
                provisional: row.try_get("", "provisional")?,
                provenance: row.try_get("", "provenance")?,
                submitted_at: row.try_get("", "submitted_at")?,
            }),
        };
        Ok(Begun {
            institution: row.try_get("", "institution_id")?,
            dataset: row.try_get("", "dataset")?,
            year: row.try_get("", "year")?,
            draft: row.try_get::<i32>("", "drafts")? > 0,
            latest,
        })
    };
    get().map_err(fault)
}
