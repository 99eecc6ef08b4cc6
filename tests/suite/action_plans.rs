//! Action plans: Lancaster's own, with every quirk of its table, and the history of judgements made on it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Persona, Reply, World, on_both_engines};

const PLANS: &str = "/v1/institutions/lancaster/action-plans";
const MERGE: &str = "application/merge-patch+json";
const TIDY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan.csv"
);
const AS_PRINTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan-rows.csv"
);

/// A new, empty plan: its address.
async fn plan(world: &World) -> String {
    let new = json!({"title": "Stage 1", "stage": 1, "starts_on": "2019-05-01", "months": 36, "extended_by": 12});
    let made = world
        .post(Persona::Lancaster, PLANS)
        .json(&new)
        .send()
        .await
        .expect(201);
    made.header("location").to_owned()
}

async fn import(world: &World, plan: &str, csv: impl Into<Vec<u8>>) -> Reply {
    world
        .post(Persona::Lancaster, &format!("{plan}/import"))
        .if_match("*")
        .csv(csv)
        .send()
        .await
}

fn file(path: &str) -> Vec<u8> {
    std::fs::read(path).expect("the file")
}

/// The same rows as they stand in the document, without the two columns that say where.
fn rows_as_printed() -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(AS_PRINTED)
        .expect("the file");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in reader.records() {
        writer
            .write_record(record.expect("a record").iter().skip(2))
            .expect("a record");
    }
    writer.into_inner().expect("the bytes")
}

/// Lancaster's plan, imported: its address and its actions by label.
async fn lancasters(world: &World) -> (String, BTreeMap<String, Value>) {
    let plan = plan(world).await;
    let imported = import(world, &plan, file(TIDY)).await.expect(200).json();
    (plan, by_label(&imported["actions"]))
}

fn by_label(actions: &Value) -> BTreeMap<String, Value> {
    let actions = actions.as_array().expect("actions");
    actions
        .iter()
        .map(|action| {
            (
                action["label"].as_str().expect("a label").to_owned(),
                action.clone(),
            )
        })
        .collect()
}

async fn judge(world: &World, plan: &str, action: &Value, judgement: Value) -> Reply {
    let id = action["id"].as_str().expect("an id");
    world
        .post(Persona::Lancaster, &format!("{plan}/actions/{id}/progress"))
        .json(&judgement)
        .send()
        .await
}

async fn get(world: &World, address: &str) -> Value {
    world
        .get(Persona::Lancaster, address)
        .send()
        .await
        .expect(200)
        .json()
}

/// What an action says, without what differs between two imports.
fn said(action: &Value) -> Value {
    let mut action = action.clone();
    for member in ["id", "plan_id", "updated_at"] {
        action.as_object_mut().expect("an action").remove(member);
    }
    action
}

on_both_engines! {
    async fn a_plan_is_made_read_and_changed(world: World) {
        let new = json!({"title": " Stage 2 ", "stage": 2});
        let made = world.post(Persona::Lancaster, PLANS).json(&new).send().await.expect(201);
        let body = made.json();
        assert_eq!(body, json!({
            "id": body["id"], "institution": "lancaster", "title": "Stage 2", "stage": 2, "starts_on": null, "months": 24,
            "extended_by": 0, "source": null, "version": 1, "updated_at": "2026-03-03T09:00:00Z",
        }));
        let address = format!("{PLANS}/{}", body["id"].as_str().expect("an id"));
        assert_eq!((made.header("location"), made.etag()), (address.as_str(), "\"1\""));
        assert_eq!(get(&world, &address).await, body);
        assert_eq!(get(&world, PLANS).await, json!({"items": [body], "next": null}));
        world.get(Persona::Lancaster, &address).header("if-none-match", "\"1\"").send().await.expect(304);
        let patch = |change: Value| world.patch(Persona::Lancaster, &address).body(MERGE, change.to_string());
        let changed = patch(json!({"months": 36, "extended_by": 12, "starts_on": "2021-05-01", "source": "the web page"}));
        let changed = changed.if_match("\"1\"").send().await.expect(200);
        assert_eq!(changed.etag(), "\"2\"");
        assert_eq!((&changed.json()["months"], &changed.json()["title"]), (&json!(36), &json!("Stage 2")));
        let cleared = patch(json!({"starts_on": null, "source": null})).if_match("*").send().await.expect(200).json();
        assert_eq!((&cleared["starts_on"], &cleared["source"]), (&Value::Null, &Value::Null));
        assert_eq!(patch(json!({"stage": 3})).send().await.problem(428), "precondition-required");
        assert_eq!(patch(json!({"stage": 3})).if_match("\"1\"").send().await.problem(412), "precondition-failed");
        for (change, pointer, code) in [
            (json!({"stage": 0}), "/stage", "out-of-range"), (json!({"stage": 10}), "/stage", "out-of-range"),
            (json!({"months": 0}), "/months", "out-of-range"), (json!({"months": 121}), "/months", "out-of-range"),
            (json!({"extended_by": 36}), "/extended_by", "out-of-range"), (json!({"extended_by": -1}), "/extended_by", "out-of-range"),
            (json!({"title": ""}), "/title", "missing"), (json!({"id": body["id"]}), "/id", "wrong-shape"),
            (json!({"starts_on": "May 2021"}), "/starts_on", "wrong-shape"),
        ] {
            let refused = patch(change).if_match("*").send().await;
            assert_eq!(refused.problem(422), "invalid-body");
            assert_eq!((refused.json()["violations"][0]["pointer"].clone(), refused.violation_codes()), (json!(pointer), vec![code.to_owned()]));
        }
        assert_eq!(get(&world, &address).await, cleared);
    }

    async fn lancaster_s_plan_is_imported_whole(world: World) {
        let plan = plan(&world).await;
        let imported = import(&world, &plan, file(TIDY)).await.expect(200);
        assert_eq!(imported.etag(), "\"2\"");
        let body = imported.json();
        let actions = body["actions"].as_array().expect("actions");
        let labels: Vec<&str> = actions.iter().map(|action| action["label"].as_str().expect("a label")).collect();
        assert_eq!(labels, [
            "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "R1", "R2", "R3", "R4", "R5", "R6", "CD1", "CD2", "CD3",
            "CD3 + V2", "CD4", "CD5", "CD6", "CD7", "S1", "S2", "S3", "S4", "S5",
        ]);
        let positions: Vec<i64> = actions.iter().map(|action| action["position"].as_i64().expect("a position")).collect();
        assert_eq!(positions, (1..=27).collect::<Vec<i64>>());
        for (theme, wanted) in [("visibility", 8), ("recognition", 6), ("career-development", 8), ("sustainability", 5), ("evaluating-impact", 0)] {
            assert_eq!(actions.iter().filter(|action| action["theme"] == theme).count(), wanted, "{theme}");
        }
        assert!(actions.iter().all(|action| action["rag"] == "not-assessed"), "no colour is invented");
        assert_eq!(body["plan"], get(&world, &plan).await);
        assert_eq!(get(&world, &format!("{plan}/actions?limit=500")).await, json!({"items": actions, "next": null}));
        for action in actions {
            let id = action["id"].as_str().expect("an id");
            let one = world.get(Persona::Lancaster, &format!("{plan}/actions/{id}")).send().await.expect(200);
            assert_eq!((&one.json(), one.etag()), (action, "\"1\""));
        }
        // What was written is kept to the letter.
        let mut records = csv::Reader::from_path(TIDY).expect("the file");
        for (record, action) in records.records().zip(actions) {
            let record = record.expect("a record");
            let text = |member: &str| action[member].as_str().unwrap_or_default().to_owned();
            for (column, member) in [(1, "aim"), (2, "activity"), (3, "label"), (4, "action_as_written"), (5, "time_scale"), (6, "measure_of_success"), (7, "lead_as_written")] {
                assert_eq!(text(member), record[column], "{} {member}", text("label"));
            }
        }
    }

    async fn the_document_s_own_rows_lead_to_the_same_actions(world: World) {
        let (_, tidy) = lancasters(&world).await;
        let printed = plan(&world).await;
        let printed = import(&world, &printed, rows_as_printed()).await.expect(200).json();
        let printed = by_label(&printed["actions"]);
        assert_eq!(printed.len(), 27);
        for (label, action) in &tidy {
            assert_eq!(said(&printed[label]), said(action), "{label}");
        }
    }

    async fn each_quirk_of_the_table_is_understood_and_kept(world: World) {
        let (_, actions) = lancasters(&world).await;
        // Theme and aims span rows, and hold several paragraphs.
        let aims = "Ensure that technicians within Lancaster University are identifiable and that the contribution of technicians is visible within and beyond the institution.\nEnsure that LU technicians are 'visible' externally.";
        assert!(["V1", "V4", "V8"].iter().all(|label| actions[*label]["aim"] == aims));
        assert_eq!(actions["V1"]["activity"].as_str().expect("text").lines().count(), 2);
        // A note row, with its author, on an action that counts for a second theme.
        let v1 = &actions["V1"];
        assert_eq!(v1["notes"].as_array().expect("notes").len(), 1);
        assert_eq!(v1["notes"][0]["author"], "TG");
        let note = v1["notes"][0]["text"].as_str().expect("a note");
        assert!(note.starts_with("Activity on V1") && note.contains("cuts across the Recognition theme"), "{note}");
        assert_eq!(v1["additional_themes"], json!(["recognition"]));
        assert!(!v1["action"].as_str().expect("text").contains("NB."));
        assert!(v1["action_as_written"].as_str().expect("text").contains("\nNB. Activity on V1"));
        assert_eq!(v1["lead"], "Chair of Technician's Commitment Steering Group.");
        assert_eq!(v1["lead_as_written"], "Chair of Technician's Commitment Steering Group.\nTG");
        // Text within a time scale.
        let scale = |years: Value, ongoing: bool, priority: Value, remark: Value| {
            json!({"years": years, "ongoing": ongoing, "priority": priority, "start": null, "end": null, "remark": remark})
        };
        let year = |year: i32| json!([{"year": year, "by": null}]);
        assert_eq!(actions["V2"]["time_scale"], "Year 2 Priority - high");
        assert_eq!(actions["V2"]["time_scale_parsed"], scale(year(2), false, json!("high"), Value::Null));
        assert_eq!(actions["V2"]["lead"], "HR lead with FST Technical Director");
        assert_eq!(actions["S2"]["time_scale"], "Year 2 Discussion in meeting");
        assert_eq!(actions["S2"]["time_scale_parsed"], scale(year(2), false, Value::Null, json!("Discussion in meeting")));
        // One number, two parts with a time scale, a measure and a lead each.
        let v3 = &actions["V3"];
        assert_eq!(v3["time_scale"], "Year 1 (May '20)\nYear 2");
        assert_eq!(v3["milestones"], json!([
            {
                "position": 1, "time_scale": "Year 1 (May '20)", "measure_of_success": "Committee structure to be clearly visible.",
                "time_scale_parsed": scale(json!([{"year": 1, "by": "2020-05"}]), false, Value::Null, Value::Null), "lead": "FHM Faculty Superintendent.",
            },
            {
                "position": 2, "time_scale": "Year 2", "measure_of_success": "Needs analysis completed.",
                "time_scale_parsed": scale(year(2), false, Value::Null, Value::Null), "lead": "FST Technical Director",
            },
        ]));
        // Two actions folded into one cell are kept as given.
        let r5 = &actions["R5"];
        assert_eq!((&r5["time_scale"], &r5["milestones"]), (&json!("Year 2 Year 2"), &json!([])));
        assert_eq!(r5["time_scale_parsed"], scale(year(2), false, Value::Null, Value::Null));
        assert_eq!(r5["measure_of_success"], "Poster session to be in place. Review completed.");
        assert_eq!(r5["lead"], "LEC Chemistry Technician + OED Senior technician from each Faculty/Division.");
        // A label that is neither unique nor atomic: it adds to two, and spans two themes.
        let both = &actions["CD3 + V2"];
        assert_eq!((&both["theme"], &both["additional_themes"], &both["adds_to"]), (&json!("career-development"), &json!(["visibility"]), &json!(["CD3", "V2"])));
        assert_eq!((&both["time_scale"], &both["due_on"]), (&json!(""), &Value::Null));
        assert_eq!(both["time_scale_parsed"], scale(json!([]), false, Value::Null, Value::Null));
        assert!(both["action"].as_str().expect("text").contains("page 32 of Stage 2 Report"));
        assert_eq!((&actions["CD3"]["adds_to"], &actions["V2"]["adds_to"]), (&json!([]), &json!([])));
        // The evaluation of each theme is its last action: without a measure, without an end.
        for label in ["V8", "R6", "CD7", "S5"] {
            let action = &actions[label];
            assert_eq!((&action["evaluation"], &action["measure_of_success"], &action["due_on"]), (&json!(true), &Value::Null, &Value::Null), "{label}");
            assert_eq!(action["time_scale_parsed"], scale(json!([]), true, Value::Null, Value::Null), "{label}");
        }
        assert_eq!(actions.values().filter(|action| action["evaluation"] == true).count(), 4);
        assert_eq!(actions["R4"]["time_scale_parsed"], scale(year(1), true, Value::Null, Value::Null));
        // Years are the plan's: three of them, the third because of the extension.
        for (label, due) in [("V1", "2020-04-30"), ("V4", "2021-04-30"), ("V7", "2022-04-30")] {
            assert_eq!(actions[label]["due_on"], due, "{label}");
        }
        let third = actions.values().filter(|action| action["time_scale_parsed"]["years"][0]["year"] == 3).count();
        assert_eq!(third, 6);
        // Spelling is not corrected.
        let spelt = |word: &str| actions.values().filter(|action| action["activity"].as_str().expect("text").contains(word)).count();
        assert_eq!((spelt("Electiveness"), spelt("Effectiveness")), (3, 1));
        assert_eq!(actions["S1"]["lead"], "OED + HR Partner.");
    }

    async fn a_plan_is_imported_once(world: World) {
        let (plan, actions) = lancasters(&world).await;
        let again = import(&world, &plan, file(TIDY)).await;
        assert_eq!(again.problem(409), "wrong-state");
        assert_eq!(again.json()["detail"], "It is a plan with actions; this needs it to be an empty plan.");
        assert_eq!(by_label(&get(&world, &format!("{plan}/actions?limit=500")).await["items"]), actions);
        let empty = self::plan(&world).await;
        let without = world.post(Persona::Lancaster, &format!("{empty}/import")).csv(file(TIDY)).send().await;
        assert_eq!(without.problem(428), "precondition-required");
        let stale = world.post(Persona::Lancaster, &format!("{empty}/import")).if_match("\"2\"").csv(file(TIDY)).send().await;
        assert_eq!(stale.problem(412), "precondition-failed");
        let as_json = world.post(Persona::Lancaster, &format!("{empty}/import")).if_match("*").json(&json!({})).send().await;
        assert_eq!(as_json.problem(415), "unsupported-media-type");
        assert_eq!(as_json.json()["detail"], "Content-Type must be one of: text/csv.");
    }

    async fn every_fault_of_a_table_is_told_and_nothing_of_it_stored(world: World) {
        let plan = plan(&world).await;
        let table = "theme,activity_number,action,time_scale\r\n\
                     Visibility,V1,Do this,Year 1\r\n\
                     Visibility,,Do that,Year 2\r\n\
                     Visibilty,V2,\"Do\nmore\",Year 2\r\n\
                     Recognition,v1,Again,soon\r\n\
                     Recognition,R1,,ongoing\r\n\
                     Recognition,R2,Fine\r\n";
        let refused = import(&world, &plan, table).await;
        assert_eq!(refused.problem(422), "invalid-rows");
        let body = refused.json();
        assert_eq!((&body["violation_count"], &body["detail"]), (&json!(5), &json!("5 faults.")));
        let mut found: Vec<(u64, &str, &str)> = body["violations"].as_array().expect("violations").iter()
            .map(|violation| (
                violation["row"].as_u64().expect("a row"), violation["column"].as_str().expect("a column"), violation["code"].as_str().expect("a code"),
            ))
            .collect();
        found.sort_unstable();
        assert_eq!(found, [
            (3, "activity_number", "missing-label"), (4, "theme", "unknown-theme"), (5, "activity_number", "duplicate-label"),
            (6, "action", "missing-action"), (7, "", "wrong-number-of-cells"),
        ]);
        assert_eq!(get(&world, &format!("{plan}/actions")).await, json!({"items": [], "next": null}));
        assert_eq!(get(&world, &plan).await["version"], 1);
        for (table, code) in [
            ("", "empty-file"), ("theme,activity_number,action\n", "no-actions"), ("theme;activity_number;action\nV;1;x\n", "wrong-delimiter"),
            ("theme,action\nVisibility,x\n", "missing-column"), ("theme,activity_number,action,rag\nVisibility,V1,x,green\n", "unknown-column"),
        ] {
            let refused = import(&world, &plan, table).await;
            assert_eq!(refused.problem(422), "invalid-rows");
            assert_eq!(refused.violation_codes(), [code]);
        }
        import(&world, &plan, file(TIDY)).await.expect(200);
    }

    async fn judgements_are_added_and_never_taken_back(world: World) {
        let (plan, actions) = lancasters(&world).await;
        let v1 = &actions["V1"];
        let id = v1["id"].as_str().expect("an id");
        let green = judge(&world, &plan, v1, json!({"rag": "green", "evidence": "https://www.lancaster.ac.uk/technicians"})).await.expect(201).json();
        assert_eq!(green, json!({
            "id": green["id"], "action_id": v1["id"], "rag": "green", "explanation": null, "evidence": "https://www.lancaster.ac.uk/technicians",
            "recorded_at": "2026-03-03T09:00:00Z", "recorded_by": "lancaster",
        }));
        world.advance(chrono::Duration::days(1));
        let amber = judge(&world, &plan, v1, json!({"rag": "amber", "explanation": "  It began again. "})).await.expect(201).json();
        assert_eq!(amber["explanation"], "It began again.");
        world.advance(chrono::Duration::days(1));
        let cleared = judge(&world, &plan, v1, json!({"rag": "not-assessed"})).await.expect(201).json();
        let progress = format!("{plan}/actions/{id}/progress");
        assert_eq!(get(&world, &progress).await, json!({"items": [green, amber, cleared], "next": null}));
        let first = get(&world, &format!("{progress}?limit=2")).await;
        assert_eq!(first["items"], json!([green, amber]));
        let rest = get(&world, &format!("{progress}?limit=2&cursor={}", first["next"].as_str().expect("a cursor"))).await;
        assert_eq!(rest, json!({"items": [cleared], "next": null}));
        let latest = world.get(Persona::Lancaster, &format!("{plan}/actions/{id}")).send().await.expect(200);
        assert_eq!((&latest.json()["rag"], latest.etag()), (&json!("not-assessed"), "\"4\""));
        assert_eq!(latest.json()["updated_at"], "2026-03-05T09:00:00Z");
        for method in [reqwest::Method::PUT, reqwest::Method::PATCH, reqwest::Method::DELETE] {
            let refused = world.request(method, &progress).by(Persona::Lancaster).json(&json!({"rag": "green"})).send().await;
            assert_eq!(refused.problem(405), "method-not-allowed");
            assert_eq!(refused.header("allow"), "GET, HEAD, POST");
        }
        assert_eq!(get(&world, &progress).await["items"].as_array().expect("items").len(), 3);
    }

    async fn a_red_is_explained(world: World) {
        let (plan, actions) = lancasters(&world).await;
        let v3 = &actions["V3"];
        for unexplained in [json!({"rag": "red"}), json!({"rag": "red", "explanation": " \n "})] {
            let refused = judge(&world, &plan, v3, unexplained).await;
            assert_eq!(refused.problem(422), "invalid-body");
            assert_eq!(refused.violation_codes(), ["explanation-required"]);
            assert_eq!(refused.json()["violations"][0]["pointer"], "/explanation");
        }
        judge(&world, &plan, v3, json!({"rag": "red", "explanation": "The post was vacant."})).await.expect(201);
        let address = format!("{plan}/actions/{}", v3["id"].as_str().expect("an id"));
        assert_eq!(get(&world, &address).await["rag"], "red");
        for (judgement, pointer, code) in [
            (json!({"rag": "green", "evidence": "see the web page"}), "/evidence", "not-a-link"),
            (json!({"rag": "green", "evidence": "javascript:alert(1)"}), "/evidence", "not-a-link"),
            (json!({"rag": "blue"}), "/rag", "wrong-shape"),
            (json!({"rag": "green", "recorded_by": "the board"}), "/recorded_by", "wrong-shape"),
            (json!({"rag": "amber", "explanation": "x".repeat(4_001)}), "/explanation", "too-long"),
        ] {
            let refused = judge(&world, &plan, v3, judgement).await;
            assert_eq!(refused.problem(422), "invalid-body");
            assert_eq!(refused.json()["violations"][0]["pointer"], pointer);
            assert_eq!(refused.violation_codes(), [code]);
        }
        assert_eq!(get(&world, &format!("{address}/progress")).await["items"].as_array().expect("items").len(), 1);
    }

    async fn actions_are_narrowed_to_a_theme_and_a_colour(world: World) {
        let (plan, actions) = lancasters(&world).await;
        judge(&world, &plan, &actions["V1"], json!({"rag": "green"})).await.expect(201);
        judge(&world, &plan, &actions["S4"], json!({"rag": "green"})).await.expect(201);
        judge(&world, &plan, &actions["V3"], json!({"rag": "red", "explanation": "Nobody was there."})).await.expect(201);
        for (query, wanted) in [
            ("rag=green", vec!["V1", "S4"]), ("rag=red", vec!["V3"]), ("rag=amber", vec![]), ("theme=visibility&rag=green", vec!["V1"]),
            ("theme=sustainability", vec!["S1", "S2", "S3", "S4", "S5"]), ("theme=evaluating-impact", vec![]),
            ("theme=recognition&rag=not-assessed", vec!["R1", "R2", "R3", "R4", "R5", "R6"]),
        ] {
            let page = get(&world, &format!("{plan}/actions?{query}")).await;
            let found: Vec<&str> = page["items"].as_array().expect("items").iter().map(|action| action["label"].as_str().expect("a label")).collect();
            assert_eq!(found, wanted, "{query}");
        }
        for (query, parameter) in [("rag=blue", "rag"), ("theme=luck", "theme")] {
            let refused = world.get(Persona::Lancaster, &format!("{plan}/actions?{query}")).send().await;
            assert_eq!(refused.problem(400), "invalid-parameters");
            assert_eq!(refused.json()["violations"][0]["parameter"], parameter);
        }
        let mut seen = 0;
        let mut address = format!("{plan}/actions?limit=10");
        loop {
            let page = get(&world, &address).await;
            seen += page["items"].as_array().expect("items").len();
            let Some(next) = page["next"].as_str() else { break };
            address = format!("{plan}/actions?limit=10&cursor={next}");
        }
        assert_eq!(seen, 27);
    }

    async fn an_action_is_reached_through_its_own_plan_only(world: World) {
        let (plan, actions) = lancasters(&world).await;
        let other = self::plan(&world).await;
        let id = actions["V1"]["id"].as_str().expect("an id");
        for nowhere in [format!("{other}/actions/{id}"), format!("{other}/actions/{id}/progress"), format!("{plan}/actions/none"), format!("{plan}/actions/{id}x")] {
            let missing = world.get(Persona::Lancaster, &nowhere).send().await;
            assert_eq!(missing.problem(404), "not-found", "{nowhere}");
            assert_eq!(missing.json()["detail"], "There is no such action.");
        }
        let missing = judge(&world, &other, &actions["V1"], json!({"rag": "green"})).await;
        assert_eq!(missing.problem(404), "not-found");
        let nowhere = world.get(Persona::Lancaster, &format!("{PLANS}/none/actions")).send().await;
        assert_eq!(nowhere.json()["detail"], "There is no such action plan.");
    }

    async fn the_trail_says_who_did_what_and_quotes_nothing(world: World) {
        let new = json!({"title": "Stage 1", "stage": 1, "source": "our-secret-source"});
        let made = world.post(Persona::Lancaster, PLANS).header("x-request-id", "made-it").json(&new).send().await.expect(201);
        let plan = made.header("location").to_owned();
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let imported = world.post(Persona::Lancaster, &format!("{plan}/import")).header("x-request-id", "imported-it").if_match("*")
            .csv(file(TIDY)).send().await.expect(200).json();
        let change = world.patch(Persona::Lancaster, &plan).header("x-request-id", "changed-it").if_match("*");
        change.body(MERGE, r#"{"months": 36}"#).send().await.expect(200);
        let action = imported["actions"][2]["id"].as_str().expect("an id").to_owned();
        let judgement = json!({"rag": "red", "explanation": "Jane Smith was away.", "evidence": "https://example.org/private"});
        let judged = world.post(Persona::Lancaster, &format!("{plan}/actions/{action}/progress")).header("x-request-id", "judged-it");
        let judged = judged.json(&judgement).send().await.expect(201).json();
        let trail = get(&world, "/v1/institutions/lancaster/audit").await;
        let lines = trail["items"].as_array().expect("items");
        let shape = |months: i32| json!({"title": "Stage 1", "stage": 1, "starts_on": null, "months": months, "extended_by": 0});
        let line = |place: usize, action: &str, subject: String, request: &str, before: Value, after: Value| json!({
            "id": lines[place]["id"], "at": "2026-03-03T09:00:00Z", "actor": "lancaster", "action": action, "subject": subject,
            "request_id": request, "before": before, "after": after,
        });
        let of_plan = format!("action-plans/{id}");
        let of_judgement = format!("{of_plan}/actions/{action}/progress/{}", judged["id"].as_str().expect("an id"));
        assert_eq!(trail, json!({"items": [
            line(0, "action-plan.add", of_plan.clone(), "made-it", Value::Null, shape(24)),
            line(1, "action-plan.import", of_plan.clone(), "imported-it", Value::Null, json!({"actions": 27})),
            line(2, "action-plan.change", of_plan, "changed-it", shape(24), shape(36)),
            line(3, "progress.record", of_judgement, "judged-it", json!({"rag": "not-assessed"}), json!({"rag": "red"})),
        ], "next": null}));
        let whole = trail.to_string();
        for secret in ["Jane Smith", "example.org", "Superintendent", "our-secret-source"] {
            assert!(!whole.contains(secret), "{secret}");
        }
        // A refused change leaves no line; another institution's trail knows nothing of it.
        import(&world, &plan, file(TIDY)).await.problem(409);
        assert_eq!(get(&world, "/v1/institutions/lancaster/audit").await, trail);
        let theirs = world.get(Persona::Edinburgh, "/v1/institutions/edinburgh/audit").send().await.expect(200).json();
        assert_eq!(theirs, json!({"items": [], "next": null}));
    }
}
