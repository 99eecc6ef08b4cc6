//! How an institution's own files name what a dataset names: set, and emptied.

use crate::access::ReturnsWrite;
use crate::domain::column_mappings as rules;
use crate::graphql::errors::Result;
use crate::graphql::session::session;
use crate::operations::{IfMatch, column_mappings};
use crate::views::{ColumnCodes, ColumnMapping, ColumnTexts, DatasetName};
use async_graphql::{Context, InputObject, Object};

#[derive(Default)]
pub(super) struct ColumnMappingMutation;

/// How the institution's own files name what the dataset names; a member left out is empty.
#[derive(InputObject)]
struct ColumnMappingInput {
    /// Column to the heading of the files, compared without case and surrounding blanks.
    columns: Option<ColumnTexts>,
    /// Column to the institution's own codes, each with the code it stands for; at most 5,000.
    codes: Option<ColumnCodes>,
    /// Column that the files do not have, to the code that stands for every row: org unit and dimensions only.
    constants: Option<ColumnTexts>,
    /// Headings of the files that are passed over; at most 500.
    ignored: Option<Vec<String>>,
}

#[Object]
impl ColumnMappingMutation {
    /// Sets how the institution's files name what a dataset names; needs the scope `returns:write`.
    async fn set_column_mapping(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The dataset.")] dataset: DatasetName,
        #[graphql(desc = "The version last read, or `*` to change whatever is there.")]
        if_match: String,
        #[graphql(desc = "The mapping.")] input: ColumnMappingInput,
    ) -> Result<Option<ColumnMapping>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsWrite>(&institution).await?;
        let mapping = rules::ColumnMapping {
            columns: input.columns.unwrap_or_default().0,
            codes: input.codes.unwrap_or_default().0,
            constants: input.constants.unwrap_or_default().0,
            ignored: input.ignored.unwrap_or_default(),
        };
        let if_match = IfMatch::read(Some(&if_match));
        let service = &session.call().service;
        let set = column_mappings::set(service, &scope, dataset.into(), if_match, mapping).await?;
        Ok(Some(set.into()))
    }

    /// Empties a mapping; needs the scope `returns:write`.
    async fn clear_column_mapping(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The institution, by slug.")] institution: String,
        #[graphql(desc = "The dataset.")] dataset: DatasetName,
        #[graphql(desc = "The version last read, or `*` to change whatever is there.")]
        if_match: String,
    ) -> Result<Option<ColumnMapping>> {
        let session = session(context)?;
        let scope = session.tenant::<ReturnsWrite>(&institution).await?;
        let if_match = IfMatch::read(Some(&if_match));
        let service = &session.call().service;
        let left = column_mappings::clear(service, &scope, dataset.into(), if_match).await?;
        Ok(Some(left.into()))
    }
}
