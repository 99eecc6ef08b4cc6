//! What hangs on a return: the rows of the version shown, and its revisions.

use crate::access::ReturnsRead;
use crate::graphql::connections::{Connected, Paging};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::changes;
use crate::operations::returns::{self, ReturnKey};
use crate::operations::rows::read as rows;
use crate::store::{AtVersion, RowFilter};
use crate::views::{Return, ReturnChange, ReturnRow, ReturnRowScalar, ReturnVersion, Timestamp};
use async_graphql::{ComplexObject, Context};

impl Return {
    fn key(&self) -> crate::fault::Result<ReturnKey> {
        let dataset: entity::values::DatasetName = self.dataset.into();
        ReturnKey::read(dataset.as_str(), &self.year)
    }

    /// The version that is shown: a revision stays what it is, whatever was begun since.
    fn shown_version(&self) -> AtVersion {
        self.shown
            .as_ref()
            .and_then(|shown| shown.revision)
            .map_or(AtVersion::Current, AtVersion::Revision)
    }
}

#[ComplexObject]
impl Return {
    /// The rows of the version shown, by org unit and codes; none before anything was filled in.
    async fn rows(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
    ) -> Result<Connected<ReturnRowScalar>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsRead>(&self.institution).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let key = self.key()?;
        let wanted = rows::Wanted {
            key,
            at: self.shown_version(),
            filter: RowFilter::default(),
        };
        let page = rows::list(&session.call().service, &scope, &wanted, paging.request()).await?;
        Ok(paging.connect(page, |row| {
            ReturnRowScalar(ReturnRow::of(key.definition(), row).0)
        }))
    }

    /// Its submitted revisions, oldest first, without their totals.
    async fn revisions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "The moment by which they were submitted.")] as_of: Option<Timestamp>,
    ) -> Result<Connected<ReturnVersion>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsRead>(&self.institution).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let page = returns::revisions(
            &session.call().service,
            &scope,
            self.key()?,
            as_of.map(|moment| moment.0),
            paging.request(),
        )
        .await?;
        Ok(paging.connect(page, ReturnVersion::from))
    }

    /// The rows that differ between the version shown and an earlier revision, by org unit and codes.
    async fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Most nodes: 1 to 500, 50 where missing.")] first: Option<i32>,
        #[graphql(desc = "The cursor to go on after.")] after: Option<String>,
        #[graphql(desc = "The earlier revision; the one before where missing.")] from: Option<i32>,
    ) -> Result<Connected<ReturnChange>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsRead>(&self.institution).await?;
        let paging = Paging::read(first, after.as_deref())?;
        let (service, key, to) = (&session.call().service, self.key()?, self.shown_version());
        let page = changes::list(service, &scope, key, from, to, paging.request()).await?;
        Ok(paging.connect(page, |row| ReturnChange::of(key.definition(), row)))
    }
}
