//! A page as an answer: JSON, with a `Link` header to the next one (RFC 8288).

use crate::views::Page;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

impl<T: Serialize> Responder for Page<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some(cursor) = &self.next {
            answer.insert_header((
                header::LINK,
                format!("<{}>; rel=\"next\"", following(request, cursor)),
            ));
        }
        answer.json(self)
    }
}

/// The request's address with another cursor.
fn following(request: &HttpRequest, cursor: &str) -> String {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != "cursor");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("cursor", cursor)
        .finish();
    format!("{}?{query}", request.path())
}
