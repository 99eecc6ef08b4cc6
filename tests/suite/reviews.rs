//! The board looks at what was submitted, without figures, and accepts it or sends it back.

use crate::headcount::{RETURN, correct, fill, sound, standing, submit};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const ALL: &str = "/v1/returns";

async fn judge(world: &World, by: Persona, verb: &str, tag: &str) -> Reply {
    let body = if verb == "return" {
        json!({"reason": "Too few"})
    } else {
        json!({})
    };
    let post = world.post(by, &format!("{RETURN}/{verb}"));
    post.if_match(tag).json(&body).send().await
}

async fn listed(world: &World, query: &str) -> Vec<Value> {
    let page = world
        .get(Persona::Board, &format!("{ALL}{query}"))
        .send()
        .await
        .expect(200)
        .json();
    page["items"].as_array().expect("items").clone()
}

async fn provisional(world: &World, rest: &str) -> Value {
    let address = format!("/v1/sector/query?measure=headcount&group_by=year{rest}");
    world
        .get(Persona::Board, &address)
        .send()
        .await
        .expect(200)
        .json()["provisional"]
        .clone()
}

#[track_caller]
fn wrong_state(answer: &Reply, detail: &str) {
    assert_eq!(answer.problem(409), "wrong-state");
    assert_eq!(answer.json()["detail"], detail);
}

on_both_engines! {
    async fn the_board_accepts_and_sends_back(world: World) {
        wrong_state(&judge(&world, Persona::Board, "accept", "*").await, "It is not started; this needs it to be submitted, or returned for correction.");
        fill(&world, sound(2)).await;
        wrong_state(&judge(&world, Persona::Board, "accept", "*").await, "It is not submitted; this needs it to be submitted, or returned for correction.");
        submit(&world).await;
        assert_eq!(provisional(&world, "").await, false);
        assert_eq!(judge(&world, Persona::Board, "accept", "\"1\"").await.problem(412), "precondition-failed");
        let without = world.post(Persona::Board, &format!("{RETURN}/accept")).send().await;
        assert_eq!(without.problem(428), "precondition-required");
        let accepted = judge(&world, Persona::Board, "accept", "\"2\"").await.expect(200);
        assert_eq!((accepted.etag(), accepted.json()["state"].clone()), ("\"3\"", json!("accepted")));
        assert_eq!(standing(&world).await["state"], "accepted");
        wrong_state(&judge(&world, Persona::Board, "accept", "*").await, "It is accepted; this needs it to be submitted, or returned for correction.");
        // The board may think again.
        world.advance(Duration::hours(1));
        let empty = world.post(Persona::Board, &format!("{RETURN}/return")).if_match("*").json(&json!({"reason": " "})).send().await;
        assert_eq!((empty.problem(422), empty.json()["violations"][0]["pointer"].clone()), ("invalid-body".to_owned(), json!("/reason")));
        let returned = judge(&world, Persona::Board, "return", "*").await.expect(200).json();
        assert_eq!((&returned["state"], &returned["verdict_reason"]), (&json!("returned"), &json!("Too few")));
        let seen = standing(&world).await;
        let review = json!({"revision": 1, "verdict": "returned", "reason": "Too few", "at": "2026-03-03T10:00:00Z"});
        assert_eq!((&seen["state"], &seen["review"], &seen["shown"]["verdict"]), (&json!("returned"), &review, &json!("returned")));
        assert_eq!(provisional(&world, "").await, true, "what is to be corrected may still change");
        assert_eq!(provisional(&world, "&as_of=2026-03-03T09:59:59Z").await, false);
        // What it said stays in view while the institution corrects, and goes with the next revision.
        let draft = correct(&world, "Counted again").await.json();
        assert_eq!((&draft["state"], &draft["review"], &draft["shown"]["verdict"]), (&json!("draft"), &review, &Value::Null));
        wrong_state(&judge(&world, Persona::Board, "accept", "*").await, "It is under correction; this needs it to be submitted, or returned for correction.");
        assert_eq!(listed(&world, "").await[0]["correcting"], true);
        fill(&world, sound(3)).await;
        world.advance(Duration::hours(1));
        let again = submit(&world).await.json();
        assert_eq!((&again["state"], &again["review"], &again["shown"]["verdict"]), (&json!("submitted"), &Value::Null, &Value::Null));
        assert_eq!(provisional(&world, "").await, false);
        assert_eq!(provisional(&world, "&as_of=2026-03-03T10:30:00Z").await, true);
        let first = world.get(Persona::Lancaster, &format!("{RETURN}/revisions/1")).send().await.expect(200).json();
        assert_eq!(first["review"], review);
        let before = world.get(Persona::Lancaster, &format!("{RETURN}?as_of=2026-03-03T09:30:00Z")).send().await.expect(200).json();
        assert_eq!((&before["state"], &before["review"]), (&json!("submitted"), &Value::Null), "nobody had said so yet");
        let trail = world.get(Persona::Lancaster, "/v1/institutions/lancaster/audit").send().await.expect(200).json();
        let lines: Vec<Value> = trail["items"].as_array().expect("items").iter().filter(|line| line["actor"] == "board")
            .map(|line| json!([line["action"], line["after"]])).collect();
        assert_eq!(lines, [
            json!(["return.accept", {"state": "accepted", "revision": 1, "reason": null}]),
            json!(["return.send-back", {"state": "returned", "revision": 1, "reason": "Too few"}]),
        ]);
    }

    async fn what_is_withdrawn_takes_no_verdict_and_verdicts_may_be_withdrawn_from(world: World) {
        fill(&world, sound(2)).await;
        submit(&world).await;
        judge(&world, Persona::Board, "return", "*").await.expect(200);
        let post = world.post(Persona::Lancaster, &format!("{RETURN}/withdraw")).if_match("*");
        post.json(&json!({"reason": "Not ours"})).send().await.expect(200);
        wrong_state(&judge(&world, Persona::Board, "accept", "*").await, "It is withdrawn; this needs it to be submitted, or returned for correction.");
        wrong_state(&judge(&world, Persona::Board, "return", "*").await, "It is withdrawn; this needs it to be submitted, or accepted.");
        assert_eq!(listed(&world, "?state=withdrawn").await[0]["kind"], "withdrawal");
        assert_eq!(listed(&world, "?state=returned").await, [] as [Value; 0]);
    }

    async fn verdicts_are_the_board_s_alone(world: World) {
        fill(&world, sound(2)).await;
        submit(&world).await;
        let before = standing(&world).await;
        for verb in ["accept", "return"] {
            for (by, status, code) in [
                (Persona::Stranger, 401, "unauthenticated"), (Persona::Lancaster, 403, "forbidden"),
                (Persona::LancasterReadonly, 403, "forbidden"), (Persona::Edinburgh, 404, "not-found"),
            ] {
                assert_eq!(judge(&world, by, verb, "*").await.problem(status), code, "{verb} {by:?}");
            }
            let nowhere = world.post(Persona::Board, &format!("/v1/institutions/nowhere/returns/headcount/2024-25/{verb}"));
            assert_eq!(nowhere.if_match("*").json(&json!({"reason": "x"})).send().await.problem(404), "not-found");
        }
        for by in [Persona::Lancaster, Persona::Edinburgh, Persona::LancasterReadonly] {
            assert_eq!(world.get(by, ALL).send().await.problem(403), "forbidden");
        }
        for read in [RETURN.to_owned(), format!("{RETURN}/rows"), format!("{RETURN}/changes")] {
            assert_eq!(world.get(Persona::Board, &read).send().await.problem(403), "forbidden", "figures are the institution's own");
        }
        assert_eq!(standing(&world).await, before);
    }

    async fn the_board_sees_that_and_never_what(world: World) {
        windows(&world).await;
        let rows = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n\
                    institution,laboratory,not-known,female,26-30,open-ended,full-time,7413,7413,7413\n";
        for (by, of, year) in [(Persona::Lancaster, "lancaster", "2023-24"), (Persona::Lancaster, "lancaster", "2024-25"), (Persona::Edinburgh, "edinburgh", "2024-25")] {
            let base = format!("/v1/institutions/{of}/returns/headcount/{year}");
            world.put(by, &format!("{base}/rows")).if_match("*").csv(rows).send().await.expect(200);
            world.submit(by, &base, json!({"remark": "As counted", "provisional": by == Persona::Edinburgh})).await.expect(200);
        }
        let draft = "/v1/institutions/edinburgh/returns/headcount/2023-24/rows";
        world.put(Persona::Edinburgh, draft).if_match("*").csv(rows).send().await.expect(200);
        let all = listed(&world, "").await;
        assert_eq!(all.len(), 3, "a draft was not submitted");
        assert_eq!(all[0], json!({
            "institution": "edinburgh", "dataset": "headcount", "year": "2024-25", "revision": 1, "kind": "figures", "state": "submitted",
            "correcting": false, "version": 2, "late": true, "provisional": true, "provenance": "returned", "remark": "As counted",
            "reason": null, "submitted_at": "2026-03-03T09:00:00Z", "rows": 1, "verdict": null, "verdict_reason": null, "verdict_at": null,
            "checks": [
                {"grade": "warning", "code": "unknown-share", "subject": "grade", "column": "grade", "explanation": "So it is.",
                    "message": "The share of the first measure whose rows say not-known in a dimension is above the threshold, in per cent and in units."},
                {"grade": "hint", "code": "no-definition", "subject": "technician-definition", "column": null, "explanation": null,
                    "message": "The institution has not said what it means by a technician in this year."},
            ],
        }));
        assert!(!json!(all).to_string().contains("7413"), "no figure of anybody");
        judge(&world, Persona::Board, "accept", "*").await.expect(200);
        let named = |items: Vec<Value>| -> Vec<String> {
            items.iter().map(|one| format!("{} {}", one["institution"].as_str().expect("a slug"), one["year"].as_str().expect("a year"))).collect()
        };
        for (query, expected) in [
            ("?institution=lancaster", &["lancaster 2023-24", "lancaster 2024-25"][..]),
            ("?year=2024-25", &["edinburgh 2024-25", "lancaster 2024-25"]),
            ("?state=submitted", &["edinburgh 2024-25", "lancaster 2023-24"]),
            ("?state=accepted", &["lancaster 2024-25"]),
            ("?late=true", &["edinburgh 2024-25", "lancaster 2024-25"]),
            ("?late=false&dataset=headcount", &["lancaster 2023-24"]),
            ("?dataset=awards", &[]),
            ("?state=draft", &[]),
        ] {
            assert_eq!(named(listed(&world, query).await), expected, "{query}");
        }
        let page = world.get(Persona::Board, &format!("{ALL}?limit=2")).send().await.expect(200).json();
        let next = page["next"].as_str().expect("a next page");
        assert_eq!(named(listed(&world, &format!("?limit=2&cursor={next}")).await), ["lancaster 2024-25"]);
        for (query, parameter) in [("institution=nowhere", "institution"), ("institution=No%20slug", "institution"), ("state=lost", "state"), ("year=2024", "year"), ("dataset=pay", "dataset"), ("late=perhaps", "late")] {
            let refused = world.get(Persona::Board, &format!("{ALL}?{query}")).send().await;
            assert_eq!((refused.problem(400), refused.json()["violations"][0]["parameter"].clone()), ("invalid-parameters".to_owned(), json!(parameter)), "{query}");
        }
        let graph = "{ submittedReturns(late: true) { nodes { institution state correcting checks { code message explanation } } pageInfo { hasNextPage } } }";
        let answer = world.graphql(Persona::Board, graph, json!({})).await;
        assert_eq!(answer["data"]["submittedReturns"]["nodes"][1], json!({
            "institution": "lancaster", "state": "ACCEPTED", "correcting": false,
            "checks": [
                {"code": "unknown-share", "message": all[0]["checks"][0]["message"], "explanation": "So it is."},
                {"code": "no-definition", "message": all[0]["checks"][1]["message"], "explanation": null},
                {"code": "same-as-last-year", "message": "Every total is that of last year's standing revision.", "explanation": null},
            ],
        }));
        assert_eq!(world.graphql(Persona::Lancaster, graph, json!({})).await["errors"][0]["extensions"]["code"], "forbidden");
    }

    async fn graphql_gives_the_same_verdicts(world: World) {
        fill(&world, sound(2)).await;
        submit(&world).await;
        let say = async |by: Persona, mutation: &str, version: u32, rest: &str| {
            let of = format!("return: {{institution: \"lancaster\", dataset: HEADCOUNT, year: \"2024-25\", version: {version}}}");
            world.graphql(by, &format!("mutation {{ {mutation}({of}{rest}) {{ state version verdictReason }} }}"), json!({})).await
        };
        let returned = say(Persona::Board, "sendBackReturn", 2, ", reason: \"Too few\"").await;
        assert_eq!(returned["data"]["sendBackReturn"], json!({"state": "RETURNED", "version": 3, "verdictReason": "Too few"}));
        let accepted = say(Persona::Board, "acceptReturn", 3, "").await;
        assert_eq!(accepted["data"]["acceptReturn"], json!({"state": "ACCEPTED", "version": 4, "verdictReason": null}));
        for (by, code) in [(Persona::Lancaster, "forbidden"), (Persona::Edinburgh, "not-found"), (Persona::Stranger, "unauthenticated")] {
            assert_eq!(say(by, "acceptReturn", 4, "").await["errors"][0]["extensions"]["code"], code);
        }
    }
}

/// Closes the year's window before anybody submits.
async fn windows(world: &World) {
    let set = world.put(Persona::Board, "/v1/years/2024-25").if_match("*");
    set.json(&json!({"closes_on": "2026-03-02"}))
        .send()
        .await
        .expect(200);
}
