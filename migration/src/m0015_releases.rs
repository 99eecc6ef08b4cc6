//! Releases, their files and the secret they are perturbed with, and counters that tell every replica of changes of org units, plans and releases.

use super::columns::{count, moment, text, text_or_null};
use sea_orm_migration::prelude::*;

/// Releases.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COUNTERS: [&str; 3] = ["unit", "plan", "release"];

fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).blob().not_null().take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = ColumnDef::new(Alias::new("number"))
            .big_integer()
            .not_null()
            .primary_key()
            .take();
        let releases = Table::create()
            .table(Alias::new("releases"))
            .col(number)
            .col(text("name"))
            .col(text("title"))
            .col(text("notes"))
            .col(text_or_null("doi"))
            .col(text("regime"))
            .col(text("generation"))
            .col(text("digest"))
            .col(moment("as_of"))
            .col(moment("made_at"))
            .col(text("made_by"))
            .col(bytes("content"))
            .col(bytes("basis"))
            .col(bytes("decisions"))
            .take();
        manager.create_table(releases).await?;
        let files = Table::create()
            .table(Alias::new("release_files"))
            .col(count("release"))
            .col(text("format"))
            .col(text("digest"))
            .col(count("size"))
            .col(bytes("content"))
            .primary_key(
                Index::create()
                    .col(Alias::new("release"))
                    .col(Alias::new("format")),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("fk_release_files_release")
                    .from(Alias::new("release_files"), Alias::new("release"))
                    .to(Alias::new("releases"), Alias::new("number")),
            )
            .take();
        manager.create_table(files).await?;
        let keys = Table::create()
            .table(Alias::new("disclosure_keys"))
            .col(count("id").primary_key())
            .col(bytes("key"))
            .col(moment("made_at"))
            .take();
        manager.create_table(keys).await?;
        for name in COUNTERS {
            let mut insert = Query::insert();
            insert
                .into_table(Alias::new("counters"))
                .columns([Alias::new("name"), Alias::new("value")])
                .values_panic([name.into(), 0_i64.into()]);
            manager.exec_stmt(insert).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["disclosure_keys", "release_files", "releases"] {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).take())
                .await?;
        }
        let mut delete = Query::delete();
        delete
            .from_table(Alias::new("counters"))
            .and_where(Expr::col(Alias::new("name")).is_in(COUNTERS));
        manager.exec_stmt(delete).await
    }
}
