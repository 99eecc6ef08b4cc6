//! Org units: added, renamed, moved and closed by their institution; never seen by another.

use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const UNITS: &str = "/v1/institutions/lancaster/org-units";
const MERGE: &str = "application/merge-patch+json";

async fn added(world: &World, body: Value) -> Value {
    world
        .post(Persona::Lancaster, UNITS)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json()
}

fn at(unit: &Value) -> String {
    format!("{UNITS}/{}", unit["id"].as_str().expect("an id"))
}

async fn changed(world: &World, unit: &Value, change: Value) -> Reply {
    world
        .patch(Persona::Lancaster, &at(unit))
        .if_match("*")
        .body(MERGE, change.to_string())
        .send()
        .await
}

async fn units(world: &World) -> Vec<Value> {
    let page = world
        .get(Persona::Lancaster, UNITS)
        .send()
        .await
        .expect(200)
        .json();
    page["items"].as_array().expect("items").clone()
}

async fn root(world: &World) -> Value {
    units(world)
        .await
        .into_iter()
        .find(|unit| unit["kind"] == "institution")
        .expect("a root")
}

/// The whole of a refusal that is about one member.
#[track_caller]
fn assert_violation(reply: &Reply, pointer: &str, code: &str, message: &str) {
    assert_eq!(reply.problem(422), "invalid-body");
    assert_eq!(
        reply.json()["violations"],
        json!([{"pointer": pointer, "code": code, "message": message}])
    );
}

on_both_engines! {
    async fn a_unit_is_added_renamed_moved_and_closed(world: World) {
        let whole = root(&world).await;
        assert_eq!(whole, json!({
            "id": whole["id"], "code": "institution", "name": "Lancaster University", "kind": "institution",
            "parent_id": null, "discipline": null, "closed_on": null, "version": 1,
        }));
        let made = world.post(Persona::Lancaster, UNITS)
            .json(&json!({"code": "fst", "name": "Science and Technology", "kind": "faculty"})).send().await.expect(201);
        let faculty = made.json();
        assert_eq!(made.header("location"), at(&faculty));
        assert_eq!(made.etag(), "\"1\"");
        assert_eq!(faculty, json!({
            "id": faculty["id"], "code": "fst", "name": "Science and Technology", "kind": "faculty",
            "parent_id": whole["id"], "discipline": null, "closed_on": null, "version": 1,
        }));
        let chemistry = added(&world, json!({"code": "chem", "name": "Chemistry", "kind": "department", "parent_id": faculty["id"], "discipline": "113"})).await;
        assert_eq!((&chemistry["parent_id"], &chemistry["discipline"]), (&faculty["id"], &json!("113")));
        let renamed = changed(&world, &chemistry, json!({"name": "Chemical Sciences", "discipline": null})).await.expect(200);
        assert_eq!(renamed.etag(), "\"2\"");
        assert_eq!(renamed.json()["name"], "Chemical Sciences");
        assert_eq!(renamed.json()["discipline"], Value::Null);
        assert_eq!(renamed.json()["parent_id"], faculty["id"], "what was not named stays");
        let moved = changed(&world, &chemistry, json!({"parent_id": null})).await.expect(200).json();
        assert_eq!(moved["parent_id"], whole["id"], "no parent means the institution as a whole");
        let closed = world.post(Persona::Lancaster, &format!("{}/close", at(&chemistry))).if_match("\"3\"")
            .json(&json!({"closed_on": "2026-07-31"})).send().await.expect(200);
        assert_eq!(closed.etag(), "\"4\"");
        assert_eq!(closed.json()["closed_on"], "2026-07-31");
        let read = world.get(Persona::Lancaster, &at(&chemistry)).send().await.expect(200);
        assert_eq!(read.json(), closed.json(), "history keeps it");
        world.get(Persona::Lancaster, &at(&chemistry)).header("if-none-match", "\"4\"").send().await.expect(304);
        // Closed is closed.
        let again = changed(&world, &chemistry, json!({"name": "X"})).await;
        assert_eq!(again.problem(409), "wrong-state");
        assert_eq!(again.json()["detail"], "It is closed; this needs it to be open.");
    }

    async fn units_form_a_tree(world: World) {
        let a = added(&world, json!({"code": "a", "name": "A", "kind": "faculty"})).await;
        let b = added(&world, json!({"code": "b", "name": "B", "kind": "school", "parent_id": a["id"]})).await;
        let c = added(&world, json!({"code": "c", "name": "C", "kind": "school", "parent_id": b["id"]})).await;
        let circle = "A unit cannot belong to itself or to a unit below it.";
        assert_violation(&changed(&world, &a, json!({"parent_id": a["id"]})).await, "/parent_id", "circle", circle);
        assert_violation(&changed(&world, &a, json!({"parent_id": c["id"]})).await, "/parent_id", "circle", circle);
        let nowhere = json!({"parent_id": "01953c00-0000-7000-8000-000000000000"});
        assert_violation(&changed(&world, &a, nowhere.clone()).await, "/parent_id", "unknown-org-unit", "There is no such org unit.");
        // Another institution's unit is no parent either, and is no more known than one that does not exist.
        let edinburgh = world.get(Persona::Edinburgh, "/v1/institutions/edinburgh/org-units").send().await.expect(200).json();
        let theirs = json!({"parent_id": edinburgh["items"][0]["id"]});
        assert_eq!(changed(&world, &a, theirs).await.body, changed(&world, &a, nowhere).await.body);
        let mut below = c;
        for depth in 4..=9 {
            let unit = json!({"code": format!("d{depth}"), "name": "Deep", "kind": "other", "parent_id": below["id"]});
            below = added(&world, unit).await;
        }
        let too_deep = json!({"code": "d10", "name": "Deep", "kind": "other", "parent_id": below["id"]});
        let refused = world.post(Persona::Lancaster, UNITS).json(&too_deep).send().await;
        assert_violation(&refused, "/parent_id", "too-deep", "Units nest at most 10 deep.");
        assert_eq!(units(&world).await.len(), 10);
    }

    async fn the_root_stands_for_the_institution_and_stays(world: World) {
        let whole = root(&world).await;
        let close = world.post(Persona::Lancaster, &format!("{}/close", at(&whole))).if_match("*").json(&json!({"closed_on": "2026-07-31"}));
        for refused in [changed(&world, &whole, json!({"name": "Mine"})).await, close.send().await] {
            assert_eq!(refused.problem(409), "wrong-state");
            assert_eq!(refused.json()["detail"], "It is the institution as a whole; this needs it to be a unit within it.");
        }
        let second = world.post(Persona::Lancaster, UNITS).json(&json!({"code": "two", "name": "Two", "kind": "institution"})).send().await;
        assert_violation(&second, "/kind", "only-one-root", "The institution as a whole is there already.");
        let unit = added(&world, json!({"code": "a", "name": "A", "kind": "faculty"})).await;
        let promoted = changed(&world, &unit, json!({"kind": "institution"})).await;
        assert_violation(&promoted, "/kind", "only-one-root", "The institution as a whole is there already.");
        assert_eq!(root(&world).await, whole);
    }

    async fn codes_are_unique_within_an_institution_only(world: World) {
        let new = json!({"code": "chem", "name": "Chemistry", "kind": "department"});
        added(&world, new.clone()).await;
        let physics = added(&world, json!({"code": "phys", "name": "Physics", "kind": "department"})).await;
        for refused in [
            world.post(Persona::Lancaster, UNITS).json(&new).send().await,
            changed(&world, &physics, json!({"code": "chem"})).await,
        ] {
            assert_eq!(refused.problem(409), "already-exists");
            assert_eq!(refused.json()["detail"], "Another one has this code.");
        }
        world.post(Persona::Edinburgh, "/v1/institutions/edinburgh/org-units").json(&new).send().await.expect(201);
    }

    async fn members_are_checked(world: World) {
        let try_new = |change: Value| {
            let mut new = json!({"code": "chem", "name": "Chemistry", "kind": "department"});
            new.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            world.post(Persona::Lancaster, UNITS).json(&new)
        };
        let discipline = try_new(json!({"discipline": "999"})).send().await;
        assert_violation(&discipline, "/discipline", "unknown-code", "\u{201c}999\u{201d} is not in the code list discipline.");
        for (member, value, code) in [
            ("kind", json!("lab"), "unknown-code"), ("code", json!("two words"), "unknown-code"), ("code", json!(""), "unknown-code"),
            ("name", json!("  "), "missing"), ("name", json!("x".repeat(301)), "too-long"), ("name", json!("a\u{0}b"), "control-character"),
            ("parent_id", json!("root"), "wrong-shape"), ("institution_id", json!("edinburgh"), "wrong-shape"),
        ] {
            let refused = try_new(json!({member: value})).send().await;
            assert_eq!(refused.problem(422), "invalid-body", "{member}");
            assert_eq!(refused.json()["violations"][0]["pointer"], format!("/{member}"));
            assert_eq!(refused.violation_codes(), [code], "{member}");
        }
        let without = world.post(Persona::Lancaster, UNITS).json(&json!({"code": "chem"})).send().await;
        assert_eq!(without.problem(422), "invalid-body");
        assert_eq!(without.json()["detail"], "missing field `name`");
        assert_eq!(units(&world).await.len(), 1);
    }

    async fn a_change_says_what_it_builds_on(world: World) {
        let unit = added(&world, json!({"code": "a", "name": "A", "kind": "faculty"})).await;
        let rename = || world.patch(Persona::Lancaster, &at(&unit)).body(MERGE, r#"{"name": "B"}"#);
        let close = || world.post(Persona::Lancaster, &format!("{}/close", at(&unit))).json(&json!({"closed_on": "2026-07-31"}));
        assert_eq!(rename().send().await.problem(428), "precondition-required");
        assert_eq!(close().send().await.problem(428), "precondition-required");
        assert_eq!(rename().if_match("\"2\"").send().await.problem(412), "precondition-failed");
        assert_eq!(close().if_match("\"2\"").send().await.problem(412), "precondition-failed");
        assert_eq!(rename().if_match("\"1\"").send().await.expect(200).etag(), "\"2\"");
        assert_eq!(rename().if_match("\"1\"").send().await.problem(412), "precondition-failed");
        assert_eq!(close().if_match("\"2\"").send().await.expect(200).etag(), "\"3\"");
    }

    async fn who_may_only_read_reads_and_no_more(world: World) {
        let unit = added(&world, json!({"code": "a", "name": "A", "kind": "faculty"})).await;
        let who = Persona::LancasterReadonly;
        assert_eq!(world.get(who, &at(&unit)).send().await.expect(200).json(), unit);
        for refused in [
            world.post(who, UNITS).json(&json!({"code": "b", "name": "B", "kind": "faculty"})).send().await,
            world.patch(who, &at(&unit)).if_match("*").body(MERGE, r#"{"name": "B"}"#).send().await,
            world.post(who, &format!("{}/close", at(&unit))).if_match("*").json(&json!({"closed_on": "2026-07-31"})).send().await,
        ] {
            assert_eq!(refused.problem(403), "forbidden");
            assert_eq!(refused.json()["detail"], "This needs the scope org-units:write, which the caller does not hold.");
        }
        assert_eq!(world.get(Persona::Lancaster, &at(&unit)).send().await.expect(200).json(), unit);
    }

    async fn another_institution_learns_nothing(world: World) {
        let unit = added(&world, json!({"code": "a", "name": "A", "kind": "faculty"})).await;
        let id = unit["id"].as_str().expect("an id");
        let them = Persona::Edinburgh;
        let nobody = "/v1/institutions/no-such-place/org-units";
        for (theirs, no_one_s) in [
            (UNITS.to_owned(), nobody.to_owned()),
            (at(&unit), format!("{nobody}/{id}")),
            // A real id under the own slug is as good as any other that does not exist.
            (format!("/v1/institutions/edinburgh/org-units/{id}"), "/v1/institutions/edinburgh/org-units/01953c00-0000-7000-8000-000000000000".to_owned()),
            (format!("/v1/institutions/edinburgh/org-units/{id}"), "/v1/institutions/edinburgh/org-units/none".to_owned()),
        ] {
            let (refused, missing) = (world.get(them, &theirs).send().await, world.get(them, &no_one_s).send().await);
            assert_eq!(refused.problem(404), "not-found");
            assert_eq!(refused.json(), missing.json());
            assert_eq!((refused.etag(), missing.etag()), ("", ""));
        }
        let rename = world.patch(them, &at(&unit)).if_match("*").body(MERGE, r#"{"name": "Ours"}"#).send().await;
        assert_eq!(rename.problem(404), "not-found");
        let page = world.get(them, "/v1/institutions/edinburgh/org-units").send().await.expect(200).json();
        assert_eq!(page["items"].as_array().expect("items").len(), 1, "its own root");
        assert_eq!(world.get(Persona::Lancaster, &at(&unit)).send().await.expect(200).json(), unit);
    }

    async fn units_are_listed_page_by_page(world: World) {
        for count in 0..5 {
            added(&world, json!({"code": format!("u{count}"), "name": "Unit", "kind": "other"})).await;
        }
        let mut seen = Vec::new();
        let mut address = format!("{UNITS}?limit=2");
        loop {
            let page = world.get(Persona::Lancaster, &address).send().await.expect(200).json();
            let items = page["items"].as_array().expect("items").clone();
            assert!(items.len() <= 2);
            seen.extend(items.into_iter().map(|unit| unit["code"].as_str().expect("a code").to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            address = format!("{UNITS}?limit=2&cursor={next}");
        }
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!(sorted, ["institution", "u0", "u1", "u2", "u3", "u4"]);
        assert_eq!(seen.len(), 6);
    }
}
