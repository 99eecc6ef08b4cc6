//! What the board does with what was submitted.

use super::returns::ReturnInput;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::reviews;
use crate::views::SubmittedReturn;
use async_graphql::{Context, Object};

#[derive(Default)]
pub(in crate::graphql) struct ReviewMutation;

#[Object]
impl ReviewMutation {
    /// Accepts the latest revision; needs the scope `returns:review`.
    async fn accept_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
    ) -> Result<Option<SubmittedReturn>> {
        let call = session(context)?.call();
        let scope = call.review(&of.institution).await?;
        let (slug, key) = (&of.institution, of.key()?);
        let judged = reviews::accept(&call.service, &scope, slug, key, of.if_match()).await?;
        Ok(Some(judged.into()))
    }

    /// Returns the latest revision for correction, with a reason that the institution reads; needs the scope
    /// `returns:review`.
    async fn send_back_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
        #[graphql(desc = "Why.")] reason: String,
    ) -> Result<Option<SubmittedReturn>> {
        let call = session(context)?.call();
        let scope = call.review(&of.institution).await?;
        let (slug, key) = (&of.institution, of.key()?);
        let if_match = of.if_match();
        let service = &call.service;
        let judged = reviews::send_back(service, &scope, slug, key, if_match, &reason).await?;
        Ok(Some(judged.into()))
    }
}
