//! Who owes which return: states, days, filters and forms, for the board alone.

use crate::faces::in_words_of_rest;
use crate::headcount::{RETURN, fill, sound, submit};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

const ALL: &str = "/v1/sector/participation";
const SUMMARY: &str = "/v1/sector/participation/summary";
const AWARDS: &str = "/v1/institutions/lancaster/returns/awards/2024-25";

/// Opens 2024-25 until the end of March 2026, its awards until the end of the year, and 2025-26 not yet.
async fn collect(world: &World) {
    for (year, body) in [
        (
            "2024-25",
            json!({"opens_on": "2026-01-01", "closes_on": "2026-03-31", "datasets": {"awards": {"closes_on": "2026-12-31"}}}),
        ),
        ("2025-26", json!({"opens_on": "2026-12-01"})),
    ] {
        let put = world.put(Persona::Board, &format!("/v1/years/{year}"));
        put.if_match("*").json(&body).send().await.expect(200);
    }
}

async fn listed(world: &World, query: &str) -> Vec<Value> {
    let page = world.get(Persona::Board, &format!("{ALL}{query}"));
    let page = page.send().await.expect(200).json();
    page["items"].as_array().expect("items").clone()
}

/// The one obligation of Lancaster for a dataset.
async fn lancaster(world: &World, dataset: &str) -> Value {
    let all = listed(world, &format!("?dataset={dataset}&limit=500")).await;
    let own: Vec<&Value> = all
        .iter()
        .filter(|one| one["institution"] == "lancaster")
        .collect();
    assert_eq!(own.len(), 1);
    own[0].clone()
}

async fn state(world: &World) -> Value {
    let one = lancaster(world, "headcount").await;
    json!([one["state"], one["overdue_since"], one["draft"]])
}

on_both_engines! {
    async fn signatories_owe_every_dataset_of_a_year_that_is_collected(world: World) {
        assert_eq!(listed(&world, "").await, [] as [Value; 0], "nobody said what is collected");
        collect(&world).await;
        let all = listed(&world, "?limit=500").await;
        assert_eq!(all.len(), 30, "three signatories, ten datasets; 2025-26 is not open, Abertay is no signatory");
        assert_eq!(all[0], json!({
            "institution": "edinburgh", "name": "The University of Edinburgh", "kind": "university", "nation": "scotland",
            "region": "scotland", "mission_group": "russell-group", "size_band": "not-known", "phase": "not-known", "plan": "none",
            "year": "2024-25", "dataset": "headcount", "opens_on": "2026-01-01", "closes_on": "2026-03-31", "state": "owed",
            "overdue_since": null, "draft": false, "revision": null, "submitted_at": null, "late": null, "provisional": null,
            "provenance": null,
        }));
        assert_eq!(lancaster(&world, "awards").await["closes_on"], "2026-12-31");
        let summary = world.get(Persona::Board, SUMMARY).send().await.expect(200).json();
        assert_eq!(summary["items"].as_array().map(Vec::len), Some(10));
        assert_eq!(summary["items"][0], json!({
            "year": "2024-25", "dataset": "headcount", "opens_on": "2026-01-01", "closes_on": "2026-03-31", "standing": 0, "of": 3,
            "states": [
                {"state": "owed", "institutions": 3}, {"state": "overdue", "institutions": 0}, {"state": "draft", "institutions": 0},
                {"state": "submitted", "institutions": 0}, {"state": "accepted", "institutions": 0},
                {"state": "returned", "institutions": 0}, {"state": "nil", "institutions": 0}, {"state": "withdrawn", "institutions": 0},
            ],
        }));
    }

    async fn a_return_goes_through_its_states(world: World) {
        collect(&world).await;
        assert_eq!(state(&world).await, json!(["owed", null, false]));
        fill(&world, sound(2)).await;
        assert_eq!(state(&world).await, json!(["draft", null, true]));
        world.advance(Duration::days(29));
        assert_eq!(state(&world).await, json!(["overdue", "2026-04-01", true]));
        submit(&world).await.expect(200);
        let standing = lancaster(&world, "headcount").await;
        assert_eq!((&standing["state"], &standing["overdue_since"], &standing["late"]), (&json!("submitted"), &Value::Null, &json!(true)));
        assert_eq!((&standing["revision"], &standing["submitted_at"], &standing["provenance"]), (&json!(1), &json!("2026-04-01T09:00:00Z"), &json!("returned")));
        for (verb, body, expected) in [("accept", json!({}), "accepted"), ("return", json!({"reason": "Too few"}), "returned")] {
            let judge = world.post(Persona::Board, &format!("{RETURN}/{verb}")).if_match("*").json(&body);
            judge.send().await.expect(200);
            assert_eq!(state(&world).await, json!([expected, null, false]));
        }
        // A correction that was begun changes nothing of what stands.
        let correct = world.post(Persona::Lancaster, &format!("{RETURN}/correct")).if_match("*").json(&json!({"reason": "Again"}));
        correct.send().await.expect(200);
        assert_eq!(state(&world).await, json!(["returned", null, true]));
        world.delete(Persona::Lancaster, RETURN).if_match("*").send().await;
        world.post(Persona::Lancaster, &format!("{RETURN}/discard")).if_match("*").send().await;
        let withdraw = world.post(Persona::Lancaster, &format!("{RETURN}/withdraw")).if_match("*").json(&json!({"reason": "Not ours"}));
        withdraw.send().await.expect(200);
        assert_eq!(state(&world).await, json!(["withdrawn", "2026-04-01", false]), "nothing stands any more");
        let nil = world.post(Persona::Lancaster, &format!("{AWARDS}/submit")).if_match("\"0\"").json(&json!({"nil": true}));
        nil.send().await.expect(200);
        assert_eq!(lancaster(&world, "awards").await["state"], "nil");
        let summary = world.get(Persona::Board, &format!("{SUMMARY}?dataset=awards")).send().await.expect(200).json();
        assert_eq!((&summary["items"][0]["standing"], &summary["items"][0]["of"]), (&json!(1), &json!(3)));
        let overdue = listed(&world, "?state=overdue&limit=500").await;
        assert_eq!(overdue.len(), 3 * 9 - 1, "all but the awards, which have time, and what was withdrawn");
    }

    async fn a_plan_runs_or_not(world: World) {
        collect(&world).await;
        assert_eq!(lancaster(&world, "headcount").await["plan"], "none");
        for (starts_on, expected) in [(json!("2022-01-01"), "ended"), (Value::Null, "undated"), (json!("2026-06-01"), "ahead"), (json!("2026-01-01"), "current")] {
            let plan = json!({"title": "Plan", "stage": 1, "starts_on": starts_on, "months": 24});
            world.post(Persona::Lancaster, "/v1/institutions/lancaster/action-plans").json(&plan).send().await.expect(201);
            assert_eq!(lancaster(&world, "headcount").await["plan"], expected);
        }
    }

    async fn it_is_narrowed_and_paged(world: World) {
        collect(&world).await;
        let change = json!({"region": "north-west", "size_band": "1000-to-2999", "phase": "one"});
        let patch = world.patch(Persona::Board, "/v1/institutions/lancaster").if_match("*");
        patch.body("application/merge-patch+json", change.to_string()).send().await.expect(200);
        for (query, number) in [
            ("year=2024-25", 30), ("year=2025-26", 0), ("year=2011-12", 0), ("dataset=awards", 3), ("state=owed", 30), ("state=nil", 0),
            ("nation=scotland", 20), ("nation=england", 10), ("kind=funder", 0), ("mission_group=russell-group", 20),
            ("region=north-west", 10), ("size_band=1000-to-2999", 10), ("phase=one", 10), ("phase=one&dataset=headcount", 1),
        ] {
            assert_eq!(listed(&world, &format!("?limit=500&{query}")).await.len(), number, "{query}");
        }
        let (mut seen, mut address) = (Vec::new(), format!("{ALL}?limit=7"));
        loop {
            let page = world.get(Persona::Board, &address).send().await.expect(200).json();
            seen.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next"].as_str() else { break };
            address = format!("{ALL}?limit=7&cursor={next}");
        }
        assert_eq!(seen, listed(&world, "?limit=500").await);
        for (query, parameter) in [("state=late", "state"), ("region=mercia", "region"), ("year=2024", "year"), ("cursor=x", "cursor"), ("limit=0", "limit")] {
            let refused = world.get(Persona::Board, &format!("{ALL}?{query}")).send().await;
            assert_eq!(refused.problem(400), "invalid-parameters");
            assert_eq!(refused.json()["violations"][0]["parameter"], parameter);
        }
    }

    async fn csv_has_all_of_it(world: World) {
        collect(&world).await;
        let get = world.get(Persona::Board, &format!("{ALL}?limit=1")).header("accept", "text/csv");
        let file = get.send().await.expect(200);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"participation.csv\"");
        let text = file.text();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let lines: Vec<std::collections::BTreeMap<String, String>> = reader.deserialize().map(|line| line.expect("a line")).collect();
        let items = listed(&world, "?limit=500").await;
        assert_eq!(lines.len(), items.len());
        for (line, item) in lines.iter().zip(&items) {
            let members = item.as_object().expect("members");
            assert_eq!(line.len(), members.len());
            for (name, value) in members {
                let cell = match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(line[name], cell, "{name}");
            }
        }
        let refused = world.get(Persona::Board, ALL).header("accept", "image/png").send().await;
        assert_eq!(refused.problem(406), "not-acceptable");
    }

    async fn graphql_says_the_same(world: World) {
        collect(&world).await;
        fill(&world, sound(2)).await;
        submit(&world).await.expect(200);
        const FIELDS: &str = "institution name kind nation region missionGroup sizeBand phase plan year dataset opensOn closesOn state \
            overdueSince draft revision submittedAt late provisional provenance";
        let query = format!("{{ sector {{ participation(first: 500, where: {{nation: ENGLAND}}) {{ nodes {{ {FIELDS} }} pageInfo {{ hasNextPage }} }} \
            participationSummary(where: {{dataset: HEADCOUNT}}) {{ year dataset opensOn closesOn standing of states {{ state institutions }} }} }} }}");
        let answer = world.graphql(Persona::Board, &query, json!({})).await;
        let sector = in_words_of_rest(&answer["data"]["sector"]);
        assert_eq!(sector["participation"]["nodes"], json!(listed(&world, "?limit=500&nation=england").await), "{answer:#}");
        let summary = world.get(Persona::Board, &format!("{SUMMARY}?dataset=headcount")).send().await.expect(200).json();
        assert_eq!(sector["participation_summary"], summary["items"]);
        let one = "{ sector { participation(first: 1, state: SUBMITTED) { edges { cursor node { institution dataset } } pageInfo { hasNextPage } } } }";
        let answer = world.graphql(Persona::Board, one, json!({})).await;
        let found = &answer["data"]["sector"]["participation"];
        assert_eq!((&found["edges"][0]["node"], &found["pageInfo"]["hasNextPage"]), (&json!({"institution": "lancaster", "dataset": "HEADCOUNT"}), &json!(false)));
        let cursor = found["edges"][0]["cursor"].as_str().expect("a cursor");
        let after = listed(&world, &format!("?limit=500&cursor={cursor}")).await;
        assert_eq!(after.len(), 9, "a cursor of one face is good in the other");
    }

    async fn it_is_the_board_s_alone(world: World) {
        collect(&world).await;
        for (persona, status, code) in [
            (Persona::Stranger, 401, "unauthenticated"),
            (Persona::Forger, 401, "invalid-token"),
            (Persona::Lancaster, 403, "forbidden"),
            (Persona::LancasterReadonly, 403, "forbidden"),
            (Persona::Edinburgh, 403, "forbidden"),
        ] {
            for address in [ALL, SUMMARY] {
                let refused = world.get(persona, address).header("accept", "text/csv, application/json, application/problem+json").send().await;
                assert_eq!(refused.problem(status), code, "{address}");
            }
            if persona == Persona::Forger {
                continue;
            }
            for field in ["participation { nodes { state } }", "participationSummary { of }"] {
                let answer = world.graphql(persona, &format!("{{ sector {{ {field} }} }}"), json!({})).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{field}");
            }
        }
    }
}
