//! Queries on returns and their versions.

use super::counters::{Counter, next};
use super::{Page, PageRequest, Tenant, fault};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use chrono::{DateTime, Utc};
use entity::ids::{InstitutionId, ReturnId, VersionId};
use entity::return_versions::{self, Column as Version};
use entity::returns::{Column, Entity, Model};
use entity::values::{AcademicYear, DatasetName, ReturnState, VersionKind, VersionState};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, Condition, ConnectionTrait,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

/// What a list of returns may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ReturnFilter {
    /// Dataset.
    pub dataset: Option<DatasetName>,
    /// Academic year.
    pub year: Option<AcademicYear>,
    /// State.
    pub state: Option<ReturnState>,
}

/// Which version of a return is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtVersion {
    /// The open draft, or the latest revision where none is open.
    Current,
    /// A revision by its number.
    Revision(i32),
    /// The revision that stood at a moment.
    AsOf(DateTime<Utc>),
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// One return, if it was ever begun.
    pub async fn return_of(
        &self,
        dataset: DatasetName,
        year: AcademicYear,
    ) -> Result<Option<Model>> {
        self.find::<Entity>()
            .filter(Column::Dataset.eq(dataset))
            .filter(Column::Year.eq(year))
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// A page of returns, by dataset and year.
    pub async fn returns(
        &self,
        filter: &ReturnFilter,
        request: &PageRequest,
    ) -> Result<Page<Model>> {
        let mut select = self
            .find::<Entity>()
            .order_by_asc(Column::Dataset)
            .order_by_asc(Column::Year)
            .limit(request.fetch());
        if let Some(dataset) = filter.dataset {
            select = select.filter(Column::Dataset.eq(dataset));
        }
        if let Some(year) = filter.year {
            select = select.filter(Column::Year.eq(year));
        }
        if let Some(state) = filter.state {
            select = select.filter(Column::State.eq(state));
        }
        if let Some(after) = request.after() {
            let [dataset, year] = after else {
                return Err(Fault::parameter(
                    "cursor",
                    "unknown-cursor",
                    "This cursor was not given out here.",
                ));
            };
            select = select.filter(
                Condition::any()
                    .add(Column::Dataset.gt(dataset.as_str()))
                    .add(
                        Column::Dataset
                            .eq(dataset.as_str())
                            .and(Column::Year.gt(year.as_str())),
                    ),
            );
        }
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| {
            vec![row.dataset.to_string(), row.year.to_string()]
        }))
    }

    /// Takes a return for changing, making it if it is not there; nobody else changes it until the commit.
    pub async fn lock_return(
        &self,
        dataset: DatasetName,
        year: AcademicYear,
        id: ReturnId,
        now: DateTime<Utc>,
    ) -> Result<Model> {
        if let Some(found) = self.locked(dataset, year).await? {
            return Ok(found);
        }
        let fresh = Model {
            id,
            institution_id: self.institution,
            dataset,
            year,
            draft_id: None,
            revision: 0,
            version: 0,
            created_at: now,
            updated_at: now,
            state: ReturnState::NotStarted,
        };
        self.insert_unless_there(fresh).await?;
        self.locked(dataset, year).await?.ok_or(Fault::Internal)
    }

    async fn locked(&self, dataset: DatasetName, year: AcademicYear) -> Result<Option<Model>> {
        self.find::<Entity>()
            .filter(Column::Dataset.eq(dataset))
            .filter(Column::Year.eq(year))
            .lock_exclusive()
            .one(self.conn)
            .await
            .map_err(fault)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the owner was set from the scope in `lock_return`"
    )]
    async fn insert_unless_there(&self, fresh: Model) -> Result<()> {
        let keep = OnConflict::columns([Column::InstitutionId, Column::Dataset, Column::Year])
            .do_nothing()
            .to_owned();
        Entity::insert(fresh.into_active_model())
            .on_conflict(keep)
            .exec_without_returning(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Writes a return taken with [`Self::lock_return`] back.
    pub async fn update_return(&self, changed: &Model) -> Result<()> {
        self.update::<Entity>()
            .col_expr(Column::DraftId, Expr::value(changed.draft_id))
            .col_expr(Column::Revision, Expr::value(changed.revision))
            .col_expr(Column::Version, Expr::value(changed.version))
            .col_expr(Column::UpdatedAt, Expr::value(changed.updated_at))
            .col_expr(Column::State, Expr::value(changed.state))
            .filter(Column::Id.eq(changed.id))
            .exec(self.conn)
            .await
            .map(|_| ())
            .map_err(fault)
    }

    /// Adds a version.
    pub async fn insert_version(&self, version: &return_versions::Model) -> Result<()> {
        self.insert::<return_versions::Entity>(version.clone().into_active_model())
            .await
    }

    /// Turns a draft into a revision. A version that is a revision already is never touched.
    pub async fn seal_version(&self, sealed: &return_versions::Model) -> Result<()> {
        let mut row = sealed.clone().into_active_model().reset_all();
        row.id = ActiveValue::NotSet;
        row.institution_id = ActiveValue::NotSet;
        let done = self
            .update::<return_versions::Entity>()
            .set(row)
            .filter(Version::Id.eq(sealed.id))
            .filter(Version::State.eq(VersionState::Draft))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(Fault::Internal)
        }
    }

    /// Writes down what the board made of a revision.
    pub async fn judge_version(&self, judged: &return_versions::Model) -> Result<()> {
        let done = self
            .update::<return_versions::Entity>()
            .col_expr(Version::Verdict, Expr::value(judged.verdict))
            .col_expr(
                Version::VerdictReason,
                Expr::value(judged.verdict_reason.clone()),
            )
            .col_expr(Version::VerdictAt, Expr::value(judged.verdict_at))
            .col_expr(Version::VerdictBy, Expr::value(judged.verdict_by.clone()))
            .filter(Version::Id.eq(judged.id))
            .filter(Version::State.eq(VersionState::Submitted))
            .exec(self.conn)
            .await
            .map_err(fault)?;
        if done.rows_affected != 1 {
            return Err(Fault::Internal);
        }
        next(self.conn, Counter::Verdict).await.map(|_| ())
    }

    /// Removes a draft, once its return no longer names it. A revision is never removed.
    pub async fn remove_draft(&self, dataset: &'static Dataset, draft: VersionId) -> Result<()> {
        const SQL: &str = "DELETE FROM \"return_versions\" WHERE \"institution_id\" = $1 AND \"id\" = $2 AND \"state\" = 'draft'";
        self.clear_rows(dataset, draft).await?;
        let values = vec![self.institution.into(), draft.into()];
        match self.run(SQL.to_owned(), values).await? {
            1 => Ok(()),
            _ => Err(Fault::Internal),
        }
    }

    /// The open drafts and latest revisions of several returns.
    pub async fn versions_of(&self, returns: &[Model]) -> Result<Vec<return_versions::Model>> {
        if returns.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = returns.iter().fold(Condition::any(), |wanted, of| {
            let latest = Version::ReturnId
                .eq(of.id)
                .and(Version::Revision.eq(of.revision));
            match of.draft_id {
                Some(draft) => wanted.add(latest).add(Version::Id.eq(draft)),
                None => wanted.add(latest),
            }
        });
        self.find::<return_versions::Entity>()
            .filter(wanted)
            .all(self.conn)
            .await
            .map_err(fault)
    }

    /// The latest revision that is no withdrawal.
    pub async fn last_told(&self, of: ReturnId) -> Result<Option<return_versions::Model>> {
        self.find::<return_versions::Entity>()
            .filter(Version::ReturnId.eq(of))
            .filter(Version::State.eq(VersionState::Submitted))
            .filter(Version::Kind.ne(VersionKind::Withdrawal))
            .order_by_desc(Version::Revision)
            .limit(1)
            .one(self.conn)
            .await
            .map_err(fault)
    }

    /// A version by its id.
    pub async fn version(&self, id: VersionId) -> Result<return_versions::Model> {
        let row = self
            .find::<return_versions::Entity>()
            .filter(Version::Id.eq(id))
            .one(self.conn)
            .await
            .map_err(fault)?;
        row.ok_or(Fault::NotFound(Noun::Revision))
    }

    /// The version of a return that is meant; `None` where there is none such.
    pub async fn version_at(
        &self,
        of: &Model,
        at: AtVersion,
    ) -> Result<Option<return_versions::Model>> {
        let select = self
            .find::<return_versions::Entity>()
            .filter(Version::ReturnId.eq(of.id));
        let select = match (at, of.draft_id) {
            (AtVersion::Current, Some(draft)) => select.filter(Version::Id.eq(draft)),
            (AtVersion::Current, None) => select.filter(Version::Revision.eq(of.revision)),
            (AtVersion::Revision(number), _) => select.filter(Version::Revision.eq(number)),
            (AtVersion::AsOf(moment), _) => select
                .filter(Version::SubmittedAt.lte(moment))
                .order_by_desc(Version::Revision),
        };
        select.limit(1).one(self.conn).await.map_err(fault)
    }

    /// A page of a return's revisions, oldest first; of those submitted by a moment, if one is named.
    pub async fn revisions(
        &self,
        of: ReturnId,
        as_of: Option<DateTime<Utc>>,
        request: &PageRequest,
    ) -> Result<Page<return_versions::Model>> {
        let mut select = self
            .find::<return_versions::Entity>()
            .filter(Version::ReturnId.eq(of))
            .filter(Version::State.eq(VersionState::Submitted))
            .order_by_asc(Version::Revision)
            .limit(request.fetch());
        if let Some(moment) = as_of {
            select = select.filter(Version::SubmittedAt.lte(moment));
        }
        if let Some(after) = request.after_key::<i32>()? {
            select = select.filter(Version::Revision.gt(after));
        }
        let rows = select.all(self.conn).await.map_err(fault)?;
        Ok(request.page(rows, |row| {
            vec![row.revision.unwrap_or_default().to_string()]
        }))
    }

    /// The next number of a submission. It is taken from a row that stays locked until the commit, so the order of the
    /// numbers is the order in which submissions become visible, and none is ever skipped.
    pub async fn next_submission(&self) -> Result<i64> {
        next(self.conn, Counter::Submission).await
    }

    /// The tenant, as rows name it.
    pub const fn institution(&self) -> InstitutionId {
        self.institution
    }
}
