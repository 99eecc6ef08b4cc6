//! Queries for the sector's statistics: facts summed over org units, never a row of anybody.

use super::{Sector, fault, row_sql, rows};
use crate::domain::datasets::Dataset;
use crate::domain::rows::Key;
use crate::fault::Result;
use chrono::{DateTime, Utc};
use entity::ids::{InstitutionId, VersionId};
use entity::return_versions::{Column as Version, Entity as Versions};
use entity::values::{AcademicYear, DatasetName, Provenance, Rag, Theme, Verdict, VersionKind};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
};

/// A submitted revision, without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its place among all submissions.
    pub sequence: i64,
    /// The version that holds its rows.
    pub version: VersionId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// Of which dataset.
    pub dataset: DatasetName,
    /// Of which year.
    pub year: AcademicYear,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Where its figures come from.
    pub provenance: Provenance,
    /// What a reader must know of them.
    pub remark: Option<String>,
    /// What it says.
    pub kind: VersionKind,
    /// Whether the institution expects to correct it.
    pub provisional: bool,
}

/// A version's figures for one combination of codes, summed over org units and the dimensions that were not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafFact {
    /// The version.
    pub version: VersionId,
    /// Codes and identifiers, in the order of the dimensions asked for.
    pub codes: Vec<Key>,
    /// Sums in stored units, in the order of the dataset's measures.
    pub measures: Vec<Option<i64>>,
}

/// What a plan's actions looked like at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanState {
    /// Theme.
    pub theme: Theme,
    /// Colour.
    pub rag: Rag,
}

/// How many of an institution's actions are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionCount {
    /// Whose.
    pub institution: InstitutionId,
    /// In which state.
    pub state: PlanState,
    /// How many.
    pub actions: i64,
}

impl Sector<'_> {
    /// Submissions numbered above `after` up to `upto`, in order.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn submissions(&self, after: i64, upto: i64) -> Result<Vec<Submission>> {
        let rows = Versions::find()
            .filter(Version::Sequence.gt(after))
            .filter(Version::Sequence.lte(upto))
            .order_by_asc(Version::Sequence)
            .all(self.conn)
            .await
            .map_err(fault)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                Some(Submission {
                    sequence: row.sequence?,
                    version: row.id,
                    institution: row.institution_id,
                    dataset: row.dataset,
                    year: row.year,
                    submitted_at: row.submitted_at?,
                    provenance: row.provenance,
                    remark: row.remark,
                    kind: row.kind,
                    provisional: row.provisional,
                })
            })
            .collect())
    }

    /// The revisions that the board returned for correction, and when.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn returned(&self) -> Result<Vec<(VersionId, DateTime<Utc>)>> {
        let rows = Versions::find()
            .filter(Version::Verdict.eq(Verdict::Returned))
            .all(self.conn)
            .await
            .map_err(fault)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((row.id, row.verdict_at?)))
            .collect())
    }

    /// The facts of the submissions numbered above `after` up to `upto`, summed over every dimension but those named.
    pub async fn facts(
        &self,
        dataset: &'static Dataset,
        dimensions: &[&'static str],
        after: i64,
        upto: i64,
    ) -> Result<Vec<LeafFact>> {
        let sql = row_sql::facts(dataset, dimensions);
        let statement = self.statement(sql, [after.into(), upto.into()]);
        let found = self.conn.query_all_raw(statement).await.map_err(fault)?;
        found
            .iter()
            .map(|row| {
                Ok(LeafFact {
                    version: row.try_get("", "version_id").map_err(fault)?,
                    codes: dimensions
                        .iter()
                        .map(|name| {
                            let text: String = row.try_get("", name).map_err(fault)?;
                            Ok(Key::stored(&text))
                        })
                        .collect::<Result<_>>()?,
                    measures: rows::figures(dataset, row)?,
                })
            })
            .collect()
    }

    /// How many actions each institution had in each theme and colour at a moment.
    pub async fn actions(&self, at: DateTime<Utc>) -> Result<Vec<ActionCount>> {
        const SQL: &str = "SELECT s.institution_id, s.theme, s.rag, COUNT(*) AS actions FROM ( \
             SELECT a.institution_id, a.theme, COALESCE(( \
                 SELECT p.rag FROM progress AS p \
                 WHERE p.institution_id = a.institution_id AND p.action_id = a.id AND p.recorded_at <= $1 \
                 ORDER BY p.id DESC LIMIT 1), 'not-assessed') AS rag \
             FROM actions AS a WHERE a.created_at <= $1) AS s GROUP BY s.institution_id, s.theme, s.rag";
        let rows = self
            .conn
            .query_all_raw(self.statement(SQL.to_owned(), [at.into()]))
            .await
            .map_err(fault)?;
        rows.iter()
            .map(|row| {
                Ok(ActionCount {
                    institution: row.try_get("", "institution_id").map_err(fault)?,
                    state: PlanState {
                        theme: row.try_get("", "theme").map_err(fault)?,
                        rag: row.try_get("", "rag").map_err(fault)?,
                    },
                    actions: row.try_get("", "actions").map_err(fault)?,
                })
            })
            .collect()
    }

    /// Every institution of the registry, with what groups it.
    #[expect(clippy::disallowed_methods, reason = "the registry has no tenant")]
    pub async fn institutions(&self) -> Result<Vec<entity::institutions::Model>> {
        use entity::institutions::{Column, Entity};
        Entity::find()
            .order_by_asc(Column::Slug)
            .limit(100_000)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    fn statement<const N: usize>(&self, sql: String, values: [sea_orm::Value; N]) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), sql, values)
    }
}
