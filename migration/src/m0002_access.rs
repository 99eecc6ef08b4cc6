//! Access: OAuth clients, the audit trail, counters.

use crate::columns::{count, id, index, moment, moment_or_null, primary, reference, text, unique};
use sea_orm_migration::prelude::*;

/// Access: OAuth clients, the audit trail, counters.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("clients"))
                    .col(id("id"))
                    .col(text("client_id"))
                    .col(text("name"))
                    .col(ColumnDef::new(Alias::new("institution_id")).uuid().null())
                    .col(text("role"))
                    .col(text("scopes"))
                    .col(text("secret_digest"))
                    .col(moment("created_at"))
                    .col(moment_or_null("revoked_at"))
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "clients_institution_id_fk",
                        "clients",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(unique("clients_client_id_ux", "clients", &["client_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("audit"))
                    .col(id("id"))
                    .col(ColumnDef::new(Alias::new("institution_id")).uuid().null())
                    .col(moment("at"))
                    .col(text("actor"))
                    .col(text("action"))
                    .col(text("subject"))
                    .col(text("request_id"))
                    .col(ColumnDef::new(Alias::new("before")).json_binary().null())
                    .col(ColumnDef::new(Alias::new("after")).json_binary().null())
                    .primary_key(&mut primary(&["id"]))
                    .foreign_key(&mut reference(
                        "audit_institution_id_fk",
                        "audit",
                        "institution_id",
                        "institutions",
                    ))
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "audit_institution_id_ix",
                "audit",
                &["institution_id", "id"],
            ))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Alias::new("counters"))
                    .col(text("name"))
                    .col(count("value"))
                    .primary_key(&mut primary(&["name"]))
                    .take(),
            )
            .await?;
        for name in ["submission", "registry"] {
            manager
                .exec_stmt(
                    Query::insert()
                        .into_table(Alias::new("counters"))
                        .columns([Alias::new("name"), Alias::new("value")])
                        .values_panic([name.into(), 0_i64.into()])
                        .take(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("counters")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("audit")).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Alias::new("clients")).take())
            .await?;
        Ok(())
    }
}
