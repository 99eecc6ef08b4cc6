//! The registry of institutions: read by anyone, kept by the secretariat.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

const LIST: &str = "/v1/institutions";
const MERGE: &str = "application/merge-patch+json";

fn slugs(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["slug"].as_str().expect("a slug"))
        .collect()
}

async fn listed(world: &World, query: &str) -> Vec<String> {
    let page = world
        .get(Persona::Stranger, &format!("{LIST}{query}"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(page["next"], Value::Null);
    slugs(&page).into_iter().map(ToOwned::to_owned).collect()
}

on_both_engines! {
    async fn anyone_reads_the_list_narrowed_as_they_like(world: World) {
        assert_eq!(listed(&world, "").await, ["abertay", "edinburgh", "glasgow", "lancaster"]);
        assert_eq!(listed(&world, "?nation=scotland").await, ["abertay", "edinburgh", "glasgow"]);
        assert_eq!(listed(&world, "?nation=scotland&mission_group=russell-group").await, ["edinburgh", "glasgow"]);
        assert_eq!(listed(&world, "?status=not-signatory").await, ["abertay"]);
        assert_eq!(listed(&world, "?kind=university&status=signatory").await, ["edinburgh", "glasgow", "lancaster"]);
        assert!(listed(&world, "?nation=wales").await.is_empty());
        let refused = world.get(Persona::Stranger, "/v1/institutions?nation=atlantis").send().await;
        assert_eq!(refused.problem(400), "invalid-parameters");
        assert_eq!(refused.json()["violations"][0]["parameter"], "nation");
        assert_eq!(refused.violation_codes(), ["unknown-code"]);
    }

    async fn pages_follow_each_other_to_the_end_without_a_gap(world: World) {
        for limit in 1..=4 {
            let mut seen = Vec::new();
            let mut address = format!("{LIST}?limit={limit}");
            let mut pages = 0;
            loop {
                let page = world.get(Persona::Stranger, &address).send().await.expect(200).json();
                assert!(slugs(&page).len() <= limit);
                seen.extend(slugs(&page).into_iter().map(ToOwned::to_owned));
                pages += 1;
                let Some(next) = page["next"].as_str() else { break };
                address = format!("{LIST}?limit={limit}&cursor={next}");
            }
            assert_eq!(seen, ["abertay", "edinburgh", "glasgow", "lancaster"], "limit {limit}");
            assert_eq!(pages, 4_usize.div_ceil(limit), "limit {limit}");
        }
        // A cursor keeps the filter's place, not the filter.
        let first = world.get(Persona::Stranger, "/v1/institutions?limit=1&nation=scotland").send().await.expect(200).json();
        let next = first["next"].as_str().expect("a second page");
        assert_eq!(listed(&world, &format!("?nation=scotland&cursor={next}")).await, ["edinburgh", "glasgow"]);
    }

    async fn a_profile_is_read_whole_and_only_when_it_changed(world: World) {
        let reply = world.get(Persona::Stranger, "/v1/institutions/lancaster").send().await.expect(200);
        let body = reply.json();
        assert_eq!(body, json!({
            "id": body["id"], "slug": "lancaster", "name": "Lancaster University", "kind": "university",
            "nation": "england", "region": "not-known", "mission_group": "none", "size_band": "not-known", "ukprn": "10007768",
            "ror": "https://ror.org/04f2nsd36", "status": "signatory", "signed": null, "founding": null, "phase": "not-known",
            "source": null, "version": 1,
            "updated_at": "2026-03-03T09:00:00Z",
        }));
        assert_eq!(reply.etag(), "\"1\"");
        let same = world.get(Persona::Stranger, "/v1/institutions/lancaster").header("if-none-match", "\"7\", \"1\"").send().await.expect(304);
        assert!(same.body.is_empty());
        assert_eq!(same.etag(), "\"1\"");
        world.get(Persona::Stranger, "/v1/institutions/lancaster").header("if-none-match", "\"2\"").send().await.expect(200);
        for unknown in ["/v1/institutions/atlantis", "/v1/institutions/Lancaster", "/v1/institutions/1a"] {
            let missing = world.get(Persona::Stranger, unknown).send().await;
            assert_eq!(missing.problem(404), "not-found");
            assert_eq!(missing.json()["detail"], "There is no such institution.");
        }
    }

    async fn the_board_enters_an_institution(world: World) {
        let new = json!({
            "slug": "cardiff", "name": " Cardiff University ", "kind": "university", "nation": "wales",
            "mission_group": "russell-group", "ukprn": "10007814", "ror": "03kk7td41", "signed": "2017-05",
            "founding": true, "size_band": "3000-and-over", "phase": "one", "source": "https://www.cardiff.ac.uk",
        });
        let made = world.post(Persona::Board, LIST).json(&new).send().await.expect(201);
        assert_eq!(made.header("location"), "/v1/institutions/cardiff");
        assert_eq!(made.etag(), "\"1\"");
        let body = made.json();
        assert_eq!(body, json!({
            "id": body["id"], "slug": "cardiff", "name": "Cardiff University", "kind": "university", "nation": "wales",
            "region": "wales", "mission_group": "russell-group", "size_band": "3000-and-over", "ukprn": "10007814",
            "ror": "https://ror.org/03kk7td41", "status": "signatory", "signed": "2017-05", "founding": true, "phase": "one",
            "source": "https://www.cardiff.ac.uk", "version": 1, "updated_at": "2026-03-03T09:00:00Z",
        }));
        assert_eq!(world.get(Persona::Stranger, "/v1/institutions/cardiff").send().await.expect(200).json(), body);
        assert_eq!(listed(&world, "?nation=wales").await, ["cardiff"]);
        // What may be missing is missing, not made up.
        let bare = json!({"slug": "crick", "name": "The Francis Crick Institute", "kind": "research-institute", "nation": "england"});
        let bare = world.post(Persona::Board, LIST).json(&bare).send().await.expect(201).json();
        for member in ["ukprn", "ror", "signed", "founding", "source"] {
            assert_eq!(bare[member], Value::Null, "{member}");
        }
        assert_eq!((&bare["mission_group"], &bare["status"]), (&json!("none"), &json!("signatory")));
        for member in ["region", "size_band", "phase"] {
            assert_eq!(bare[member], "not-known", "{member}");
        }
    }

    async fn every_fault_of_a_new_institution_is_told_at_once(world: World) {
        let new = json!({
            "slug": "Not A Slug", "name": " ", "kind": "college", "nation": "atlantis", "mission_group": "ivy-league", "region": "mercia", "size_band": "large", "phase": "Seven",
            "ukprn": "20007814", "ror": "https://ror.org/04f2nsd37", "status": "perhaps", "signed": "May 2017",
        });
        let refused = world.post(Persona::Board, LIST).json(&new).send().await;
        assert_eq!(refused.problem(422), "invalid-body");
        let body = refused.json();
        assert_eq!(body["detail"], "12 faults; see violations.");
        let found: Vec<(&str, &str)> = body["violations"].as_array().expect("violations").iter()
            .map(|violation| (violation["pointer"].as_str().expect("a pointer"), violation["code"].as_str().expect("a code")))
            .collect();
        assert_eq!(found, [
            ("/slug", "unknown-form"), ("/kind", "unknown-code"), ("/nation", "unknown-code"),
            ("/region", "unknown-code"), ("/mission_group", "unknown-code"), ("/size_band", "unknown-code"),
            ("/status", "unknown-code"), ("/phase", "unknown-code"), ("/ukprn", "unknown-form"), ("/ror", "wrong-checksum"),
            ("/signed", "unknown-form"), ("/name", "missing"),
        ]);
        let message = body["violations"][9]["message"].as_str().expect("a message");
        assert!(message.contains("04f2nsd37") && message.contains("valid check number"), "{message}");
        assert_eq!(listed(&world, "").await.len(), 4, "nothing was stored");
    }

    async fn a_member_nobody_offers_is_refused(world: World) {
        for (member, value) in [("id", json!("0190a5a0-0000-7000-8000-000000000000")), ("version", json!(9)), ("updated_at", json!("2020-01-01T00:00:00Z")), ("role", json!("board"))] {
            let mut new = json!({"slug": "cardiff", "name": "Cardiff", "kind": "university", "nation": "wales"});
            new[member] = value.clone();
            let refused = world.post(Persona::Board, LIST).json(&new).send().await;
            assert_eq!(refused.problem(422), "invalid-body", "{member}");
            let body = refused.json();
            assert_eq!(body["violations"][0]["pointer"], format!("/{member}"));
            assert_eq!(body["violations"][0]["code"], "wrong-shape");
            let change = json!({"name": "Lancaster", member: value});
            let refused = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*").body(MERGE, change.to_string()).send().await;
            assert_eq!(refused.problem(422), "invalid-body", "{member}");
        }
        // An address is for good: the slug is set once.
        let moved = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*").body(MERGE, r#"{"slug": "lancs"}"#).send().await;
        assert_eq!(moved.problem(422), "invalid-body");
        assert_eq!(listed(&world, "").await, ["abertay", "edinburgh", "glasgow", "lancaster"]);
    }

    async fn what_is_unique_is_named_when_it_is_taken(world: World) {
        let new = |slug: &str, ukprn: &str, ror: &str| {
            json!({"slug": slug, "name": "Another", "kind": "university", "nation": "wales", "ukprn": ukprn, "ror": ror})
        };
        for (taken, body) in [
            ("slug", new("lancaster", "10007814", "03kk7td41")),
            ("ukprn", new("another", "10007768", "03kk7td41")),
            ("ror", new("another", "10007814", "04f2nsd36")),
        ] {
            let refused = world.post(Persona::Board, LIST).json(&body).send().await;
            assert_eq!(refused.problem(409), "already-exists");
            assert_eq!(refused.json()["detail"], format!("Another one has this {taken}."));
        }
        let edinburghs = json!({"ror": "https://ror.org/01nrxwf90"});
        let refused = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*").body(MERGE, edinburghs.to_string()).send().await;
        assert_eq!(refused.problem(409), "already-exists");
        assert_eq!(refused.json()["detail"], "Another one has this ror.");
        assert_eq!(listed(&world, "").await.len(), 4);
    }

    async fn a_patch_changes_what_it_names_and_null_clears(world: World) {
        world.advance(chrono::Duration::hours(1));
        let change = json!({"name": "University of Lancaster", "ukprn": null, "signed": "2017-05-11", "mission_group": null});
        let changed = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("\"1\"").body(MERGE, change.to_string()).send().await.expect(200);
        assert_eq!(changed.etag(), "\"2\"");
        let body = changed.json();
        assert_eq!(body["name"], "University of Lancaster");
        assert_eq!(body["ukprn"], Value::Null);
        assert_eq!(body["signed"], "2017-05-11");
        assert_eq!(body["mission_group"], "none");
        assert_eq!(body["ror"], "https://ror.org/04f2nsd36", "what was not named stays");
        assert_eq!(body["updated_at"], "2026-03-03T10:00:00Z");
        assert_eq!(world.get(Persona::Stranger, "/v1/institutions/lancaster").send().await.expect(200).json(), body);
        // What must be there cannot be cleared.
        for member in ["name", "kind", "nation"] {
            let emptied = json!({member: ""});
            let refused = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*").body(MERGE, emptied.to_string()).send().await;
            assert_eq!(refused.problem(422), "invalid-body");
            assert_eq!(refused.json()["violations"][0]["pointer"], format!("/{member}"));
        }
    }

    async fn a_change_says_what_it_builds_on(world: World) {
        let patch = |tag: Option<&'static str>| {
            let request = world.patch(Persona::Board, "/v1/institutions/lancaster").body(MERGE, r#"{"phase": "two"}"#);
            match tag { Some(tag) => request.if_match(tag), None => request }
        };
        let without = patch(None).send().await;
        assert_eq!(without.problem(428), "precondition-required");
        for stale in ["\"2\"", "\"0\"", "W/\"1\"", "\"nonsense\""] {
            let refused = patch(Some(stale)).send().await;
            assert_eq!(refused.problem(412), "precondition-failed", "{stale}");
            assert_eq!(refused.json()["detail"], "It is now at \"1\"; read it again before changing it.");
        }
        assert_eq!(patch(Some("\"1\"")).send().await.expect(200).etag(), "\"2\"");
        assert_eq!(patch(Some("\"1\"")).send().await.problem(412), "precondition-failed");
        assert_eq!(patch(Some("*")).send().await.expect(200).etag(), "\"3\"");
        let missing = world.patch(Persona::Board, "/v1/institutions/atlantis").if_match("*").body(MERGE, "{}").send().await;
        assert_eq!(missing.problem(404), "not-found");
    }

    async fn institutions_are_grouped_by_region_size_and_phase(world: World) {
        let patch = async |slug: &str, change: Value| {
            let address = format!("/v1/institutions/{slug}");
            world.patch(Persona::Board, &address).if_match("*").body(MERGE, change.to_string()).send().await
        };
        let grouped = json!({"region": "north-west", "size_band": "1000-to-2999", "phase": "one"});
        let lancaster = patch("lancaster", grouped.clone()).await.expect(200).json();
        for (member, code) in grouped.as_object().expect("members") {
            assert_eq!(lancaster[member], *code);
            assert_eq!(listed(&world, &format!("?{member}={}", code.as_str().expect("a code"))).await, ["lancaster"]);
        }
        // What is not named stays, null clears.
        let cleared = patch("lancaster", json!({"size_band": null, "name": "Lancaster"})).await.expect(200).json();
        assert_eq!((&cleared["size_band"], &cleared["region"]), (&json!("not-known"), &json!("north-west")));
        // A region lies in its nation.
        let refused = patch("lancaster", json!({"nation": "wales"})).await;
        assert_eq!(refused.problem(422), "invalid-body");
        assert_eq!(refused.json()["violations"], json!([{
            "pointer": "/region", "code": "not-in-nation", "message": "The region north-west is not in the nation wales, but in england.",
        }]));
        let moved = patch("lancaster", json!({"nation": "wales", "region": null})).await.expect(200).json();
        assert_eq!(moved["region"], "wales");
        let back = patch("lancaster", json!({"nation": "england"})).await.expect(200).json();
        assert_eq!(back["region"], "not-known", "what the nation settled goes with it");
        let answer = world.graphql(Persona::Stranger, r#"{ institutions(region: SCOTLAND, sizeBand: NOT_KNOWN, first: 1) { nodes { slug region sizeBand phase } } }"#, json!({})).await;
        assert_eq!(answer["data"]["institutions"]["nodes"], json!([{"slug": "abertay", "region": "SCOTLAND", "sizeBand": "NOT_KNOWN", "phase": "NOT_KNOWN"}]), "{answer:#}");
    }

    async fn only_the_board_keeps_the_registry(world: World) {
        let new = json!({"slug": "cardiff", "name": "Cardiff", "kind": "university", "nation": "wales"});
        for (persona, status, code) in [
            (Persona::Stranger, 401, "unauthenticated"),
            (Persona::Forger, 401, "invalid-token"),
            (Persona::Lancaster, 403, "forbidden"),
            (Persona::LancasterReadonly, 403, "forbidden"),
            (Persona::Edinburgh, 403, "forbidden"),
        ] {
            assert_eq!(world.post(persona, LIST).json(&new).send().await.problem(status), code);
            let change = world.request(Method::PATCH, "/v1/institutions/lancaster").by(persona).if_match("*");
            assert_eq!(change.body(MERGE, r#"{"name": "Mine"}"#).send().await.problem(status), code);
        }
        assert_eq!(listed(&world, "").await.len(), 4);
        let name = world.get(Persona::Stranger, "/v1/institutions/lancaster").send().await.json()["name"].clone();
        assert_eq!(name, "Lancaster University");
    }
}
