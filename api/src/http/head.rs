//! `HEAD` on every address that takes `GET` (RFC 9110, section 9.3.2).
//!
//! The request is answered as a `GET`; the connection sends the head of that answer and leaves the body out, for it
//! remembers what was asked. No handler knows of it.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

/// Middleware, for [`actix_web::middleware::from_fn`]; stands outside of routing and inside of what logs the method.
///
/// # Errors
/// Those of the services within.
pub async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
