//! The two engines hold one schema: tables, columns, keys and indexes of a migrated database, side by side.

use sqlx::{AssertSqlSafe, Row as _, SqlitePool};
use std::collections::BTreeSet;
use tests::{Engine, World};

/// One line for each thing a schema has; two schemas are the same when their lines are.
type Schema = BTreeSet<String>;

/// What a column holds, whatever an engine calls it. SQLite keeps the declared name, which is what is read here.
fn class(declared: &str) -> &'static str {
    let name = declared
        .split('(')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        "uuid" | "uuid_text" => "uuid",
        "text" | "character varying" | "varchar" => "text",
        "bigint" | "integer" | "int" => "integer",
        "boolean" => "boolean",
        "date" | "date_text" => "date",
        "timestamp with time zone" | "timestamp_with_timezone_text" | "timestamptz" => "moment",
        "blob" | "bytea" => "bytes",
        "jsonb" | "jsonb_text" | "json_text" => "json",
        other => panic!("{other} is a type no column had so far"),
    }
}

fn column(table: &str, name: &str, declared: &str, nullable: bool) -> String {
    let class = class(declared);
    format!(
        "column {table}.{name}: {class}{}",
        if nullable { ", may be null" } else { "" }
    )
}

async fn sqlite(url: &str) -> Schema {
    let pool = SqlitePool::connect(url).await.expect("the file opens");
    let mut schema = Schema::new();
    let tables = sqlx::query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for table in tables.fetch_all(&pool).await.expect("tables") {
        let table: String = table.get(0);
        schema.insert(format!("table {table}"));
        let rows = async |pragma: &str| {
            let query = AssertSqlSafe(format!("SELECT * FROM {pragma}('{table}')"));
            sqlx::query(query).fetch_all(&pool).await.expect("a pragma")
        };
        let mut key = Vec::new();
        for row in rows("pragma_table_info").await {
            let (name, declared): (String, String) = (row.get("name"), row.get("type"));
            let place: i64 = row.get("pk");
            // A primary key's column may be null in SQLite unless it says otherwise.
            schema.insert(column(
                &table,
                &name,
                &declared,
                row.get::<i64, _>("notnull") == 0 && place == 0,
            ));
            if place > 0 {
                key.push((place, name));
            }
        }
        key.sort();
        let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
        schema.insert(format!("primary key {table} ({})", key.join(", ")));
        for row in rows("pragma_foreign_key_list").await {
            let (from, to, target): (String, String, Option<String>) =
                (row.get("from"), row.get("table"), row.get("to"));
            let (update, delete): (String, String) = (row.get("on_update"), row.get("on_delete"));
            let target = target.unwrap_or_else(|| "id".to_owned());
            schema.insert(foreign_key(&table, &from, &to, &target, &update, &delete));
        }
        for row in rows("pragma_index_list").await {
            let (name, unique, origin): (String, i64, String) =
                (row.get("name"), row.get("unique"), row.get("origin"));
            if origin != "c" {
                continue;
            }
            let query = AssertSqlSafe(format!(
                "SELECT name FROM pragma_index_info('{name}') ORDER BY seqno"
            ));
            let columns = sqlx::query(query).fetch_all(&pool).await.expect("an index");
            let columns: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
            schema.insert(index(
                &name,
                &table,
                unique == 1,
                row.get::<i64, _>("partial") == 1,
                &columns,
            ));
        }
    }
    pool.close().await;
    schema
}

fn foreign_key(
    table: &str,
    from: &str,
    to: &str,
    target: &str,
    update: &str,
    delete: &str,
) -> String {
    format!("foreign key {table}.{from} -> {to}.{target}, on update {update}, on delete {delete}")
        .to_ascii_lowercase()
}

fn index(name: &str, table: &str, unique: bool, partial: bool, columns: &[String]) -> String {
    let kind = if unique { "unique index" } else { "index" };
    format!(
        "{kind} {name} on {table} ({}){}",
        columns.join(", "),
        if partial { ", partial" } else { "" }
    )
}

const POSTGRES_KEYS: &str = "SELECT rel.relname::text, con.contype::text, \
    array_to_string(array(SELECT att.attname::text FROM unnest(con.conkey) WITH ORDINALITY AS k(n, o) \
      JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = k.n ORDER BY k.o), ', '), \
    target.relname::text, \
    array_to_string(array(SELECT att.attname::text FROM unnest(con.confkey) WITH ORDINALITY AS k(n, o) \
      JOIN pg_attribute att ON att.attrelid = con.confrelid AND att.attnum = k.n ORDER BY k.o), ', '), \
    con.confupdtype::text, con.confdeltype::text \
    FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid JOIN pg_namespace ns ON ns.oid = rel.relnamespace \
    LEFT JOIN pg_class target ON target.oid = con.confrelid \
    WHERE ns.nspname = 'public' AND con.contype IN ('p', 'f', 'c', 'u')";

const POSTGRES_INDEXES: &str = "SELECT ind.relname::text, rel.relname::text, i.indisunique, i.indpred IS NOT NULL, \
    array_to_string(array(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) AS k), ', ') \
    FROM pg_index i JOIN pg_class ind ON ind.oid = i.indexrelid JOIN pg_class rel ON rel.oid = i.indrelid \
    JOIN pg_namespace ns ON ns.oid = rel.relnamespace WHERE ns.nspname = 'public' AND NOT i.indisprimary";

async fn postgres(url: &str) -> Schema {
    let pool = sqlx::PgPool::connect(url)
        .await
        .expect("the database opens");
    let mut schema = Schema::new();
    let columns = sqlx::query(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text FROM information_schema.columns \
         WHERE table_schema = 'public'",
    );
    for row in columns.fetch_all(&pool).await.expect("columns") {
        let (table, name, declared, nullable): (String, String, String, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        schema.insert(column(&table, &name, &declared, nullable == "YES"));
        schema.insert(format!("table {table}"));
    }
    for row in sqlx::query(POSTGRES_KEYS)
        .fetch_all(&pool)
        .await
        .expect("keys")
    {
        let (table, kind, columns): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let rule = |code: String| {
            if code == "a" {
                "no action".to_owned()
            } else {
                code
            }
        };
        schema.insert(match kind.as_str() {
            "p" => format!("primary key {table} ({columns})"),
            "f" => foreign_key(
                &table,
                &columns,
                &row.get::<String, _>(3),
                &row.get::<String, _>(4),
                &rule(row.get(5)),
                &rule(row.get(6)),
            ),
            other => format!("constraint {other} on {table} ({columns})"),
        });
    }
    for row in sqlx::query(POSTGRES_INDEXES)
        .fetch_all(&pool)
        .await
        .expect("indexes")
    {
        let (name, table, columns): (String, String, String) = (row.get(0), row.get(1), row.get(4));
        let columns: Vec<String> = columns
            .split(", ")
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
        schema.insert(index(&name, &table, row.get(2), row.get(3), &columns));
    }
    pool.close().await;
    schema
}

async fn both() -> (Schema, Schema) {
    let (file, server) = (
        World::new(Engine::Sqlite).await,
        World::new(Engine::Postgres).await,
    );
    (
        sqlite(file.database_url()).await,
        postgres(server.database_url()).await,
    )
}

/// The table the migrations keep of themselves is the library's, with types of its own on each engine.
fn is_ours(line: &&String) -> bool {
    !line.contains("seaql_migrations")
}

#[tokio::test]
async fn both_engines_hold_one_schema() {
    let (file, server) = both().await;
    let only_file: Vec<&String> = file.difference(&server).filter(is_ours).collect();
    let only_server: Vec<&String> = server.difference(&file).filter(is_ours).collect();
    assert!(
        only_file.is_empty() && only_server.is_empty(),
        "only in SQLite: {only_file:#?}\nonly in PostgreSQL: {only_server:#?}"
    );
    let count = |kind: &str| {
        file.iter()
            .filter(|line| line.starts_with(kind))
            .filter(is_ours)
            .count()
    };
    let tables = count("table ");
    assert!(tables >= 13 && count("primary key ") == tables, "{file:#?}");
    assert!(
        count("column ") > 100
            && count("foreign key ") >= 10
            && count("unique index ") >= 8
            && count("index ") >= 5,
        "{file:#?}"
    );
}

/// What belongs to one institution says so in every row, and is found by that first.
#[tokio::test]
async fn every_table_of_a_tenant_names_its_owner() {
    let (_, server) = both().await;
    // Shared by all, or not any institution's.
    let shared = [
        "institutions",
        "years",
        "codes",
        "counters",
        "idempotency_keys",
        "windows",
        "clients",
        "audit",
        "idempotency_keys",
        "disclosure_keys",
        "releases",
        "release_files",
        "seaql_migrations",
    ];
    let tables: Vec<&str> = server
        .iter()
        .filter_map(|line| line.strip_prefix("table "))
        .filter(|table| !shared.contains(table))
        .collect();
    for table in &tables {
        assert!(
            server.contains(&format!("column {table}.institution_id: uuid")),
            "{table} has rows of nobody"
        );
    }
    assert!(tables.len() >= 7, "{tables:?}");
}

/// Nothing disappears by itself: no key cascades.
#[tokio::test]
async fn no_foreign_key_cascades() {
    let (file, _) = both().await;
    let cascading: Vec<&String> = file
        .iter()
        .filter(|line| {
            line.starts_with("foreign key ")
                && !line.ends_with("on update no action, on delete no action")
        })
        .collect();
    assert!(cascading.is_empty(), "{cascading:#?}");
}
