//! The rows, checked here by the rules the server has: those of the definition this program was built with, against the
//! server's code lists and the institution's org units.

use super::Push;
use super::file::{Content, Form};
use crate::cli::output::Failure;
use crate::cli::remote::{Refused, Remote};
use crate::domain::code_lists::{CodeEntry, CodeLists};
use crate::domain::datasets::Dataset;
use crate::domain::org_units::closed_from;
use crate::domain::rows::{Checker, KnownUnit, Row};
use crate::fault::Fault;
use crate::formats;
use chrono::NaiveDate;
use entity::ids::OrgUnitId;
use entity::values::{AcademicYear, Code, DatasetName};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// What rows are checked against.
pub struct Rules {
    dataset: &'static Dataset,
    year: AcademicYear,
    lists: CodeLists,
    units: HashMap<String, KnownUnit>,
    /// Whether the institution has its own headings and codes, which only the server translates.
    translated: bool,
}

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
        for name in dataset
            .dimensions
            .iter()
            .filter_map(|dimension| dimension.list())
        {
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
                };
                lists.add(name, entry);
            }
        }
        Ok(Self {
            dataset,
            year: push.year,
            lists,
            units: units(remote, &push.institution).await?,
            translated: translated(remote, &push.institution, push.dataset).await?,
        })
    }

    /// Every row of the file, or every fault in it; none where only the server can tell.
    pub fn rows(&self, content: &Content) -> Option<Result<Vec<Row>, Fault>> {
        let form = content.form;
        (!self.translated).then(|| self.rows_of(form, &content.plain))?
    }

    /// The rows of a table the server gave.
    pub fn rows_of_csv(&self, table: &[u8]) -> Result<Vec<Row>, Fault> {
        self.rows_of(Form::Csv, table).unwrap_or(Ok(Vec::new()))
    }

    fn rows_of(&self, form: Form, bytes: &[u8]) -> Option<Result<Vec<Row>, Fault>> {
        let mut checker = Checker::new(self.dataset, self.year, &self.lists, &self.units);
        let read = match form {
            Form::Csv => formats::csv::read_rows(bytes, self.dataset, &mut checker),
            Form::Json => formats::json::read_rows(bytes, self.dataset, &mut checker),
            Form::Ndjson | Form::Xlsx => return None,
        };
        Some(read.and_then(|()| checker.finish()))
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

/// Whether the institution has headings and codes of its own for a dataset.
async fn translated(remote: &Remote, slug: &str, dataset: DatasetName) -> Result<bool, Failure> {
    let path = format!("/v1/institutions/{slug}/column-mappings/{dataset}");
    match remote.get(&path).await {
        Ok(_) => Ok(true),
        Err(Refused {
            status: Some(StatusCode::NOT_FOUND),
            ..
        }) => Ok(false),
        Err(refused) => Err(refused.into()),
    }
}
