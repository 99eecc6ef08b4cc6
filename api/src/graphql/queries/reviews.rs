//! What institutions submitted, for the board.

use crate::fault::Fault;
use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::reviews;
use crate::store::StandingFilter;
use crate::views::{DatasetName, ReturnState, SubmittedReturn};
use async_graphql::{Context, Object};
use entity::values::AcademicYear;

#[derive(Default)]
pub(super) struct ReviewQuery;

#[Object]
impl ReviewQuery {
    /// The latest revisions that institutions submitted, without any figure of theirs; needs the scope `returns:review`.
    #[expect(
        clippy::too_many_arguments,
        reason = "a field's arguments are its parameters"
    )]
    async fn submitted_returns(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "Only of this institution, by slug.")] institution: Option<String>,
        #[graphql(desc = "Only of this dataset.")] dataset: Option<DatasetName>,
        #[graphql(desc = "Only of this academic year, as `2024-25`.")] year: Option<String>,
        #[graphql(desc = "Only in this state.")] state: Option<ReturnState>,
        #[graphql(desc = "Only late ones, or only those in time.")] late: Option<bool>,
    ) -> Result<Option<Connected<SubmittedReturn>>> {
        let call = session(context)?.call();
        let scope = call.submissions()?;
        let paging = Paging::read(first, after.as_deref())?;
        let unknown = |fault| Fault::parameter("year", "unknown-code", format!("{fault}."));
        let filter = StandingFilter {
            dataset: dataset.map(Into::into),
            year: year
                .map(|year| year.parse::<AcademicYear>())
                .transpose()
                .map_err(unknown)?,
            state: state.map(Into::into),
            late,
            ..StandingFilter::default()
        };
        let (service, institution) = (&call.service, institution.as_deref());
        let page = reviews::list(service, &scope, institution, filter, paging.request()).await?;
        Ok(Some(paging.connect(page, SubmittedReturn::from)))
    }
}
