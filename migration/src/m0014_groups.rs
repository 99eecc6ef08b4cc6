//! What groups institutions: region, size band and signing phase, each a code.

use crate::columns::text_with;
use sea_orm_migration::prelude::*;

/// What groups institutions.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["region", "size_band", "signing_phase"];
const PHASES: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let mut alter = Table::alter();
            alter
                .table(Alias::new("institutions"))
                .add_column(text_with(column, "not-known"));
            manager.alter_table(alter).await?;
        }
        // Outside England a nation is its region, under the same code.
        let mut regions = Query::update();
        regions
            .table(Alias::new("institutions"))
            .value(Alias::new("region"), Expr::col(Alias::new("nation")))
            .and_where(Expr::col(Alias::new("nation")).ne("england"));
        manager.exec_stmt(regions).await?;
        // `phase` was free text and stays for the release before this one.
        let lower = || Func::lower(Expr::col(Alias::new("phase")));
        let mut phases = Query::update();
        phases
            .table(Alias::new("institutions"))
            .value(Alias::new("signing_phase"), lower())
            .and_where(Expr::expr(lower()).is_in(PHASES));
        manager.exec_stmt(phases).await?;
        // Whoever holds profiles reads them again.
        let mut counter = Query::update();
        counter
            .table(Alias::new("counters"))
            .value(
                Alias::new("value"),
                Expr::col(Alias::new("value")).add(1_i64),
            )
            .and_where(Expr::col(Alias::new("name")).eq("registry"));
        manager.exec_stmt(counter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let mut alter = Table::alter();
            alter
                .table(Alias::new("institutions"))
                .drop_column(Alias::new(column));
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
