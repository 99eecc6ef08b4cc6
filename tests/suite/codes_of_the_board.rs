//! Code lists that the board extends, and codes it closes, without a release.

use crate::headcount::{HEADER, ROWS, fill};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Persona, on_both_engines};

const CODE: &str = "/v1/code-lists/job-family/codes/glass";

fn glass() -> Value {
    json!({"label": "Glassblowing", "source": "board, 2026"})
}

fn rows(family: &str) -> String {
    format!("{HEADER}\ninstitution,{family},not-known,male,26-30,open-ended,full-time,2,,\n")
}

on_both_engines! {
    async fn a_code_is_added_renamed_and_closed(world: World) {
        let refused = world.put(Persona::Lancaster, ROWS).if_match("*").csv(rows("glass")).send().await;
        assert_eq!(refused.violation_codes(), ["unknown-code"]);
        let put = |body: Value| world.put(Persona::Board, CODE).json(&body);
        assert_eq!(put(glass()).send().await.problem(428), "precondition-required");
        assert_eq!(put(glass()).if_match("\"1\"").send().await.problem(412), "precondition-failed");
        let added = put(glass()).if_match("\"0\"").send().await.expect(200);
        assert_eq!(added.json(), json!({"code": "glass", "label": "Glassblowing", "valid_from": null, "valid_to": null,
            "parent": null, "source": "board, 2026", "position": 17, "version": 1}));
        assert_eq!(added.etag(), "\"1\"");
        fill(&world, rows("glass")).await;
        let list = world.get(Persona::Stranger, "/v1/code-lists/job-family").send().await.expect(200).json();
        assert_eq!(list["codes"].as_array().expect("codes").last(), Some(&added.json()));
        // Renamed, moved below another, and closed: figures of later years may not use it any more.
        let closed = json!({"label": "Glass workshop", "valid_to": "2023-24", "parent": "engineering", "source": "board, 2026", "position": 3});
        let changed = put(closed).if_match("\"1\"").send().await.expect(200).json();
        assert_eq!((changed["version"].clone(), changed["position"].clone(), changed["parent"].clone()), (json!(2), json!(3), json!("engineering")));
        let refused = world.put(Persona::Lancaster, ROWS).if_match("*").csv(rows("glass")).send().await;
        assert_eq!(refused.violation_codes(), ["code-not-valid-in-year"]);
        assert_eq!(world.get(Persona::Stranger, CODE).send().await.expect(200).json(), changed);
        let trail = world.delete(Persona::Board, CODE).send().await;
        assert_eq!(trail.problem(405), "method-not-allowed", "a code is never removed");
    }

    async fn a_shipped_code_that_the_board_closed_stays_closed_at_the_next_start(world: World) {
        let mut world = world;
        let code = "/v1/code-lists/job-family/codes/media";
        let before = world.get(Persona::Stranger, code).send().await.expect(200);
        let mut body = json!({"label": "Media", "valid_to": "2020-21", "source": "board"});
        body["position"] = before.json()["position"].clone();
        let closed = world.put(Persona::Board, code).if_match(before.etag()).json(&body).send().await.expect(200).json();
        world.restart().await;
        assert_eq!(world.get(Persona::Stranger, code).send().await.expect(200).json(), closed);
        let untouched = world.get(Persona::Stranger, "/v1/code-lists/job-family/codes/animal").send().await.expect(200).json();
        assert_eq!((untouched["label"].clone(), untouched["version"].clone()), (json!("Animal and plant"), json!(1)));
    }

    async fn a_discipline_belongs_to_a_group_of_another_list(world: World) {
        let code = "/v1/code-lists/discipline/codes/113";
        let chemistry = world.get(Persona::Stranger, code).send().await.expect(200).json();
        assert_eq!(chemistry["parent"], "biological-mathematical-physical-science");
        let groups = world.get(Persona::Stranger, "/v1/code-lists/discipline-group").send().await.expect(200).json();
        assert_eq!(groups["codes"].as_array().map(Vec::len), Some(10));
        let put = async |parent: &str| {
            let body = json!({"label": "Chemistry", "source": "board", "parent": parent});
            world.put(Persona::Board, code).if_match("*").json(&body).send().await
        };
        assert_eq!(put("engineering-technology").await.expect(200).json()["parent"], "engineering-technology");
        let refused = put("114").await;
        assert_eq!(refused.problem(422), "invalid-body");
        assert_eq!(refused.json()["violations"][0]["message"], "\u{201c}114\u{201d} is not in the code list discipline-group.");
    }

    async fn another_replica_knows_at_once(world: World) {
        let beside = world.beside();
        world.put(Persona::Board, CODE).if_match("*").json(&glass()).send().await.expect(200);
        let put = beside.request(&world, Method::PUT, Persona::Lancaster, ROWS).if_match("*").csv(rows("glass"));
        put.send().await.expect(200);
        let read = beside.request(&world, Method::GET, Persona::Stranger, CODE).send().await.expect(200).json();
        assert_eq!(read["label"], "Glassblowing");
        beside.stop().await;
    }

    async fn what_makes_no_sense_is_refused_all_at_once(world: World) {
        let put = async |address: &str, body: Value| world.put(Persona::Board, address).if_match("*").json(&body).send().await;
        let refused = put(CODE, json!({"label": " ", "source": "", "valid_from": "2024-25", "valid_to": "2020-21", "parent": "nobody", "position": -1})).await;
        assert_eq!(refused.problem(422), "invalid-body");
        let places: Vec<Value> = refused.json()["violations"].as_array().expect("violations").iter().map(|one| one["pointer"].clone()).collect();
        assert_eq!(places, ["/label", "/source", "/valid_to", "/parent", "/position"]);
        assert_eq!(put("/v1/code-lists/weather/codes/rain", glass()).await.problem(404), "not-found");
        assert_eq!(put("/v1/code-lists/job-family/codes/two%20words", glass()).await.problem(400), "invalid-parameters");
        let known = put("/v1/code-lists/job-family/codes/not-known", json!({"label": "Not known", "source": "x", "valid_to": "2020-21"})).await;
        assert_eq!(known.violation_codes(), ["always-valid"]);
        let within = put("/v1/code-lists/job-family/codes/soc2020-3", json!({"label": "x", "source": "x", "parent": "soc2020-311"})).await;
        assert_eq!(within.violation_codes(), ["unknown-code"]);
        for (who, status) in [(Persona::Stranger, 401), (Persona::Lancaster, 403)] {
            let refused = world.put(who, CODE).if_match("*").json(&glass()).send().await;
            assert_eq!(refused.status, status);
        }
        assert_eq!(world.get(Persona::Stranger, CODE).send().await.problem(404), "not-found");
    }

    async fn graphql_sets_codes_too(world: World) {
        let mutation = "mutation($version: Int!) { setCode(list: \"job-family\", code: \"glass\", version: $version, \
            input: {label: \"Glassblowing\", source: \"board, 2026\"}) { code label version position } }";
        let set = world.graphql(Persona::Board, mutation, json!({"version": 0})).await;
        assert_eq!(set, json!({"data": {"setCode": {"code": "glass", "label": "Glassblowing", "version": 1, "position": 17}}}));
        let stale = world.graphql(Persona::Board, mutation, json!({"version": 0})).await;
        assert_eq!(stale["errors"][0]["extensions"]["code"], "precondition-failed");
    }
}
