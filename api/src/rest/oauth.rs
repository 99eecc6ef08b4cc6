//! OAuth 2.0: client credentials (RFC 6749, 4.4), metadata (RFC 8414), keys (RFC 7517).

use crate::access::Permission;
use crate::http::{Body, Call, Problem};
use crate::operations::authentication::{self, TokenFault};
use crate::telemetry::{CallerName, ProblemName};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most bytes of a token request.
const MAX_FORM: u64 = 16_384;

/// A token request, form-encoded.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials`.
    grant_type: Option<String>,
    /// Scopes, parted by spaces; every scope the client may have where left out.
    scope: Option<String>,
    /// The client's public name, unless it is in `Authorization: Basic`.
    client_id: Option<String>,
    /// The client's secret, unless it is in `Authorization: Basic`.
    client_secret: Option<String>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// A JWT (RFC 9068), for `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long it lives, in seconds.
    expires_in: i64,
    /// The scopes it holds.
    scope: String,
}

/// Why no token was given (RFC 6749, 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type`, `invalid_scope`.
    error: &'static str,
    /// For people.
    error_description: String,
}

/// Issue an access token to a client that shows its secret.
#[utoipa::path(tag = "access", request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    security((), ("basic" = [])),
    responses((status = 200, body = TokenResponse), (status = 400, body = TokenError), (status = 401, body = TokenError)))]
#[post("/oauth/token")]
pub async fn issue_token(
    request: HttpRequest,
    call: Result<Call, Problem>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    // A Basic header is no bearer token, so the call may be refused; the service is what is needed of it.
    let service = match call {
        Ok(call) => call.service,
        Err(_) => request
            .app_data()
            .cloned()
            .ok_or(crate::fault::Fault::Internal)?,
    };
    if let Err(_fault) = body.expect(&["application/x-www-form-urlencoded"]) {
        return Ok(refused(
            400,
            "invalid_request",
            "The body must be application/x-www-form-urlencoded.",
        ));
    }
    let bytes = body.bytes(MAX_FORM, MAX_FORM).await?;
    let Ok(form) = serde_urlencoded::from_bytes::<TokenRequest>(&bytes) else {
        return Ok(refused(
            400,
            "invalid_request",
            "The form cannot be read, or names a parameter twice.",
        ));
    };
    let basic = basic(&request);
    let (id, secret) = match (basic, form.client_id, form.client_secret) {
        (Some(Some(pair)), _, None) => pair,
        (None, Some(id), Some(secret)) => (id, secret),
        (Some(Some(_)), _, Some(_)) => {
            return Ok(refused(
                400,
                "invalid_request",
                "Show the secret once: in the header or in the body.",
            ));
        }
        (Some(None) | None, ..) => {
            return Ok(refused(
                401,
                "invalid_client",
                "No client credentials were shown.",
            ));
        }
    };
    match form.grant_type.as_deref() {
        Some("client_credentials") => {}
        None => return Ok(refused(400, "invalid_request", "grant_type is missing.")),
        Some(_) => return refusal(&TokenFault::Grant),
    }
    match authentication::issue(&service, &id, &secret, form.scope.as_deref()).await {
        Ok(issued) => {
            request.extensions_mut().insert(CallerName(id));
            Ok(HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .json(TokenResponse {
                    access_token: issued.token,
                    token_type: "Bearer",
                    expires_in: issued.expires_in,
                    scope: issued.scope,
                }))
        }
        Err(fault) => Ok(refusal(&fault)?),
    }
}

/// The pair of a Basic header: `None` without a header, `Some(None)` where it cannot be read.
fn basic(request: &HttpRequest) -> Option<Option<(String, String)>> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    Some((|| {
        let text = value.to_str().ok()?;
        let (scheme, encoded) = text.split_once(' ')?;
        let decoded = STANDARD
            .decode(encoded.trim())
            .ok()
            .filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        // RFC 6749, 2.3.1: both are form-encoded before they are joined.
        let plain = |text: &str| {
            form_urlencoded::parse(format!("v={text}").as_bytes())
                .next()
                .map(|pair| pair.1.into_owned())
        };
        Some((plain(id)?, plain(secret)?))
    })())
}

fn refusal(fault: &TokenFault) -> Result<HttpResponse, Problem> {
    Ok(match fault {
        TokenFault::Client => refused(
            401,
            "invalid_client",
            "The client is not known or its secret is wrong.",
        ),
        TokenFault::Grant => refused(
            400,
            "unsupported_grant_type",
            "Only client_credentials is granted here.",
        ),
        TokenFault::Scope(scope) => refused(
            400,
            "invalid_scope",
            &format!("The client may not ask for {scope}."),
        ),
        TokenFault::Service(fault) => return Err(Problem(fault.clone())),
    })
}

fn refused(status: u16, error: &'static str, description: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((
            header::WWW_AUTHENTICATE,
            "Basic realm=\"technician-metrics\"",
        ));
    }
    answer.extensions_mut().insert(ProblemName(error));
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(TokenError {
            error,
            error_description: description.to_owned(),
        })
}

/// What a client must know of this authorisation server (RFC 8414).
#[utoipa::path(tag = "access", security(()), responses((status = 200, body = serde_json::Value)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn get_authorization_server(call: Call) -> HttpResponse {
    let issuer = call.service.issuer().name();
    let scopes: Vec<&str> = Permission::ALL
        .iter()
        .map(|permission| permission.scope())
        .collect();
    HttpResponse::Ok().json(serde_json::json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": scopes,
        "service_documentation": format!("{issuer}/docs/"),
    }))
}

/// The public keys that access tokens are signed with (RFC 7517).
#[utoipa::path(tag = "access", security(()), responses((status = 200, body = serde_json::Value)))]
#[get("/.well-known/jwks.json")]
pub async fn get_signing_keys(call: Call) -> HttpResponse {
    HttpResponse::Ok().json(call.service.issuer().jwks())
}
