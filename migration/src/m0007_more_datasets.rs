//! Rows of the datasets beside headcount and denominators. Money is in pence; every other figure counts.

use crate::columns::{Required, dataset_rows};
use sea_orm_migration::prelude::*;

type RowTable = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, Required)],
);

const TABLES: &[RowTable] = &[
    (
        "headcount_ethnicity_rows",
        &["ethnicity"],
        &[("headcount", Required::Yes)],
    ),
    (
        "headcount_disability_rows",
        &["disability"],
        &[("headcount", Required::Yes)],
    ),
    (
        "authorship_rows",
        &["output_type"],
        &[
            ("outputs", Required::No),
            ("outputs_with_technician_author", Required::Yes),
            ("outputs_acknowledging_technician", Required::No),
            ("outputs_acknowledging_facility", Required::No),
            ("technician_authors", Required::No),
        ],
    ),
    (
        "authorship_outputs_rows",
        &["doi", "output_type", "contribution", "credit_role"],
        &[("technicians", Required::No)],
    ),
    (
        "awards_rows",
        &["scheme", "award_kind", "recipient"],
        &[
            ("considered", Required::No),
            ("nominated", Required::Yes),
            ("shortlisted", Required::No),
            ("won", Required::Yes),
        ],
    ),
    (
        "registrations_rows",
        &["register"],
        &[
            ("persons_holding", Required::Yes),
            ("registrations_held", Required::Yes),
            ("new", Required::No),
            ("lapsed", Required::No),
        ],
    ),
    (
        "development_rows",
        &["activity"],
        &[
            ("participants", Required::Yes),
            ("completions", Required::No),
            ("spend_pence", Required::No),
        ],
    ),
    (
        "representation_rows",
        &["level", "body_kind"],
        &[
            ("bodies", Required::Yes),
            ("bodies_with_technician", Required::Yes),
            ("technician_seats", Required::Yes),
        ],
    ),
];

/// Rows of the datasets beside headcount and denominators.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, dimensions, measures) in TABLES {
            manager
                .create_table(dataset_rows(table, dimensions, measures))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _, _) in TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(Alias::new(*table)).take())
                .await?;
        }
        Ok(())
    }
}
