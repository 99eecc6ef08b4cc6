//! From draft to accepted: windows, kinds of revision, verdicts, and what each institution means by a technician.

use crate::columns::{
    date_or_null, flag, id, integer, integer_or_null, json_or_null, moment, moment_or_null,
    primary, reference, text, text_or_null, text_with, unique,
};
use sea_orm_migration::prelude::*;

/// From draft to accepted.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Columns that versions of returns gain.
fn of_versions() -> [ColumnDef; 9] {
    [
        text_with("kind", "figures"),
        flag("late"),
        flag("provisional"),
        integer_or_null("definition"),
        json_or_null("checks"),
        text_or_null("verdict"),
        text_or_null("verdict_reason"),
        moment_or_null("verdict_at"),
        text_or_null("verdict_by"),
    ]
}

/// Adds a column; SQLite takes one a statement.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    manager
        .alter_table(
            Table::alter()
                .table(Alias::new(table))
                .add_column(&mut column)
                .take(),
        )
        .await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in of_versions() {
            add(manager, "return_versions", column).await?;
        }
        add(manager, "returns", text_with("state", "not-started")).await?;
        for (state, draft, submitted) in [("submitted", false, true), ("draft", true, false)] {
            let mut update = Query::update();
            update
                .table(Alias::new("returns"))
                .value(Alias::new("state"), state);
            if draft {
                update.and_where(Expr::col(Alias::new("draft_id")).is_not_null());
            }
            if submitted {
                update.and_where(Expr::col(Alias::new("revision")).gt(0));
            }
            manager.exec_stmt(update).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("windows"))
                    .col(text("year"))
                    .col(text("dataset"))
                    .col(date_or_null("opens_on"))
                    .col(date_or_null("closes_on"))
                    .primary_key(&mut primary(&["year", "dataset"]))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("technician_definitions"))
                    .col(id("id"))
                    .col(id("institution_id"))
                    .col(integer("number"))
                    .col(text("text"))
                    .col(text("from_year"))
                    .col(moment("created_at"))
                    .col(text("created_by"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "technician_definitions_institution_id_fk",
                        "technician_definitions",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique(
                "technician_definitions_institution_id_ux",
                "technician_definitions",
                &["institution_id", "number"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["technician_definitions", "windows"] {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).take())
                .await?;
        }
        for (table, column) in of_versions()
            .iter()
            .map(|column| ("return_versions", column.get_column_name()))
            .chain([("returns", "state".to_owned())])
        {
            manager
                .alter_table(
                    Table::alter()
                        .table(Alias::new(table))
                        .drop_column(Alias::new(column))
                        .take(),
                )
                .await?;
        }
        Ok(())
    }
}
