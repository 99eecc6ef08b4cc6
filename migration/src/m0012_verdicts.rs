//! A counter of the board's verdicts, so that every replica notices them.

use sea_orm_migration::prelude::*;

/// A counter of the board's verdicts.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new("counters"))
            .columns([Alias::new("name"), Alias::new("value")])
            .values_panic(["verdict".into(), 0_i64.into()]);
        manager.exec_stmt(insert).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut delete = Query::delete();
        delete
            .from_table(Alias::new("counters"))
            .and_where(Expr::col(Alias::new("name")).eq("verdict"));
        manager.exec_stmt(delete).await
    }
}
