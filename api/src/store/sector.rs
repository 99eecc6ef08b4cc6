//! Queries for the sector's statistics.

use super::{Sector, fault, row_sql};
use crate::domain::datasets::Dataset;
use crate::fault::Result;
use chrono::{DateTime, Utc};
use entity::ids::{ActionId, ActionPlanId, InstitutionId, OrgUnitId, VersionId};
use entity::return_versions::{Column as Version, Entity as Versions};
use entity::values::{
    AcademicYear, Code, DatasetName, Provenance, Rag, Theme, Verdict, VersionKind,
};
use futures::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Statement, StreamTrait as _,
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
    /// The number of the definition of "technician" it rests on.
    pub definition: Option<i32>,
}

/// A row of a submitted version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafFact {
    /// The version.
    pub version: VersionId,
    /// The org unit.
    pub unit: OrgUnitId,
    /// Codes and identifiers, in the order of the dataset's dimensions.
    pub codes: Vec<String>,
    /// Figures in stored units, in the order of the dataset's measures.
    pub measures: Vec<Option<i64>>,
}

/// An action of a plan, as far as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAction {
    /// Identity.
    pub id: ActionId,
    /// Whose.
    pub institution: InstitutionId,
    /// Its plan.
    pub plan: ActionPlanId,
    /// Theme.
    pub theme: Theme,
    /// What could be read from its time scale.
    pub time_scale: serde_json::Value,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
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
                    definition: row.definition,
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

    /// The rows of the submissions numbered above `after` up to `upto`, one after the other.
    pub async fn facts(
        &self,
        dataset: &'static Dataset,
        after: i64,
        upto: i64,
        take: &mut (dyn FnMut(LeafFact) + Send),
    ) -> Result<()> {
        let statement = self.statement(row_sql::facts(dataset), [after.into(), upto.into()]);
        let mut rows = self.conn.stream_raw(statement).await.map_err(fault)?;
        while let Some(row) = rows.try_next().await.map_err(fault)? {
            let text =
                |place: usize| -> Result<String> { row.try_get_by_index(place).map_err(fault) };
            let figure = |place: usize| -> Result<Option<i64>> {
                row.try_get_by_index(place).map_err(fault)
            };
            let (dimensions, measures) = (dataset.dimensions.len(), dataset.measures.len());
            take(LeafFact {
                version: row.try_get_by_index(0).map_err(fault)?,
                unit: row.try_get_by_index(1).map_err(fault)?,
                codes: (2..2 + dimensions).map(text).collect::<Result<_>>()?,
                measures: (2 + dimensions..2 + dimensions + measures)
                    .map(figure)
                    .collect::<Result<_>>()?,
            });
        }
        Ok(())
    }

    /// The discipline of every org unit.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn disciplines(&self) -> Result<Vec<(OrgUnitId, Option<Code>)>> {
        use entity::org_units::{Column, Entity};
        Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::Discipline)
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// Every plan: stage, first day and length.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn plans(&self) -> Result<Vec<entity::action_plans::Model>> {
        entity::action_plans::Entity::find()
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// Every action, oldest first.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn actions(&self) -> Result<Vec<PlannedAction>> {
        use entity::actions::{Column, Entity};
        let rows: Vec<(
            ActionId,
            InstitutionId,
            ActionPlanId,
            Theme,
            serde_json::Value,
            DateTime<Utc>,
        )> = Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::InstitutionId,
                Column::PlanId,
                Column::Theme,
                Column::TimeScaleParsed,
                Column::CreatedAt,
            ])
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.conn)
            .await
            .map_err(fault)?;
        let action = |(id, institution, plan, theme, time_scale, created_at)| PlannedAction {
            id,
            institution,
            plan,
            theme,
            time_scale,
            created_at,
        };
        Ok(rows.into_iter().map(action).collect())
    }

    /// Every judgement, oldest first.
    #[expect(
        clippy::disallowed_methods,
        reason = "aggregates have no tenant; the scope is the filter"
    )]
    pub async fn judgements(&self) -> Result<Vec<(ActionId, DateTime<Utc>, Rag)>> {
        use entity::progress::{Column, Entity};
        Entity::find()
            .select_only()
            .columns([Column::ActionId, Column::RecordedAt, Column::Rag])
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.conn)
            .await
            .map_err(fault)
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
