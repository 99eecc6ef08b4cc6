//! What an institution does with its returns.

use crate::access::{ReturnsSubmit, ReturnsWrite};
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::returns::{ReturnAt, ReturnKey};
use crate::operations::submissions::{self, Statement};
use crate::operations::{IfMatch, technician_definitions};
use crate::views::{DatasetName, Provenance, Return, TechnicianDefinition};
use async_graphql::{Context, InputObject, Object};

#[derive(Default)]
pub(in crate::graphql) struct ReturnMutation;

/// Which return is changed, and which version of it was read last.
#[derive(InputObject)]
pub(super) struct ReturnInput {
    /// The institution, by slug.
    pub(super) institution: String,
    /// The dataset.
    pub(super) dataset: DatasetName,
    /// The academic year, as `2024-25`.
    pub(super) year: String,
    /// The `version` read last; where somebody else has changed the return since, nothing is done.
    pub(super) version: i64,
}

impl ReturnInput {
    /// Its key.
    pub(super) fn key(&self) -> crate::fault::Result<ReturnKey> {
        let dataset: entity::values::DatasetName = self.dataset.into();
        ReturnKey::read(dataset.as_str(), &self.year)
    }

    /// What is required of its present version.
    pub(super) const fn if_match(&self) -> IfMatch {
        IfMatch::Version(self.version)
    }

    fn shown(&self, at: ReturnAt) -> Return {
        Return::of(&self.institution, at)
    }
}

/// What is said with a submission.
#[derive(InputObject)]
struct StatementInput {
    /// Where the figures come from; returned by the institution where missing.
    provenance: Option<Provenance>,
    /// What a reader must know of the figures; needed where they are not the institution's own.
    remark: Option<String>,
    /// What is said to the warnings among the return's `checks`; each needs something.
    #[graphql(default)]
    explanations: Vec<ExplanationInput>,
    /// Whether the institution expects to correct the figures.
    #[graphql(default)]
    provisional: bool,
    /// Whether there is nothing to report: a true zero, without rows.
    #[graphql(default)]
    nil: bool,
}

/// What is said to a warning.
#[derive(InputObject)]
struct ExplanationInput {
    /// The warning's code.
    code: String,
    /// The warning's subject.
    subject: String,
    /// The explanation, of 1 to 2,000 characters.
    text: String,
}

impl From<StatementInput> for Statement {
    fn from(said: StatementInput) -> Self {
        let explanations = said.explanations.into_iter();
        Self {
            provenance: said.provenance.map(Into::into),
            remark: said.remark,
            explanations: explanations
                .map(|one| submissions::Explanation {
                    code: one.code,
                    subject: one.subject,
                    text: one.text,
                })
                .collect(),
            provisional: said.provisional,
            nil: said.nil,
        }
    }
}

#[Object]
impl ReturnMutation {
    /// Submits the draft as the next revision; every warning must be explained. Needs the scope `returns:submit`.
    async fn submit_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
        #[graphql(desc = "What is said with it.")] statement: StatementInput,
    ) -> Result<Option<Return>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsSubmit>(&of.institution).await?;
        let (service, said) = (&session.call().service, statement.into());
        let at = submissions::submit(service, &scope, of.key()?, of.if_match(), said).await?;
        Ok(Some(of.shown(at)))
    }

    /// Withdraws what was submitted, from now on; needs the scope `returns:submit`.
    async fn withdraw_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
        #[graphql(desc = "Why.")] reason: String,
    ) -> Result<Option<Return>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsSubmit>(&of.institution).await?;
        let service = &session.call().service;
        let at = submissions::withdraw(service, &scope, of.key()?, of.if_match(), &reason).await?;
        Ok(Some(of.shown(at)))
    }

    /// Begins a correction: a draft with the latest figures' rows; needs the scope `returns:write`.
    async fn correct_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
        #[graphql(desc = "Why.")] reason: String,
    ) -> Result<Option<Return>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsWrite>(&of.institution).await?;
        let service = &session.call().service;
        let at = submissions::correct(service, &scope, of.key()?, of.if_match(), &reason).await?;
        Ok(Some(of.shown(at)))
    }

    /// Discards the draft: the return stands again where it stood before; needs the scope `returns:write`.
    async fn discard_return(
        &self,
        context: &Context<'_>,
        #[graphql(name = "return", desc = "The return.")] of: ReturnInput,
    ) -> Result<Option<Return>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsWrite>(&of.institution).await?;
        let service = &session.call().service;
        let at = submissions::discard(service, &scope, of.key()?, of.if_match()).await?;
        Ok(Some(of.shown(at)))
    }

    /// Says what the institution means by a technician, from a year on; needs the scope `returns:submit`.
    async fn add_technician_definition(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The wording, of 1 to 4,000 characters.")] text: String,
        #[graphql(desc = "The first academic year whose figures follow it.")] from_year: String,
    ) -> Result<Option<TechnicianDefinition>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsSubmit>(&institution).await?;
        let service = &session.call().service;
        let added = technician_definitions::add(service, &scope, &text, &from_year).await?;
        Ok(Some(added.into()))
    }
}
