//! Who owes which return, for the board.

use crate::fault::Fault;
use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::participation::{self, Wanted};
use crate::store::InstitutionFilter;
use crate::views::{
    DatasetName, InstitutionKind, MissionGroup, Nation, Obligation, ObligationState,
    ParticipationCount, Region, SigningPhase, SizeBand,
};
use async_graphql::{Context, InputObject, Object};
use entity::values::AcademicYear;

/// The part of the sector's fields that says who takes part.
#[derive(Default)]
pub(super) struct ParticipationFields;

/// What is to be listed or counted; what is not named is not narrowed.
#[derive(Default, InputObject)]
struct ParticipationFilter {
    /// Only of this academic year, as `2024-25`.
    year: Option<String>,
    /// Only of this dataset.
    dataset: Option<DatasetName>,
    /// Only of this nation.
    nation: Option<Nation>,
    /// Only of this kind of institution.
    kind: Option<InstitutionKind>,
    /// Only of this group of universities.
    mission_group: Option<MissionGroup>,
    /// Only of this region.
    region: Option<Region>,
    /// Only of this size.
    size_band: Option<SizeBand>,
    /// Only of this signing phase.
    phase: Option<SigningPhase>,
}

impl ParticipationFilter {
    fn wanted(self, state: Option<ObligationState>) -> crate::fault::Result<Wanted> {
        let unknown = |fault| Fault::parameter("year", "unknown-code", format!("{fault}."));
        let year = self.year.map(|year| year.parse::<AcademicYear>());
        Ok(Wanted {
            year: year.transpose().map_err(unknown)?,
            dataset: self.dataset.map(Into::into),
            state: state.map(Into::into),
            institutions: InstitutionFilter {
                nation: self.nation.map(Into::into),
                kind: self.kind.map(Into::into),
                mission_group: self.mission_group.map(Into::into),
                region: self.region.map(Into::into),
                size_band: self.size_band.map(Into::into),
                phase: self.phase.map(Into::into),
                status: None,
            },
        })
    }
}

#[Object]
impl ParticipationFields {
    /// Which signatory owes which return, and what became of it; needs the scope `participation:read`.
    async fn participation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "Only in this state.")] state: Option<ObligationState>,
        #[graphql(name = "where", desc = "What to narrow it to.")] filter: Option<
            ParticipationFilter,
        >,
    ) -> Result<Option<Connected<Obligation>>> {
        let call = session(context)?.call();
        let scope = call.participation()?;
        let paging = Paging::read(first, after.as_deref())?;
        let wanted = filter.unwrap_or_default().wanted(state)?;
        let page = participation::list(&call.service, &scope, &wanted, paging.request()).await?;
        Ok(Some(paging.connect(page, Obligation::from)))
    }

    /// How many signatories are in which state, by year and dataset; needs the scope `participation:read`.
    async fn participation_summary(
        &self,
        context: &Context<'_>,
        #[graphql(name = "where", desc = "What to narrow it to.")] filter: Option<
            ParticipationFilter,
        >,
    ) -> Result<Option<Vec<ParticipationCount>>> {
        let call = session(context)?.call();
        let scope = call.participation()?;
        let wanted = filter.unwrap_or_default().wanted(None)?;
        let counts = participation::summary(&call.service, &scope, &wanted).await?;
        Ok(Some(counts.into_iter().map(Into::into).collect()))
    }
}
