//! A panic becomes the problem `internal`: the caller hears of it, the connection and the worker go on.
//!
//! What the panic said goes nowhere but to the process's panic hook: it may quote what was sent.

use super::Problem;
use crate::fault::Fault;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;

/// Middleware, for [`actix_web::middleware::from_fn`]; stands around everything that answers.
///
/// Nothing of the request is looked at after a panic, so nothing can be seen half done; transactions roll back as they
/// are dropped.
///
/// # Errors
/// Those of the services within, and [`Fault::Internal`] for a panic.
pub async fn caught<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "unmatched".to_owned());
    if let Ok(answer) = AssertUnwindSafe(next.call(request)).catch_unwind().await {
        answer
    } else {
        tracing::error!(route, "a request panicked");
        Err(Problem(Fault::Internal).into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test may fail loudly, and this one must panic"
    )]
    use super::*;
    use actix_web::http::header::CONTENT_TYPE;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};

    async fn stumbles(path: web::Path<u32>) -> HttpResponse {
        assert!(path.into_inner() != 13, "it quotes a secret");
        HttpResponse::NoContent().finish()
    }

    #[actix_web::test]
    async fn a_panic_is_a_problem_that_quotes_nothing_and_the_next_request_is_answered() {
        let app = App::new()
            .route("/{number}", web::get().to(stumbles))
            .wrap(from_fn(caught));
        let app = init_service(app).await;
        let refused = try_call_service(&app, TestRequest::get().uri("/13").to_request())
            .await
            .unwrap_err();
        let answer = refused.error_response();
        assert_eq!(answer.status(), 500);
        assert_eq!(
            answer.headers().get(CONTENT_TYPE).unwrap(),
            "application/problem+json"
        );
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "type": "/problems/internal", "title": "A mistake of ours", "status": 500,
                "detail": "The cause is in the log under this request's id.", "code": "internal",
            })
        );
        let next = call_service(&app, TestRequest::get().uri("/12").to_request()).await;
        assert_eq!(next.status(), 204);
    }

    #[actix_web::test]
    async fn outside_of_it_the_answer_bears_the_headers_of_every_answer() {
        let app = App::new()
            .route("/{number}", web::get().to(stumbles))
            .wrap(from_fn(caught))
            .wrap(from_fn(crate::telemetry::observe));
        let app = init_service(app).await;
        let request = TestRequest::get()
            .uri("/13")
            .insert_header(("x-request-id", "it-was-13"))
            .to_request();
        let refused = try_call_service(&app, request)
            .await
            .unwrap_err()
            .error_response();
        assert_eq!(refused.headers().get("x-request-id").unwrap(), "it-was-13");
        assert_eq!(
            refused.headers().get("x-content-type-options").unwrap(),
            "nosniff"
        );
    }
}
