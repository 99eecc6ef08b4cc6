//! Academic years and when their returns are collected.

use super::returns::ReturnKey;
use super::{IfMatch, Service};
use crate::access::{RegistryScope, RegistryWrite};
use crate::fault::{Fault, Noun, Result, Violation};
use chrono::NaiveDate;
use entity::values::{AcademicYear, DatasetName};
use entity::windows;
use entity::years::Model;
use std::collections::BTreeMap;

/// First and last day; none where not set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// First day on which a return may be submitted.
    pub opens_on: Option<NaiveDate>,
    /// Last day on which it is in time.
    pub closes_on: Option<NaiveDate>,
}

impl Window {
    /// This window, with days that it does not set taken from another.
    fn over(self, other: Self) -> Self {
        Self {
            opens_on: self.opens_on.or(other.opens_on),
            closes_on: self.closes_on.or(other.closes_on),
        }
    }

    fn backwards(self) -> bool {
        matches!((self.opens_on, self.closes_on), (Some(opens), Some(closes)) if closes < opens)
    }
}

/// A year with the windows of its datasets, as far as they differ from its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year and its own window.
    pub row: Model,
    /// Windows of single datasets.
    pub datasets: BTreeMap<DatasetName, Window>,
}

/// When a year is to be collected.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    /// The year's own window.
    pub year: Window,
    /// Windows of single datasets, by name; a day that is not set is the year's.
    pub datasets: BTreeMap<String, Window>,
}

fn by_dataset(rows: Vec<windows::Model>) -> BTreeMap<DatasetName, Window> {
    let window = |row: windows::Model| {
        let window = Window {
            opens_on: row.opens_on,
            closes_on: row.closes_on,
        };
        (row.dataset, window)
    };
    rows.into_iter().map(window).collect()
}

/// Every year, oldest first.
pub async fn list(service: &Service) -> Result<Vec<Year>> {
    let scope = RegistryScope::public();
    let registry = service.store.registry(&scope);
    let mut windows: BTreeMap<AcademicYear, Vec<windows::Model>> = BTreeMap::new();
    for window in registry.windows(None).await? {
        windows.entry(window.year).or_default().push(window);
    }
    let years = registry.years().await?.into_iter().map(|row| Year {
        datasets: by_dataset(windows.remove(&row.year).unwrap_or_default()),
        row,
    });
    Ok(years.collect())
}

/// One year.
pub async fn get(service: &Service, year: &str) -> Result<Year> {
    let year: AcademicYear = year.parse().map_err(|_| Fault::NotFound(Noun::Year))?;
    let scope = RegistryScope::public();
    let registry = service.store.registry(&scope);
    Ok(Year {
        row: registry.year(year).await?,
        datasets: by_dataset(registry.windows(Some(year)).await?),
    })
}

/// When a return may be submitted and is in time; unbounded in a year that is not there.
pub(super) async fn window(service: &Service, key: ReturnKey) -> Result<Window> {
    let scope = RegistryScope::public();
    let registry = service.store.registry(&scope);
    let year = match registry.year(key.year).await {
        Ok(row) => Window {
            opens_on: row.opens_on,
            closes_on: row.closes_on,
        },
        Err(Fault::NotFound(_)) => Window::default(),
        Err(fault) => return Err(fault),
    };
    let own = by_dataset(registry.windows(Some(key.year)).await?);
    let own = own.get(&key.dataset).copied().unwrap_or_default();
    Ok(own.over(year))
}

/// Every dataset of a year that the board set a day for, with its window, by year and dataset.
pub(super) async fn collected(
    service: &Service,
) -> Result<BTreeMap<(AcademicYear, DatasetName), Window>> {
    let mut found = BTreeMap::new();
    for Year { row, datasets } in list(service).await? {
        let of_year = Window {
            opens_on: row.opens_on,
            closes_on: row.closes_on,
        };
        for dataset in DatasetName::ALL {
            let own = datasets.get(dataset).copied().unwrap_or_default();
            let window = own.over(of_year);
            if window != Window::default() {
                found.insert((row.year, *dataset), window);
            }
        }
    }
    Ok(found)
}

/// Reads the windows of datasets; every fault at once.
fn checked(wanted: &Windows) -> Result<BTreeMap<DatasetName, Window>> {
    let mut faults = Vec::new();
    let mut datasets = BTreeMap::new();
    let backwards = |pointer: String| {
        Violation::at(
            pointer,
            "before-opening",
            "The last day is before the first.",
        )
    };
    if wanted.year.backwards() {
        faults.push(backwards("/closes_on".to_owned()));
    }
    for (name, window) in &wanted.datasets {
        match name.parse::<DatasetName>() {
            Ok(dataset) => {
                // What is wrong with the year's own window is told once.
                let merged = window.over(wanted.year);
                if merged.backwards() && *window != Window::default() {
                    faults.push(backwards(format!("/datasets/{dataset}/closes_on")));
                }
                datasets.insert(dataset, *window);
            }
            Err(fault) => {
                let name: String = name.chars().take(60).collect();
                let token = name.replace('~', "~0").replace('/', "~1");
                faults.push(Violation::at(
                    format!("/datasets/{token}"),
                    "unknown-code",
                    format!("{fault}."),
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(datasets)
    } else {
        Err(Fault::InvalidBody(faults))
    }
}

/// Sets when a year's returns are collected; what is not named is not set any more.
pub async fn put(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    year: &str,
    if_match: IfMatch,
    wanted: Windows,
) -> Result<Year> {
    let year: AcademicYear = year.parse().map_err(|_| Fault::NotFound(Noun::Year))?;
    let datasets = checked(&wanted)?;
    let now = service.now();
    let tx = service.store.begin_registry(scope).await?;
    let version = match tx.registry().year(year).await {
        Ok(before) => before.version,
        Err(Fault::NotFound(_)) => 0,
        Err(fault) => return Err(fault),
    };
    if_match.check(version)?;
    let Window {
        opens_on,
        closes_on,
    } = wanted.year;
    let row = Model {
        year,
        opens_on,
        closes_on,
        version: version + 1,
        updated_at: now,
    };
    tx.registry().put_year(row.clone()).await?;
    let rows = datasets.iter().map(|(dataset, window)| windows::Model {
        year,
        dataset: *dataset,
        opens_on: window.opens_on,
        closes_on: window.closes_on,
    });
    tx.registry().put_windows(year, rows.collect()).await?;
    let of_datasets: serde_json::Map<_, _> = datasets
        .iter()
        .map(|(dataset, window)| {
            let days =
                serde_json::json!({"opens_on": window.opens_on, "closes_on": window.closes_on});
            (dataset.to_string(), days)
        })
        .collect();
    let shape =
        serde_json::json!({"opens_on": opens_on, "closes_on": closes_on, "datasets": of_datasets});
    let line = service.change(now, "year.set", format!("years/{year}"));
    tx.audit(line.with(None, shape)).await?;
    tx.commit().await?;
    Ok(Year { row, datasets })
}
