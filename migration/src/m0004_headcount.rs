//! Rows of the `headcount` dataset. FPE and FTE are in hundredths.

use crate::columns::{Required, dataset_rows};
use sea_orm_migration::prelude::*;

/// Rows of the `headcount` dataset. FPE and FTE are in hundredths.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(dataset_rows(
                "headcount_rows",
                &["job_family", "grade", "sex", "age_band", "terms", "mode"],
                &[
                    ("headcount", Required::Yes),
                    ("fpe", Required::No),
                    ("fte", Required::No),
                ],
            ))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("headcount_rows")).take())
            .await?;
        Ok(())
    }
}
