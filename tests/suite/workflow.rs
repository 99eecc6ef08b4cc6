//! From draft to revision and back: windows, late and provisional submissions, nil returns, withdrawal, discarded drafts,
//! past moments, differences, and the definition of a technician that figures follow.

use crate::headcount::{RETURN, ROWS, correct, csv, fill, row, sound, standing, submit};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const LIST: &str = "/v1/institutions/lancaster/returns";
const DEFINITIONS: &str = "/v1/institutions/lancaster/technician-definitions";
const YEAR: &str = "/v1/years/2024-25";

async fn post(world: &World, verb: &str, body: &Value) -> Reply {
    world
        .post(Persona::Lancaster, &format!("{RETURN}/{verb}"))
        .if_match("*")
        .json(body)
        .send()
        .await
}

async fn withdraw(world: &World) -> Reply {
    post(world, "withdraw", &json!({"reason": "Counted twice"})).await
}

async fn windows(world: &World, body: Value) -> Reply {
    let set = world.put(Persona::Board, YEAR).if_match("*");
    set.json(&body).send().await
}

#[track_caller]
fn wrong_state(answer: &Reply, detail: &str) {
    assert_eq!(answer.problem(409), "wrong-state");
    assert_eq!(answer.json()["detail"], detail);
}

/// The sector's headcount of the year: value, status, contributors, and whether it may still change.
async fn sector(world: &World, rest: &str) -> (Value, Value, Value, Value) {
    let address =
        format!("/v1/sector/query?measure=headcount&group_by=year&where[year]=2024-25{rest}");
    let answer = world
        .get(Persona::Board, &address)
        .send()
        .await
        .expect(200)
        .json();
    let cell = answer["cells"][0].clone();
    let of = |name: &str| cell[name].clone();
    (
        of("value"),
        of("status"),
        of("contributors"),
        answer["provisional"].clone(),
    )
}

fn figures(
    value: i64,
    status: &str,
    contributors: u32,
    provisional: bool,
) -> (Value, Value, Value, Value) {
    let value = if status == "not-supplied" {
        Value::Null
    } else {
        json!(value)
    };
    (
        value,
        json!(status),
        json!(contributors),
        json!(provisional),
    )
}

on_both_engines! {
    async fn a_window_opens_and_closes(world: World) {
        let of_dataset = json!({"opens_on": "2026-03-10", "closes_on": "2026-03-12"});
        let set = windows(&world, json!({"opens_on": "2026-03-01", "closes_on": "2026-03-02", "datasets": {"headcount": of_dataset, "awards": {"closes_on": "2026-03-20"}}})).await;
        assert_eq!(set.expect(200).json(), json!({
            "year": "2024-25", "census": "2024-12-01", "opens_on": "2026-03-01", "closes_on": "2026-03-02", "version": 2,
            "datasets": {"awards": {"opens_on": null, "closes_on": "2026-03-20"}, "headcount": of_dataset},
        }));
        let read = world.get(Persona::Stranger, YEAR).send().await.expect(200).json();
        assert_eq!(read["datasets"]["headcount"], of_dataset);
        // Drafts are filled whenever one likes; submissions wait for the day.
        fill(&world, sound(2)).await;
        wrong_state(&post(&world, "submit", &json!({})).await, "Submissions are taken from 2026-03-10; drafts may be filled before.");
        world.advance(Duration::days(6) + Duration::hours(14) + Duration::minutes(59));
        wrong_state(&post(&world, "submit", &json!({})).await, "Submissions are taken from 2026-03-10; drafts may be filled before.");
        world.advance(Duration::minutes(1)); // midnight of the 10th
        let in_time = submit(&world).await.json();
        assert_eq!((in_time["shown"]["late"].clone(), in_time["shown"]["revision"].clone()), (json!(false), json!(1)));
        world.advance(Duration::days(3) - Duration::minutes(1)); // the last minute of the 12th
        correct(&world, "One more").await;
        assert_eq!(submit(&world).await.json()["shown"]["late"], false);
        world.advance(Duration::minutes(1));
        correct(&world, "And one more").await;
        let late = submit(&world).await.json();
        assert_eq!((late["shown"]["late"].clone(), late["state"].clone()), (json!(true), json!("submitted")));
        let revisions = world.get(Persona::Lancaster, &format!("{RETURN}/revisions")).send().await.expect(200).json();
        let flags: Vec<&Value> = revisions["items"].as_array().expect("items").iter().map(|one| &one["late"]).collect();
        assert_eq!(flags, [&json!(false), &json!(false), &json!(true)]);
        // Another dataset has the year's window, or what it sets itself.
        for (of, text, late) in [
            ("denominators", "org_unit,academic_headcount\ninstitution,5\n", true),
            ("awards", "org_unit,scheme,award_kind,recipient,nominated,won\ninstitution,not-known,not-known,not-known,1,0\n", false),
        ] {
            let base = format!("{LIST}/{of}/2024-25");
            world.put(Persona::Lancaster, &format!("{base}/rows")).if_match("*").csv(text).send().await.expect(200);
            let submitted = world.submit(Persona::Lancaster, &base, json!({})).await.expect(200).json();
            assert_eq!(submitted["shown"]["late"], late, "{of}");
        }
    }

    async fn windows_are_replaced_and_must_make_sense(world: World) {
        let refused = windows(&world, json!({
            "opens_on": "2026-03-10", "closes_on": "2026-03-01",
            "datasets": {"headcount": {"opens_on": "2026-04-01", "closes_on": "2026-03-31"}, "awards": {}, "pay": {}},
        })).await;
        assert_eq!(refused.problem(422), "invalid-body");
        let places: Vec<Value> = refused.json()["violations"].as_array().expect("violations").iter()
            .map(|violation| json!([violation["pointer"], violation["code"]])).collect();
        assert_eq!(places, [json!(["/closes_on", "before-opening"]), json!(["/datasets/headcount/closes_on", "before-opening"]), json!(["/datasets/pay", "unknown-code"])]);
        // A dataset's day stands beside the year's.
        let merged = windows(&world, json!({"opens_on": "2026-03-10", "datasets": {"awards": {"closes_on": "2026-03-09"}}})).await;
        assert_eq!(merged.json()["violations"][0]["pointer"], "/datasets/awards/closes_on");
        for wrong in [json!({"datasets": {"awards": {"opens": "2026-03-09"}}}), json!({"datasets": []}), json!({"datasets": {"awards": {"opens_on": "soon"}}})] {
            assert_eq!(windows(&world, wrong).await.problem(422), "invalid-body");
        }
        windows(&world, json!({"datasets": {"awards": {"opens_on": "2027-01-01"}, "headcount": {"opens_on": "2027-01-01"}}})).await.expect(200);
        let kept = windows(&world, json!({"datasets": {"awards": {}}})).await.expect(200).json();
        assert_eq!(kept["datasets"], json!({"awards": {"opens_on": null, "closes_on": null}}));
        fill(&world, sound(1)).await;
        assert_eq!(submit(&world).await.json()["shown"]["late"], false);
    }

    async fn provisional_figures_say_so_in_the_sector(world: World) {
        fill(&world, sound(2)).await;
        let provisional = post(&world, "submit", &json!({"provisional": true})).await.expect(200).json();
        assert_eq!(provisional["shown"]["provisional"], true);
        assert_eq!(sector(&world, "").await, figures(3, "published", 1, true));
        world.advance(Duration::hours(1));
        correct(&world, "Final").await;
        submit(&world).await;
        assert_eq!(sector(&world, "").await, figures(3, "published", 1, false));
        assert_eq!(sector(&world, "&as_of=2026-03-03T09:30:00Z").await, figures(3, "published", 1, true));
    }

    async fn nothing_to_report_is_a_true_zero(world: World) {
        let nil = post(&world, "submit", &json!({"nil": true, "remark": "No technicians"})).await.expect(200).json();
        assert_eq!((nil["state"].clone(), nil["shown"]["kind"].clone(), nil["shown"]["rows"].clone()), (json!("submitted"), json!("nil"), json!(0)));
        assert_eq!(sector(&world, "").await, figures(0, "zero", 1, false));
        let by_sex = "/v1/sector/query?measure=headcount&group_by=year,sex&where[year]=2024-25&where[sex]=female,male";
        let cells = world.get(Persona::Board, by_sex).send().await.expect(200).json()["cells"].clone();
        let told: Vec<Value> = cells.as_array().expect("cells").iter().map(|cell| json!([cell["keys"]["sex"], cell["value"], cell["status"], cell["contributors"]])).collect();
        assert_eq!(told, [json!(["female", 0, "zero", 1]), json!(["male", 0, "zero", 1])]);
        assert_eq!(csv(&world, "").await.lines().count(), 1);
        wrong_state(&post(&world, "submit", &json!({"nil": true})).await, "It is submitted; this needs it to be a draft.");
        // A draft with rows is no nil return; emptied, it is.
        correct(&world, "There was one").await;
        fill(&world, sound(2)).await;
        let refused = post(&world, "submit", &json!({"nil": true})).await;
        assert_eq!(refused.problem(422), "invalid-body");
        assert_eq!(refused.json()["violations"], json!([{"pointer": "/nil", "code": "rows-there", "message": "The draft has rows (2); a nil return has none."}]));
        submit(&world).await;
        assert_eq!(sector(&world, "").await, figures(3, "published", 1, false));
        correct(&world, "There was none").await;
        fill(&world, sound(0)).await;
        let again = post(&world, "submit", &json!({"nil": true})).await.expect(200).json();
        assert_eq!((again["revision"].clone(), again["shown"]["kind"].clone()), (json!(3), json!("nil")));
        assert_eq!(sector(&world, "").await, figures(0, "zero", 1, false));
    }

    async fn figures_are_taken_back_from_a_moment_on(world: World) {
        wrong_state(&withdraw(&world).await, "It is not started; this needs it to be submitted.");
        fill(&world, sound(2)).await;
        wrong_state(&withdraw(&world).await, "It is a draft; this needs it to be submitted; discard the draft first.");
        submit(&world).await;
        let rows = csv(&world, "").await;
        for (body, code) in [(json!({"reason": ""}), "missing"), (json!({"reason": "x".repeat(2_001)}), "too-long"), (json!({"why": "x"}), "wrong-shape")] {
            let refused = post(&world, "withdraw", &body).await;
            assert_eq!((refused.problem(422), refused.json()["violations"][0]["code"].clone()), ("invalid-body".to_owned(), json!(code)));
        }
        world.advance(Duration::hours(1));
        let withdrawn = withdraw(&world).await.expect(200).json();
        assert_eq!((withdrawn["state"].clone(), withdrawn["revision"].clone(), withdrawn["version"].clone()), (json!("withdrawn"), json!(2), json!(3)));
        let shown = &withdrawn["shown"];
        assert_eq!((&shown["kind"], &shown["reason"], &shown["rows"], &shown["submitted_by"]), (&json!("withdrawal"), &json!("Counted twice"), &json!(0), &json!("lancaster")));
        assert_eq!((standing(&world).await, csv(&world, "?revision=1").await), (withdrawn, rows.clone()));
        assert_eq!(sector(&world, "").await, figures(0, "not-supplied", 0, false));
        assert_eq!(sector(&world, "&as_of=2026-03-03T09:59:59Z").await, figures(3, "published", 1, false));
        wrong_state(&withdraw(&world).await, "It is withdrawn; this needs it to be submitted.");
        assert_eq!(post(&world, "submit", &json!({})).await.problem(409), "wrong-state");
        let put = world.put(Persona::Lancaster, ROWS).if_match("*").csv(sound(1)).send().await;
        wrong_state(&put, "It is withdrawn; this needs it to be a draft; begin a correction first.");
        // A correction begins with the last figures.
        let draft = correct(&world, "Found again").await.json();
        assert_eq!((draft["state"].clone(), csv(&world, "").await), (json!("draft"), rows));
        world.advance(Duration::hours(1));
        assert_eq!(submit(&world).await.json()["revision"], 3);
        assert_eq!(sector(&world, "").await, figures(3, "published", 1, false));
        assert_eq!(sector(&world, "&as_of=2026-03-03T10:30:00Z").await, figures(0, "not-supplied", 0, false));
    }

    async fn a_draft_is_discarded(world: World) {
        let discard = async |tag: &str| world.post(Persona::Lancaster, &format!("{RETURN}/discard")).if_match(tag).send().await;
        wrong_state(&discard("*").await, "It is not started; this needs it to be a draft.");
        fill(&world, sound(2)).await;
        assert_eq!(discard("\"0\"").await.problem(412), "precondition-failed");
        let gone = discard("\"1\"").await.expect(200);
        assert_eq!((gone.etag(), gone.json()["state"].clone(), gone.json()["shown"].clone()), ("\"2\"", json!("not-started"), Value::Null));
        assert_eq!(csv(&world, "").await.lines().count(), 1);
        fill(&world, sound(3)).await;
        let submitted = submit(&world).await.json();
        wrong_state(&discard("*").await, "It is submitted; this needs it to be a draft.");
        correct(&world, "A mistake").await;
        fill(&world, sound(1)).await;
        let back = discard("*").await.expect(200).json();
        assert_eq!((&back["state"], &back["revision"], &back["shown"]), (&json!("submitted"), &json!(1), &submitted["shown"]));
        assert_eq!(csv(&world, "").await, csv(&world, "?revision=1").await);
        withdraw(&world).await.expect(200);
        correct(&world, "Another mistake").await;
        assert_eq!(discard("*").await.expect(200).json()["state"], "withdrawn");
        let trail = world.get(Persona::Lancaster, "/v1/institutions/lancaster/audit").send().await.expect(200).json();
        let verbs: Vec<&str> = trail["items"].as_array().expect("items").iter().map(|line| line["action"].as_str().expect("an action")).collect();
        assert_eq!(verbs, ["return.replace-rows", "return.discard", "return.replace-rows", "return.submit", "return.correct", "return.replace-rows", "return.discard", "return.withdraw", "return.correct", "return.discard"]);
    }

    async fn lists_answer_for_a_moment(world: World) {
        fill(&world, sound(1)).await;
        submit(&world).await; // 09:00
        world.advance(Duration::hours(1));
        let base = format!("{LIST}/denominators/2024-25");
        let academics = "org_unit,academic_headcount\ninstitution,5\n";
        world.put(Persona::Lancaster, &format!("{base}/rows")).if_match("*").csv(academics).send().await.expect(200);
        world.submit(Persona::Lancaster, &base, json!({})).await.expect(200); // 10:00
        world.advance(Duration::hours(1));
        withdraw(&world).await.expect(200); // 11:00
        correct(&world, "Not for now").await;
        let listed = async |query: &str| {
            let page = world.get(Persona::Lancaster, &format!("{LIST}?{query}")).send().await.expect(200).json();
            let told = |one: &Value| format!("{} {} {}", one["dataset"].as_str().expect("a dataset"), one["state"].as_str().expect("a state"), one["shown"]["revision"]);
            (page["items"].as_array().expect("items").iter().map(told).collect::<Vec<_>>(), page["next"].clone())
        };
        for (query, expected) in [
            ("", &["denominators submitted 1", "headcount draft null"][..]),
            ("as_of=2026-03-03T08:00:00Z", &[]),
            ("as_of=2026-03-03T09:30:00Z", &["headcount submitted 1"]),
            ("as_of=2026-03-03T10:30:00Z", &["denominators submitted 1", "headcount submitted 1"]),
            ("as_of=2026-03-03T11:00:00Z", &["denominators submitted 1", "headcount withdrawn 2"]),
            ("as_of=2026-03-03T11:00:00Z&state=withdrawn", &["headcount withdrawn 2"]),
            ("as_of=2026-03-03T11:00:00Z&state=submitted&year=2024-25", &["denominators submitted 1"]),
            ("as_of=2026-03-03T11:00:00Z&dataset=headcount", &["headcount withdrawn 2"]),
            ("as_of=2026-03-03T11:00:00Z&state=draft", &[]),
        ] {
            assert_eq!(listed(query).await.0, expected, "{query}");
        }
        let (first, next) = listed("as_of=2026-03-03T11:00:00Z&limit=1").await;
        let (second, end) = listed(&format!("as_of=2026-03-03T11:00:00Z&limit=1&cursor={}", next.as_str().expect("a next page"))).await;
        assert_eq!((first, second, end), (vec!["denominators submitted 1".to_owned()], vec!["headcount withdrawn 2".to_owned()], Value::Null));
        let then = world.get(Persona::Lancaster, &format!("{RETURN}?as_of=2026-03-03T09:30:00Z")).send().await.expect(200).json();
        assert_eq!((&then["state"], &then["revision"]), (&json!("submitted"), &json!(1)));
        let revisions = world.get(Persona::Lancaster, &format!("{RETURN}/revisions?as_of=2026-03-03T10:59:59Z")).send().await.expect(200).json();
        assert_eq!(revisions["items"].as_array().map(Vec::len), Some(1));
    }

    async fn revisions_differ_row_by_row(world: World) {
        let changes = async |query: &str| world.get(Persona::Lancaster, &format!("{RETURN}/changes{query}")).send().await;
        assert_eq!(changes("").await.expect(200).json(), json!({"items": [], "next": null}));
        let with = |sex: &str, headcount: u32, fte: Value| { let mut one = row(sex, headcount); one["fte"] = fte; one };
        fill(&world, json_rows(&[with("female", 5, Value::Null), with("male", 4, json!(3.5)), with("other", 1, json!(1))])).await;
        let key = |sex: &str| json!({"org_unit": "institution", "job_family": "laboratory", "grade": "not-known", "sex": sex, "age_band": "26-30", "terms": "open-ended", "mode": "full-time"});
        let of = |headcount: u32, fte: Value| json!({"headcount": headcount, "fpe": null, "fte": fte});
        let begun = changes("").await.expect(200).json();
        assert_eq!(begun["items"][1], json!({"kind": "added", "key": key("male"), "before": null, "after": of(4, json!(3.5))}));
        assert_eq!(begun["items"].as_array().map(Vec::len), Some(3));
        submit(&world).await;
        world.advance(Duration::hours(1));
        correct(&world, "Better counted").await;
        assert_eq!(changes("").await.expect(200).json()["items"], json!([]), "a correction begins with the same rows");
        fill(&world, json_rows(&[with("female", 5, json!(5)), with("male", 4, json!(3.5)), with("not-known", 2, Value::Null)])).await;
        let all = json!([
            {"kind": "changed", "key": key("female"), "before": of(5, Value::Null), "after": of(5, json!(5))},
            {"kind": "added", "key": key("not-known"), "before": null, "after": of(2, Value::Null)},
            {"kind": "removed", "key": key("other"), "before": of(1, json!(1)), "after": null},
        ]);
        assert_eq!(changes("").await.expect(200).json(), json!({"items": all, "next": null}));
        submit(&world).await;
        for query in ["", "?from=1", "?from=1&to=2", "?to=2", "?as_of=2026-03-03T10:00:00Z"] {
            assert_eq!(changes(query).await.expect(200).json()["items"], all, "{query}");
        }
        assert_eq!(changes("?as_of=2026-03-03T09:30:00Z").await.expect(200).json()["items"].as_array().map(Vec::len), Some(3));
        assert_eq!(changes("?from=2&to=1").await.expect(200).json()["items"][2]["kind"], "added");
        let first = changes("?limit=2").await.expect(200).json();
        assert_eq!(first["items"], json!([all[0], all[1]]));
        let next = first["next"].as_str().expect("a next page");
        assert_eq!(changes(&format!("?limit=2&cursor={next}")).await.expect(200).json(), json!({"items": [all[2]], "next": null}));
        for query in ["?from=3", "?to=3", "?from=0", "?as_of=2026-03-03T08:00:00Z"] {
            assert_eq!(changes(query).await.problem(404), "not-found", "{query}");
        }
        assert_eq!(changes("?to=1&as_of=2026-03-03T09:30:00Z").await.problem(400), "invalid-parameters");
        let query = "{ institution(slug: \"lancaster\") { return(dataset: HEADCOUNT, year: \"2024-25\") { changes(first: 2) { nodes { kind key before after } pageInfo { endCursor hasNextPage } } } } }";
        let graph = world.graphql(Persona::Lancaster, query, json!({})).await["data"]["institution"]["return"]["changes"].clone();
        assert_eq!((&graph["pageInfo"]["endCursor"], &graph["pageInfo"]["hasNextPage"]), (&json!(next), &json!(true)));
        assert_eq!((&graph["nodes"][0]["kind"], &graph["nodes"][0]["before"], &graph["nodes"][1]["key"]), (&json!("CHANGED"), &all[0]["before"], &all[1]["key"]));
    }

    async fn figures_follow_a_definition(world: World) {
        let add = async |text: &str, year: &str| world.post(Persona::Lancaster, DEFINITIONS).json(&json!({"text": text, "from_year": year})).send().await;
        let none = world.get(Persona::Lancaster, DEFINITIONS).send().await.expect(200).json();
        assert_eq!(none, json!({"items": [], "next": null}));
        for (text, year, pointer, code) in [
            (" ", "2024-25", "/text", "missing"), (&"x".repeat(4_001), "2024-25", "/text", "too-long"), ("x", "2024", "/from_year", "unknown-code"),
        ] {
            let refused = add(text, year).await;
            assert_eq!(refused.problem(422), "invalid-body");
            assert_eq!((&refused.json()["violations"][0]["pointer"], &refused.json()["violations"][0]["code"]), (&json!(pointer), &json!(code)));
        }
        let one = add(" Posts graded as technical ", "2020-21").await.expect(201).json();
        assert_eq!(one, json!({"number": 1, "text": "Posts graded as technical", "from_year": "2020-21", "created_at": "2026-03-03T09:00:00Z", "created_by": "lancaster"}));
        add("For years to come", "2025-26").await.expect(201);
        let shown = async || standing(&world).await["shown"]["definition"].clone();
        fill(&world, sound(1)).await;
        let first = json!({"number": 1, "text": "Posts graded as technical", "from_year": "2020-21"});
        assert_eq!(shown().await, first);
        submit(&world).await;
        add(&"y".repeat(4_000), "2024-25").await.expect(201);
        assert_eq!(shown().await, first, "a revision keeps the wording it was counted by");
        correct(&world, "By the new wording").await;
        assert_eq!(shown().await["number"], 3);
        submit(&world).await;
        assert_eq!(shown().await["number"], 3);
        let page = world.get(Persona::Lancaster, &format!("{DEFINITIONS}?limit=2")).send().await.expect(200).json();
        let next = page["next"].as_str().expect("a next page");
        let rest = world.get(Persona::Lancaster, &format!("{DEFINITIONS}?cursor={next}")).send().await.expect(200).json();
        assert_eq!((page["items"][0].clone(), rest["items"][0]["number"].clone(), rest["next"].clone()), (one, json!(3), Value::Null));
        assert_eq!(world.get(Persona::Edinburgh, DEFINITIONS).send().await.problem(404), "not-found");
        assert_eq!(world.post(Persona::LancasterReadonly, DEFINITIONS).json(&json!({"text": "x", "from_year": "2024-25"})).send().await.problem(403), "forbidden");
    }

    async fn graphql_takes_a_return_through_its_states(world: World) {
        fill(&world, sound(2)).await;
        let say = async |mutation: &str, version: u32, rest: &str, fields: &str| {
            let of = format!("return: {{institution: \"lancaster\", dataset: HEADCOUNT, year: \"2024-25\", version: {version}}}");
            world.graphql(Persona::Lancaster, &format!("mutation {{ {mutation}({of}{rest}) {{ {fields} }} }}"), json!({})).await
        };
        let stale = say("submitReturn", 7, ", statement: {}", "state").await;
        assert_eq!(stale["errors"][0]["extensions"]["code"], "precondition-failed");
        let submitted = say("submitReturn", 1, ", statement: {provisional: true}", "state version shown { provisional kind late } checks { code grade }").await;
        assert_eq!(submitted["data"]["submitReturn"], json!({
            "state": "SUBMITTED", "version": 2, "shown": {"provisional": true, "kind": "FIGURES", "late": false},
            "checks": [{"code": "no-definition", "grade": "HINT"}],
        }));
        let corrected = say("correctReturn", 2, ", reason: \"x\"", "state").await;
        assert_eq!(corrected["data"]["correctReturn"]["state"], "DRAFT");
        assert_eq!(say("discardReturn", 3, "", "state").await["data"]["discardReturn"]["state"], "SUBMITTED");
        assert_eq!(say("withdrawReturn", 4, ", reason: \"x\"", "state").await["data"]["withdrawReturn"]["state"], "WITHDRAWN");
        let wrong = say("withdrawReturn", 5, ", reason: \"x\"", "state").await;
        assert_eq!(wrong["errors"][0]["extensions"]["code"], "wrong-state");
        let define = "mutation { addTechnicianDefinition(institution: \"lancaster\", text: \"x\", fromYear: \"2024-25\") { number fromYear } }";
        assert_eq!(world.graphql(Persona::Lancaster, define, json!({})).await["data"]["addTechnicianDefinition"], json!({"number": 1, "fromYear": "2024-25"}));
        let listed = "{ institution(slug: \"lancaster\") { technicianDefinitions { nodes { number text } } } }";
        assert_eq!(world.graphql(Persona::Lancaster, listed, json!({})).await["data"]["institution"]["technicianDefinitions"]["nodes"], json!([{"number": 1, "text": "x"}]));
        let year = "mutation { setYear(year: \"2024-25\", version: 1, windows: {opensOn: \"2026-01-01\", datasets: [{dataset: AWARDS, closesOn: \"2026-02-01\"}]}) { version datasets } }";
        assert_eq!(world.graphql(Persona::Board, year, json!({})).await["data"]["setYear"], json!({"version": 2, "datasets": {"awards": {"opens_on": null, "closes_on": "2026-02-01"}}}));
        assert_eq!(world.graphql(Persona::Lancaster, year, json!({})).await["errors"][0]["extensions"]["code"], "forbidden");
    }
}

/// Rows as a JSON body, written as a file would be sent.
fn json_rows(rows: &[Value]) -> Vec<u8> {
    let header = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n".to_owned();
    let lines = rows.iter().map(|row| {
        let cell = |name: &str| match &row[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let cells: Vec<String> = header.trim().split(',').map(cell).collect();
        format!("{}\n", cells.join(","))
    });
    let lines: String = lines.collect();
    format!("{header}{lines}").into_bytes()
}
