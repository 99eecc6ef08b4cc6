//! GraphQL over HTTP: what a document may cost, what a request may look like, and what comes back when it fails.

use crate::faces::Schema;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tests::{Persona, Reply, World, on_both_engines};

const RESPONSE: &str = "application/graphql-response+json";
const PLANS: &str = "/v1/institutions/lancaster/action-plans";
const TABLE: &str = "theme,activity_number,action\nVisibility,V1,Name technicians on papers\nRecognition,R1,Nominate for awards\n";
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } \
     types { ...FullType } directives { name description locations args { ...InputValue } } } } \
     fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } \
     type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef } \
     enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
     fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } \
     fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

async fn post(world: &World, body: &Value, accept: &str) -> Reply {
    let request = world
        .post(Persona::Stranger, "/graphql")
        .header("accept", accept);
    request.json(body).send().await
}

/// Refused before anything was executed: the status by media type, no `data`, and this one error.
async fn refused(world: &World, query: &str, code: &str) -> Value {
    let body = json!({"query": query});
    let modern = post(world, &body, RESPONSE).await.expect(400);
    assert_eq!(
        modern.header("content-type"),
        "application/graphql-response+json; charset=utf-8"
    );
    let legacy = post(world, &body, "application/json").await.expect(200);
    assert_eq!(
        legacy.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(modern.json(), legacy.json());
    let answer = modern.json();
    assert!(answer.get("data").is_none(), "{answer:#}");
    assert_eq!(
        answer["errors"].as_array().map(Vec::len),
        Some(1),
        "{answer:#}"
    );
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], code,
        "{answer:#}"
    );
    answer["errors"][0].clone()
}

/// A plan of Lancaster's with two actions: the ids of plan and first action.
async fn plan(world: &World) -> (String, String) {
    let new = json!({"title": "Stage 1", "stage": 1});
    let made = world
        .post(Persona::Lancaster, PLANS)
        .json(&new)
        .send()
        .await
        .expect(201);
    let address = made.header("location").to_owned();
    let import = world
        .post(Persona::Lancaster, &format!("{address}/import"))
        .if_match("*")
        .csv(TABLE);
    let imported = import.send().await.expect(200).json();
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    (id(&imported["plan"]), id(&imported["actions"][0]))
}

async fn record(
    world: &World,
    by: Persona,
    of: &str,
    (plan, action): (&str, &str),
    input: &str,
) -> Value {
    let mutation = format!(
        "mutation {{ recordProgress(institution: \"{of}\", plan: \"{plan}\", action: \"{action}\", input: {input}) {{ \
         progress {{ actionId rag explanation evidence recordedAt recordedBy }} action {{ label rag version }} }} }}"
    );
    world.graphql(by, &mutation, json!({})).await
}

on_both_engines! {
    async fn fragments_that_double_are_refused_before_they_cost_anything(world: World) {
        let mut bomb = String::from("query { ...F0 }");
        for level in 0..24 {
            bomb.push_str(&format!(" fragment F{level} on Query {{ ...F{} ...F{} }}", level + 1, level + 1));
        }
        bomb.push_str(" fragment F24 on Query { viewer { role } }");
        assert!(bomb.len() < 1_600, "{}", bomb.len());
        let began = Instant::now();
        let error = refused(&world, &bomb, "query-too-complex").await;
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        assert_eq!(error["message"], "the document has 33554432 fields after fragments are expanded; the limit is 2000");
        let circle = refused(&world, "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "fragment-cycle").await;
        assert_eq!(circle["message"], "the fragment A contains itself");
    }

    async fn a_document_is_bounded_in_every_direction(world: World) {
        let aliases: String = (0..61).map(|number| format!(" a{number}: role")).collect();
        let error = refused(&world, &format!("{{ viewer {{{aliases} }} }}"), "too-many-aliases").await;
        assert_eq!(error["message"], "the document has 61 aliases after fragments are expanded; the limit is 60");
        let few: String = (0..60).map(|number| format!(" a{number}: role")).collect();
        let answer = world.graphql(Persona::Stranger, &format!("{{ viewer {{{few} }} }}"), json!({})).await;
        assert_eq!(answer["data"]["viewer"]["a59"], "anyone");
        let deep = format!("{{ {}{} }}", "viewer { ".repeat(17), "}".repeat(17));
        refused(&world, &deep, "query-syntax").await;
        let deep = format!("{}role{}", "{ viewer ".repeat(17) + "{ ", " }".repeat(18));
        let error = refused(&world, &deep, "query-too-deep").await;
        assert_eq!(error["message"], "the document nests fields more than 16 levels deep");
        let brackets = format!("{}a{}", "{ ".repeat(65), " }".repeat(65));
        refused(&world, &brackets, "query-too-deep").await;
        let directives = " @include(if: true)".repeat(51);
        refused(&world, &format!("{{ viewer {{ role{directives} }} }}"), "too-many-directives").await;
        let lists = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
        refused(&world, lists, "query-too-deep").await;
    }

    async fn batches_are_refused(world: World) {
        for accept in [RESPONSE, "application/json"] {
            let answer = post(&world, &json!([{"query": "{ viewer { role } }"}]), accept).await.expect(400);
            assert_eq!(answer.json(), json!({"errors": [{
                "message": "batches are not offered; send one request at a time", "extensions": {"code": "batch-refused"},
            }]}));
        }
    }

    async fn a_get_reads_and_never_writes(world: World) {
        let read = world.get(Persona::Lancaster, "/graphql?query=%7B%20viewer%20%7B%20subject%20role%20%7D%20%7D").send().await.expect(200);
        assert_eq!(read.json(), json!({"data": {"viewer": {"subject": "lancaster", "role": "institution-client"}}}));
        let (plan, action) = plan(&world).await;
        let mutation = format!("mutation%20%7B%20recordProgress(institution%3A%20%22lancaster%22%2C%20plan%3A%20%22{plan}%22%2C%20action%3A%20%22{action}%22%2C%20input%3A%20%7Brag%3A%20GREEN%7D)%20%7B%20progress%20%7B%20rag%20%7D%20%7D%20%7D");
        let written = world.get(Persona::Lancaster, &format!("/graphql?query={mutation}")).send().await.expect(405);
        assert_eq!(written.header("allow"), "POST");
        assert_eq!(written.json(), json!({"errors": [{"message": "mutations must be sent with POST", "extensions": {"code": "mutation-needs-post"}}]}));
        let standing = world.get(Persona::Lancaster, &format!("{PLANS}/{plan}/actions/{action}")).send().await.expect(200);
        assert_eq!(standing.json()["rag"], "not-assessed");
        for method in [reqwest::Method::PUT, reqwest::Method::DELETE] {
            let other = world.request(method, "/graphql").send().await;
            assert_eq!(other.problem(405), "method-not-allowed");
            assert_eq!(other.header("allow"), "GET, HEAD, POST");
        }
    }

    async fn what_a_form_could_send_is_not_taken(world: World) {
        let body = json!({"query": "{ viewer { role } }"}).to_string();
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/graphql"] {
            let answer = world.post(Persona::Stranger, "/graphql").body(kind, body.clone()).send().await.expect(415);
            assert_eq!(answer.json(), json!({"errors": [{
                "message": "the body must be sent as Content-Type: application/json, in UTF-8", "extensions": {"code": "unsupported-media-type"},
            }]}), "{kind}");
        }
    }

    async fn a_body_is_bounded(world: World) {
        let of = |bytes: usize| {
            let frame = json!({"query": "{ viewer { role } }#"}).to_string();
            frame.replace('#', &format!("#{}", "x".repeat(bytes - frame.len())))
        };
        let largest = world.post(Persona::Stranger, "/graphql").body("application/json", of(262_144)).send().await.expect(200);
        assert_eq!(largest.json()["data"]["viewer"]["role"], "anyone");
        let larger = world.post(Persona::Stranger, "/graphql").body("application/json", of(262_145)).send().await;
        assert_eq!(larger.problem(413), "body-too-large");
        assert_eq!(larger.json()["detail"], "At most 262144 bytes are taken here.");
    }

    async fn a_document_that_is_wrong_is_not_executed(world: World) {
        let syntax = refused(&world, "{ viewer { role ", "query-syntax").await;
        assert_eq!(syntax["locations"], json!([{"line": 1, "column": 17}]));
        let unknown = refused(&world, "{ viewer { role height } }", "query-invalid").await;
        assert_eq!(unknown, json!({
            "message": "Unknown field \"height\" on type \"Viewer\".", "locations": [{"line": 1, "column": 17}],
            "extensions": {"code": "query-invalid"},
        }));
        refused(&world, "{ institution { name } }", "query-invalid").await;
        refused(&world, "query($s: String!) { institution(slug: $s) { name } }", "variable-missing").await;
        refused(&world, "query A { viewer { role } } query B { viewer { role } }", "operation-name-missing").await;
        for (body, code) in [
            (json!({}), "query-missing"), (json!({"query": 7}), "parameter-invalid"), (json!("{ viewer { role } }"), "body-not-object"),
            (json!({"query": "{ viewer { role } }", "variables": []}), "parameter-invalid"), (json!({"query": "{ viewer { role } }", "x": 1}), "parameter-unknown"),
        ] {
            for accept in [RESPONSE, "application/json"] {
                let answer = post(&world, &body, accept).await.expect(400).json();
                assert_eq!(answer["errors"][0]["extensions"], json!({"code": code}), "{body}");
                assert!(answer.get("data").is_none());
            }
        }
        let neither = post(&world, &json!({"query": "{ viewer { role } }"}), "text/html").await.expect(406);
        assert_eq!(neither.json()["errors"][0]["extensions"]["code"], "not-acceptable");
    }

    async fn what_was_executed_is_200_even_with_errors(world: World) {
        for accept in [RESPONSE, "application/json"] {
            let answer = post(&world, &json!({"query": "{ viewer { role } institution(slug: \"nowhere\") { name } }"}), accept).await.expect(200);
            assert_eq!(answer.json(), json!({
                "data": {"viewer": {"role": "anyone"}, "institution": null},
                "errors": [{
                    "message": "There is no such institution.", "locations": [{"line": 1, "column": 19}], "path": ["institution"],
                    "extensions": {"code": "not-found", "status": 404, "title": "Not found"},
                }],
            }));
        }
    }

    async fn introspection_shows_the_schema_that_is_offered(world: World) {
        let text = world.get(Persona::Stranger, "/schema.graphql").send().await.expect(200);
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        let schema = Schema::read(&text.text());
        let answer = world.graphql(Persona::Stranger, INTROSPECTION, json!({})).await;
        assert_eq!(answer["errors"], Value::Null, "{answer:#}");
        let shown = &answer["data"]["__schema"];
        assert_eq!((&shown["queryType"]["name"], &shown["mutationType"]["name"], &shown["subscriptionType"]), (&json!("Query"), &json!("Mutation"), &Value::Null));
        let built_in = ["Boolean", "Float", "ID", "Int", "String"];
        let types = shown["types"].as_array().expect("types").iter().map(|one| one["name"].as_str().expect("a name"));
        let types: BTreeSet<&str> = types.filter(|name| !name.starts_with("__") && !built_in.contains(name)).collect();
        assert_eq!(types, schema.names().collect());
        assert!(types.len() > 40, "{types:?}");
    }

    async fn a_bad_token_is_a_problem_of_http(world: World) {
        let forged = world.post(Persona::Forger, "/graphql").json(&json!({"query": "{ viewer { role } }"})).send().await;
        assert_eq!(forged.problem(401), "invalid-token");
        assert!(forged.header("www-authenticate").starts_with("Bearer"), "{:?}", forged.headers);
        let read = world.get(Persona::Forger, "/graphql?query=%7Bviewer%7Brole%7D%7D").send().await;
        assert_eq!(read.problem(401), "invalid-token");
    }

    async fn everybody_is_who_they_are(world: World) {
        let query = "{ viewer { subject role scopes institution { slug } } }";
        let of = async |by| world.graphql(by, query, json!({})).await["data"]["viewer"].clone();
        assert_eq!(of(Persona::Stranger).await, json!({"subject": null, "role": "anyone", "scopes": of(Persona::Stranger).await["scopes"], "institution": null}));
        assert_eq!(of(Persona::Board).await, json!({"subject": "board", "role": "board-client", "scopes": ["returns:review", "registry:read", "registry:write", "participation:read", "releases:write", "sector:exact"], "institution": null}));
        assert_eq!(of(Persona::LancasterReadonly).await, json!({
            "subject": "lancaster-readonly", "role": "institution-client", "scopes": ["institution:read", "returns:read", "plans:read"],
            "institution": {"slug": "lancaster"},
        }));
    }

    async fn a_judgement_is_recorded(world: World) {
        let (plan, action) = plan(&world).await;
        let input = "{rag: AMBER, explanation: \" Under way \", evidence: \"https://lancaster.example/v1\"}";
        let answer = record(&world, Persona::Lancaster, "lancaster", (&plan, &action), input).await;
        assert_eq!(answer, json!({"data": {"recordProgress": {
            "progress": {
                "actionId": action, "rag": "AMBER", "explanation": "Under way", "evidence": "https://lancaster.example/v1",
                "recordedAt": answer["data"]["recordProgress"]["progress"]["recordedAt"], "recordedBy": "lancaster",
            },
            "action": {"label": "V1", "rag": "AMBER", "version": 2},
        }}}));
        let standing = world.get(Persona::Lancaster, &format!("{PLANS}/{plan}/actions/{action}")).send().await.expect(200);
        assert_eq!((standing.json()["rag"].clone(), standing.etag()), (json!("amber"), "\"2\""));
    }

    async fn a_judgement_is_refused_with_the_fault_of_rest(world: World) {
        let (plan, action) = plan(&world).await;
        let nobody = "01890000-0000-7000-8000-000000000000";
        for (by, of, ids, input, said, status) in [
            (Persona::Lancaster, "lancaster", (&*plan, &*action), "{rag: RED}", json!({"rag": "red"}), 422),
            (Persona::Lancaster, "lancaster", (&*plan, &*action), "{rag: RED, explanation: \"  \"}", json!({"rag": "red", "explanation": "  "}), 422),
            (Persona::Lancaster, "lancaster", (&*plan, &*action), "{rag: GREEN, evidence: \"my desk\"}", json!({"rag": "green", "evidence": "my desk"}), 422),
            (Persona::LancasterReadonly, "lancaster", (&*plan, &*action), "{rag: GREEN}", json!({"rag": "green"}), 403),
            (Persona::Stranger, "lancaster", (&*plan, &*action), "{rag: GREEN}", json!({"rag": "green"}), 401),
            (Persona::Board, "lancaster", (&*plan, &*action), "{rag: GREEN}", json!({"rag": "green"}), 403),
            (Persona::Edinburgh, "lancaster", (&*plan, &*action), "{rag: GREEN}", json!({"rag": "green"}), 404),
            (Persona::Edinburgh, "edinburgh", (&*plan, &*action), "{rag: GREEN}", json!({"rag": "green"}), 404),
            (Persona::Lancaster, "lancaster", (&*plan, nobody), "{rag: GREEN}", json!({"rag": "green"}), 404),
            (Persona::Lancaster, "lancaster", (nobody, &*action), "{rag: GREEN}", json!({"rag": "green"}), 404),
        ] {
            let answer = record(&world, by, of, ids, input).await;
            assert_eq!(answer["data"], json!({"recordProgress": null}), "{answer:#}");
            assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer:#}");
            let address = format!("/v1/institutions/{of}/action-plans/{}/actions/{}/progress", ids.0, ids.1);
            let problem = world.post(by, &address).json(&said).send().await.expect(status).json();
            let error = &answer["errors"][0];
            assert_eq!(error["message"], problem["detail"]);
            for member in ["code", "status", "title", "violations"] {
                assert_eq!(error["extensions"][member], problem[member], "{member}: {answer:#}");
            }
        }
        let standing = world.get(Persona::Lancaster, &format!("{PLANS}/{plan}/actions/{action}/progress")).send().await.expect(200);
        assert_eq!(standing.json(), json!({"items": [], "next": null}));
    }

    async fn the_page_loads_nothing_from_elsewhere(world: World) {
        let page = world.get(Persona::Stranger, "/graphiql").send().await.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        if text.contains("GraphiQL is not built") {
            assert!(text.contains("node build.mjs"), "it says how to build it");
            return;
        }
        let loaded: Vec<&str> = text.split(['"', '\'']).filter(|part| part.starts_with("/graphiql/")).collect();
        assert_eq!(loaded, ["/graphiql/graphiql.css", "/graphiql/graphiql.js"]);
        assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("\"//"), "{text}");
        for file in loaded {
            let file = world.get(Persona::Stranger, file).send().await.expect(200);
            let again = world.get(Persona::Stranger, "/graphiql").header("if-none-match", page.etag()).send().await;
            assert_eq!((again.status, file.header("cache-control")), (304, "no-cache"));
        }
        let missing = world.get(Persona::Stranger, "/graphiql/..%2fgraphiql.js").send().await;
        assert_eq!(missing.problem(404), "no-such-route");
    }
}
