//! Codes that the board adds and changes: each counts its changes.

use crate::columns::count;
use sea_orm_migration::prelude::*;

/// Codes that the board adds and changes.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("codes"))
                    .add_column(count("version").default(1_i64))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("codes"))
                    .drop_column(Alias::new("version"))
                    .take(),
            )
            .await
    }
}
