//! The caller, as the service knows it.

use crate::access::Role;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::institutions;
use crate::views::Institution;
use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use entity::ids::InstitutionId;

#[derive(Default)]
pub(super) struct ViewerQuery;

/// Who is asking.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Viewer {
    /// The client; null without credentials.
    subject: Option<String>,
    /// The role; `anyone` without credentials.
    role: String,
    /// The scopes it holds.
    scopes: Vec<String>,
    #[graphql(skip)]
    institution_id: Option<InstitutionId>,
}

#[Object]
impl ViewerQuery {
    /// Who is asking.
    #[expect(
        clippy::unused_async,
        reason = "the library takes resolvers that are async"
    )]
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer> {
        let caller = &session(context)?.call().caller;
        Ok(Viewer {
            subject: (caller.role() != Role::Anyone).then(|| caller.subject().to_owned()),
            role: caller.role().to_string(),
            scopes: caller
                .scopes()
                .map(|permission| permission.scope().to_owned())
                .collect(),
            institution_id: caller.institution(),
        })
    }
}

#[ComplexObject]
impl Viewer {
    /// The institution it belongs to; null for the secretariat's and without credentials.
    async fn institution(&self, context: &Context<'_>) -> Result<Option<Institution>> {
        let Some(id) = self.institution_id else {
            return Ok(None);
        };
        let found = institutions::by_id(&session(context)?.call().service, &[id]).await?;
        Ok(found.into_iter().next().map(Institution::from))
    }
}
