//! Rows: replaced, merged, checked and read back. What is wrong with rows is `bad_input`'s.

use crate::headcount::{
    CHECK, HEADER, RETURN, ROWS, correct, csv, file, fill, no_definition, org_unit, row, sound,
    standing, submit,
};
use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

const TWO: &str = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n\
                   institution,laboratory,not-known,male,26-30,open-ended,full-time,8,,7.25\n\
                   institution,laboratory,not-known,female,26-30,open-ended,full-time,12,12,11.5\n";

async fn items(world: &World, which: &str) -> Value {
    world
        .get(Persona::Lancaster, &format!("{ROWS}{which}"))
        .send()
        .await
        .expect(200)
        .json()["items"]
        .clone()
}

on_both_engines! {
    async fn a_file_becomes_a_draft_and_is_read_back_in_order(world: World) {
        let put = fill(&world, TWO).await;
        assert_eq!(put.etag(), "\"1\"");
        assert_eq!(put.json(), json!({
            "institution": "lancaster", "dataset": "headcount", "year": "2024-25", "state": "draft", "revision": null,
            "version": 1, "updated_at": "2026-03-03T09:00:00Z", "review": null,
            "checks": [
                {"grade": "warning", "code": "unknown-share", "subject": "grade", "column": "grade",
                    "message": "Grade (HESA levels) is not known for 20 of 20 in headcount.", "explanation": null},
                no_definition(),
            ],
            "shown": {
                "state": "draft", "revision": null, "kind": "figures", "rows": 2,
                "totals": [
                    {"measure": "headcount", "unit": "persons", "total": 20},
                    {"measure": "fpe", "unit": "fpe", "total": 12},
                    {"measure": "fte", "unit": "fte", "total": 18.75},
                ],
                "provenance": "returned", "remark": null, "reason": null, "late": false, "provisional": false, "verdict": null,
                "verdict_reason": null, "verdict_at": null, "definition": null, "created_at": "2026-03-03T09:00:00Z",
                "submitted_at": null, "submitted_by": null,
            },
        }));
        assert_eq!(standing(&world).await, put.json());
        let read = world.get(Persona::Lancaster, ROWS).send().await.expect(200).json();
        assert_eq!(read, json!({"items": [
            {"org_unit": "institution", "job_family": "laboratory", "grade": "not-known", "sex": "female", "age_band": "26-30",
                "terms": "open-ended", "mode": "full-time", "headcount": 12, "fpe": 12, "fte": 11.5},
            {"org_unit": "institution", "job_family": "laboratory", "grade": "not-known", "sex": "male", "age_band": "26-30",
                "terms": "open-ended", "mode": "full-time", "headcount": 8, "fpe": null, "fte": 7.25},
        ], "next": null}));
    }

    async fn json_and_csv_say_the_same(world: World) {
        fill(&world, TWO).await;
        let rows = items(&world, "").await;
        let other = "/v1/institutions/lancaster/returns/headcount/2023-24";
        let put = world.put(Persona::Lancaster, &format!("{other}/rows")).if_match("*").json(&json!({"rows": rows}));
        let put = put.send().await.expect(200);
        assert_eq!(put.json()["shown"]["totals"], standing(&world).await["shown"]["totals"]);
        let read = world.get(Persona::Lancaster, &format!("{other}/rows")).send().await.expect(200).json();
        assert_eq!(read["items"], rows);
        // Figures may be texts, as forms send them, and what is not recorded may be left out.
        let texts = json!({"rows": [{"org_unit": "institution", "job_family": "laboratory", "grade": "not-known",
            "sex": "male", "age_band": "26-30", "terms": "open-ended", "mode": "full-time", "headcount": " 8 ", "fte": "7.250"}]});
        world.put(Persona::Lancaster, &format!("{other}/rows")).if_match("*").json(&texts).send().await.expect(200);
        let read = world.get(Persona::Lancaster, &format!("{other}/rows")).send().await.expect(200).json();
        assert_eq!(read["items"], json!([rows[1]]));
    }

    async fn a_replacement_leaves_nothing_of_what_was_there(world: World) {
        fill(&world, sound(1_200)).await;
        let put = fill(&world, TWO).await.json();
        assert_eq!((put["version"].clone(), put["shown"]["rows"].clone()), (json!(2), json!(2)));
        assert_eq!(csv(&world, "").await.lines().count(), 3);
        let none = world.put(Persona::Lancaster, ROWS).if_match("*").json(&json!({"rows": []})).send().await.expect(200).json();
        assert_eq!((none["state"].clone(), none["shown"]["rows"].clone()), (json!("draft"), json!(0)));
        assert_eq!(none["shown"]["totals"][0], json!({"measure": "headcount", "unit": "persons", "total": null}));
        assert_eq!(items(&world, "").await, json!([]));
    }

    async fn a_merge_replaces_by_key_and_keeps_the_rest(world: World) {
        let merge = |rows: Value| {
            let request = world.patch(Persona::Lancaster, ROWS).if_match("*").json(&json!({"rows": rows}));
            async { request.send().await.expect(200) }
        };
        // A merge begins a draft as a replacement does.
        let begun = merge(json!([row("female", 5), row("male", 6)])).await;
        assert_eq!((begun.etag(), begun.json()["shown"]["totals"][0]["total"].clone()), ("\"1\"", json!(11)));
        let merged = merge(json!([row("male", 7), row("other", 1)])).await;
        assert_eq!((merged.etag(), merged.json()["shown"]["totals"][0]["total"].clone()), ("\"2\"", json!(13)));
        assert_eq!(items(&world, "").await, json!([row("female", 5), row("male", 7), row("other", 1)]));
        // The row that comes takes the place as a whole: a figure it does not state is gone.
        let mut stated = row("other", 1);
        stated["fte"] = json!(0.5);
        merge(json!([stated])).await;
        assert_eq!(items(&world, "").await[2]["fte"], json!(0.5));
        merge(json!([row("other", 1)])).await;
        assert_eq!(items(&world, "").await[2]["fte"], Value::Null);
        let line = file(["institution,laboratory,not-known,other,26-30,open-ended,full-time,2,,"]);
        world.patch(Persona::Lancaster, ROWS).if_match("\"4\"").csv(line).send().await.expect(200);
        assert_eq!(items(&world, "").await, json!([row("female", 5), row("male", 7), row("other", 2)]));
    }

    async fn a_check_answers_as_a_replacement_and_stores_nothing(world: World) {
        let untouched = standing(&world).await;
        assert_eq!(untouched["state"], "not-started");
        let checked = world.post(Persona::Lancaster, CHECK).csv(TWO).send().await.expect(200);
        assert_eq!((&checked.json()["version"], &checked.json()["shown"]["rows"]), (&json!(1), &json!(2)));
        let checked = world.post(Persona::Lancaster, CHECK).json(&json!({"rows": [row("male", 1)]})).send().await.expect(200);
        assert_eq!(checked.json()["shown"]["rows"], 1);
        assert_eq!(standing(&world).await, untouched);
        assert_eq!(csv(&world, "").await, format!("{HEADER}\r\n"));
        let listed = world.get(Persona::Lancaster, "/v1/institutions/lancaster/returns").send().await.expect(200).json();
        assert_eq!(listed, json!({"items": [], "next": null}));
        // Who may not write may not find out by checking either.
        let refused = world.post(Persona::LancasterReadonly, CHECK).csv(TWO).send().await;
        assert_eq!(refused.problem(403), "forbidden");
    }

    async fn pages_give_every_row_once_in_the_order_of_the_file(world: World) {
        for unit in ["Zoology", "art", "Art-2", "_store"] {
            org_unit(&world, unit).await;
        }
        let units = ["Art-2", "Zoology", "_store", "art", "institution"];
        let lines: Vec<String> = (0..125)
            .map(|number| crate::headcount::line(number % 25).replacen("institution", units[number / 25], 1))
            .collect();
        // Sent backwards; read back in the order of bytes, on either engine.
        fill(&world, file(lines.iter().rev())).await;
        assert_eq!(csv(&world, "").await.replace("\r\n", "\n"), file(&lines));
        let whole = items(&world, "?limit=500").await;
        for (query, sizes) in [("", vec![50, 50, 25]), ("limit=25", vec![25; 5]), ("limit=124", vec![124, 1]), ("limit=125", vec![125])] {
            let (mut pages, mut read, mut cursor) = (Vec::new(), Vec::new(), String::new());
            loop {
                let page = world.get(Persona::Lancaster, &format!("{ROWS}?{query}{cursor}")).send().await.expect(200).json();
                let found = page["items"].as_array().expect("items").clone();
                pages.push(found.len());
                read.extend(found);
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!((pages, Value::from(read)), (sizes, whole.clone()), "{query}");
        }
    }

    async fn a_page_that_cannot_be_is_refused(world: World) {
        fill(&world, TWO).await;
        // Cursors: no base64, no JSON, of another list, with a NUL in it.
        for cursor in ["***", "bm90IGpzb24", "WyJhIl0", "WyJcdTAwMDAiLCJhIiwiYiIsImMiLCJkIiwiZSIsImYiXQ"] {
            let answer = world.get(Persona::Lancaster, &format!("{ROWS}?cursor={cursor}")).send().await;
            assert_eq!(answer.problem(400), "invalid-parameters", "{cursor}");
            assert_eq!(answer.json()["violations"], json!([
                {"parameter": "cursor", "code": "unknown-cursor", "message": "This cursor was not given out here."}
            ]));
        }
        for limit in ["0", "501"] {
            let answer = world.get(Persona::Lancaster, &format!("{ROWS}?limit={limit}")).send().await;
            assert_eq!(answer.problem(400), "invalid-parameters");
            assert_eq!(answer.json()["violations"], json!([
                {"parameter": "limit", "code": "out-of-range", "message": "limit must be from 1 to 500."}
            ]));
        }
        for (query, parameter, code) in [
            ("limit=ten", "limit", "wrong-form"),
            ("limit=-1", "limit", "wrong-form"),
            ("revision=one", "revision", "wrong-form"),
            ("as_of=yesterday", "as_of", "wrong-form"),
            ("colour=red", "colour", "unknown-parameter"),
            ("revision=1&as_of=2026-03-03T09:00:00Z", "as_of", "one-of-two"),
        ] {
            let answer = world.get(Persona::Lancaster, &format!("{ROWS}?{query}")).send().await;
            assert_eq!(answer.problem(400), "invalid-parameters", "{query}");
            assert_eq!((&answer.json()["violations"][0]["parameter"], &answer.json()["violations"][0]["code"]), (&json!(parameter), &json!(code)));
        }
    }

    async fn what_is_given_as_csv_goes_back_unchanged(world: World) {
        // A code may look like a formula; a spreadsheet must not run it, and the file must still go back.
        for unit in ["-lab.2", "-5"] {
            org_unit(&world, unit).await;
        }
        let lines = [
            "-5,laboratory,C1,female,26-30,open-ended,full-time,3,3,2.05",
            "-lab.2,laboratory,C1,female,26-30,open-ended,full-time,0,0,0.5",
            "institution,laboratory,C1,female,26-30,open-ended,full-time,1,,",
        ];
        fill(&world, file(lines)).await;
        let answer = world.get(Persona::Lancaster, ROWS).header("accept", "text/csv").send().await.expect(200);
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"lancaster-headcount-2024-25.csv\"");
        let given = answer.text();
        assert_eq!(given, file([lines[0], "'-lab.2,laboratory,C1,female,26-30,open-ended,full-time,0,0,0.5", lines[2]]).replace('\n', "\r\n"));
        let rows = items(&world, "").await;
        let back = world.put(Persona::Lancaster, ROWS).if_match(&format!("\"{}\"", 1)).body(answer.header("content-type"), given.clone());
        assert_eq!(back.send().await.expect(200).etag(), "\"2\"");
        assert_eq!((csv(&world, "").await, items(&world, "").await), (given, rows));
    }

    async fn columns_come_in_any_order_and_optional_ones_may_stay_away(world: World) {
        let text = "FTE , headcount,mode,terms,age_band,sex,grade,job_family,org_unit\n\
                    0.5,1,full-time,open-ended,26-30,male,not-known,laboratory,institution\n";
        fill(&world, text).await;
        let mut expected = row("male", 1);
        expected["fte"] = json!(0.5);
        assert_eq!(items(&world, "").await, json!([expected]));
    }

    async fn a_packed_file_goes_back_packed(world: World) {
        fill(&world, sound(300)).await;
        let plain = csv(&world, "").await;
        for packing in ["gzip", "zstd"] {
            let given = world.get(Persona::Lancaster, ROWS).header("accept", "text/csv").header("accept-encoding", packing);
            let given = given.send().await.expect(200);
            assert_eq!(given.header("content-encoding"), packing);
            assert!(given.body.len() * 5 < plain.len(), "{packing}: {} bytes", given.body.len());
            fill(&world, TWO).await;
            let back = world.put(Persona::Lancaster, ROWS).if_match("*").header("content-encoding", packing).csv(given.body);
            assert_eq!(back.send().await.expect(200).json()["shown"]["rows"], 300);
            assert_eq!(csv(&world, "").await, plain);
        }
    }

    async fn the_form_is_the_callers_choice(world: World) {
        fill(&world, TWO).await;
        for (accept, answered) in [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("text/csv;q=0.9, text/html", "text/csv; charset=utf-8; header=present"),
        ] {
            let answer = world.get(Persona::Lancaster, ROWS).header("accept", accept).send().await.expect(200);
            assert_eq!(answer.header("content-type"), answered, "{accept}");
        }
        let answer = world.get(Persona::Lancaster, ROWS).header("accept", "application/xml").send().await;
        assert_eq!(answer.problem(406), "not-acceptable");
        assert_eq!(answer.json()["detail"], "On offer: application/json, application/x-ndjson, text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.");
    }

    async fn rows_of_a_revision_stay_while_its_correction_changes(world: World) {
        fill(&world, TWO).await;
        submit(&world).await;
        let first = csv(&world, "").await;
        correct(&world, "A technician was missing").await;
        assert_eq!(csv(&world, "").await, first);
        let one = json!({"rows": [row("male", 9)]});
        world.patch(Persona::Lancaster, ROWS).if_match("*").json(&one).send().await.expect(200);
        assert_eq!(items(&world, "").await[1]["headcount"], 9);
        assert_eq!(items(&world, "?revision=1").await[1]["headcount"], 8);
        assert_eq!(csv(&world, "?revision=1").await, first);
        assert_eq!(csv(&world, "?as_of=2026-03-03T09:00:00Z").await, first);
        let answer = world.get(Persona::Lancaster, &format!("{ROWS}?revision=2")).send().await;
        assert_eq!(answer.problem(404), "not-found");
        assert_eq!(answer.json()["detail"], "There is no such revision.");
        let draft = world.get(Persona::Lancaster, RETURN).send().await.expect(200).json();
        assert_eq!(draft["shown"]["reason"], "A technician was missing");
    }
}
