//! An institution's own exact figure beside its peers' protected ones, year by year.
//!
//! Peers are a group of the latest release, never one of the institution's own making: with a group of one's choice one
//! could ask for two that differ in a single institution.

use super::{Service, facts, releases};
use crate::access::{ReturnsRead, TenantScope};
use crate::fault::{Fault, Result};
use crate::sector::release::{Released, ReleasedCell, Table};
use crate::sector::{Attribute, Dimension, Query, RawQuery, answer};
use crate::store::ReleaseEntry;
use entity::values::{CellStatus, Hundredths};
use std::collections::BTreeSet;

/// All institutions as one's peers: meant where nobody is named.
const SECTOR: &str = "sector";
/// The measure that is meant where none is named.
const MEASURE: &str = "headcount";

/// A comparison over the years.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// The measure, parsed.
    pub query: Query,
    /// What makes the peers peers: an attribute, or `sector`.
    pub peers: &'static str,
    /// The release the peers' figures are from.
    pub release: ReleaseEntry,
    /// Year by year.
    pub years: Vec<Compared>,
}

/// One year of it.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The year.
    pub year: String,
    /// The institution's own value, exact and live.
    pub own: Option<Hundredths>,
    /// Whether and why there is one.
    pub status: CellStatus,
    /// The peers; none where nothing of them is given.
    pub group: Option<Peers>,
    /// Whether and why there is a median of theirs.
    pub group_status: CellStatus,
    /// In which quarter of the peers the own value lies.
    pub band: Option<Band>,
}

/// The peers of one year.
#[derive(Clone, Debug)]
pub struct Peers {
    /// The code of the group.
    pub code: String,
    /// The codes it stands for.
    pub stands_for: Vec<String>,
    /// How many contributed.
    pub contributors: Option<u32>,
    /// How many institutions of the registry are in the group.
    pub of: Option<u32>,
    /// Their median.
    pub median: Option<Hundredths>,
    /// Their quartiles.
    pub quartiles: Option<(Hundredths, Hundredths)>,
}

/// A quarter of the peers. A band and not a rank: a rank would tell the others'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Below the lower quartile.
    Lowest,
    /// From the lower quartile to below the median.
    BelowMedian,
    /// From the median to the upper quartile.
    AboveMedian,
    /// Above the upper quartile.
    Highest,
}

/// Compares an institution with a group of its peers.
///
/// # Errors
/// [`Fault::InvalidParameters`] for a measure or a group that is not on offer; [`Fault::NotFound`] before the first release.
pub async fn compare(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    measure: Option<&str>,
    peers: Option<&str>,
) -> Result<Benchmark> {
    let (measure, peers) = (measure.unwrap_or(MEASURE), peers.unwrap_or(SECTOR));
    let number = releases::latest(service).await?;
    let release = releases::get(service, number).await?;
    let raw = RawQuery {
        measure: measure.to_owned(),
        group_by: vec![Dimension::Year.as_str().to_owned()],
        ..RawQuery::default()
    };
    let query = Query::parse(raw, &service.codes())?;
    let released = release
        .content
        .measures
        .iter()
        .find(|one| one.measure == query.measure.name);
    let released = released.ok_or_else(|| {
        let offered: Vec<&str> = release
            .content
            .measures
            .iter()
            .map(|one| one.measure.as_str())
            .collect();
        Fault::parameter(
            "measure",
            "not-on-offer",
            format!(
                "{measure} is not in the latest release; on offer: {}.",
                offered.join(", ")
            ),
        )
    })?;
    let (name, table) = group(peers, released)?;
    let held = facts::of_own(service, scope).await?;
    let lists = service.codes();
    let own = answer(&query, &held.facts(&lists, service.now()));
    let code = held
        .members
        .first()
        .zip(attribute(name))
        .map(|(member, attribute)| member.code(attribute));
    let own_years = own.cells.iter().filter_map(|cell| cell.keys.first());
    let years: BTreeSet<&String> = own_years.chain(&table.years).collect();
    let compared = years.into_iter().map(|year| {
        let cell = own
            .cells
            .iter()
            .find(|cell| cell.keys.first() == Some(year));
        let value = cell.and_then(|cell| cell.value);
        let group = peers_in(table, year, code);
        Compared {
            year: year.clone(),
            own: value,
            status: cell.map_or(CellStatus::NotSupplied, |cell| cell.status),
            band: value
                .zip(group.as_ref())
                .and_then(|(value, group)| band(value, group)),
            group_status: group_status(table, year, group.as_ref()),
            group,
        }
    });
    let years = compared.collect();
    Ok(Benchmark {
        query,
        peers: name,
        release: release.entry.clone(),
        years,
    })
}

fn attribute(name: &str) -> Option<Attribute> {
    Attribute::ALL
        .into_iter()
        .find(|attribute| attribute.as_str() == name)
}

/// The table whose groups are the peers.
fn group<'a>(peers: &str, released: &'a Released) -> Result<(&'static str, &'a Table)> {
    let wanted: Option<Vec<Dimension>> = if peers == SECTOR {
        Some(Vec::new())
    } else {
        attribute(peers).map(|attribute| vec![Dimension::Institution(attribute)])
    };
    let table = wanted.and_then(|wanted| {
        released
            .tables
            .iter()
            .find(|table| table.dimensions == wanted)
    });
    let name = attribute(peers).map_or(SECTOR, Attribute::as_str);
    table.map(|table| (name, table)).ok_or_else(|| {
        let of = |table: &Table| match table.dimensions.as_slice() {
            [] => Some(SECTOR),
            [Dimension::Institution(attribute)] => Some(attribute.as_str()),
            _ => None,
        };
        let offered: Vec<&str> = released.tables.iter().filter_map(of).collect();
        Fault::parameter(
            "peers",
            "not-on-offer",
            format!(
                "Peers are a group of the latest release; on offer: {}.",
                offered.join(", ")
            ),
        )
    })
}

/// Whether the release gives a median of the peers: a group too small is withheld, and a year it has not is not.
fn group_status(table: &Table, year: &String, group: Option<&Peers>) -> CellStatus {
    match group.and_then(|group| group.median) {
        Some(Hundredths(0)) => CellStatus::Zero,
        Some(_) => CellStatus::Published,
        None if table.years.contains(year) => CellStatus::Withheld,
        None => CellStatus::NotApplicable,
    }
}

/// The peers of an institution with a code, in a year.
fn peers_in(table: &Table, year: &str, code: Option<&str>) -> Option<Peers> {
    let stands = |cell: &ReleasedCell| -> Vec<String> {
        let label = cell.codes.first();
        let merged = table
            .merged
            .iter()
            .find(|one| one.year == year && Some(&one.code) == label);
        merged.map_or_else(|| cell.codes.clone(), |merged| merged.stands_for.clone())
    };
    let cell = table.cells.iter().find(|cell| {
        let here = code.is_none_or(|code| stands(cell).iter().any(|one| one == code));
        cell.year == year && here
    })?;
    Some(Peers {
        code: cell
            .codes
            .first()
            .cloned()
            .unwrap_or_else(|| SECTOR.to_owned()),
        stands_for: stands(cell),
        contributors: cell.contributors,
        of: cell.of,
        median: cell.median.map(Hundredths),
        quartiles: cell
            .quartiles
            .map(|(lower, upper)| (Hundredths(lower), Hundredths(upper))),
    })
}

fn band(value: Hundredths, peers: &Peers) -> Option<Band> {
    let (median, (lower, upper)) = peers.median.zip(peers.quartiles)?;
    Some(if value < lower {
        Band::Lowest
    } else if value < median {
        Band::BelowMedian
    } else if value <= upper {
        Band::AboveMedian
    } else {
        Band::Highest
    })
}
