//! `/v1/code-lists`.

use crate::access::RegistryWrite;
use crate::fault::{Fault, Noun};
use crate::http::{Body, Call, IfMatchHeader, Problem, tagged};
use crate::operations::code_lists::{self, CodeInput};
use crate::views::{CodeEntry, CodeList, CodeListName, Page};
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, put};
use serde::Deserialize;
use utoipa::ToSchema;

/// A code of a list; what is left out is not set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// What it stands for.
    label: String,
    /// First academic year it may be used in; always could where left out.
    valid_from: Option<String>,
    /// Last academic year it may be used in; still can where left out.
    valid_to: Option<String>,
    /// The wider code of the list that it belongs to.
    parent: Option<String>,
    /// Whose code and label it is.
    source: String,
    /// Order within the list; where it stands, or at the end, where left out.
    position: Option<i32>,
}

/// List the code lists; there is one page.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Page<CodeListName>)))]
#[get("/v1/code-lists")]
pub async fn list_code_lists(call: Call) -> Result<Page<CodeListName>, Problem> {
    let lists = call.service.codes_current().await?;
    let items = lists.names().into_iter().map(|name| CodeListName {
        name: name.to_owned(),
        codes: lists.list(name).map_or(0, |codes| codes.len() as u64),
    });
    Ok(Page {
        items: items.collect(),
        next: None,
    })
}

/// Read a code list: its codes, the years they may be used in, and whose they are.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = CodeList)))]
#[get("/v1/code-lists/{list}")]
pub async fn get_code_list(call: Call, list: Path<String>) -> Result<Json<CodeList>, Problem> {
    let lists = call.service.codes_current().await?;
    let codes = lists.list(&list).ok_or(Fault::NotFound(Noun::CodeList))?;
    Ok(Json(CodeList::of(&list, codes)))
}

/// Read one code of a list.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = CodeEntry), (status = 304, description = "Unchanged since the entity tag of If-None-Match")))]
#[get("/v1/code-lists/{list}/codes/{code}")]
pub async fn get_code(
    request: HttpRequest,
    call: Call,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let found = CodeEntry::from(&code_lists::get(&call.service, &path.0, &path.1).await?);
    Ok(tagged(&request, found.version, HttpResponse::Ok(), &found))
}

/// Add a code to a list that is there, or rename, move or close one; a code is never removed.
#[utoipa::path(tag = "registry", request_body = CodeBody, security(("bearer" = ["registry:write"])), responses((status = 200, body = CodeEntry)))]
#[put("/v1/code-lists/{list}/codes/{code}")]
pub async fn set_code(
    request: HttpRequest,
    call: Call,
    path: Path<(String, String)>,
    if_match: IfMatchHeader,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let scope = call.registry::<RegistryWrite>()?;
    let code: CodeBody = body.json(&["application/json"]).await?;
    let input = CodeInput {
        label: code.label,
        valid_from: code.valid_from,
        valid_to: code.valid_to,
        parent: code.parent,
        source: code.source,
        position: code.position,
    };
    let set = code_lists::put(&call.service, &scope, &path.0, &path.1, if_match.0, input).await?;
    let set = CodeEntry::from(&set);
    Ok(tagged(&request, set.version, HttpResponse::Ok(), &set))
}
