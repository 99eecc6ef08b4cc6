//! Rows of the `denominators` dataset. FTE is in hundredths.

use crate::columns::{Required, dataset_rows};
use sea_orm_migration::prelude::*;

/// Rows of the `denominators` dataset. FTE is in hundredths.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(dataset_rows(
                "denominators_rows",
                &[],
                &[
                    ("academic_headcount", Required::No),
                    ("academic_fte", Required::No),
                    ("all_staff_headcount", Required::No),
                ],
            ))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Alias::new("denominators_rows")).take())
            .await?;
        Ok(())
    }
}
