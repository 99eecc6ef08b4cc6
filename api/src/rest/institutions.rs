//! `/v1/institutions`.

use super::patch::{self, lay, present};
use super::query::{Strict, code};
use crate::access::RegistryWrite;
use crate::http::{Body, Call, IfMatchHeader, Problem, tagged};
use crate::operations::institutions::{self, InstitutionInput};
use crate::store::{InstitutionFilter, PageRequest};
use crate::views::{Institution, Page};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What a list of institutions may be narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InstitutionQuery {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// `slug`, the order of the list, or `-slug`, the other way round.
    sort: Option<String>,
    /// Nation.
    nation: Option<String>,
    /// Kind of institution.
    kind: Option<String>,
    /// Mission group.
    mission_group: Option<String>,
    /// Signatory status.
    status: Option<String>,
    /// Region.
    region: Option<String>,
    /// Size band.
    size_band: Option<String>,
    /// Signing phase.
    phase: Option<String>,
}

/// A new institution.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstitution {
    /// Short name in addresses: 2 to 60 lower-case letters, digits and single hyphens.
    slug: String,
    /// Name as the institution writes it.
    name: String,
    /// Kind: `university`, `research-institute`, `funder`, `other`.
    kind: String,
    /// Nation: `england`, `scotland`, `wales`, `northern-ireland`, `uk-wide`, `outside-uk`.
    nation: String,
    /// Region of its main site; what the nation settles where left out, and `not-known` in England.
    region: Option<String>,
    /// Mission group; `none` where left out.
    mission_group: Option<String>,
    /// Size by published academic staff: `under-1000`, `1000-to-2999`, `3000-and-over`; `not-known` where left out.
    size_band: Option<String>,
    /// UK Provider Reference Number: eight digits, the first of them 1.
    ukprn: Option<String>,
    /// ROR id; its check number is verified.
    ror: Option<String>,
    /// Signatory status; `signatory` where left out.
    status: Option<String>,
    /// When it signed: a year, a month or a day.
    signed: Option<String>,
    /// Whether it was a founding signatory.
    founding: Option<bool>,
    /// Signing phase: `one` to `six`; `not-known` where left out.
    phase: Option<String>,
    /// Where the entry was taken from.
    source: Option<String>,
}

/// Changes to an institution: a member left out stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InstitutionPatch {
    /// Name.
    name: Option<String>,
    /// Kind.
    kind: Option<String>,
    /// Nation.
    nation: Option<String>,
    /// Region.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
    /// Size band.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    size_band: Option<Option<String>>,
    /// Mission group.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    mission_group: Option<Option<String>>,
    /// UK Provider Reference Number.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    ukprn: Option<Option<String>>,
    /// ROR id.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    ror: Option<Option<String>>,
    /// Signatory status.
    status: Option<String>,
    /// When it signed.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    signed: Option<Option<String>>,
    /// Signing phase.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phase: Option<Option<String>>,
    /// Where the entry was taken from.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    source: Option<Option<String>>,
}

/// List the institutions' public profiles.
#[utoipa::path(tag = "institutions", params(InstitutionQuery), security(()), responses((status = 200, body = Page<Institution>)))]
#[get("/v1/institutions")]
pub async fn list_institutions(
    call: Call,
    query: Strict<InstitutionQuery>,
) -> Result<Page<Institution>, Problem> {
    let query = query.0;
    let filter = InstitutionFilter {
        nation: code("nation", query.nation.as_deref())?,
        kind: code("kind", query.kind.as_deref())?,
        mission_group: code("mission_group", query.mission_group.as_deref())?,
        status: code("status", query.status.as_deref())?,
        region: code("region", query.region.as_deref())?,
        size_band: code("size_band", query.size_band.as_deref())?,
        phase: code("phase", query.phase.as_deref())?,
    };
    let page = PageRequest::read(query.limit, query.cursor.as_deref())?
        .sorted(query.sort.as_deref(), "slug")?;
    let found = institutions::list(&call.service, &filter, &page).await?;
    Ok(found.map(Institution::from).into())
}

/// Enter an institution.
#[utoipa::path(tag = "institutions", request_body = NewInstitution, security(("bearer" = ["registry:write"])), responses((status = 201, body = Institution)))]
#[post("/v1/institutions")]
pub async fn create_institution(
    request: HttpRequest,
    call: Call,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let scope = call.registry::<RegistryWrite>()?;
    let new: NewInstitution = body.json(&["application/json"]).await?;
    let input = InstitutionInput {
        slug: new.slug,
        name: new.name,
        kind: new.kind,
        nation: new.nation,
        region: new.region,
        mission_group: new.mission_group,
        size_band: new.size_band,
        ukprn: new.ukprn,
        ror: new.ror,
        status: new.status,
        signed: new.signed,
        founding: new.founding,
        phase: new.phase,
        source: new.source,
    };
    let made = Institution::from(institutions::create(&call.service, &scope, input).await?);
    let mut answer = HttpResponse::Created();
    answer.insert_header((header::LOCATION, format!("/v1/institutions/{}", made.slug)));
    Ok(tagged(&request, made.version, answer, &made))
}

/// Read an institution's public profile.
#[utoipa::path(tag = "institutions", security(()), responses((status = 200, body = Institution), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/institutions/{slug}")]
pub async fn get_institution(
    request: HttpRequest,
    call: Call,
    slug: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = Institution::from(institutions::get(&call.service, &slug).await?);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// Change an institution's profile (JSON Merge Patch).
#[utoipa::path(tag = "institutions", request_body(content = InstitutionPatch, content_type = "application/merge-patch+json"),
    security(("bearer" = ["registry:write"])), responses((status = 200, body = Institution)))]
#[patch("/v1/institutions/{slug}")]
pub async fn change_institution(
    request: HttpRequest,
    call: Call,
    slug: Path<String>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let scope = call.registry::<RegistryWrite>()?;
    let patch: InstitutionPatch = body.json(patch::MEDIA_TYPES).await?;
    let changed = institutions::update(&call.service, &scope, &slug, if_match.0, |input| {
        lay(&mut input.name, patch.name);
        lay(&mut input.kind, patch.kind);
        lay(&mut input.nation, patch.nation);
        lay(&mut input.region, patch.region);
        lay(&mut input.mission_group, patch.mission_group);
        lay(&mut input.size_band, patch.size_band);
        lay(&mut input.ukprn, patch.ukprn);
        lay(&mut input.ror, patch.ror);
        lay(&mut input.status, patch.status.map(Some));
        lay(&mut input.signed, patch.signed);
        lay(&mut input.phase, patch.phase);
        lay(&mut input.source, patch.source);
    });
    let changed = Institution::from(changed.await?);
    Ok(tagged(
        &request,
        changed.version,
        HttpResponse::Ok(),
        &changed,
    ))
}
