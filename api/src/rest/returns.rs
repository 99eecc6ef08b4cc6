//! `/v1/institutions/{slug}/returns`.

use super::files::{XLSX, streamed};
use super::query::{Strict, code};
use super::tenant::Tenant;
use crate::access::ReturnsRead;
use crate::fault::{Fault, Noun};
use crate::http::{Problem, accept, tagged, whole};
use crate::operations::changes;
use crate::operations::returns::{self, ReturnKey};
use crate::operations::rows::read as rows;
use crate::store::{AtVersion, PageRequest, ReturnFilter, RowFilter};
use crate::views::{Page, Return, ReturnChange, ReturnVersion};
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// What a list of returns may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReturnQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Dataset.
    dataset: Option<String>,
    /// Academic year.
    year: Option<String>,
    /// State.
    state: Option<String>,
    /// The moment (RFC 3339) to list for: the revisions that stood then.
    as_of: Option<DateTime<Utc>>,
}

/// Which revisions of a return are meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RevisionQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// The moment (RFC 3339) by which they were submitted.
    as_of: Option<DateTime<Utc>>,
}

/// Which rows that differ are meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// The revision before; where left out, the one before `to`.
    #[param(minimum = 1)]
    from: Option<i32>,
    /// The revision after; where left out, the open draft or the latest revision.
    #[param(minimum = 1)]
    to: Option<i32>,
    /// Instead of `to`: the revision that stood at a moment (RFC 3339).
    as_of: Option<DateTime<Utc>>,
}

/// Which version of a return is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtQuery {
    /// A revision by its number.
    #[param(minimum = 1)]
    pub revision: Option<i32>,
    /// The revision that stood at a moment (RFC 3339).
    pub as_of: Option<DateTime<Utc>>,
}

impl AtQuery {
    /// The version that is meant.
    pub fn at(&self) -> Result<AtVersion, Fault> {
        match (self.revision, self.as_of) {
            (None, None) => Ok(AtVersion::Current),
            (Some(number), None) => Ok(AtVersion::Revision(number)),
            (None, Some(moment)) => Ok(AtVersion::AsOf(moment)),
            (Some(_), Some(_)) => Err(Fault::parameter(
                "as_of",
                "one-of-two",
                "Name a revision or a moment, not both.",
            )),
        }
    }
}

/// List the institution's returns that were begun, without totals and checks; with `as_of`, those of which a revision stood.
#[utoipa::path(tag = "returns", params(ReturnQuery), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<Return>)))]
#[get("/v1/institutions/{slug}/returns")]
pub async fn list_returns(
    tenant: Tenant<ReturnsRead>,
    query: Strict<ReturnQuery>,
) -> Result<Page<Return>, Problem> {
    let query = query.0;
    let filter = ReturnFilter {
        dataset: code("dataset", query.dataset.as_deref())?,
        year: code("year", query.year.as_deref())?,
        state: code("state", query.state.as_deref())?,
    };
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?;
    let found = returns::list(&tenant.service, &tenant.scope, &filter, query.as_of, &page).await?;
    Ok(found.map(|at| Return::of(&tenant.slug, at)).into())
}

/// A return as a workbook: what it says of itself, its rows, and what the checks found.
async fn workbook(
    tenant: &Tenant<ReturnsRead>,
    key: ReturnKey,
    at: AtVersion,
    shown: &Return,
) -> Result<HttpResponse, Problem> {
    let about = serde_json::to_value(shown).map_err(|_| Fault::Internal)?;
    let wanted = rows::Wanted {
        key,
        at,
        filter: RowFilter::default(),
    };
    let service = Arc::clone(&tenant.service);
    let pieces = rows::workbook(&service, &tenant.scope, wanted, Some(about)).await?;
    let name = format!("{}-{}-{}-return.xlsx", tenant.slug, key.dataset, key.year);
    Ok(streamed(XLSX, &name, pieces))
}

/// Read where a return stands, with the totals of the version asked for and what the checks find; as a workbook with its rows beside.
///
/// A draft is always sent whole: other returns and the years may change what is found in it.
#[utoipa::path(tag = "returns", params(AtQuery), security(("bearer" = ["returns:read"])), responses(
    (status = 200, content((Return = "application/json"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}")]
pub async fn get_return(
    request: HttpRequest,
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    at: Strict<AtQuery>,
) -> Result<HttpResponse, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let form = accept::choose(&request, &["application/json", XLSX])?;
    let at = at.0.at()?;
    let found = Return::of(
        &tenant.slug,
        returns::get(&tenant.service, &tenant.scope, key, at).await?,
    );
    if form == XLSX {
        return workbook(&tenant, key, at, &found).await;
    }
    if found.settled() {
        Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
    } else {
        Ok(whole(found.version, HttpResponse::Ok(), &found))
    }
}

/// List a return's submitted revisions, oldest first; with `as_of`, those submitted by then.
#[utoipa::path(tag = "returns", params(RevisionQuery), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<ReturnVersion>)))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/revisions")]
pub async fn list_revisions(
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    query: Strict<RevisionQuery>,
) -> Result<Page<ReturnVersion>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let page = PageRequest::read(query.0.limit, query.0.cursor.as_deref())?;
    let as_of = query.0.as_of;
    let found = returns::revisions(&tenant.service, &tenant.scope, key, as_of, &page).await?;
    Ok(found.map(ReturnVersion::from).into())
}

/// Read one submitted revision of a return.
#[utoipa::path(tag = "returns", security(("bearer" = ["returns:read"])), responses((status = 200, body = Return)))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/revisions/{revision}")]
pub async fn get_revision(
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String, String)>,
) -> Result<Json<Return>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let number = path
        .3
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Revision))?;
    let found = returns::get(
        &tenant.service,
        &tenant.scope,
        key,
        AtVersion::Revision(number),
    )
    .await?;
    Ok(Json(Return::of(&tenant.slug, found)))
}

/// List the rows that differ between two versions of a return, by org unit and codes.
#[utoipa::path(tag = "returns", params(ChangeQuery), security(("bearer" = ["returns:read"])), responses((status = 200, body = Page<ReturnChange>)))]
#[get("/v1/institutions/{slug}/returns/{dataset}/{year}/changes")]
pub async fn list_changes(
    tenant: Tenant<ReturnsRead>,
    path: Path<(String, String, String)>,
    query: Strict<ChangeQuery>,
) -> Result<Page<ReturnChange>, Problem> {
    let key = ReturnKey::read(&path.1, &path.2)?;
    let query = query.0;
    let to = AtQuery {
        revision: query.to,
        as_of: query.as_of,
    };
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?;
    let (service, scope) = (&tenant.service, &tenant.scope);
    let found = changes::list(service, scope, key, query.from, to.at()?, &page).await?;
    Ok(found
        .map(|row| ReturnChange::of(key.definition(), row))
        .into())
}
