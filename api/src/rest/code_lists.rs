//! `/v1/code-lists`.

use crate::fault::{Fault, Noun};
use crate::http::{Call, Problem};
use crate::views::{CodeList, CodeListName, Page};
use actix_web::get;
use actix_web::web::{Json, Path};

/// List the code lists; there is one page.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Page<CodeListName>)))]
#[get("/v1/code-lists")]
pub async fn list_code_lists(call: Call) -> Page<CodeListName> {
    let lists = call.service.codes();
    let items = lists.names().into_iter().map(|name| CodeListName {
        name: name.to_owned(),
        codes: lists.list(name).map_or(0, |codes| codes.len() as u64),
    });
    Page {
        items: items.collect(),
        next: None,
    }
}

/// Read a code list: its codes, the years they may be used in, and whose they are.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = CodeList)))]
#[get("/v1/code-lists/{list}")]
pub async fn get_code_list(call: Call, list: Path<String>) -> Result<Json<CodeList>, Problem> {
    let lists = call.service.codes();
    let codes = lists.list(&list).ok_or(Fault::NotFound(Noun::CodeList))?;
    Ok(Json(CodeList::of(&list, codes)))
}
