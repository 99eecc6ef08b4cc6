//! What holds for every address: methods, media types, sizes, parameters, headers, and requests no library would send.

use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use tests::{Engine, Persona, Reply, World, document, on_both_engines};

const LIST: &str = "/v1/institutions";
const ROWS: &str = "/v1/institutions/lancaster/returns/headcount/2024-25/rows";
/// Nothing from another host, in nobody's frame.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

/// The head and as much of the body as came, of a request written by hand.
fn raw(world: &World, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(world.address()).expect("the server listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    stream.write_all(request).expect("it is taken");
    let mut answer = Vec::new();
    let mut chunk = [0_u8; 4_096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => answer.extend_from_slice(&chunk[..count]),
        }
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            if length.is_some_and(|length: usize| body.len() >= length) {
                break;
            }
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn raw_get(world: &World, target: &str) -> String {
    raw(
        world,
        format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes(),
    )
}

/// The problem of an answer read by hand, after checking that it is one.
#[track_caller]
fn raw_problem(answer: &str, status: u16) -> Value {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(
        head.to_ascii_lowercase()
            .contains("content-type: application/problem+json"),
        "{answer}"
    );
    serde_json::from_str(body).unwrap_or_else(|fault| panic!("{fault} in {answer}"))
}

/// The headers every answer bears, whatever it is.
#[track_caller]
fn assert_guarded(what: &str, reply: &Reply) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(reply.header("content-security-policy"), POLICY, "{what}");
    assert_eq!(reply.header("cache-control"), "no-store", "{what}");
    assert!(!reply.header("x-request-id").is_empty(), "{what}");
    for telling in ["server", "x-powered-by"] {
        assert_eq!(reply.header(telling), "", "{what}");
    }
}

/// An address of a template, with values that fit it.
fn filled(template: &str) -> String {
    let id = "01953c00-0000-7000-8000-000000000000";
    [
        ("{slug}", "lancaster"),
        ("{dataset}", "headcount"),
        ("{year}", "2024-25"),
        ("{revision}", "1"),
        ("{number}", "1"),
        ("{format}", "csv"),
        ("{list}", "sex"),
        ("{code}", "female"),
        ("{id}", id),
        ("{action}", id),
    ]
    .iter()
    .fold(template.to_owned(), |address, (name, value)| {
        address.replace(name, value)
    })
}

on_both_engines! {
    async fn an_address_where_nothing_lives_is_a_problem(world: World) {
        for address in ["/v1", "/v2/institutions", "/v1/institutions/", "/v1/institutions/lancaster/", "/v1/institution", "/favicon.ico", "/metrics", "/admin", "/.env"] {
            let reply = world.get(Persona::Stranger, address).send().await;
            assert_eq!(reply.problem(404), "no-such-route", "{address}");
            assert_eq!(reply.json(), json!({
                "type": "/problems/no-such-route", "title": "No such address", "status": 404,
                "detail": "Nothing lives at this address; GET /openapi.json lists what does.", "code": "no-such-route",
            }));
            assert_guarded(address, &reply);
        }
    }

    async fn another_method_is_refused_with_those_there_are(world: World) {
        let mut refused = 0;
        for (template, item) in document()["paths"].as_object().expect("paths") {
            let there: Vec<String> = item.as_object().expect("operations").keys().map(|method| method.to_ascii_uppercase()).collect();
            let mut allow: Vec<&str> = Vec::new();
            for (method, listed) in [("GET", "GET, HEAD"), ("PUT", "PUT"), ("POST", "POST"), ("PATCH", "PATCH"), ("DELETE", "DELETE")] {
                if there.iter().any(|known| known == method) {
                    allow.push(listed);
                }
            }
            assert_eq!(allow.len(), there.len(), "{template} has a method the fallback does not list: {there:?}");
            for method in ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"] {
                if there.iter().any(|known| known == method) {
                    continue;
                }
                let method: Method = method.parse().expect("a method");
                let reply = world.request(method.clone(), &filled(template)).by(Persona::Lancaster).send().await;
                assert_eq!(reply.problem(405), "method-not-allowed", "{method} {template}");
                assert_eq!(reply.header("allow"), allow.join(", "), "{method} {template}");
                assert_eq!(reply.json()["detail"], format!("This address takes {}.", allow.join(", ")));
                assert_guarded(template, &reply);
                refused += 1;
            }
            if !there.iter().any(|known| known == "GET") {
                let head = world.request(Method::HEAD, &filled(template)).by(Persona::Lancaster).send().await;
                assert_eq!((head.status, head.header("allow"), head.body.len()), (405, allow.join(", ").as_str(), 0), "{template}");
            }
        }
        assert!(refused > 100, "{refused}");
        for (address, allow) in [("/", "GET, HEAD"), ("/docs/", "GET, HEAD"), ("/docs/index.html", "GET, HEAD"), ("/graphql", "GET, HEAD, POST"), ("/schema.graphql", "GET, HEAD"), ("/graphiql", "GET, HEAD")] {
            let reply = world.request(Method::DELETE, address).send().await;
            assert_eq!(reply.problem(405), "method-not-allowed", "{address}");
            assert_eq!(reply.header("allow"), allow, "{address}");
        }
    }

    async fn head_is_get_without_the_body(world: World) {
        let public = ["/", "/v1/institutions", "/v1/institutions/lancaster", "/v1/years/2024-25", "/v1/datasets/headcount", "/v1/code-lists/sex", "/openapi.json", "/livez", "/readyz", "/docs/", "/.well-known/jwks.json"];
        for address in public {
            let get = world.get(Persona::Stranger, address).send().await.expect(200);
            let head = world.request(Method::HEAD, address).send().await.expect(200);
            assert!(head.body.is_empty() && !get.body.is_empty(), "{address}");
            for name in ["content-type", "etag", "content-length", "cache-control", "content-security-policy"] {
                assert_eq!(head.header(name), get.header(name), "{address} {name}");
            }
            assert_guarded(address, &head);
        }
        let known = world.request(Method::HEAD, "/v1/institutions/lancaster").header("if-none-match", "\"1\"").send().await;
        assert_eq!((known.status, known.etag()), (304, "\"1\""));
        for (who, address, status) in [
            (Persona::Stranger, "/v1/institutions/lancaster/org-units", 401), (Persona::Edinburgh, "/v1/institutions/lancaster/org-units", 404),
            (Persona::Lancaster, "/v1/institutions/lancaster/org-units", 200), (Persona::Stranger, "/v1/nothing", 404),
        ] {
            let head = world.request(Method::HEAD, address).by(who).send().await;
            assert_eq!((head.status, head.body.len()), (status, 0), "{address}");
        }
        // The connection is whole after it: the next answer is not mistaken for a body.
        let mut stream = TcpStream::connect(world.address()).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        let mut read = |request: &[u8]| {
            stream.write_all(request).expect("it is taken");
            let mut answer = vec![0_u8; 65_536];
            let count = stream.read(&mut answer).expect("an answer");
            String::from_utf8_lossy(&answer[..count]).into_owned()
        };
        let head = read(b"HEAD /v1/institutions HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n") && !head.contains("lancaster"), "{head}");
        let next = read(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(next.starts_with("HTTP/1.1 200 ") && next.ends_with("{\"status\":\"ok\"}"), "{next}");
    }

    async fn a_body_is_json_and_says_where_it_is_not(world: World) {
        let post = |body: &'static str| world.post(Persona::Board, LIST).body("application/json", body).send();
        for (body, detail) in [
            ("{\"slug\": ", "At line 1, column 9: EOF while parsing a value."),
            ("{\"slug\": \"x\",\n \"name\" \"y\"}", "At line 2, column 9: expected `:`."),
            ("", "At line 1, column 0: EOF while parsing a value."),
            ("<slug/>", "At line 1, column 1: expected value."),
        ] {
            let reply = post(body).await;
            assert_eq!(reply.problem(400), "malformed-body", "{body}");
            assert_eq!(reply.json()["detail"], detail, "{body}");
        }
        let complete = r#"{"slug": "ab", "name": "AB", "kind": "other", "nation": "wales"} {"more": 1}"#;
        assert_eq!(post(complete).await.problem(400), "malformed-body");
        for (body, pointer) in [(r#"{"slug": 1}"#, "/slug"), ("[]", ""), (r#"{"slug": "a", "slug": "b"}"#, ""), ("{}", "")] {
            let reply = post(body).await;
            assert_eq!(reply.problem(422), "invalid-body", "{body}");
            assert_eq!(reply.json()["violations"][0]["pointer"], pointer, "{body}");
            assert_eq!(reply.violation_codes(), ["wrong-shape"]);
        }
        let deep = world.post(Persona::Board, LIST).body("application/json", "[".repeat(100_000)).send().await;
        assert!(deep.status == 400 || deep.status == 422, "{}", deep.status);
        assert_eq!(world.get(Persona::Stranger, LIST).send().await.json()["items"].as_array().expect("items").len(), 4);
    }

    async fn a_body_is_of_a_media_type_the_address_takes(world: World) {
        let body = r#"{"slug": "ab", "name": "AB", "kind": "other", "nation": "wales"}"#;
        for wrong in ["text/plain", "application/x-www-form-urlencoded", "text/csv", "application/json5", "multipart/form-data; boundary=x", "application/merge-patch+json"] {
            let reply = world.post(Persona::Board, LIST).body(wrong, body).send().await;
            assert_eq!(reply.problem(415), "unsupported-media-type", "{wrong}");
            assert_eq!(reply.json()["detail"], "Content-Type must be one of: application/json.");
        }
        let none = world.post(Persona::Board, LIST).send().await;
        assert_eq!(none.problem(415), "unsupported-media-type");
        let patch = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*").body("text/plain", "{}").send().await;
        assert_eq!(patch.problem(415), "unsupported-media-type");
        assert_eq!(patch.json()["detail"], "Content-Type must be one of: application/merge-patch+json, application/json.");
        let rows = world.put(Persona::Lancaster, ROWS).if_match("*").body("application/xml", "<rows/>").send().await;
        assert_eq!(rows.problem(415), "unsupported-media-type");
        assert_eq!(rows.json()["detail"], "Content-Type must be one of: text/csv, application/json, application/x-ndjson, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.");
        let packed = world.post(Persona::Board, LIST).header("content-encoding", "br").body("application/json", body).send().await;
        assert_eq!(packed.problem(415), "unsupported-encoding");
        assert_eq!(packed.json()["detail"], "Content-Encoding may be gzip or zstd.");
        // Parameters and case do not matter.
        world.post(Persona::Board, LIST).body("Application/JSON; charset=utf-8", body).send().await.expect(201);
    }

    async fn a_body_over_a_megabyte_is_refused_before_it_has_arrived(world: World) {
        let padded = |size: usize| {
            let start = r#"{"slug": "ab", "name": "AB", "kind": "other", "nation": "wales"}"#;
            format!("{start}{}", " ".repeat(size - start.len()))
        };
        let reply = world.post(Persona::Board, LIST).body("application/json", padded(1_048_577)).send().await;
        assert_eq!(reply.problem(413), "body-too-large");
        assert_eq!(reply.json()["detail"], "At most 1048576 bytes are taken here.");
        world.post(Persona::Board, LIST).body("application/json", padded(1_048_576)).send().await.expect(201);
        let token = world.token(Persona::Board).await.expect("a token");
        let head = format!("POST {LIST} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\nconnection: close\r\n");
        // Announced, and never sent.
        let announced = raw(&world, format!("{head}content-length: 900000000\r\n\r\n{{").as_bytes());
        assert_eq!(raw_problem(&announced, 413)["code"], "body-too-large");
        // Not announced, and without an end.
        let mut endless = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
        for _ in 0..18 {
            endless.extend_from_slice(b"10000\r\n");
            endless.extend_from_slice(&[b' '; 0x10000]);
            endless.extend_from_slice(b"\r\n");
        }
        assert_eq!(raw_problem(&raw(&world, &endless), 413)["code"], "body-too-large");
    }

    async fn rows_come_in_a_form_that_is_accepted(world: World) {
        let csv = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount\ninstitution,laboratory,not-known,female,26-30,open-ended,full-time,12\n";
        world.put(Persona::Lancaster, ROWS).if_match("*").csv(csv).send().await.expect(200);
        for (accept, wanted) in [
            ("text/csv", "text/csv; charset=utf-8; header=present"), ("application/json", "application/json"), ("*/*", "application/json"),
            ("text/*", "text/csv; charset=utf-8; header=present"), ("application/xml, text/csv", "text/csv; charset=utf-8; header=present"),
            ("text/html,*/*;q=0.8", "application/json"),
        ] {
            let reply = world.get(Persona::Lancaster, ROWS).header("accept", accept).send().await.expect(200);
            assert_eq!(reply.header("content-type"), wanted, "{accept}");
        }
        for accept in ["application/xml", "text/html", "image/png, application/vnd.ms-excel"] {
            let reply = world.get(Persona::Lancaster, ROWS).header("accept", accept).send().await;
            assert_eq!(reply.problem(406), "not-acceptable", "{accept}");
            assert_eq!(reply.json()["detail"], "On offer: application/json, application/x-ndjson, text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.");
        }
    }

    async fn parameters_are_known_and_within_bounds(world: World) {
        for (query, parameter, code, message) in [
            ("color=red", "color", "unknown-parameter", "unknown field `color`, expected one of `limit`, `cursor`, `sort`, `nation`, `kind`, `mission_group`, `status`, `region`, `size_band`, `phase`."),
            ("limit=0", "limit", "out-of-range", "limit must be from 1 to 500."),
            ("limit=501", "limit", "out-of-range", "limit must be from 1 to 500."),
            ("limit=many", "limit", "wrong-form", "invalid digit found in string."),
            ("limit=-1", "limit", "wrong-form", "invalid digit found in string."),
            ("cursor=!!!", "cursor", "unknown-cursor", "This cursor was not given out here."),
            ("cursor=eyJhIjoxfQ", "cursor", "unknown-cursor", "This cursor was not given out here."),
            ("cursor=W10", "cursor", "unknown-cursor", "This cursor was not given out here."),
            // A cursor of another list: `["a","b"]`.
            ("cursor=WyJhIiwiYiJd", "cursor", "unknown-cursor", "This cursor was not given out here."),
        ] {
            let reply = world.get(Persona::Stranger, &format!("{LIST}?{query}")).send().await;
            assert_eq!(reply.problem(400), "invalid-parameters", "{query}");
            assert_eq!(reply.json()["violations"], json!([{"parameter": parameter, "code": code, "message": message}]), "{query}");
            assert_eq!(reply.json()["detail"], message);
        }
        let twice = world.get(Persona::Stranger, &format!("{LIST}?limit=1&limit=2")).send().await;
        assert_eq!(twice.problem(400), "invalid-parameters");
        // Every list of the document is as strict.
        for (template, item) in document()["paths"].as_object().expect("paths") {
            let parameters = item["get"]["parameters"].as_array().cloned().unwrap_or_default();
            if !parameters.iter().any(|parameter| parameter["name"] == "limit") {
                continue;
            }
            for query in ["nonsense=1", "limit=0", "limit=501"] {
                let by = if template == "/v1/returns" || template == "/v1/sector/participation" { Persona::Board } else { Persona::Lancaster };
                let reply = world.get(by, &format!("{}?{query}", filled(template))).send().await;
                assert_eq!(reply.problem(400), "invalid-parameters", "{template} {query}");
            }
        }
    }

    async fn garbage_in_an_address_leads_nowhere(world: World) {
        for target in [
            "/v1/institutions/%00", "/v1/institutions/%ff%fe", "/v1/institutions/%2e%2e", "/v1/institutions/..%2f..%2fetc%2fpasswd",
            "/v1/institutions/lancaster%00", "/v1/institutions/lancaster%2f", "/v1/code-lists/%00", "/v1/code-lists/%ff", "/v1/years/%ff", "/v1/datasets/%00",
            "/v1/institutions/../../etc/passwd", "/docs/../../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2fetc%2fpasswd", "/docs/nothing.js",
            "//v1/institutions", "/v1//institutions", "/%76%31/nothing", "/v1/institutions/lancaster;a=b", "/v1/institutions/%c3%28",
        ] {
            let answer = raw_get(&world, target);
            assert!(answer.contains("application/problem+json"), "{target}: {answer}");
            let problem = raw_problem(&answer, 404);
            assert!(["not-found", "no-such-route"].contains(&problem["code"].as_str().expect("a code")), "{target}: {problem}");
        }
        let long = format!("/v1/institutions/{}", "a".repeat(20_000));
        assert_eq!(raw_problem(&raw_get(&world, &long), 404)["code"], "not-found");
        let long = format!("/v1/institutions?cursor={}", "a".repeat(20_000));
        assert_eq!(raw_problem(&raw_get(&world, &long), 400)["code"], "invalid-parameters");
        let garbled = raw_get(&world, "/v1/institutions?nation=%ff");
        assert_eq!(raw_problem(&garbled, 400)["code"], "invalid-parameters");
        for nonsense in [&b"GET / HTTP/9.9\r\n\r\n"[..], b"nonsense\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nhost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
            let answer = raw(&world, nonsense);
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 505"), "{answer}");
        }
        world.get(Persona::Stranger, "/livez").send().await.expect(200);
    }

    async fn every_answer_is_guarded(world: World) {
        let token = "Bearer nonsense";
        for (what, reply) in [
            ("200", world.get(Persona::Stranger, LIST).send().await.expect(200)),
            ("201", world.post(Persona::Lancaster, "/v1/institutions/lancaster/action-plans").json(&json!({"title": "A", "stage": 1})).send().await.expect(201)),
            ("304", world.get(Persona::Stranger, "/v1/institutions/lancaster").header("if-none-match", "\"1\"").send().await.expect(304)),
            ("400", world.get(Persona::Stranger, "/v1/institutions?limit=0").send().await.expect(400)),
            ("401", world.request(Method::GET, "/v1/institutions/lancaster/audit").header("authorization", token).send().await.expect(401)),
            ("403", world.get(Persona::Board, "/v1/institutions/lancaster/audit").send().await.expect(403)),
            ("404", world.get(Persona::Edinburgh, "/v1/institutions/lancaster/audit").send().await.expect(404)),
            ("415", world.post(Persona::Board, LIST).send().await.expect(415)),
            ("the front page", world.get(Persona::Stranger, "/").send().await.expect(200)),
            ("the documentation", world.get(Persona::Stranger, "/docs/").send().await.expect(200)),
            ("the contract", world.get(Persona::Stranger, "/openapi.json").send().await.expect(200)),
            ("a probe", world.get(Persona::Stranger, "/readyz").send().await.expect(200)),
        ] {
            assert_guarded(what, &reply);
        }
        // No other page may call the service from a browser that holds something of worth: there is no CORS.
        let cross = world.get(Persona::Stranger, LIST).header("origin", "https://elsewhere.example").send().await.expect(200);
        assert_eq!(cross.header("access-control-allow-origin"), "");
    }

    async fn a_request_keeps_its_sane_id_and_gets_one_otherwise(world: World) {
        let with = async |id: &str| {
            let reply = world.get(Persona::Stranger, "/livez").header("x-request-id", id).send().await.expect(200);
            reply.header("x-request-id").to_owned()
        };
        assert_eq!(with("nightly-job.42_a").await, "nightly-job.42_a");
        let long = "x".repeat(65);
        for insane in ["has a blank", "quote\"", "<script>", long.as_str(), ""] {
            let given = with(insane).await;
            assert!(given.len() == 32 && given.bytes().all(|byte| byte.is_ascii_hexdigit()), "{given}");
        }
        let first = world.get(Persona::Stranger, "/livez").send().await;
        let second = world.get(Persona::Stranger, "/livez").send().await;
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
        let missing = world.get(Persona::Stranger, "/nothing").header("x-request-id", "mine").send().await;
        assert_eq!(missing.header("x-request-id"), "mine");
    }
}

/// Where a page's elements load from: the values of `src` and `href`.
fn loads(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for attribute in ["src=", "href="] {
        for (place, _) in page.match_indices(attribute) {
            let value = page[place + attribute.len()..].trim_start_matches(['"', '\'']);
            found.push(
                value
                    .split(['"', '\'', ' ', '>'])
                    .next()
                    .unwrap_or_default(),
            );
        }
    }
    found
}

/// The page and all it loads come from this service. No database behind it: one engine.
#[tokio::test]
async fn the_documentation_loads_nothing_from_another_host() {
    let world = World::new(Engine::Sqlite).await;
    let moved = world.get(Persona::Stranger, "/docs").send().await;
    assert_eq!((moved.status, moved.header("location")), (307, "/docs/"));
    let page = world
        .get(Persona::Stranger, "/docs/")
        .send()
        .await
        .expect(200);
    assert_eq!(
        page.header("content-type").split(';').next(),
        Some("text/html")
    );
    // What a browser would obey, whatever a script tried.
    assert_eq!(page.header("content-security-policy"), POLICY);
    let html = page.text();
    let loaded = loads(&html);
    assert!(
        loaded.iter().any(|address| address.ends_with(".js"))
            && loaded.iter().any(|address| address.ends_with(".css")),
        "{html}"
    );
    for script in html.split("<script").skip(1) {
        let inline = script
            .split_once('>')
            .expect("a tag")
            .1
            .split("</script")
            .next()
            .unwrap_or_default();
        assert_eq!(
            inline.trim(),
            "",
            "the policy allows no script within the page"
        );
    }
    for address in loaded {
        assert!(
            !address.contains("//") && !address.starts_with("data:"),
            "{address}"
        );
        let address = format!(
            "/docs/{}",
            address
                .trim_start_matches("./")
                .trim_start_matches("/docs/")
        );
        let text = String::from_utf8_lossy(
            &world
                .get(Persona::Stranger, &address)
                .send()
                .await
                .expect(200)
                .body,
        )
        .into_owned();
        assert!(!text.is_empty(), "{address}");
        if address.ends_with(".css") {
            for loading in ["@import", "url(http", "url(\"http", "url('http", "url(//"] {
                assert!(!text.contains(loading), "{address} has {loading}");
            }
        }
        for loading in [
            "importScripts(\"http",
            "import(\"http",
            "fetch(\"http",
            ".src=\"http",
            ".src = \"http",
            "src=\\\"http",
        ] {
            assert!(!text.contains(loading), "{address} has {loading}");
        }
        if address.ends_with("swagger-initializer.js") {
            assert!(
                !text.contains("http://") && !text.contains("https://"),
                "{text}"
            );
            assert!(text.contains("\"/openapi.json\""), "{text}");
        }
    }
}

/// The contract is of the version it says, and what the code generates.
#[tokio::test]
async fn the_contract_is_served_as_it_is_generated() {
    let world = World::new(Engine::Sqlite).await;
    let served = world
        .get(Persona::Stranger, "/openapi.json")
        .send()
        .await
        .expect(200);
    assert_eq!(served.header("content-type"), "application/json");
    let served = served.json();
    assert!(
        served["openapi"]
            .as_str()
            .expect("a version")
            .starts_with("3.1."),
        "{}",
        served["openapi"]
    );
    assert_eq!(&served, document());
    let mut ids: Vec<&str> = Vec::new();
    for (path, item) in served["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let place = format!("{method} {path}");
            ids.push(
                operation["operationId"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{place} has no id")),
            );
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|summary| summary.ends_with('.')),
                "{place} says nothing of itself"
            );
            assert!(
                operation["responses"]["default"]["content"]["application/problem+json"]
                    .is_object(),
                "{place}"
            );
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "every operation has an id of its own");
}
