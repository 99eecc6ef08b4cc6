//! The few kinds of column there are, spelled once so that both engines agree.

use sea_orm_migration::prelude::*;

/// A UUID.
pub fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).uuid().not_null().take()
}

/// Text that must be there.
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).text().not_null().take()
}

/// Text that may be missing.
pub fn text_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).text().null().take()
}

/// A 64-bit count that must be there.
pub fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
        .big_integer()
        .not_null()
        .take()
}

/// A 64-bit count that may be missing.
pub fn count_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().null().take()
}

/// Text that is `value` where nothing else was said.
pub fn text_with(name: &'static str, value: &'static str) -> ColumnDef {
    text(name).default(value).take()
}

/// Yes or no; no where nothing was said.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
        .boolean()
        .not_null()
        .default(false)
        .take()
}

/// A small number that must be there.
pub fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).integer().not_null().take()
}

/// A small number that may be missing.
pub fn integer_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).integer().null().take()
}

/// A day that may be missing.
pub fn date_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).date().null().take()
}

/// JSON that must be there.
pub fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
        .json_binary()
        .not_null()
        .take()
}

/// JSON that may be missing.
pub fn json_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).json_binary().null().take()
}

/// A moment, UTC.
pub fn moment(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
        .timestamp_with_time_zone()
        .not_null()
        .take()
}

/// A moment that may not have come.
pub fn moment_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
        .timestamp_with_time_zone()
        .null()
        .take()
}

/// A foreign key without cascades: nothing disappears by itself.
pub fn reference(
    name: &'static str,
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(Alias::new(table), Alias::new(column))
        .to(Alias::new(to), Alias::new("id"))
        .take()
}

/// An index by the columns in their order.
pub fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(Alias::new(table)).take();
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

/// A unique index by the columns in their order.
pub fn unique(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    index(name, table, columns).unique().take()
}

/// A primary key of several columns.
pub fn primary(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(Alias::new(*column));
    }
    key.take()
}

/// The rows of a dataset: tenant, version and org unit, then its dimensions (codes), then its measures.
/// A row's natural key is its version, org unit and dimensions.
pub fn dataset_rows(
    table: &'static str,
    dimensions: &[&'static str],
    measures: &[(&'static str, Required)],
) -> TableCreateStatement {
    let mut create = Table::create().table(Alias::new(table)).take();
    create
        .col(id("institution_id"))
        .col(id("version_id"))
        .col(id("org_unit_id"));
    let mut key = vec!["version_id", "org_unit_id"];
    for dimension in dimensions {
        create.col(text(dimension));
        key.push(dimension);
    }
    for (measure, required) in measures {
        create.col(match required {
            Required::Yes => count(measure),
            Required::No => count_or_null(measure),
        });
    }
    create.primary_key(&mut primary(&key));
    create
}

/// Whether a measure must be given in every row.
#[derive(Clone, Copy, Debug)]
pub enum Required {
    /// Given in every row.
    Yes,
    /// May be left out where the source does not have it.
    No,
}
