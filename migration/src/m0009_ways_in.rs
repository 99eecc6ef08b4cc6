//! Ways in: column mappings, stored answers of repeatable requests, codes the board added.

use crate::columns::{
    count, id, index, integer_or_null, json, json_or_null, moment, moment_or_null, primary,
    reference, text, text_or_null,
};
use sea_orm_migration::prelude::*;

/// Ways in.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("column_mappings"))
                    .col(id("institution_id"))
                    .col(text("dataset"))
                    .col(json("mapping"))
                    .col(count("version"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["institution_id", "dataset"]))
                    .foreign_key(&mut reference(
                        "column_mappings_institution_id_fk",
                        "column_mappings",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("idempotency_keys"))
                    .col(text("owner"))
                    .col(text("key"))
                    .col(text("fingerprint"))
                    .col(moment("started_at"))
                    .col(integer_or_null("status"))
                    .col(json_or_null("headers"))
                    .col(text_or_null("body"))
                    .col(moment_or_null("completed_at"))
                    .primary_key(&mut primary(&["owner", "key"]))
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "idempotency_keys_started_at_ix",
                "idempotency_keys",
                &["started_at"],
            ))
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("codes"))
                    .add_column(moment_or_null("changed_at"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("codes"))
                    .drop_column(Alias::new("changed_at"))
                    .take(),
            )
            .await?;
        for table in ["idempotency_keys", "column_mappings"] {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).take())
                .await?;
        }
        Ok(())
    }
}
