//! The GraphiQL page, embedded as it was bundled. Nothing of it comes from another host.

use crate::fault::Fault;
use crate::http::Problem;
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::{EmbeddedFile, RustEmbed};

/// The bundle; empty where it was not built before the program was.
#[derive(RustEmbed)]
#[folder = "assets/graphiql/dist"]
#[allow_missing = true]
struct Bundle;

const INDEX: &str = "index.html";

/// What the page says where there is no bundle.
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>GraphiQL is not built</title>\n\
    <h1>GraphiQL is not built</h1>\n\
    <p>This program was compiled without the page. Run <code>npm ci &amp;&amp; node build.mjs</code> in \
    <code>api/assets/graphiql</code> and compile again.</p>\n\
    <p>The schema is at <a href=\"/schema.graphql\">/schema.graphql</a>; queries go to <code>POST /graphql</code>.</p>\n\
    </html>\n";

/// `GET /graphiql`
pub(super) async fn index(request: HttpRequest) -> HttpResponse {
    match Bundle::get(INDEX) {
        Some(file) => answer(&request, &file),
        None => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT),
    }
}

/// `GET /graphiql/{file}`
pub(super) async fn file(
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let file = Bundle::get(&name).ok_or(Fault::NoSuchRoute)?;
    Ok(answer(&request, &file))
}

/// A file with the digest of its bytes as entity tag; 304 where the caller has it already.
fn answer(request: &HttpRequest, file: &EmbeddedFile) -> HttpResponse {
    let tag = format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash())
    );
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut answer = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    if unchanged {
        return answer.finish();
    }
    let kind = file.metadata.mimetype();
    let charset = if kind.starts_with("text/") {
        "; charset=utf-8"
    } else {
        ""
    };
    answer
        .content_type(format!("{kind}{charset}"))
        .body(file.data.to_vec())
}
