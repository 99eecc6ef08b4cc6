//! Returns: from not started to submitted, and from one revision to the next.

use crate::headcount::{
    RETURN, ROWS, correct, csv, fill, line, no_definition, sound, standing, submit,
};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const LIST: &str = "/v1/institutions/lancaster/returns";

async fn post(world: &World, verb: &str, if_match: &str, body: &Value) -> Reply {
    world
        .post(Persona::Lancaster, &format!("{RETURN}/{verb}"))
        .if_match(if_match)
        .json(body)
        .send()
        .await
}

fn wrong_state(answer: &Reply, detail: &str) {
    assert_eq!(
        answer.json(),
        json!({
            "type": "/problems/wrong-state", "title": "Not in the state for this", "status": 409, "detail": detail,
            "code": "wrong-state",
        })
    );
    assert_eq!(answer.problem(409), "wrong-state");
}

on_both_engines! {
    async fn a_return_goes_from_not_started_to_submitted(world: World) {
        let read = world.get(Persona::Lancaster, RETURN).send().await.expect(200);
        assert_eq!(read.etag(), "\"0\"");
        assert_eq!(read.json(), json!({
            "institution": "lancaster", "dataset": "headcount", "year": "2024-25", "state": "not-started", "revision": null,
            "version": 0, "updated_at": null, "review": null, "checks": null, "shown": null,
        }));
        let put = world.put(Persona::Lancaster, ROWS).if_match(read.etag()).csv(sound(2)).send().await.expect(200);
        assert_eq!((put.etag(), put.json()["state"].clone()), ("\"1\"", json!("draft")));
        world.advance(Duration::hours(1));
        let said = json!({"provenance": "published", "remark": "  Staff statistics of the HESA site, table 2 "});
        let submitted = post(&world, "submit", put.etag(), &said).await.expect(200);
        assert_eq!(submitted.etag(), "\"2\"");
        assert_eq!(submitted.json(), json!({
            "institution": "lancaster", "dataset": "headcount", "year": "2024-25", "state": "submitted", "revision": 1,
            "version": 2, "updated_at": "2026-03-03T10:00:00Z", "review": null, "checks": [no_definition()],
            "shown": {
                "state": "submitted", "revision": 1, "kind": "figures", "rows": 2,
                "totals": [
                    {"measure": "headcount", "unit": "persons", "total": 3},
                    {"measure": "fpe", "unit": "fpe", "total": 3},
                    {"measure": "fte", "unit": "fte", "total": 2},
                ],
                "provenance": "published", "remark": "Staff statistics of the HESA site, table 2", "reason": null,
                "late": false, "provisional": false, "verdict": null, "verdict_reason": null, "verdict_at": null,
                "definition": null,
                "created_at": "2026-03-03T09:00:00Z", "submitted_at": "2026-03-03T10:00:00Z", "submitted_by": "lancaster",
            },
        }));
        assert_eq!(standing(&world).await, submitted.json());
    }

    async fn what_is_submitted_takes_no_rows(world: World) {
        fill(&world, sound(2)).await;
        let submitted = submit(&world).await.json();
        let rows = csv(&world, "").await;
        let needs = "It is submitted; this needs it to be a draft; begin a correction first.";
        for tag in ["*", "\"2\""] {
            let put = world.put(Persona::Lancaster, ROWS).if_match(tag).csv(sound(3)).send().await;
            wrong_state(&put, needs);
            let patch = world.patch(Persona::Lancaster, ROWS).if_match(tag).csv(sound(3)).send().await;
            wrong_state(&patch, needs);
        }
        wrong_state(&post(&world, "submit", "*", &json!({})).await, "It is submitted; this needs it to be a draft.");
        assert_eq!((standing(&world).await, csv(&world, "").await), (submitted, rows));
    }

    async fn there_must_be_something_to_submit_or_correct(world: World) {
        wrong_state(&post(&world, "submit", "*", &json!({})).await, "It is not started; this needs it to be a draft.");
        wrong_state(&post(&world, "correct", "*", &json!({"reason": "x"})).await, "It is not started; this needs it to be submitted.");
        // A refusal leaves no trace of a beginning.
        let listed = world.get(Persona::Lancaster, LIST).send().await.expect(200).json();
        assert_eq!(listed, json!({"items": [], "next": null}));
        fill(&world, sound(0)).await;
        let empty = "It is a draft without rows; this needs it to be a draft with at least one row, or a nil return.";
        wrong_state(&post(&world, "submit", "*", &json!({})).await, empty);
        wrong_state(&post(&world, "correct", "*", &json!({"reason": "x"})).await, "It is a draft already; this needs it to be submitted.");
        assert_eq!((standing(&world).await["state"].clone(), standing(&world).await["version"].clone()), (json!("draft"), json!(1)));
    }

    async fn figures_of_others_need_a_remark(world: World) {
        fill(&world, sound(1)).await;
        let message = "Figures that are not the institution's own need a remark naming their source.";
        for provenance in ["published", "synthetic"] {
            for remark in [Value::Null, json!(""), json!("  ")] {
                let answer = post(&world, "submit", "*", &json!({"provenance": provenance, "remark": remark})).await;
                assert_eq!(answer.problem(422), "invalid-body");
                assert_eq!(answer.json()["violations"], json!([{"pointer": "/remark", "code": "missing", "message": message}]));
            }
        }
        for (body, pointer, code) in [
            (json!({"provenance": "guessed"}), "/provenance", "wrong-shape"),
            (json!({"remark": "x".repeat(2_001)}), "/remark", "too-long"),
            (json!({"remark": "a\u{0}b"}), "/remark", "control-character"),
            (json!({"remark": 5}), "/remark", "wrong-shape"),
            (json!({"comment": "x"}), "/comment", "wrong-shape"),
        ] {
            let answer = post(&world, "submit", "*", &body).await;
            assert_eq!(answer.problem(422), "invalid-body", "{body}");
            assert_eq!((&answer.json()["violations"][0]["pointer"], &answer.json()["violations"][0]["code"]), (&json!(pointer), &json!(code)));
        }
        assert_eq!(standing(&world).await["state"], "draft");
        let submitted = post(&world, "submit", "*", &json!({"remark": "\u{e9}".repeat(2_000)})).await.expect(200).json();
        assert_eq!(submitted["shown"]["provenance"], "returned");
        assert_eq!(submitted["shown"]["remark"].as_str().map(|remark| remark.chars().count()), Some(2_000));
    }

    async fn a_correction_begins_with_the_former_rows_and_a_reason(world: World) {
        fill(&world, sound(3)).await;
        submit(&world).await;
        let before = (standing(&world).await, csv(&world, "").await);
        for (body, code) in [(json!({"reason": " "}), "missing"), (json!({"reason": "x".repeat(2_001)}), "too-long"),
            (json!({"reason": "\u{0}."}), "control-character"), (json!({"reason": null}), "wrong-shape")] {
            let answer = post(&world, "correct", "*", &body).await;
            assert_eq!(answer.problem(422), "invalid-body");
            assert_eq!((&answer.json()["violations"][0]["pointer"], &answer.json()["violations"][0]["code"]), (&json!("/reason"), &json!(code)));
        }
        assert_eq!(post(&world, "correct", "*", &json!({})).await.problem(422), "invalid-body");
        assert_eq!(standing(&world).await, before.0);
        let begun = correct(&world, "Grades were wrong").await;
        let draft = begun.json();
        assert_eq!((begun.etag(), draft["state"].clone(), draft["revision"].clone()), ("\"3\"", json!("draft"), json!(1)));
        assert_eq!((draft["shown"]["reason"].clone(), draft["shown"]["rows"].clone()), (json!("Grades were wrong"), json!(3)));
        assert_eq!(draft["shown"]["totals"], before.0["shown"]["totals"]);
        assert_eq!(csv(&world, "").await, before.1);
        wrong_state(&post(&world, "correct", "*", &json!({"reason": "again"})).await, "It is a draft already; this needs it to be submitted.");
    }

    async fn a_submitted_revision_never_changes(world: World) {
        fill(&world, sound(3)).await;
        submit(&world).await;
        let one = format!("{RETURN}/revisions/1");
        let (rows, revision) = (csv(&world, "?revision=1").await, world.get(Persona::Lancaster, &one).send().await.expect(200).json());
        world.advance(Duration::days(1));
        correct(&world, "One row too many").await;
        fill(&world, sound(1)).await;
        let during = world.get(Persona::Lancaster, &one).send().await.expect(200).json();
        assert_eq!((during["shown"].clone(), csv(&world, "?revision=1").await), (revision["shown"].clone(), rows.clone()));
        submit(&world).await;
        let after = world.get(Persona::Lancaster, &one).send().await.expect(200).json();
        assert_eq!((after["shown"].clone(), csv(&world, "?revision=1").await), (revision["shown"].clone(), rows.clone()));
        assert_eq!((after["state"].clone(), after["revision"].clone()), (json!("submitted"), json!(2)));
        assert_eq!(csv(&world, "?revision=2").await, csv(&world, "").await);
        assert_ne!(csv(&world, "").await, rows);
    }

    async fn a_moment_shows_what_stood_then(world: World) {
        fill(&world, sound(1)).await;
        world.advance(Duration::milliseconds(500));
        submit(&world).await; // 09:00:00.5
        world.advance(Duration::hours(1));
        correct(&world, "Two more").await;
        fill(&world, sound(3)).await;
        world.advance(Duration::hours(1));
        submit(&world).await; // 11:00:00.5
        for (moment, revision) in [
            ("2026-03-03T09:00:00Z", None),
            ("2026-03-03T09:00:00.499Z", None),
            ("2026-03-03T09:00:00.5Z", Some(1)),
            ("2026-03-03T10:30:00Z", Some(1)),
            ("2026-03-03T11:00:00Z", Some(1)),
            ("2026-03-03T11:30:00%2B01:00", Some(1)),
            ("2026-03-03T11:00:00.500Z", Some(2)),
            ("2026-03-03T12:00:00.6%2B01:00", Some(2)),
            ("2030-01-01T00:00:00Z", Some(2)),
        ] {
            let answer = world.get(Persona::Lancaster, &format!("{RETURN}?as_of={moment}")).send().await;
            match revision {
                None => assert_eq!(answer.problem(404), "not-found", "{moment}"),
                Some(number) => {
                    assert_eq!(answer.expect(200).json()["shown"]["revision"], json!(number), "{moment}");
                    assert_eq!(csv(&world, &format!("?as_of={moment}")).await.lines().count(), [2, 4][number - 1], "{moment}");
                }
            }
        }
    }

    async fn revisions_are_listed_oldest_first(world: World) {
        let revisions = format!("{RETURN}/revisions");
        let none = world.get(Persona::Lancaster, &revisions).send().await.expect(200).json();
        assert_eq!(none, json!({"items": [], "next": null}));
        fill(&world, sound(1)).await;
        submit(&world).await;
        for number in 2..=3_usize {
            world.advance(Duration::hours(1));
            correct(&world, &format!("Correction {number}")).await;
            fill(&world, sound(number)).await;
            submit(&world).await;
        }
        correct(&world, "Not yet submitted").await;
        let revision = |number: i64, reason: Value| json!({
            "state": "submitted", "revision": number, "kind": "figures", "rows": number, "totals": [], "provenance": "returned",
            "remark": null, "reason": reason, "late": false, "provisional": false, "verdict": null, "verdict_reason": null,
            "verdict_at": null, "definition": null, "created_at": format!("2026-03-03T{:02}:00:00Z", 8 + number),
            "submitted_at": format!("2026-03-03T{:02}:00:00Z", 8 + number), "submitted_by": "lancaster",
        });
        let all = [revision(1, Value::Null), revision(2, json!("Correction 2")), revision(3, json!("Correction 3"))];
        let listed = world.get(Persona::Lancaster, &revisions).send().await.expect(200).json();
        assert_eq!(listed, json!({"items": all, "next": null}));
        let first = world.get(Persona::Lancaster, &format!("{revisions}?limit=2")).send().await.expect(200).json();
        assert_eq!(first["items"], json!(all[..2]));
        let next = first["next"].as_str().expect("a next page");
        let second = world.get(Persona::Lancaster, &format!("{revisions}?limit=2&cursor={next}")).send().await.expect(200).json();
        assert_eq!(second, json!({"items": all[2..], "next": null}));
        let single = world.get(Persona::Lancaster, &format!("{revisions}/2")).send().await.expect(200).json();
        assert_eq!((single["state"].clone(), single["shown"]["reason"].clone()), (json!("draft"), json!("Correction 2")));
        assert_eq!(single["shown"]["totals"][0]["total"], 3);
        for number in ["0", "4", "-1", "one", "99999999999"] {
            let answer = world.get(Persona::Lancaster, &format!("{revisions}/{number}")).send().await;
            assert_eq!((answer.problem(404), answer.json()["detail"].clone()), ("not-found".to_owned(), json!("There is no such revision.")));
        }
    }

    async fn the_list_is_narrowed_and_paged(world: World) {
        let denominators = "org_unit,academic_headcount,all_staff_headcount\ninstitution,1300,3200\n";
        for (dataset, year, text) in [
            ("headcount", "2023-24", sound(1)), ("headcount", "2022-23", sound(1)), ("headcount", "2024-25", sound(1)),
            ("denominators", "2024-25", denominators.to_owned()),
        ] {
            let rows = format!("{LIST}/{dataset}/{year}/rows");
            world.put(Persona::Lancaster, &rows).if_match("\"0\"").csv(text).send().await.expect(200);
        }
        submit(&world).await;
        let found = async |query: &str| {
            let page = world.get(Persona::Lancaster, &format!("{LIST}?{query}")).send().await.expect(200).json();
            let items = page["items"].as_array().expect("items").clone();
            let name = |item: &Value| format!("{} {}", item["dataset"].as_str().expect("a dataset"), item["year"].as_str().expect("a year"));
            (items.iter().map(name).collect::<Vec<_>>(), page["next"].clone())
        };
        let all = ["denominators 2024-25", "headcount 2022-23", "headcount 2023-24", "headcount 2024-25"];
        for (query, expected) in [
            ("", &all[..]),
            ("dataset=headcount", &all[1..]),
            ("year=2024-25", &["denominators 2024-25", "headcount 2024-25"]),
            ("year=2024-25&dataset=headcount", &["headcount 2024-25"]),
            ("state=draft", &all[..3]),
            ("state=submitted", &all[3..]),
            ("state=not-started", &[]),
            ("year=2019-20", &[]),
        ] {
            assert_eq!(found(query).await, (expected.iter().map(ToString::to_string).collect(), Value::Null), "{query}");
        }
        let (first, next) = found("limit=3").await;
        let (second, end) = found(&format!("limit=3&cursor={}", next.as_str().expect("a next page"))).await;
        assert_eq!(([first, second].concat(), end), (all.iter().map(ToString::to_string).collect(), Value::Null));
        for (query, parameter) in [("dataset=pay", "dataset"), ("year=2024", "year"), ("year=2024-26", "year"), ("state=lost", "state")] {
            let answer = world.get(Persona::Lancaster, &format!("{LIST}?{query}")).send().await;
            assert_eq!(answer.problem(400), "invalid-parameters");
            assert_eq!((&answer.json()["violations"][0]["parameter"], &answer.json()["violations"][0]["code"]), (&json!(parameter), &json!("unknown-code")));
        }
    }

    async fn addresses_of_no_return_are_not_found(world: World) {
        for (address, detail) in [
            ("headcount/2024", "There is no such academic year."), ("headcount/2024-26", "There is no such academic year."),
            ("pay/2024-25", "There is no such dataset."),
        ] {
            let answer = world.get(Persona::Lancaster, &format!("{LIST}/{address}")).send().await;
            assert_eq!((answer.problem(404), answer.json()["detail"].clone()), ("not-found".to_owned(), json!(detail)));
            let put = world.put(Persona::Lancaster, &format!("{LIST}/{address}/rows")).if_match("*").csv(sound(1)).send().await;
            assert_eq!(put.problem(404), "not-found");
        }
        let other = "/v1/institutions/edinburgh/returns/headcount/2024-25";
        let answer = world.get(Persona::Lancaster, other).send().await;
        assert_eq!((answer.problem(404), answer.json()["detail"].clone()), ("not-found".to_owned(), json!("There is no such institution.")));
    }

    async fn a_change_says_what_it_was_made_from(world: World) {
        let reason = json!({"reason": "x"});
        let without = [
            world.put(Persona::Lancaster, ROWS).csv(sound(1)).send().await,
            world.patch(Persona::Lancaster, ROWS).csv(sound(1)).send().await,
            world.post(Persona::Lancaster, &format!("{RETURN}/submit")).json(&json!({})).send().await,
            world.post(Persona::Lancaster, &format!("{RETURN}/correct")).json(&reason).send().await,
        ];
        for answer in without {
            assert_eq!(answer.problem(428), "precondition-required");
        }
        fill(&world, sound(1)).await;
        fill(&world, sound(2)).await;
        let before = standing(&world).await;
        // Stale, ahead, weak (If-Match compares strongly), of another kind, empty.
        for tag in ["\"1\"", "\"3\"", "W/\"2\"", "\"abc\"", ""] {
            let stale = [
                world.put(Persona::Lancaster, ROWS).if_match(tag).csv(sound(1)).send().await,
                world.patch(Persona::Lancaster, ROWS).if_match(tag).csv(sound(1)).send().await,
                post(&world, "submit", tag, &json!({})).await,
                post(&world, "correct", tag, &reason).await,
            ];
            for answer in stale {
                assert_eq!(answer.problem(412), "precondition-failed", "{tag}");
                assert_eq!(answer.json()["detail"], "It is now at \"2\"; read it again before changing it.");
            }
        }
        assert_eq!(standing(&world).await, before);
        post(&world, "submit", "\"2\"", &json!({})).await.expect(200);
        assert_eq!(post(&world, "correct", "\"2\"", &reason).await.problem(412), "precondition-failed");
        post(&world, "correct", "\"3\"", &reason).await.expect(200);
    }

    async fn what_is_known_is_not_sent_again(world: World) {
        fill(&world, sound(1)).await;
        // What the checks find in a draft may change without it: it is always sent.
        let draft = world.get(Persona::Lancaster, RETURN).header("if-none-match", "\"1\"").send().await.expect(200);
        assert_eq!((draft.etag(), draft.json()["state"].clone()), ("\"1\"", json!("draft")));
        submit(&world).await;
        // Proxies that pack an answer make its tag weak; reading compares weakly (RFC 9110, section 13.1.2).
        for known in ["\"2\"", "W/\"2\"", "\"0\", \"2\"", "*"] {
            let answer = world.get(Persona::Lancaster, RETURN).header("if-none-match", known).send().await.expect(304);
            assert_eq!((answer.etag(), answer.body.len()), ("\"2\"", 0), "{known}");
        }
        let answer = world.get(Persona::Lancaster, RETURN).header("if-none-match", "\"1\"").send().await.expect(200);
        assert_eq!(answer.etag(), "\"2\"");
        correct(&world, "One row more").await;
        world.patch(Persona::Lancaster, ROWS).if_match("\"3\"").csv(crate::headcount::file([line(5)])).send().await.expect(200);
        let answer = world.get(Persona::Lancaster, RETURN).header("if-none-match", "\"3\"").send().await.expect(200);
        assert_eq!((answer.etag(), answer.json()["shown"]["rows"].clone()), ("\"4\"", json!(2)));
    }

    async fn a_return_outlives_a_restart(world: World) {
        let mut world = world;
        fill(&world, sound(2)).await;
        submit(&world).await;
        correct(&world, "Open while the server stops").await;
        let before = (standing(&world).await, csv(&world, "").await, csv(&world, "?revision=1").await);
        world.restart().await;
        assert_eq!((standing(&world).await, csv(&world, "").await, csv(&world, "?revision=1").await), before);
    }
}
