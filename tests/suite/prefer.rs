//! `Prefer: return=minimal`: a change answered with its entity tag alone.

use serde_json::{Value, json};
use tests::{Persona, document, on_both_engines};

const PLANS: &str = "/v1/institutions/lancaster/action-plans";

on_both_engines! {
    async fn a_change_is_answered_with_its_tag_alone(world: World) {
        let plan = json!({"title": "Stage 1", "stage": 1});
        let made = world.post(Persona::Lancaster, PLANS).header("prefer", "return=minimal").json(&plan).send().await.expect(201);
        assert_eq!((made.header("preference-applied"), made.etag(), made.body.as_slice()), ("return=minimal", "\"1\"", &b""[..]));
        let place = made.header("location").to_owned();
        assert!(place.starts_with(PLANS), "{place}");
        let whole = world.get(Persona::Lancaster, &place).send().await.expect(200);
        assert_eq!((whole.json()["title"].clone(), whole.etag()), (Value::from("Stage 1"), "\"1\""));

        let patch = || world.patch(Persona::Lancaster, &place).body("application/merge-patch+json", r#"{"title": "Stage one"}"#);
        let changed = patch().if_match("\"1\"").header("prefer", "handling=strict, Return=\"minimal\"").send().await.expect(204);
        assert_eq!((changed.header("preference-applied"), changed.etag(), changed.header("content-type")), ("return=minimal", "\"2\"", ""));
        let told = patch().if_match("\"2\"").header("prefer", "return=representation").send().await.expect(200);
        assert_eq!((told.header("preference-applied"), told.json()["title"].clone()), ("", Value::from("Stage one")));
        // A refusal is told whole, and so is what was asked rather than changed.
        let refused = patch().if_match("\"2\"").header("prefer", "return=minimal").send().await;
        assert_eq!(refused.problem(412), "precondition-failed");
        let rows = json!({"rows": []});
        let check = "/v1/institutions/lancaster/returns/headcount/2024-25/rows:check";
        let checked = world.post(Persona::Lancaster, check).header("prefer", "return=minimal").json(&rows).send().await.expect(200);
        assert_eq!(checked.json()["shown"]["rows"], 0);
    }
}

#[test]
fn every_change_offers_both_headers() {
    let mut seen = 0;
    for (path, item) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let named = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
            let asks = path.ends_with("/rows:check") || path.ends_with("/sector/query");
            let changes = method != "get" && path.starts_with("/v1/") && !asks;
            assert_eq!(
                (named("Idempotency-Key"), named("Prefer")),
                (changes, changes),
                "{method} {path}"
            );
            seen += usize::from(changes);
        }
    }
    assert!(seen > 10, "{seen}");
}
