//! Rows read back: narrowed, page by page, in every form, all of them and each once.

use crate::headcount::{HEADER, RETURN, ROWS, codes, csv, file, fill, org_unit, row, sound};
use crate::spreadsheets::{XLSX, sheet_of};
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

async fn read(world: &World, query: &str, form: &str) -> Reply {
    world
        .get(Persona::Lancaster, &format!("{ROWS}{query}"))
        .header("accept", form)
        .send()
        .await
}

/// The rows of a query in each form, each as a line of CSV.
async fn lines(world: &World, query: &str, form: &str) -> Vec<String> {
    let reply = read(world, query, form).await.expect(200);
    let line = |row: &Value| {
        let cells = HEADER.split(',').map(|name| match &row[name] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            figure => figure.to_string(),
        });
        cells.collect::<Vec<_>>().join(",")
    };
    match form {
        XLSX => sheet_of(&reply.body, "rows")[1..]
            .iter()
            .map(|cells| cells.join(","))
            .collect(),
        "text/csv" => reply
            .text()
            .lines()
            .skip(1)
            .map(ToOwned::to_owned)
            .collect(),
        "application/x-ndjson" => reply
            .text()
            .lines()
            .map(|text| line(&serde_json::from_str(text).expect("an object")))
            .collect(),
        _ => reply.json()["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(line)
            .collect(),
    }
}

on_both_engines! {
    async fn every_form_gives_the_rows_that_are_asked_for(world: World) {
        for unit in ["art", "zoo"] {
            org_unit(&world, unit).await;
        }
        let table = ["zoo", "institution", "art"].map(|unit| {
            (0..120).map(move |number| format!("{unit},{},3,,2.5", codes(number * 7)))
        });
        fill(&world, file(table.into_iter().flatten())).await;
        let all: Vec<String> = csv(&world, "").await.lines().skip(1).map(ToOwned::to_owned).collect();
        assert_eq!(all.len(), 360);
        let among = |place: usize, wanted: &'static [&'static str]| {
            move |line: &&String| wanted.contains(&line.split(',').nth(place).expect("a cell"))
        };
        for (query, place, wanted) in [
            ("org_unit=art", 0, &["art"][..]),
            ("org_unit=zoo,art", 0, &["art", "zoo"]),
            ("sex=female", 3, &["female"]),
            ("grade=C1,%20C2", 2, &["C1", "C2"]),
            ("mode=not-known", 6, &["not-known"]),
        ] {
            let expected: Vec<String> = all.iter().filter(among(place, wanted)).cloned().collect();
            assert!(!expected.is_empty() && expected.len() < all.len(), "{query}");
            for form in ["text/csv", "application/x-ndjson", XLSX, "application/json"] {
                assert_eq!(lines(&world, &format!("?limit=500&{query}"), form).await, expected, "{query} as {form}");
            }
        }
        let both = lines(&world, "?org_unit=zoo&sex=female,male&terms=open-ended", "text/csv").await;
        let expected: Vec<String> = all.iter().filter(among(0, &["zoo"])).filter(among(3, &["female", "male"])).filter(among(5, &["open-ended"])).cloned().collect();
        assert_eq!(both, expected);
        // Pages of a narrowed list meet without gap or overlap, across units.
        let (mut paged, mut next) = (Vec::new(), String::new());
        loop {
            let page = read(&world, &format!("?limit=7&sex=female{next}"), "application/json").await.expect(200);
            for row in page.json()["items"].as_array().expect("items") {
                paged.push(row["org_unit"].as_str().expect("a code").to_owned());
            }
            match page.json()["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        let expected: Vec<String> = all.iter().filter(among(3, &["female"])).map(|line| line.split(',').next().expect("a unit").to_owned()).collect();
        assert_eq!(paged, expected);
    }

    async fn large_returns_come_whole(world: World) {
        fill(&world, sound(12_345)).await;
        let all = csv(&world, "").await;
        assert_eq!(all.lines().count(), 12_346);
        let mut sent: Vec<String> = sound(12_345).lines().skip(1).map(ToOwned::to_owned).collect();
        let mut given: Vec<String> = all.lines().skip(1).map(ToOwned::to_owned).collect();
        assert_eq!(lines(&world, "", "application/x-ndjson").await, given);
        assert_eq!(lines(&world, "", XLSX).await, given);
        sent.sort();
        given.sort();
        assert_eq!(given, sent);
    }

    async fn a_dataset_without_dimensions_is_paged_too(world: World) {
        let rows = "/v1/institutions/lancaster/returns/denominators/2024-25/rows";
        let mut table = "org_unit,all_staff_headcount\n".to_owned();
        for unit in ["a", "b", "c", "d"] {
            org_unit(&world, unit).await;
            table.push_str(&format!("{unit},10\n"));
        }
        world.put(Persona::Lancaster, rows).if_match("*").csv(table).send().await.expect(200);
        let first = world.get(Persona::Lancaster, &format!("{rows}?limit=3")).send().await.expect(200).json();
        let cursor = first["next"].as_str().expect("a cursor");
        let second = world.get(Persona::Lancaster, &format!("{rows}?limit=3&cursor={cursor}")).send().await.expect(200).json();
        let units = |page: &Value| page["items"].as_array().expect("items").iter().map(|row| row["org_unit"].clone()).collect::<Vec<_>>();
        assert_eq!((units(&first), units(&second), second["next"].clone()), (vec![json!("a"), json!("b"), json!("c")], vec![json!("d")], Value::Null));
    }

    async fn unknown_filters_codes_and_forms_are_named(world: World) {
        fill(&world, sound(2)).await;
        for form in ["text/csv", "application/json", XLSX] {
            let reply = read(&world, "?ethnicity=white&sex=female,red&org_unit=moon&limit=few&limit=3", form).await;
            assert_eq!(reply.problem(400), "invalid-parameters");
            let reply = read(&world, "?ethnicity=white&sex=female,red&org_unit=moon", form).await;
            assert_eq!(reply.json()["violations"], json!([
                {"parameter": "ethnicity", "code": "unknown-parameter",
                    "message": "There is no such parameter; rows of headcount are narrowed by org_unit, job_family, grade, sex, age_band, terms, mode."},
                {"parameter": "sex", "code": "unknown-code", "message": "\u{201c}red\u{201d} is not in the code list sex."},
                {"parameter": "org_unit", "code": "unknown-org-unit", "message": "\u{201c}moon\u{201d} is not an org unit of this institution."},
            ]));
        }
        let reply = read(&world, "", "application/pdf").await;
        assert_eq!(reply.problem(406), "not-acceptable");
        let detail = reply.json()["detail"].as_str().expect("a detail").to_owned();
        for form in ["application/json", "application/x-ndjson", "text/csv", XLSX] {
            assert!(detail.contains(form), "{detail}");
        }
        // A DOI is compared as it is meant.
        let rows = "/v1/institutions/lancaster/returns/authorship-outputs/2024-25/rows";
        let table = "org_unit,doi,output_type,contribution,credit_role,technicians\ninstitution,10.1000/ABC,article,author,not-known,2\n";
        world.put(Persona::Lancaster, rows).if_match("*").csv(table).send().await.expect(200);
        let found = world.get(Persona::Lancaster, &format!("{rows}?doi=https://doi.org/10.1000/aBc")).send().await.expect(200).json();
        assert_eq!(found["items"].as_array().expect("items").len(), 1);
    }

    async fn a_revision_is_read_as_it_was_in_every_form(world: World) {
        fill(&world, sound(3)).await;
        let then = csv(&world, "").await;
        world.submit(Persona::Lancaster, RETURN, json!({})).await.expect(200);
        world.post(Persona::Lancaster, &format!("{RETURN}/correct")).if_match("*").json(&json!({"reason": "More"})).send().await.expect(200);
        world.patch(Persona::Lancaster, ROWS).if_match("*").json(&json!({"rows": [row("female", 900)]})).send().await.expect(200);
        let wanted: Vec<String> = then.lines().skip(1).map(ToOwned::to_owned).collect();
        for form in ["text/csv", "application/x-ndjson", XLSX, "application/json"] {
            assert_eq!(lines(&world, "?revision=1", form).await, wanted, "{form}");
            assert_eq!(read(&world, "?revision=2", form).await.problem(404), "not-found");
        }
    }
}
