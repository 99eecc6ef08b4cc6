//! Rows of a version, read back: a page, or all of them as a file that is made while it is sent.

use super::files::{Chunks, waiting};
use crate::access::{ReturnsRead, TenantScope};
use crate::domain::datasets::{Dataset, ORG_UNIT, Values};
use crate::fault::{Fault, Result, Violation};
use crate::formats;
use crate::formats::xlsx::write::RowsBook;
use crate::operations::Service;
use crate::operations::returns::{ReturnKey, version};
use crate::store::{AtVersion, Page, PageRequest, RowFilter, StoredRow};
use entity::return_versions::Model as Version;
use entity::values::{Doi, VersionState};
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use serde_json::Value;
use std::sync::Arc;

/// Rows page after page.
pub type Pages = BoxStream<'static, Result<Vec<StoredRow>>>;

/// Most codes a filter may name.
const MAX_FILTER: usize = 200;

/// Which rows of which version of a return are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The return.
    pub key: ReturnKey,
    /// The version.
    pub at: AtVersion,
    /// The rows.
    pub filter: RowFilter,
}

/// Reads filters: `org_unit` and every dimension of the dataset, each with codes parted by commas.
///
/// # Errors
/// [`Fault::InvalidParameters`] with every filter and code that is unknown.
pub async fn filter(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    key: ReturnKey,
    given: &[(String, String)],
) -> Result<RowFilter> {
    let dataset = key.definition();
    let lists = service.codes_current().await?;
    let mut filter = RowFilter {
        org_units: Vec::new(),
        codes: vec![Vec::new(); dataset.dimensions.len()],
    };
    let mut faults = Vec::new();
    for (name, text) in given {
        let texts: Vec<&str> = text.split(',').map(str::trim).collect();
        if texts.len() > MAX_FILTER {
            let message = format!("At most {MAX_FILTER} codes are taken.");
            faults.push(Violation::parameter(name, "too-many", message));
            continue;
        }
        if name == ORG_UNIT {
            let units = service.store.tenant(scope).org_units().await?;
            for text in texts {
                if units.iter().any(|unit| unit.code.as_str() == text) {
                    filter.org_units.push(text.to_owned());
                } else {
                    let message =
                        format!("\u{201c}{text}\u{201d} is not an org unit of this institution.");
                    faults.push(Violation::parameter(name, "unknown-org-unit", message));
                }
            }
            continue;
        }
        let place = dataset.dimension(name);
        let Some((dimension, wanted)) = place
            .and_then(|place| Some((dataset.dimensions.get(place)?, filter.codes.get_mut(place)?)))
        else {
            faults.push(unknown_parameter(dataset, name));
            continue;
        };
        for text in texts {
            let found = match dimension.values {
                Values::List(list) => {
                    let found = lists.find(list, text).map(|entry| entry.code.to_string());
                    found.ok_or_else(|| {
                        format!("\u{201c}{text}\u{201d} is not in the code list {list}.")
                    })
                }
                Values::Doi => text
                    .parse::<Doi>()
                    .map(|doi| doi.as_str().to_owned())
                    .map_err(|_| format!("\u{201c}{text}\u{201d} is not a DOI.")),
            };
            match found {
                Ok(code) => wanted.push(code),
                Err(message) => faults.push(Violation::parameter(name, "unknown-code", message)),
            }
        }
    }
    if faults.is_empty() {
        Ok(filter)
    } else {
        Err(Fault::InvalidParameters(faults))
    }
}

fn unknown_parameter(dataset: &Dataset, name: &str) -> Violation {
    let filters: Vec<&str> = std::iter::once(ORG_UNIT)
        .chain(dataset.dimensions.iter().map(|dimension| dimension.name))
        .collect();
    let message = format!(
        "There is no such parameter; rows of {} are narrowed by {}.",
        dataset.name,
        filters.join(", ")
    );
    Violation::parameter(name, "unknown-parameter", message)
}

/// A page of a version's rows; empty before anything was filled in.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    wanted: &Wanted,
    page: &PageRequest,
) -> Result<Page<StoredRow>> {
    let key = wanted.key;
    match version(service, scope, key, wanted.at).await? {
        Some(version) => {
            service
                .store
                .tenant(scope)
                .rows(key.definition(), version.id, &wanted.filter, page)
                .await
        }
        None => Ok(Page {
            items: Vec::new(),
            next: None,
        }),
    }
}

/// Where a reading through all rows has come.
struct Walk {
    service: Arc<Service>,
    scope: TenantScope<ReturnsRead>,
    wanted: Wanted,
    version: Version,
    /// The return's change count when the reading began, where the version is a draft.
    draft_at: Option<i64>,
    next: Step,
}

enum Step {
    From(Option<String>),
    Done,
}

impl Walk {
    /// The next page. A draft that was changed since the reading began breaks it off: half of the one and half of the
    /// other would be neither.
    async fn page(&mut self) -> Result<Option<Vec<StoredRow>>> {
        let Step::From(cursor) = &self.next else {
            return Ok(None);
        };
        let tenant = self.service.store.tenant(&self.scope);
        let key = self.wanted.key;
        let request = PageRequest::through(cursor.as_deref())?;
        let page = tenant
            .rows(
                key.definition(),
                self.version.id,
                &self.wanted.filter,
                &request,
            )
            .await?;
        if self.draft_at.is_some() && cursor.is_some() {
            let now = tenant.return_of(key.dataset, key.year).await?;
            if now.map(|now| now.version) != self.draft_at {
                return Err(Fault::WrongState {
                    is: "a draft that was changed while it was read",
                    needs: "left alone until it is read",
                });
            }
        }
        self.next = page.next.map_or(Step::Done, |next| Step::From(Some(next)));
        Ok(Some(page.items))
    }
}

/// Every row that is wanted, a page at a time. The first page is read before this returns, so that what is wrong with
/// the question is said in place of an answer.
pub async fn pages(
    service: &Arc<Service>,
    scope: &TenantScope<ReturnsRead>,
    wanted: Wanted,
) -> Result<Pages> {
    let key = wanted.key;
    let of = service
        .store
        .tenant(scope)
        .return_of(key.dataset, key.year)
        .await?;
    let Some(version) = version(service, scope, key, wanted.at).await? else {
        return Ok(futures::stream::empty().boxed());
    };
    let mut walk = Walk {
        service: Arc::clone(service),
        scope: scope.clone(),
        wanted,
        draft_at: of
            .filter(|_| version.state == VersionState::Draft)
            .map(|of| of.version),
        version,
        next: Step::From(None),
    };
    let first = walk.page().await?.unwrap_or_default();
    let rest = futures::stream::try_unfold(walk, |mut walk| async move {
        Ok(walk.page().await?.map(|page| (page, walk)))
    });
    Ok(futures::stream::iter([Ok(first)]).chain(rest).boxed())
}

/// Every row that is wanted as CSV, in the columns a replacement takes.
pub async fn csv(
    service: &Arc<Service>,
    scope: &TenantScope<ReturnsRead>,
    wanted: Wanted,
) -> Result<Chunks> {
    let dataset = wanted.key.definition();
    let columns: Vec<&str> = dataset.columns().collect();
    let header = formats::csv::write(&columns, std::iter::empty());
    let pages = pages(service, scope, wanted).await?;
    let lines = pages.and_then(move |rows| async move {
        formats::csv::lines(rows.into_iter().map(|row| texts(dataset, row)))
    });
    Ok(futures::stream::iter([header]).chain(lines).boxed())
}

/// A row as the cells of a text file.
pub(in crate::operations) fn texts(dataset: &Dataset, row: StoredRow) -> Vec<String> {
    let figures = dataset.measures.iter().zip(row.measures);
    let figures = figures.map(|(measure, figure)| {
        figure
            .map(|figure| measure.unit.shown(figure).to_string())
            .unwrap_or_default()
    });
    std::iter::once(row.org_unit)
        .chain(row.codes)
        .chain(figures)
        .collect()
}

/// Every row that is wanted as a workbook; with `about`, the return as it is shown, its sheets beside them.
pub async fn workbook(
    service: &Arc<Service>,
    scope: &TenantScope<ReturnsRead>,
    wanted: Wanted,
    about: Option<Value>,
) -> Result<Chunks> {
    let dataset = wanted.key.definition();
    let mut pages = pages(service, scope, wanted).await?;
    let mut book = blocking(move || RowsBook::begin(dataset, about)).await?;
    while let Some(rows) = pages.next().await.transpose()? {
        book = blocking(move || {
            for row in &rows {
                book.add(&row.org_unit, &row.codes, &row.measures)?;
            }
            Ok(book)
        })
        .await?;
    }
    let made = blocking(move || {
        let mut file = waiting()?;
        book.finish(&mut file)?;
        Ok(file)
    });
    made.await?.out().await
}

/// Work that would keep others waiting, done aside.
pub(in crate::operations) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Internal)?
}
