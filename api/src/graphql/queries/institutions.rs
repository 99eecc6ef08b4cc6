//! Institutions: profiles for everybody, and what is each one's own for those who prove that they may see it.

use crate::access::{AuditRead, InstitutionRead, Permit, PlansRead, ReturnsRead, TenantScope};
use crate::fault::Fault;
use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::{Session, session};
use crate::operations::returns::ReturnKey;
use crate::operations::{
    action_plans, audit, column_mappings, institutions, org_units, returns, technician_definitions,
};
use crate::store::{AtVersion, InstitutionFilter, ReturnFilter};
use crate::views::{
    ActionPlan, AuditLine, ColumnMapping, DatasetName, Institution, InstitutionKind, MissionGroup,
    Nation, OrgUnit, Region, Return, ReturnState, SignatoryStatus, SigningPhase, SizeBand,
    TechnicianDefinition, Timestamp,
};
use async_graphql::{ComplexObject, Context, Object};
use entity::ids::{ActionPlanId, InstitutionId};
use entity::values::AcademicYear;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct InstitutionQuery;

#[Object]
impl InstitutionQuery {
    /// One institution.
    async fn institution(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its short name in addresses.")] slug: String,
    ) -> Result<Option<Institution>> {
        let found = institutions::get(&session(context)?.call().service, &slug).await?;
        Ok(Some(found.into()))
    }

    /// The institutions of the registry, in the order of their slugs.
    #[expect(
        clippy::too_many_arguments,
        reason = "a field's arguments are its parameters"
    )]
    async fn institutions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "Only of this nation.")] nation: Option<Nation>,
        #[graphql(desc = "Only of this kind.")] kind: Option<InstitutionKind>,
        #[graphql(desc = "Only of this group.")] mission_group: Option<MissionGroup>,
        #[graphql(desc = "Only of this standing.")] status: Option<SignatoryStatus>,
        #[graphql(desc = "Only of this region.")] region: Option<Region>,
        #[graphql(desc = "Only of this size.")] size_band: Option<SizeBand>,
        #[graphql(desc = "Only of this signing phase.")] phase: Option<SigningPhase>,
    ) -> Result<Option<Connected<Institution>>> {
        let paging = Paging::read(first, after.as_deref())?;
        let filter = InstitutionFilter {
            nation: nation.map(Into::into),
            kind: kind.map(Into::into),
            mission_group: mission_group.map(Into::into),
            status: status.map(Into::into),
            region: region.map(Into::into),
            size_band: size_band.map(Into::into),
            phase: phase.map(Into::into),
        };
        let page = institutions::list(&session(context)?.call().service, &filter, paging.request())
            .await?;
        Ok(Some(paging.connect(page, Institution::from)))
    }
}

/// Proves a permission for an institution that was read.
async fn own<'a, P: Permit>(
    context: &Context<'a>,
    of: &Institution,
) -> Result<(&'a Session, TenantScope<P>)> {
    let session = session(context)?;
    session.met(&of.slug, InstitutionId(of.id));
    let scope = session.tenant(&of.slug).await?;
    Ok((session, scope))
}

#[ComplexObject]
impl Institution {
    /// Its org units, in the order of their codes; needs the scope `institution:read`.
    async fn org_units(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<OrgUnit>>> {
        let (session, scope) = own::<InstitutionRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let page = org_units::list(&session.call().service, &scope, paging.request()).await?;
        Ok(Some(paging.connect(page, OrgUnit::from)))
    }

    /// What it has meant by a technician, oldest wording first; needs the scope `returns:read`.
    async fn technician_definitions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<TechnicianDefinition>>> {
        let (session, scope) = own::<ReturnsRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let service = &session.call().service;
        let page = technician_definitions::list(service, &scope, paging.request()).await?;
        Ok(Some(paging.connect(page, TechnicianDefinition::from)))
    }

    /// Its returns that were begun, by dataset and year, without totals and checks; needs the scope `returns:read`.
    #[expect(
        clippy::too_many_arguments,
        reason = "a field's arguments are its parameters"
    )]
    async fn returns(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "Only of this dataset.")] dataset: Option<DatasetName>,
        #[graphql(desc = "Only of this academic year, as `2024-25`.")] year: Option<String>,
        #[graphql(desc = "Only in this state.")] state: Option<ReturnState>,
        #[graphql(desc = "The moment to list for: the revisions that stood then.")] as_of: Option<
            Timestamp,
        >,
    ) -> Result<Option<Connected<Return>>> {
        let (session, scope) = own::<ReturnsRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let unknown = |fault| Fault::parameter("year", "unknown-code", format!("{fault}."));
        let filter = ReturnFilter {
            dataset: dataset.map(Into::into),
            year: year
                .map(|year| year.parse::<AcademicYear>())
                .transpose()
                .map_err(unknown)?,
            state: state.map(Into::into),
        };
        let as_of = as_of.map(|moment| moment.0);
        let service = &session.call().service;
        let page = returns::list(service, &scope, &filter, as_of, paging.request()).await?;
        Ok(Some(paging.connect(page, |at| Return::of(&self.slug, at))))
    }

    /// One return, empty if it was never begun: its draft or latest revision, or the revision that is asked for. Needs
    /// the scope `returns:read`.
    #[graphql(name = "return")]
    async fn return_at(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The dataset.")] dataset: DatasetName,
        #[graphql(desc = "The academic year, as `2024-25`.")] year: String,
        #[graphql(desc = "A submitted revision by its number.")] revision: Option<i32>,
        #[graphql(desc = "The revision that stood at this moment.")] as_of: Option<Timestamp>,
    ) -> Result<Option<Return>> {
        let (session, scope) = own::<ReturnsRead>(context, self).await?;
        let dataset: entity::values::DatasetName = dataset.into();
        let key = ReturnKey::read(dataset.as_str(), &year)?;
        let at = match (revision, as_of.map(|moment| moment.0)) {
            (None, None) => AtVersion::Current,
            (Some(revision), None) => AtVersion::Revision(revision),
            (None, Some(moment)) => AtVersion::AsOf(moment),
            (Some(_), Some(_)) => {
                let message = "Name a revision or a moment, not both.";
                return Err(Fault::parameter("as_of", "one-of-two", message).into());
            }
        };
        let found = returns::get(&session.call().service, &scope, key, at).await?;
        Ok(Some(Return::of(&self.slug, found)))
    }

    /// How its files name what datasets name, where it was ever set; needs the scope `returns:read`.
    async fn column_mappings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<ColumnMapping>>> {
        let (session, scope) = own::<ReturnsRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let page = column_mappings::list(&session.call().service, &scope, paging.request()).await?;
        Ok(Some(paging.connect(page, ColumnMapping::from)))
    }

    /// How its files name what a dataset names; empty before it was ever set. Needs the scope `returns:read`.
    async fn column_mapping(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The dataset.")] dataset: DatasetName,
    ) -> Result<Option<ColumnMapping>> {
        let (session, scope) = own::<ReturnsRead>(context, self).await?;
        let service = &session.call().service;
        let found = column_mappings::get(service, &scope, dataset.into()).await?;
        Ok(Some(found.into()))
    }

    /// Its action plans, oldest first; needs the scope `plans:read`.
    async fn action_plans(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<ActionPlan>>> {
        let (session, scope) = own::<PlansRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let page = action_plans::list(&session.call().service, &scope, paging.request()).await?;
        Ok(Some(paging.connect(page, |plan| {
            session.show(&scope, &plan);
            ActionPlan::of(&self.slug, plan)
        })))
    }

    /// One of its action plans; needs the scope `plans:read`.
    async fn action_plan(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its identity.")] id: Uuid,
    ) -> Result<Option<ActionPlan>> {
        let (session, scope) = own::<PlansRead>(context, self).await?;
        let plan = action_plans::get(&session.call().service, &scope, ActionPlanId(id)).await?;
        session.show(&scope, &plan);
        Ok(Some(ActionPlan::of(&self.slug, plan)))
    }

    /// Its audit trail, oldest first; needs the scope `audit:read`.
    async fn audit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Option<Connected<AuditLine>>> {
        let (session, scope) = own::<AuditRead>(context, self).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let page = audit::list(&session.call().service, &scope, paging.request()).await?;
        Ok(Some(paging.connect(page, AuditLine::from)))
    }
}
