//! What no route takes: 405 with the methods the address has, or 404; both as problems.

use crate::fault::Fault;
use crate::http::Problem;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi;

/// Addresses beside the documented ones, with their methods.
const OTHERS: &[(&str, &str)] = &[
    ("/", "GET, HEAD"),
    ("/graphql", "GET, HEAD, POST"),
    ("/schema.graphql", "GET, HEAD"),
    ("/graphiql", "GET, HEAD"),
    ("/graphiql/{file}", "GET, HEAD"),
    ("/docs/", "GET, HEAD"),
    ("/docs/{file}", "GET, HEAD"),
];

/// Answers a request that no route took.
pub async fn unmatched(
    request: HttpRequest,
    document: Data<OpenApi>,
) -> Result<HttpResponse, Problem> {
    Err(Problem(match methods(request.path(), &document) {
        Some(allow) => Fault::MethodNotAllowed { allow },
        None => Fault::NoSuchRoute,
    }))
}

/// Middleware, for [`actix_web::middleware::from_fn`]: a library's page that is not there answers 404 without a word, and
/// gets the problem of every other address where nothing lives.
pub async fn spelled_out<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let answer = next.call(request).await?;
    let wordless = !answer.headers().contains_key(CONTENT_TYPE);
    if answer.status() == StatusCode::NOT_FOUND && wordless {
        return Err(Problem(Fault::NoSuchRoute).into());
    }
    Ok(answer)
}

/// The methods of an address, as `Allow` lists them; `None` where nothing lives there.
fn methods(path: &str, document: &OpenApi) -> Option<String> {
    if let Some((_, allow)) = OTHERS.iter().find(|(template, _)| matches(template, path)) {
        return Some((*allow).to_owned());
    }
    // A literal address goes before one with a variable in the same place.
    let candidates = document
        .paths
        .paths
        .iter()
        .filter(|(template, _)| matches(template, path));
    let (_, item) = candidates.min_by_key(|(template, _)| template.matches('{').count())?;
    let methods = [
        ("GET, HEAD", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let there: Vec<&str> = methods
        .iter()
        .filter(|(_, operation)| operation.is_some())
        .map(|(name, _)| *name)
        .collect();
    Some(there.join(", "))
}

fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}
