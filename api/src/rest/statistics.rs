//! Answers about the sector in the form the caller likes best, with their entity tag.

use super::files;
use crate::fault::Result;
use crate::http::accept;
use crate::http::conditional::known;
use crate::operations::Service;
use crate::operations::sector::Answered;
use crate::operations::statistics::{FORMS, JSON, tag, written};
use crate::views::SectorAnswer;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

/// An answer in the form that `Accept` names.
pub fn answer(
    request: &HttpRequest,
    service: &Service,
    answered: &Answered,
) -> Result<HttpResponse> {
    let form = accept::choose(request, FORMS)?;
    let tag = format!("\"{}\"", tag(answered, form));
    if known(request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    let mut response = if form == JSON {
        HttpResponse::Ok().json(SectorAnswer::from(answered))
    } else {
        let file = written(service, answered, form)?;
        files::whole(file.media_type, &file.name, file.bytes)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = header::HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let vary = header::HeaderValue::from_static("Accept, Authorization");
    headers.insert(header::VARY, vary);
    Ok(response)
}
