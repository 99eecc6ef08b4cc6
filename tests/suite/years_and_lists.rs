//! What everybody needs to know before filling a return: years and their windows, datasets, code lists.

use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

const YEAR: &str = "/v1/years/2024-25";

async fn read(world: &World, address: &str) -> Value {
    world
        .get(Persona::Stranger, address)
        .send()
        .await
        .expect(200)
        .json()
}

on_both_engines! {
    async fn years_run_from_2012_to_2029_with_their_census_days(world: World) {
        let page = read(&world, "/v1/years").await;
        assert_eq!(page["next"], Value::Null);
        let years = page["items"].as_array().expect("items");
        let names: Vec<&str> = years.iter().map(|year| year["year"].as_str().expect("a year")).collect();
        let wanted: Vec<String> = (2012..=2029).map(|start| format!("{start}-{:02}", (start + 1) % 100)).collect();
        assert_eq!(names, wanted);
        assert_eq!(years[12], json!({"year": "2024-25", "census": "2024-12-01", "opens_on": null, "closes_on": null, "datasets": {}, "version": 1}));
        let one = world.get(Persona::Stranger, YEAR).send().await.expect(200);
        assert_eq!(one.json(), years[12]);
        assert_eq!(one.etag(), "\"1\"");
        assert!(world.get(Persona::Stranger, YEAR).header("if-none-match", "\"1\"").send().await.expect(304).body.is_empty());
        // Files may write a year in other ways; the one year has one address, and these lead to it or to nothing.
        for nothing in ["2024-26", "2024", "next", "1899-00", "2045-46"] {
            let missing = world.get(Persona::Stranger, &format!("/v1/years/{nothing}")).send().await;
            assert_eq!(missing.problem(404), "not-found", "{nothing}");
            assert_eq!(missing.json()["detail"], "There is no such academic year.");
        }
    }

    async fn the_board_sets_when_a_year_is_collected(world: World) {
        let window = json!({"opens_on": "2025-10-01", "closes_on": "2026-01-31"});
        let set = || world.put(Persona::Board, YEAR).json(&window);
        assert_eq!(set().send().await.problem(428), "precondition-required");
        assert_eq!(set().if_match("\"2\"").send().await.problem(412), "precondition-failed");
        let answer = set().if_match("\"1\"").send().await.expect(200);
        assert_eq!(answer.etag(), "\"2\"");
        assert_eq!(answer.json(), json!({"year": "2024-25", "census": "2024-12-01", "opens_on": "2025-10-01", "closes_on": "2026-01-31", "datasets": {}, "version": 2}));
        assert_eq!(read(&world, YEAR).await, answer.json());
        // PUT replaces: what is not said is not set.
        let emptied = world.put(Persona::Board, YEAR).if_match("*").json(&json!({"opens_on": "2025-11-01"})).send().await.expect(200);
        assert_eq!(emptied.json()["closes_on"], Value::Null);
        // A year beyond those there from the start is made by its window.
        let made = world.put(Persona::Board, "/v1/years/2030-31").if_match("*").json(&json!({})).send().await.expect(200);
        assert_eq!(made.json(), json!({"year": "2030-31", "census": "2030-12-01", "opens_on": null, "closes_on": null, "datasets": {}, "version": 1}));
        assert_eq!(read(&world, "/v1/years").await["items"].as_array().expect("items").len(), 19);
    }

    async fn a_window_must_make_sense_and_be_the_board_s(world: World) {
        let backwards = json!({"opens_on": "2026-01-31", "closes_on": "2025-10-01"});
        let refused = world.put(Persona::Board, YEAR).if_match("*").json(&backwards).send().await;
        assert_eq!(refused.problem(422), "invalid-body");
        assert_eq!(refused.json()["violations"], json!([
            {"pointer": "/closes_on", "code": "before-opening", "message": "The last day is before the first."},
        ]));
        let no_day = world.put(Persona::Board, YEAR).if_match("*").json(&json!({"opens_on": "2025-02-30"})).send().await;
        assert_eq!(no_day.problem(422), "invalid-body");
        assert_eq!(no_day.json()["violations"][0]["pointer"], "/opens_on");
        let unknown = world.put(Persona::Board, YEAR).if_match("*").json(&json!({"census": "2024-11-30"})).send().await;
        assert_eq!(unknown.problem(422), "invalid-body");
        assert_eq!(unknown.json()["violations"][0]["pointer"], "/census");
        assert_eq!(world.put(Persona::Board, "/v1/years/2024-26").if_match("*").json(&json!({})).send().await.problem(404), "not-found");
        for (persona, status, code) in [
            (Persona::Stranger, 401, "unauthenticated"), (Persona::Lancaster, 403, "forbidden"), (Persona::Edinburgh, 403, "forbidden"),
        ] {
            let set = world.put(persona, YEAR).if_match("*").json(&json!({"opens_on": "2025-10-01"}));
            assert_eq!(set.send().await.problem(status), code);
        }
        assert_eq!(read(&world, YEAR).await["version"], 1);
    }

    async fn datasets_say_what_they_are_made_of(world: World) {
        let page = read(&world, "/v1/datasets").await;
        assert_eq!(page["next"], Value::Null);
        let datasets = page["items"].as_array().expect("items");
        let names: Vec<&Value> = datasets.iter().map(|dataset| &dataset["name"]).collect();
        assert_eq!(names, [
            "headcount", "headcount-ethnicity", "headcount-disability", "authorship", "authorship-outputs", "awards", "registrations",
            "development", "representation", "denominators",
        ]);
        for dataset in datasets {
            let name = dataset["name"].as_str().expect("a name");
            assert_eq!(&read(&world, &format!("/v1/datasets/{name}")).await, dataset);
        }
        let columns: Vec<(&str, &str, &Value, &Value, bool)> = datasets[0]["columns"].as_array().expect("columns").iter()
            .map(|column| (
                column["name"].as_str().expect("a name"), column["role"].as_str().expect("a role"), &column["code_list"],
                &column["unit"], column["required"].as_bool().expect("a bool"),
            ))
            .collect();
        let (none, list) = (Value::Null, |name: &str| json!(name));
        let lists = ["job-family", "grade", "sex", "age-band", "terms", "mode"].map(list);
        let units = ["persons", "fpe", "fte"].map(list);
        assert_eq!(columns, [
            ("org_unit", "org-unit", &none, &none, true),
            ("job_family", "dimension", &lists[0], &none, true),
            ("grade", "dimension", &lists[1], &none, true),
            ("sex", "dimension", &lists[2], &none, true),
            ("age_band", "dimension", &lists[3], &none, true),
            ("terms", "dimension", &lists[4], &none, true),
            ("mode", "dimension", &lists[5], &none, true),
            ("headcount", "measure", &none, &units[0], true),
            ("fpe", "measure", &none, &units[1], false),
            ("fte", "measure", &none, &units[2], false),
        ]);
        assert_eq!(datasets[9]["rules"], json!([
            {"code": "nothing-recorded", "column": "academic_headcount", "statement": "A row states at least one figure."},
            {"code": "academics-over-all-staff", "column": "academic_headcount", "statement": "Academic staff are among all staff, so cannot be more."},
        ]));
        // Every list a dataset names is there to be read; a dimension has a list or a form.
        for column in datasets.iter().flat_map(|dataset| dataset["columns"].as_array().expect("columns")) {
            match column["code_list"].as_str() {
                Some(list) => assert_eq!(read(&world, &format!("/v1/code-lists/{list}")).await["name"], list),
                None => assert_eq!(column["format"] == "doi", column["name"] == "doi"),
            }
        }
        let missing = world.get(Persona::Stranger, "/v1/datasets/authors").send().await;
        assert_eq!(missing.problem(404), "not-found");
        assert_eq!(missing.json()["detail"], "There is no such dataset.");
    }

    async fn code_lists_say_what_their_codes_stand_for(world: World) {
        assert_eq!(read(&world, "/v1/code-lists").await, json!({"items": [
            {"name": "age-band", "codes": 11}, {"name": "award-kind", "codes": 5}, {"name": "award-scheme", "codes": 24},
            {"name": "body-kind", "codes": 11}, {"name": "body-level", "codes": 4}, {"name": "contribution", "codes": 3},
            {"name": "credit-role", "codes": 15}, {"name": "development-activity", "codes": 11}, {"name": "disability", "codes": 13},
            {"name": "discipline", "codes": 50}, {"name": "discipline-group", "codes": 10}, {"name": "ethnicity", "codes": 7}, {"name": "grade", "codes": 21},
            {"name": "job-family", "codes": 16}, {"name": "mode", "codes": 3}, {"name": "output-type", "codes": 13},
            {"name": "recipient", "codes": 4}, {"name": "register", "codes": 22}, {"name": "sex", "codes": 4}, {"name": "terms", "codes": 3},
        ], "next": null}));
        let code = |code: &str, label: &str, position: i32| json!({
            "code": code, "label": label, "valid_from": null, "valid_to": null, "parent": null,
            "source": "HESA SEXID; not known since 2022/23", "position": position, "version": 1,
        });
        assert_eq!(read(&world, "/v1/code-lists/sex").await, json!({"name": "sex", "codes": [
            code("female", "Female", 1), code("male", "Male", 2), code("other", "Other", 3), code("not-known", "Not known", 4),
        ]}));
        let missing = world.get(Persona::Stranger, "/v1/code-lists/shoe-size").send().await;
        assert_eq!(missing.problem(404), "not-found");
        assert_eq!(missing.json()["detail"], "There is no such code list.");
    }

    async fn every_code_of_the_shipped_file_is_served(world: World) {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../reference/code-lists.csv");
        let mut count = 0;
        for record in csv::Reader::from_path(file).expect("the file").records() {
            let record = record.expect("a record");
            let list = read(&world, &format!("/v1/code-lists/{}", &record[0])).await;
            let codes = list["codes"].as_array().expect("codes");
            let entry = codes.iter().find(|entry| entry["code"] == record[1]).expect("the code");
            let or_null = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
            assert_eq!(entry, &json!({
                "code": record[1], "label": record[2], "valid_from": or_null(&record[4]), "valid_to": or_null(&record[5]),
                "parent": or_null(&record[6]), "source": record[7],
                "position": record[3].parse::<i32>().expect("a number"), "version": 1,
            }));
            count += 1;
        }
        assert_eq!(count, 250);
    }
}
