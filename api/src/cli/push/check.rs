//! The rows, checked here by the rules the server has: those of the definition this program was built with, against the
//! server's code lists and the institution's org units.

use super::Push;
use super::file::Form;
use crate::cli::output::Failure;
use crate::cli::remote::Remote;
use crate::domain::code_lists::{CodeEntry, CodeLists};
use crate::domain::column_mappings::{ColumnMapping, Translation};
use crate::domain::datasets::{Dataset, Dimension};
use crate::domain::org_units::closed_from;
use crate::domain::rows::{Against, Checker, Found, KnownUnit, Row};
use crate::fault::Fault;
use crate::formats;
use chrono::NaiveDate;
use entity::ids::OrgUnitId;
use entity::values::{AcademicYear, Code, DatasetName};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

/// What rows are checked against.
pub struct Rules(Against);

#[derive(Deserialize)]
struct Unit {
    id: OrgUnitId,
    code: String,
    closed_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct List {
    codes: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: Code,
    label: String,
    valid_from: Option<AcademicYear>,
    valid_to: Option<AcademicYear>,
    parent: Option<Code>,
    source: String,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

async fn read<T: DeserializeOwned>(remote: &Remote, path: &str) -> Result<T, Failure> {
    let answer = remote.get(path).await?;
    serde_json::from_slice(&answer.body).map_err(|fault| {
        Failure::new(format_args!(
            "{}{path} is not what this program understands: {fault}",
            remote.address()
        ))
    })
}

impl Rules {
    /// Reads from the server what the rules need.
    pub async fn of(push: &Push, remote: &Remote) -> Result<Self, Failure> {
        let dataset = Dataset::of(push.dataset);
        let mut lists = CodeLists::default();
        for name in dataset.dimensions.iter().filter_map(Dimension::list) {
            if lists.list(name).is_some() {
                continue;
            }
            let list: List = read(remote, &format!("/v1/code-lists/{name}")).await?;
            for entry in list.codes {
                let entry = CodeEntry {
                    code: entry.code,
                    label: entry.label,
                    valid_from: entry.valid_from,
                    valid_to: entry.valid_to,
                    parent: entry.parent,
                    source: entry.source,
                    position: 0,
                    version: 0,
                };
                lists.add(name, entry);
            }
        }
        let mapping = mapping(remote, &push.institution, push.dataset).await?;
        Ok(Self(Against {
            translation: Arc::new(Translation::of(dataset, mapping)),
            year: push.year,
            lists: Arc::new(lists),
            units: Arc::new(units(remote, &push.institution).await?),
        }))
    }

    /// Every row of a file, or every fault in it.
    pub fn rows(&self, form: Form, bytes: &[u8]) -> Result<Vec<Row>, Fault> {
        let columns = &self.0.translation;
        let mut checker = Checker::new(self.0.clone());
        let mut rows = Vec::new();
        let mut each = |found: Found<'_>| {
            rows.extend(checker.check(found));
            Ok(())
        };
        match form {
            Form::Csv => formats::csv::read_rows(bytes, columns, &mut each),
            Form::Json => formats::json_rows::read_rows(bytes, columns, &mut each),
            Form::Ndjson => formats::ndjson::read_rows(bytes, columns, &mut each),
            Form::Xlsx => formats::xlsx::read::read_rows(Cursor::new(bytes), columns, &mut each),
        }?;
        checker.finish()?;
        Ok(rows)
    }
}

/// The institution's org units by code, every page of them.
async fn units(remote: &Remote, slug: &str) -> Result<HashMap<String, KnownUnit>, Failure> {
    let mut found = HashMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/institutions/{slug}/org-units?limit=500{cursor}");
        let page: Page<Unit> = read(remote, &path).await?;
        for unit in page.items {
            let known = KnownUnit {
                id: unit.id,
                closed_from: unit.closed_on.and_then(closed_from),
            };
            found.insert(unit.code, known);
        }
        let Some(next) = page.next else {
            return Ok(found);
        };
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        cursor = format!("&cursor={next}");
    }
}

/// How the institution's own files name what the dataset names; as the dataset does where nothing was said.
async fn mapping(
    remote: &Remote,
    slug: &str,
    dataset: DatasetName,
) -> Result<ColumnMapping, Failure> {
    let path = format!("/v1/institutions/{slug}/column-mappings/{dataset}");
    let answer = match remote.get(&path).await {
        Ok(answer) => answer.json(),
        Err(refused) if refused.status == Some(StatusCode::NOT_FOUND) => Value::Null,
        Err(refused) => return Err(refused.into()),
    };
    // The view says more than the mapping; what it says of that is taken.
    let members = ["columns", "codes", "constants", "ignored"];
    let told = members.into_iter().filter_map(|member| {
        let value = answer.get(member)?.clone();
        Some((member.to_owned(), value))
    });
    Ok(serde_json::from_value(Value::Object(told.collect()))?)
}
