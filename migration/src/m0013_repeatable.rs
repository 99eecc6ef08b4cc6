//! Repeatable requests: which attempt holds a key, so that one that was given up cannot finish behind another's back.

use crate::columns::text_with;
use sea_orm_migration::prelude::*;

/// Repeatable requests.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("idempotency_keys"))
                    .add_column(text_with("attempt", ""))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("idempotency_keys"))
                    .drop_column(Alias::new("attempt"))
                    .take(),
            )
            .await
    }
}
