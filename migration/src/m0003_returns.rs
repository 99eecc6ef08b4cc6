//! Returns and their versions.

use crate::columns::{
    count, count_or_null, id, index, moment, moment_or_null, primary, reference, text,
    text_or_null, unique,
};
use sea_orm_migration::prelude::*;

/// Returns and their versions.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("returns"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(text("dataset"))
                    .col(text("year"))
                    .col(ColumnDef::new(Alias::new("draft_id")).uuid().null())
                    .col(ColumnDef::new(Alias::new("revision")).integer().not_null())
                    .col(count("version"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "returns_institution_id_fk",
                        "returns",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique(
                "returns_institution_id_ux",
                "returns",
                &["institution_id", "dataset", "year"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("return_versions"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(id("return_id"))
                    .col(text("dataset"))
                    .col(text("year"))
                    .col(text("state"))
                    .col(ColumnDef::new(Alias::new("revision")).integer().null())
                    .col(count_or_null("sequence"))
                    .col(text("provenance"))
                    .col(text_or_null("remark"))
                    .col(text_or_null("reason"))
                    .col(count("row_count"))
                    .col(moment("created_at"))
                    .col(moment_or_null("submitted_at"))
                    .col(text_or_null("submitted_by"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "return_versions_institution_id_fk",
                        "return_versions",
                        "institution_id",
                        "institutions",
                    ))
                    .foreign_key(&mut reference(
                        "return_versions_return_id_fk",
                        "return_versions",
                        "return_id",
                        "returns",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique(
                "return_versions_return_id_ux",
                "return_versions",
                &["return_id", "revision"],
            ))
            .await?;
        manager
            .create_index(unique(
                "return_versions_sequence_ux",
                "return_versions",
                &["sequence"],
            ))
            .await?;
        manager
            .create_index(index(
                "return_versions_institution_id_ix",
                "return_versions",
                &["institution_id", "return_id"],
            ))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("return_versions")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("returns")).take())
            .await?;
        Ok(())
    }
}
