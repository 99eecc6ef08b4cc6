#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use super::{CallerName, ProblemName, RequestId, observe};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::test::{self, TestRequest};
use actix_web::{App, Error, HttpMessage, HttpRequest, HttpResponse, body, web};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// Log lines as JSON, in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let lines = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(move || lines.clone());
        tracing::subscriber::set_default(subscriber.finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn all(&self) -> Vec<serde_json::Value> {
        let text = self.text();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.filter(|line| line["target"] == "request").collect()
    }
}

async fn thing(request: HttpRequest) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().unwrap().0.clone();
    request
        .extensions_mut()
        .insert(CallerName("client-1".to_owned()));
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "max-age=60"))
        .body(id)
}

async fn broken() -> HttpResponse {
    let mut response = HttpResponse::InternalServerError().finish();
    response.extensions_mut().insert(ProblemName("internal"));
    response
}

async fn streamed() -> HttpResponse {
    let parts = ["abc", "de"].map(|part| Ok::<_, Error>(web::Bytes::from_static(part.as_bytes())));
    HttpResponse::Ok().streaming(futures::stream::iter(parts))
}

/// A service within that fails instead of answering.
async fn refusing(
    request: ServiceRequest,
    next: Next<impl body::MessageBody + 'static>,
) -> Result<ServiceResponse<impl body::MessageBody>, Error> {
    if request.path() == "/refused" {
        return Err(actix_web::error::ErrorImATeapot("no"));
    }
    next.call(request).await
}

/// Sends one request; gives back the answer's status, headers and body, whole.
async fn send(request: TestRequest) -> (StatusCode, actix_web::http::header::HeaderMap, String) {
    let app = App::new()
        .wrap(from_fn(refusing))
        .wrap(Compress::default())
        .wrap(from_fn(observe))
        .route("/things/{name}", web::post().to(thing))
        .route("/broken", web::get().to(broken))
        .route("/streamed", web::get().to(streamed));
    let service = test::init_service(app).await;
    match test::try_call_service(&service, request.to_request()).await {
        Ok(answer) => {
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = test::read_body(answer).await;
            (status, headers, String::from_utf8(body.to_vec()).unwrap())
        }
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = body::to_bytes(response.into_body()).await.unwrap();
            (status, headers, String::from_utf8(body.to_vec()).unwrap())
        }
    }
}

#[actix_web::test]
async fn a_sane_id_is_kept_and_the_line_says_no_more_than_it_may() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let request = TestRequest::post()
        .uri("/things/private-name?token=s3cret")
        .insert_header(("X-Request-Id", "job_7.a-B"))
        .insert_header(("Authorization", "Bearer s3cret"))
        .insert_header(("Content-Length", "6"))
        .set_payload("s3cret");
    let (status, headers, body) = send(request).await;
    assert_eq!((status.as_u16(), body.as_str()), (200, "job_7.a-B"));
    assert_eq!(headers.get("x-request-id").unwrap(), "job_7.a-B");
    let line = &lines.all()[0];
    assert_eq!(lines.all().len(), 1);
    assert_eq!(line["request_id"], "job_7.a-B");
    assert_eq!(line["method"], "POST");
    assert_eq!(line["route"], "/things/{name}");
    assert_eq!(line["status"], 200);
    assert_eq!(line["caller"], "client-1");
    assert_eq!(line["bytes_in"], 6);
    assert_eq!(line["bytes_out"], 9);
    assert_eq!(line["level"], "INFO");
    assert!(line["duration_micros"].is_u64() && line["statements"].is_u64());
    assert!(line.get("code").is_none());
    assert!(!lines.text().contains("s3cret") && !lines.text().contains("private-name"));
}

#[actix_web::test]
async fn an_insane_id_is_replaced() {
    let long = "a".repeat(65);
    for id in ["", "a b", "a\"b", "a/b", long.as_str()] {
        let (_, headers, _) = send(TestRequest::get().insert_header(("X-Request-Id", id))).await;
        let made = headers.get("x-request-id").unwrap().to_str().unwrap();
        assert!(
            made.len() == 32 && made.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}: {made}"
        );
        let (_, other, _) = send(TestRequest::get()).await;
        assert_ne!(other.get("x-request-id").unwrap(), made);
    }
}

#[actix_web::test]
async fn a_trace_is_joined() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (header, taken) in [
        (format!("00-{trace}-00f067aa0ba902b7-01"), true),
        (format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), false),
        (
            format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            false,
        ),
        ("nonsense".to_owned(), false),
    ] {
        let (_, headers, _) =
            send(TestRequest::get().insert_header(("traceparent", header.as_str()))).await;
        assert_eq!(
            headers.get("x-request-id").unwrap() == trace,
            taken,
            "{header}"
        );
    }
}

#[actix_web::test]
async fn every_answer_bears_the_headers() {
    for (request, status, cache) in [
        (TestRequest::post().uri("/things/a"), 200, "max-age=60"),
        (TestRequest::get().uri("/nowhere"), 404, "no-store"),
        (TestRequest::get().uri("/broken"), 500, "no-store"),
        (TestRequest::get().uri("/refused"), 418, "no-store"),
        (TestRequest::get().uri("/streamed"), 200, "no-store"),
    ] {
        let (got, headers, _) = send(request).await;
        assert_eq!(got.as_u16(), status);
        assert_eq!(headers.get("cache-control").unwrap(), cache);
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(headers.get("referrer-policy").unwrap(), "no-referrer");
        assert_eq!(headers.get("x-frame-options").unwrap(), "DENY");
        let policy = headers
            .get("content-security-policy")
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'")
        );
        assert_eq!(headers.get("x-request-id").unwrap().len(), 32);
    }
}

#[actix_web::test]
async fn failures_are_warnings_with_their_code_and_errors_are_logged() {
    let lines = Lines::default();
    let _guard = lines.listen();
    send(TestRequest::get().uri("/broken")).await;
    let (_, _, body) = send(TestRequest::get().uri("/refused")).await;
    assert_eq!(body, "no");
    send(TestRequest::get().uri("/nowhere")).await;
    let all = lines.all();
    assert_eq!(all.len(), 3);
    assert_eq!(
        (&all[0]["level"], &all[0]["code"]),
        (&"WARN".into(), &"internal".into())
    );
    assert_eq!(
        (&all[1]["status"], &all[1]["caller"]),
        (&418.into(), &"anonymous".into())
    );
    assert_eq!(
        (&all[2]["status"], &all[2]["route"]),
        (&404.into(), &"unmatched".into())
    );
}

#[actix_web::test]
async fn a_stream_is_counted_to_its_end() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let (_, _, body) = send(TestRequest::get().uri("/streamed")).await;
    assert_eq!(body, "abcde");
    assert_eq!(lines.all().len(), 1);
    assert_eq!(lines.all()[0]["bytes_out"], 5);
}
