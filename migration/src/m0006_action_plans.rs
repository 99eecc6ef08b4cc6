//! Action plans, their actions and the append-only history of progress.

use crate::columns::{count, id, index, moment, primary, reference, text, text_or_null, unique};
use sea_orm_migration::prelude::*;

/// Action plans, their actions and the append-only history of progress.
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
                    .table(Alias::new("action_plans"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(text("title"))
                    .col(ColumnDef::new(Alias::new("stage")).integer().not_null())
                    .col(ColumnDef::new(Alias::new("starts_on")).date().null())
                    .col(ColumnDef::new(Alias::new("months")).integer().not_null())
                    .col(
                        ColumnDef::new(Alias::new("extended_by"))
                            .integer()
                            .not_null(),
                    )
                    .col(text_or_null("source"))
                    .col(count("version"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "action_plans_institution_id_fk",
                        "action_plans",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "action_plans_institution_id_ix",
                "action_plans",
                &["institution_id", "id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("actions"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(id("plan_id"))
                    .col(ColumnDef::new(Alias::new("position")).integer().not_null())
                    .col(text("label"))
                    .col(text("theme"))
                    .col(
                        ColumnDef::new(Alias::new("additional_themes"))
                            .json_binary()
                            .not_null(),
                    )
                    .col(text("aim"))
                    .col(text("activity"))
                    .col(text("action"))
                    .col(text("action_as_written"))
                    .col(text("time_scale"))
                    .col(
                        ColumnDef::new(Alias::new("time_scale_parsed"))
                            .json_binary()
                            .not_null(),
                    )
                    .col(text_or_null("measure_of_success"))
                    .col(text_or_null("lead"))
                    .col(text("lead_as_written"))
                    .col(
                        ColumnDef::new(Alias::new("evaluation"))
                            .boolean()
                            .not_null(),
                    )
                    .col(
                        ColumnDef::new(Alias::new("adds_to"))
                            .json_binary()
                            .not_null(),
                    )
                    .col(ColumnDef::new(Alias::new("notes")).json_binary().not_null())
                    .col(
                        ColumnDef::new(Alias::new("milestones"))
                            .json_binary()
                            .not_null(),
                    )
                    .col(text("rag"))
                    .col(count("version"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "actions_institution_id_fk",
                        "actions",
                        "institution_id",
                        "institutions",
                    ))
                    .foreign_key(&mut reference(
                        "actions_plan_id_fk",
                        "actions",
                        "plan_id",
                        "action_plans",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique(
                "actions_plan_id_ux",
                "actions",
                &["plan_id", "label"],
            ))
            .await?;
        manager
            .create_index(index(
                "actions_institution_id_ix",
                "actions",
                &["institution_id", "plan_id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("progress"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(id("plan_id"))
                    .col(id("action_id"))
                    .col(text("rag"))
                    .col(text_or_null("explanation"))
                    .col(text_or_null("evidence"))
                    .col(moment("recorded_at"))
                    .col(text("recorded_by"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "progress_institution_id_fk",
                        "progress",
                        "institution_id",
                        "institutions",
                    ))
                    .foreign_key(&mut reference(
                        "progress_plan_id_fk",
                        "progress",
                        "plan_id",
                        "action_plans",
                    ))
                    .foreign_key(&mut reference(
                        "progress_action_id_fk",
                        "progress",
                        "action_id",
                        "actions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "progress_institution_id_ix",
                "progress",
                &["institution_id", "action_id", "id"],
            ))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("progress")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("actions")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("action_plans")).take())
            .await?;
        Ok(())
    }
}
