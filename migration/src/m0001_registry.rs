//! The registry: institutions, their org units, academic years, code lists.

use crate::columns::{count, id, index, moment, primary, reference, text, text_or_null, unique};
use sea_orm_migration::prelude::*;

/// The registry: institutions, their org units, academic years, code lists.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(
        clippy::too_many_lines,
        reason = "a list of tables, read from top to bottom"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("institutions"))
                    .col(id("id"))
                    .col(text("slug"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(text("nation"))
                    .col(text("mission_group"))
                    .col(text_or_null("ukprn"))
                    .col(text_or_null("ror"))
                    .col(text("status"))
                    .col(text_or_null("signed"))
                    .col(ColumnDef::new(Alias::new("founding")).boolean().null())
                    .col(text_or_null("phase"))
                    .col(text_or_null("source"))
                    .col(count("version"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["id"]))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique("institutions_slug_ux", "institutions", &["slug"]))
            .await?;
        manager
            .create_index(unique("institutions_ukprn_ux", "institutions", &["ukprn"]))
            .await?;
        manager
            .create_index(unique("institutions_ror_ux", "institutions", &["ror"]))
            .await?;
        manager
            .create_index(index(
                "institutions_name_ix",
                "institutions",
                &["name", "slug"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("org_units"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(ColumnDef::new(Alias::new("parent_id")).uuid().null())
                    .col(text("kind"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text_or_null("discipline"))
                    .col(ColumnDef::new(Alias::new("closed_on")).date().null())
                    .col(count("version"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "org_units_institution_id_fk",
                        "org_units",
                        "institution_id",
                        "institutions",
                    ))
                    .foreign_key(&mut reference(
                        "org_units_parent_id_fk",
                        "org_units",
                        "parent_id",
                        "org_units",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique(
                "org_units_institution_id_ux",
                "org_units",
                &["institution_id", "code"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("years"))
                    .col(text("year"))
                    .col(ColumnDef::new(Alias::new("opens_on")).date().null())
                    .col(ColumnDef::new(Alias::new("closes_on")).date().null())
                    .col(count("version"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["year"]))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("codes"))
                    .col(text("list"))
                    .col(text("code"))
                    .col(text("label"))
                    .col(ColumnDef::new(Alias::new("position")).integer().not_null())
                    .col(text_or_null("valid_from"))
                    .col(text_or_null("valid_to"))
                    .col(text_or_null("parent"))
                    .col(text("source"))
                    .primary_key(&mut primary(&["list", "code"]))
                    .take(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("codes")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("years")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("org_units")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("institutions")).take())
            .await?;
        Ok(())
    }
}
