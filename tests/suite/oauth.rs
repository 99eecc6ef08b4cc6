//! Tokens: how a program gets one, what it may ask for, and every forged or stale one that is refused.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Engine, Persona, Reply, World, beginning, on_both_engines};

const FORM: &str = "application/x-www-form-urlencoded";
const OWN: &str = "/v1/institutions/lancaster/org-units";
const EVERY_SCOPE: &str = "institution:read org-units:write returns:read returns:write returns:submit plans:read plans:write audit:read institution:export registry:read";

async fn ask(world: &World, form: &str) -> Reply {
    world
        .request(Method::POST, "/oauth/token")
        .body(FORM, form)
        .send()
        .await
}

async fn ask_basic(world: &World, id: &str, secret: &str, form: &str) -> Reply {
    let pair = STANDARD.encode(format!("{id}:{secret}"));
    let request = world
        .request(Method::POST, "/oauth/token")
        .header("authorization", &format!("Basic {pair}"));
    request.body(FORM, form).send().await
}

fn with_secret(world: &World, rest: &str) -> String {
    format!(
        "client_id=lancaster&client_secret={}{rest}",
        world.secret(Persona::Lancaster)
    )
}

async fn with_token(world: &World, token: &str) -> Reply {
    world
        .request(Method::GET, OWN)
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
}

/// Refused as RFC 6749, section 5.2 has it, and never kept by a cache.
#[track_caller]
fn assert_refused(reply: &Reply, status: u16, error: &str, description: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({"error": error, "error_description": description})
    );
    assert_eq!(reply.header("cache-control"), "no-store");
    let challenge = if status == 401 {
        "Basic realm=\"technician-metrics\""
    } else {
        ""
    };
    assert_eq!(reply.header("www-authenticate"), challenge);
}

/// Refused as RFC 6750, section 3.1 has it.
#[track_caller]
fn assert_invalid(reply: &Reply) {
    assert_eq!(reply.problem(401), "invalid-token");
    assert_eq!(
        reply.header("www-authenticate"),
        "Bearer realm=\"technician-metrics\", error=\"invalid_token\""
    );
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

/// Header and claims of a token.
fn opened(token: &str) -> (Value, Value) {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    (part(parts[0]), part(parts[1]))
}

fn packed(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of any header and claims, signed by `sign`.
fn made(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", packed(header), packed(claims));
    format!(
        "{message}.{}",
        URL_SAFE_NO_PAD.encode(sign(message.as_bytes()))
    )
}

on_both_engines! {
    async fn a_token_is_given_for_a_secret_in_the_body_or_in_the_header(world: World) {
        let by_body = ask(&world, &with_secret(&world, "&grant_type=client_credentials")).await.expect(200);
        assert_eq!(by_body.header("cache-control"), "no-store");
        assert_eq!(by_body.header("content-type"), "application/json");
        let answer = by_body.json();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 900);
        assert_eq!(answer["scope"], EVERY_SCOPE);
        let secret = world.secret(Persona::Lancaster);
        let by_basic = ask_basic(&world, "lancaster", secret, "grant_type=client_credentials").await.expect(200);
        assert_eq!(by_basic.json()["scope"], EVERY_SCOPE);
        for answer in [by_body, by_basic] {
            with_token(&world, answer.json()["access_token"].as_str().expect("a token")).await.expect(200);
        }
        let board = format!("grant_type=client_credentials&client_id=board&client_secret={}", world.secret(Persona::Board));
        assert_eq!(ask(&world, &board).await.expect(200).json()["scope"], "returns:review registry:read registry:write participation:read releases:write sector:exact");
    }

    async fn a_secret_is_shown_once_and_rightly_or_there_is_no_token(world: World) {
        let unknown = "The client is not known or its secret is wrong.";
        for form in [
            "grant_type=client_credentials&client_id=lancaster&client_secret=wrong",
            "grant_type=client_credentials&client_id=nobody&client_secret=wrong",
            "grant_type=client_credentials&client_id=lancaster&client_secret=",
        ] {
            assert_refused(&ask(&world, form).await, 401, "invalid_client", unknown);
        }
        let others = format!("grant_type=client_credentials&client_id=edinburgh&client_secret={}", world.secret(Persona::Lancaster));
        assert_refused(&ask(&world, &others).await, 401, "invalid_client", unknown);
        let grant = "grant_type=client_credentials";
        assert_refused(&ask_basic(&world, "lancaster", "wrong", grant).await, 401, "invalid_client", unknown);
        let none = "No client credentials were shown.";
        assert_refused(&ask(&world, grant).await, 401, "invalid_client", none);
        assert_refused(&ask(&world, "grant_type=client_credentials&client_id=lancaster").await, 401, "invalid_client", none);
        let garbled = world.request(Method::POST, "/oauth/token").header("authorization", "Basic ???").body(FORM, grant);
        assert_refused(&garbled.send().await, 401, "invalid_client", none);
        let secret = world.secret(Persona::Lancaster);
        let twice = ask_basic(&world, "lancaster", secret, &with_secret(&world, "&grant_type=client_credentials")).await;
        assert_refused(&twice, 400, "invalid_request", "Show the secret once: in the header or in the body.");
    }

    async fn only_client_credentials_are_granted_and_a_form_says_everything_once(world: World) {
        let missing = ask(&world, &with_secret(&world, "")).await;
        assert_refused(&missing, 400, "invalid_request", "grant_type is missing.");
        for grant in ["password", "authorization_code", "refresh_token"] {
            let other = ask(&world, &with_secret(&world, &format!("&grant_type={grant}"))).await;
            assert_refused(&other, 400, "unsupported_grant_type", "Only client_credentials is granted here.");
        }
        let twice = "The form cannot be read, or names a parameter twice.";
        for repeated in ["grant_type=client_credentials&grant_type=client_credentials", "grant_type=client_credentials&client_id=lancaster"] {
            let reply = ask(&world, &with_secret(&world, &format!("&{repeated}"))).await;
            assert_refused(&reply, 400, "invalid_request", twice);
        }
        let as_json = world.request(Method::POST, "/oauth/token").json(&json!({"grant_type": "client_credentials"})).send().await;
        assert_refused(&as_json, 400, "invalid_request", "The body must be application/x-www-form-urlencoded.");
    }

    async fn a_scope_narrows_the_token_and_may_not_widen_it(world: World) {
        let narrow = with_secret(&world, "&grant_type=client_credentials&scope=plans%3Aread+institution%3Aread");
        let answer = ask(&world, &narrow).await.expect(200).json();
        assert_eq!(answer["scope"], "plans:read institution:read");
        let token = answer["access_token"].as_str().expect("a token");
        assert_eq!(opened(token).1["scope"], "plans:read institution:read");
        with_token(&world, token).await.expect(200);
        let write = world.post(Persona::Stranger, OWN).header("authorization", &format!("Bearer {token}"));
        let refused = write.json(&json!({"code": "x", "name": "X", "kind": "school"})).send().await;
        assert_eq!(refused.problem(403), "forbidden");
        assert_eq!(refused.json()["detail"], "This needs the scope org-units:write, which the caller does not hold.");
        for (asked, named) in [("registry%3Awrite", "registry:write"), ("plans%3Aread+sector%3Aexact", "sector:exact"), ("everything", "everything")] {
            let reply = ask(&world, &with_secret(&world, &format!("&grant_type=client_credentials&scope={asked}"))).await;
            assert_refused(&reply, 400, "invalid_scope", &format!("The client may not ask for {named}."));
        }
        let readonly = world.secret(Persona::LancasterReadonly);
        let form = format!("grant_type=client_credentials&client_id=lancaster-readonly&client_secret={readonly}&scope=plans%3Awrite");
        assert_refused(&ask(&world, &form).await, 400, "invalid_scope", "The client may not ask for plans:write.");
    }

    async fn metadata_and_keys_let_a_stranger_verify_a_token(world: World) {
        let base = world.base_url();
        let metadata = world.get(Persona::Stranger, "/.well-known/oauth-authorization-server").send().await.expect(200).json();
        assert_eq!(metadata, json!({
            "issuer": base,
            "token_endpoint": format!("{base}/oauth/token"),
            "jwks_uri": format!("{base}/.well-known/jwks.json"),
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": [
                "institution:read", "org-units:write", "returns:read", "returns:write", "returns:submit", "returns:review",
                "plans:read", "plans:write", "audit:read", "institution:export", "registry:read", "registry:write", "participation:read", "releases:write", "sector:exact",
            ],
            "service_documentation": format!("{base}/docs/"),
        }));
        let keys = world.get(Persona::Stranger, "/.well-known/jwks.json").send().await.expect(200).json();
        let key = &keys["keys"][0];
        assert_eq!(keys["keys"].as_array().expect("keys").len(), 1);
        let members: Vec<&String> = key.as_object().expect("a key").keys().collect();
        assert_eq!(members, ["kty", "crv", "use", "alg", "kid", "x"], "and nothing private");
        assert_eq!((&key["kty"], &key["crv"], &key["use"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig"), &json!("EdDSA")));
        let token = world.token(Persona::Lancaster).await.expect("a token");
        let (header, claims) = opened(&token);
        assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": key["kid"]}));
        let (message, signature) = token.rsplit_once('.').expect("a signature");
        let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().expect("a point")).expect("base64url");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        UnparsedPublicKey::new(&ED25519, public).verify(message.as_bytes(), &signature).expect("it verifies");
        let lancaster = world.get(Persona::Stranger, "/v1/institutions/lancaster").send().await.expect(200).json();
        let now = beginning().timestamp();
        assert_eq!(claims, json!({
            "iss": base, "aud": base, "sub": "lancaster", "client_id": "lancaster", "scope": EVERY_SCOPE,
            "role": "institution-client", "institution": lancaster["id"], "iat": now, "exp": now + 900, "jti": claims["jti"],
        }));
        world.clock.advance(Duration::seconds(1));
        let again = ask(&world, &with_secret(&world, "&grant_type=client_credentials")).await.expect(200).json();
        let (_, second) = opened(again["access_token"].as_str().expect("a token"));
        assert_ne!(second["jti"], claims["jti"]);
    }

    async fn a_token_lives_fifteen_minutes_by_the_service_s_clock(world: World) {
        let used = world.token(Persona::Lancaster).await.expect("a token");
        let kept = world.token(Persona::LancasterReadonly).await.expect("a token");
        with_token(&world, &used).await.expect(200);
        world.advance(Duration::seconds(899));
        with_token(&world, &used).await.expect(200);
        world.advance(Duration::seconds(1));
        // Whether its signature was checked before makes no difference.
        assert_invalid(&with_token(&world, &used).await);
        assert_invalid(&with_token(&world, &kept).await);
        world.advance(Duration::minutes(1));
        assert_invalid(&with_token(&world, &used).await);
        with_token(&world, &world.token(Persona::Lancaster).await.expect("a token")).await.expect(200);
    }

    async fn a_forged_token_is_refused_however_it_was_made(world: World) {
        let token = world.token(Persona::Lancaster).await.expect("a token");
        let (header, claims) = opened(&token);
        let keys = world.get(Persona::Stranger, "/.well-known/jwks.json").send().await.expect(200).json();
        let public = URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().expect("a point")).expect("base64url");
        let own = Ed25519KeyPair::generate().expect("a key");
        let by_own = |message: &[u8]| own.sign(message).as_ref().to_vec();
        let by_public = |key: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            move |message: &[u8]| hmac::sign(&key, message).as_ref().to_vec()
        };
        let altered = |member: &str, value: Value| {
            let mut header = header.clone();
            header[member] = value;
            header
        };
        let mut wider = claims.clone();
        wider["scope"] = json!("sector:exact");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let forged = [
            ("alg none", made(&altered("alg", json!("none")), &claims, |_| Vec::new())),
            ("alg none, the signature left", format!("{}.{}.{signature}", packed(&altered("alg", json!("none"))), packed(&claims))),
            ("another key under our kid", made(&header, &claims, by_own)),
            ("another key, without a kid", made(&json!({"typ": "at+jwt", "alg": "EdDSA"}), &claims, by_own)),
            ("HS256 with the public key", made(&altered("alg", json!("HS256")), &claims, by_public(&public))),
            ("HS256 with the public key as text", made(&altered("alg", json!("HS256")), &claims, by_public(keys["keys"][0]["x"].as_str().expect("a point").as_bytes()))),
            ("other claims under our signature", format!("{}.{}.{signature}", packed(&header), packed(&wider))),
            ("no signature", format!("{signed}.")),
            ("cut off", signed.to_owned()),
            ("not a token", "lancaster".to_owned()),
            ("empty", String::new()),
            ("a very long one", "a".repeat(20_000)),
        ];
        for (how, token) in forged {
            let reply = with_token(&world, &token).await;
            assert_eq!(reply.status, 401, "{how}");
            assert_invalid(&reply);
        }
        with_token(&world, &token).await.expect(200);
    }

    async fn a_resource_takes_bearer_tokens_only(world: World) {
        let pair = STANDARD.encode(format!("lancaster:{}", world.secret(Persona::Lancaster)));
        let token = world.token(Persona::Lancaster).await.expect("a token");
        for header in [format!("Basic {pair}"), token.clone(), format!("Token {token}"), "Bearer".to_owned()] {
            assert_invalid(&world.request(Method::GET, OWN).header("authorization", &header).send().await);
        }
        let without = world.get(Persona::Stranger, OWN).send().await;
        assert_eq!(without.problem(401), "unauthenticated");
        assert_eq!(without.header("www-authenticate"), "Bearer realm=\"technician-metrics\"");
        assert_eq!(without.header("cache-control"), "no-store");
        // The scheme's name is no matter of case (RFC 9110, section 11.1); a token in the query string is none.
        world.request(Method::GET, OWN).header("authorization", &format!("bearer {token}")).send().await.expect(200);
        let in_query = world.request(Method::GET, &format!("{OWN}?access_token={token}")).send().await;
        assert!(in_query.status == 400 || in_query.status == 401, "{}", in_query.text());
    }
}

/// What only the holder of the key could make is refused just so. One engine: the key lies beside the SQLite file, and
/// no database is asked.
#[tokio::test]
async fn our_own_key_is_not_enough() {
    let world = World::new(Engine::Sqlite).await;
    let token = world.token(Persona::Lancaster).await.expect("a token");
    let (header, claims) = opened(&token);
    let directory = world
        .database_url()
        .trim_start_matches("sqlite:")
        .trim_end_matches("world.db");
    let pem = std::fs::read_dir(directory)
        .expect("the data directory")
        .filter_map(|entry| {
            let text = std::fs::read_to_string(entry.expect("an entry").path()).ok()?;
            text.starts_with("-----BEGIN PRIVATE KEY-----")
                .then_some(text)
        });
    let pem = pem.last().expect("the signing key");
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&STANDARD.decode(body).expect("base64"))
        .expect("a key");
    let sign = |message: &[u8]| key.sign(message).as_ref().to_vec();
    with_token(&world, &made(&header, &claims, sign))
        .await
        .expect(200);
    let claim = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        made(&header, &claims, sign)
    };
    let mut nameless = claims.clone();
    nameless.as_object_mut().expect("claims").remove("exp");
    let now = beginning().timestamp();
    let forged = [
        (
            "another audience",
            claim("aud", json!("https://elsewhere.example")),
        ),
        (
            "another issuer",
            claim("iss", json!("https://elsewhere.example")),
        ),
        ("expired", claim("exp", json!(now))),
        ("from the future", claim("iat", json!(now + 3_600))),
        ("an unknown role", claim("role", json!("superuser"))),
        ("without an expiry", made(&header, &nameless, sign)),
        (
            "an identity token",
            made(
                &json!({"typ": "JWT", "alg": "EdDSA", "kid": header["kid"]}),
                &claims,
                sign,
            ),
        ),
        (
            "without a kid",
            made(&json!({"typ": "at+jwt", "alg": "EdDSA"}), &claims, sign),
        ),
        (
            "another kid",
            made(
                &json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "k2"}),
                &claims,
                sign,
            ),
        ),
    ];
    for (how, token) in forged {
        let reply = with_token(&world, &token).await;
        assert_eq!(reply.status, 401, "{how}");
        assert_invalid(&reply);
    }
    // A role that its scopes do not fit gets none of them.
    let board = claim("scope", json!("sector:exact registry:write"));
    let reply = world
        .request(Method::GET, "/v1/releases/1/decisions")
        .header("authorization", &format!("Bearer {board}"))
        .send()
        .await;
    assert_eq!(reply.problem(403), "forbidden");
}
