//! When the demonstration's years are collected, reckoned from the day it begins.

use crate::access::{RegistryScope, RegistryWrite};
use crate::cli::output::Failure;
use crate::operations::years::{self, Window, Windows};
use crate::operations::{IfMatch, Service};
use chrono::{Days, NaiveDate};
use entity::values::DatasetName;
use std::collections::BTreeMap;

/// Opens three years of collection. The earlier two have no last day; the latest closes in four weeks, and one of its
/// datasets closed a week ago, so that something is late and something overdue.
pub async fn set(service: &Service, scope: &RegistryScope<RegistryWrite>) -> Result<(), Failure> {
    let today = service.now().date_naive();
    for (year, opens) in [("2022-23", 2023), ("2023-24", 2024), ("2024-25", 2025)] {
        let latest = year == "2024-25";
        let window = Window {
            // Figures are on 1 December; the months after are for gathering them.
            opens_on: NaiveDate::from_ymd_opt(opens, 12, 1)
                .min(today.checked_sub_days(Days::new(30))),
            closes_on: today.checked_add_days(Days::new(28)).filter(|_| latest),
        };
        let mut datasets = BTreeMap::new();
        if latest {
            let closed = Window {
                opens_on: None,
                closes_on: today.checked_sub_days(Days::new(7)),
            };
            datasets.insert(DatasetName::Representation.to_string(), closed);
        }
        let windows = Windows {
            year: window,
            datasets,
        };
        years::put(service, scope, year, IfMatch::Any, windows).await?;
    }
    Ok(())
}
