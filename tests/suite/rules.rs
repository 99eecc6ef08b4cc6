//! Rules between the figures of a row: for each, a row that just breaks it and one that just does not.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Persona, World, on_both_engines};

/// A rule: its dataset, its code, the cells of a row that breaks it by one, and those of a row that keeps it by nothing.
type Case = (&'static str, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "headcount",
        "fpe-over-headcount",
        "laboratory,C1,female,26-30,open-ended,full-time,10,12.01,",
        "laboratory,C1,female,26-30,open-ended,full-time,10,12,",
    ),
    (
        "headcount",
        "fte-over-headcount",
        "laboratory,C1,female,26-30,open-ended,full-time,10,,12.01",
        "laboratory,C1,female,26-30,open-ended,full-time,10,,12",
    ),
    (
        "authorship",
        "authored-over-outputs",
        "article,4,5,,,",
        "article,5,5,,,",
    ),
    (
        "authorship",
        "acknowledging-over-outputs",
        "article,4,0,5,,",
        "article,5,0,5,,",
    ),
    (
        "authorship",
        "facility-over-outputs",
        "article,4,0,,5,",
        "article,5,0,,5,",
    ),
    (
        "authorship",
        "authored-over-authors",
        "article,,5,,,4",
        "article,,5,,,5",
    ),
    (
        "authorship",
        "authors-without-outputs",
        "article,,0,,,1",
        "article,,1,,,1",
    ),
    (
        "authorship-outputs",
        "nobody-credited",
        "10.1000/x,article,author,not-known,0",
        "10.1000/x,article,author,not-known,1",
    ),
    (
        "awards",
        "nominated-over-considered",
        "internal,internal,team,4,5,,0",
        "internal,internal,team,5,5,,0",
    ),
    (
        "awards",
        "shortlisted-over-nominated",
        "internal,internal,team,,4,5,0",
        "internal,internal,team,,5,5,0",
    ),
    (
        "awards",
        "won-over-nominated",
        "internal,internal,team,,4,,5",
        "internal,internal,team,,5,,5",
    ),
    (
        "registrations",
        "persons-over-registrations",
        "CSci,5,4,,",
        "CSci,5,5,,",
    ),
    (
        "registrations",
        "new-over-held",
        "CSci,0,4,5,",
        "CSci,0,5,5,",
    ),
    (
        "development",
        "completions-over-participants",
        "apprenticeship,4,5,",
        "apprenticeship,5,5,",
    ),
    (
        "representation",
        "represented-over-bodies",
        "faculty,senate,4,5,5",
        "faculty,senate,5,5,5",
    ),
    (
        "representation",
        "represented-over-seats",
        "faculty,senate,5,5,4",
        "faculty,senate,5,5,5",
    ),
    (
        "representation",
        "seats-without-bodies",
        "faculty,senate,5,0,1",
        "faculty,senate,5,1,1",
    ),
    ("denominators", "nothing-recorded", ",,", "0,,"),
    ("denominators", "academics-over-all-staff", "5,,4", "5,,5"),
];

async fn definition(world: &World, dataset: &str) -> Value {
    let address = format!("/v1/datasets/{dataset}");
    world
        .get(Persona::Stranger, &address)
        .send()
        .await
        .expect(200)
        .json()
}

/// Checks one row; the status and the violations.
async fn checked(world: &World, dataset: &Value, cells: &str) -> (u16, Value) {
    let columns = dataset["columns"].as_array().expect("columns");
    let header: Vec<&str> = columns
        .iter()
        .map(|column| column["name"].as_str().expect("a name"))
        .collect();
    let name = dataset["name"].as_str().expect("a name");
    let file = format!("{}\ninstitution,{cells}\n", header.join(","));
    let address = format!("/v1/institutions/lancaster/returns/{name}/2024-25/rows:check");
    let reply = world
        .post(Persona::Lancaster, &address)
        .body("text/csv", file)
        .send()
        .await;
    (reply.status, reply.json()["violations"].clone())
}

on_both_engines! {
    async fn each_is_kept_by_nothing_and_broken_by_one(world: World) {
        for (name, code, bad, good) in CASES {
            let dataset = definition(&world, name).await;
            let rules = dataset["rules"].as_array().expect("rules");
            let rule = rules.iter().find(|rule| rule["code"] == *code).unwrap_or_else(|| panic!("{name} has no rule {code}"));
            let fault = json!([{"row": 2, "column": rule["column"], "code": code, "message": rule["statement"]}]);
            assert_eq!(checked(&world, &dataset, bad).await, (422, fault), "{name}: {bad}");
            assert_eq!(checked(&world, &dataset, good).await, (200, Value::Null), "{name}: {good}");
        }
    }

    async fn every_rule_there_is_was_tried(world: World) {
        let page = world.get(Persona::Stranger, "/v1/datasets").send().await.expect(200).json();
        let mut there = BTreeSet::new();
        for dataset in page["items"].as_array().expect("items") {
            for rule in dataset["rules"].as_array().expect("rules") {
                there.insert((dataset["name"].to_string(), rule["code"].to_string()));
            }
        }
        let tried = CASES.iter().map(|(name, code, _, _)| (format!("\"{name}\""), format!("\"{code}\"")));
        assert_eq!(tried.collect::<BTreeSet<_>>(), there);
    }
}
