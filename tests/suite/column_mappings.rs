//! Column mappings: an extract of a personnel system is taken as it is, once its institution said what it means.

use crate::headcount::{CHECK, RETURN, ROWS, csv, fill, org_unit, row, violations};
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const MAPPINGS: &str = "/v1/institutions/lancaster/column-mappings";
const MAPPING: &str = "/v1/institutions/lancaster/column-mappings/headcount";

/// An extract as a personnel system gives it.
const EXTRACT: &str = "Dept code,Employee group,Gender,Grade band,Age,Contract,FT/PT,Heads,FTE\n\
                       PHYS-1,Support,F,6,26-30,Perm,FT,3,2.5\n\
                       PHYS-1,Support,M,6,26-30,Perm,FT,2,2\n\
                       ALL,Support, F ,7,26-30,open-ended,full-time,1,1\n";
/// The same in the dataset's own words.
const OURS: &str = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\r\n\
                    institution,laboratory,D1,female,26-30,open-ended,full-time,1,,1\r\n\
                    physics,laboratory,C2,female,26-30,open-ended,full-time,3,,2.5\r\n\
                    physics,laboratory,C2,male,26-30,open-ended,full-time,2,,2\r\n";

fn mapping() -> Value {
    json!({
        "columns": {
            "org_unit": "Dept code", "sex": " Gender ", "grade": "Grade band", "age_band": "Age", "terms": "Contract",
            "mode": "FT/PT", "headcount": "Heads",
        },
        "codes": {
            "org_unit": {"PHYS-1": "physics", "ALL": "institution"},
            "sex": {"F": "female", "M": "male"},
            "grade": {"6": "C2", "7": "D1"},
            "terms": {"Perm": "open-ended"},
            "mode": {"FT": "full-time"},
        },
        "constants": {"job_family": "laboratory"},
        "ignored": ["employee GROUP"],
    })
}

async fn set(world: &World, if_match: &str, body: &Value) -> Reply {
    let request = world.put(Persona::Lancaster, MAPPING).if_match(if_match);
    request.json(body).send().await
}

async fn read(world: &World, who: Persona) -> Reply {
    world.get(who, MAPPING).send().await
}

on_both_engines! {
    async fn a_mapping_has_its_whole_life(world: World) {
        org_unit(&world, "physics").await;
        let never = read(&world, Persona::LancasterReadonly).await.expect(200);
        assert_eq!(never.etag(), "\"0\"");
        assert_eq!(never.json(), json!({
            "dataset": "headcount", "columns": {}, "codes": {}, "constants": {}, "ignored": [], "version": 0, "updated_at": null,
        }));
        assert_eq!(world.get(Persona::Lancaster, MAPPINGS).send().await.expect(200).json(), json!({"items": [], "next": null}));
        assert_eq!(world.put(Persona::Lancaster, MAPPING).json(&mapping()).send().await.problem(428), "precondition-required");
        assert_eq!(set(&world, "\"1\"", &mapping()).await.problem(412), "precondition-failed");
        let done = set(&world, "\"0\"", &mapping()).await.expect(200);
        assert_eq!(done.etag(), "\"1\"");
        let mut expected = mapping();
        expected["columns"]["sex"] = json!("Gender");
        for (member, value) in [("dataset", json!("headcount")), ("version", json!(1)), ("updated_at", json!("2026-03-03T09:00:00Z"))] {
            expected[member] = value;
        }
        assert_eq!(done.json(), expected);
        assert_eq!(read(&world, Persona::LancasterReadonly).await.expect(200).json(), expected);
        let again = world.get(Persona::Lancaster, MAPPING).header("if-none-match", "\"1\"").send().await;
        assert_eq!(again.status, 304);
        let other = world.put(Persona::Lancaster, &format!("{MAPPINGS}/awards")).if_match("\"0\"").json(&json!({"ignored": ["Note"]}));
        let other = other.send().await.expect(200).json();
        let page = world.get(Persona::Lancaster, &format!("{MAPPINGS}?limit=1")).send().await.expect(200).json();
        assert_eq!(page["items"], json!([other]));
        let next = page["next"].as_str().expect("a cursor");
        let page = world.get(Persona::Lancaster, &format!("{MAPPINGS}?limit=1&cursor={next}")).send().await.expect(200).json();
        assert_eq!(page, json!({"items": [expected], "next": null}));
        // Emptied, it goes on counting, so that nobody's old version fits again.
        assert_eq!(world.request(reqwest::Method::DELETE, MAPPING).by(Persona::Lancaster).send().await.problem(428), "precondition-required");
        let stale = world.request(reqwest::Method::DELETE, MAPPING).by(Persona::Lancaster).if_match("\"0\"").send().await;
        assert_eq!(stale.problem(412), "precondition-failed");
        let gone = world.request(reqwest::Method::DELETE, MAPPING).by(Persona::Lancaster).if_match("\"1\"").send().await.expect(204);
        assert_eq!(gone.etag(), "\"2\"");
        let empty = read(&world, Persona::Lancaster).await.expect(200).json();
        assert_eq!((&empty["columns"], &empty["ignored"], &empty["version"]), (&json!({}), &json!([]), &json!(2)));
        assert_eq!(world.get(Persona::Lancaster, &format!("{MAPPINGS}/nothing")).send().await.problem(404), "not-found");
        let trail = world.get(Persona::Lancaster, "/v1/institutions/lancaster/audit?limit=500").send().await.expect(200).json();
        let lines: Vec<(&str, &str)> = trail["items"].as_array().expect("lines").iter()
            .map(|line| (line["action"].as_str().expect("a verb"), line["subject"].as_str().expect("a subject")))
            .filter(|(action, _)| action.starts_with("column-mapping")).collect();
        assert_eq!(lines, [
            ("column-mapping.set", "column-mappings/headcount"),
            ("column-mapping.set", "column-mappings/awards"),
            ("column-mapping.clear", "column-mappings/headcount"),
        ]);
    }

    async fn a_mapping_is_checked_when_it_is_set(world: World) {
        let body = json!({
            "columns": {"colour": "Colour", "sex": "Grade", "grade": "", "mode": "Work ", "terms": "work", "headcount": "x".repeat(201)},
            "codes": {"sex": {"F": "femail", "male": "female", "": "male"}, "headcount": {"1": "2"}, "org_unit": {"PHYS-1": "physics"}, "hue": {}},
            "constants": {"fte": "1", "sex": "male", "org_unit": "nowhere", "job_family": "lab/x"},
            "ignored": ["Fte", "Note", "note", " "],
        });
        let answer = set(&world, "*", &body).await;
        assert_eq!(answer.problem(422), "invalid-body");
        let columns = "org_unit, job_family, grade, sex, age_band, terms, mode, headcount, fpe, fte";
        let used = "heading-used-twice: Another column has this heading, or it is named twice.";
        assert_eq!(violations(&answer.json()), [
            format!("/columns/colour: unknown-column: There is no such column; the columns are {columns}."),
            "/columns/grade: missing: This must not be empty.".to_owned(),
            "/columns/headcount: too-long: At most 200 characters are taken.".to_owned(),
            format!("/columns/sex: {used}"),
            format!("/columns/terms: {used}"),
            format!("/ignored/0: {used}"),
            format!("/ignored/2: {used}"),
            "/ignored/3: missing: This must not be empty.".to_owned(),
            "/codes/headcount: not-coded: Only columns that hold codes or org units have codes and constants.".to_owned(),
            format!("/codes/hue: unknown-column: There is no such column; the columns are {columns}."),
            "/codes/org_unit/PHYS-1: unknown-org-unit: \u{201c}physics\u{201d} is not an org unit of this institution.".to_owned(),
            "/codes/sex/: missing: This must not be empty.".to_owned(),
            "/codes/sex/F: unknown-code: \u{201c}femail\u{201d} is not in the code list sex.".to_owned(),
            "/codes/sex/male: code-has-a-meaning: This is a code here already, and keeps its meaning.".to_owned(),
            "/constants/fte: not-coded: Only columns that hold codes or org units have codes and constants.".to_owned(),
            "/constants/job_family: unknown-code: \u{201c}lab/x\u{201d} is not in the code list job-family.".to_owned(),
            "/constants/org_unit: unknown-org-unit: \u{201c}nowhere\u{201d} is not an org unit of this institution.".to_owned(),
            "/constants/sex: column-has-a-heading: The column has a heading; a constant is for one the files do not have.".to_owned(),
        ]);
        assert_eq!(read(&world, Persona::Lancaster).await.expect(200).etag(), "\"0\"");
        let many: Value = (0..5_001).map(|number| (format!("own {number}"), json!("female"))).collect::<serde_json::Map<_, _>>().into();
        let answer = set(&world, "*", &json!({"codes": {"sex": many}})).await;
        assert_eq!(violations(&answer.json()), ["/codes: too-many: A mapping has at most 5000 codes."]);
        let answer = set(&world, "*", &json!({"ignored": vec!["x"; 501]})).await;
        assert_eq!(violations(&answer.json()), ["/ignored: too-many: At most 500 headings are passed over."]);
        let answer = set(&world, "*", &json!({"colours": {}})).await;
        assert_eq!(answer.problem(422), "invalid-body");
        let dois = world.put(Persona::Lancaster, &format!("{MAPPINGS}/authorship-outputs")).if_match("*");
        let dois = dois.json(&json!({"codes": {"doi": {"A": "10.1000/a"}}})).send().await;
        assert_eq!(dois.violation_codes(), ["not-coded"]);
    }

    async fn an_extract_is_taken_once_it_is_mapped(world: World) {
        org_unit(&world, "physics").await;
        let refused = world.put(Persona::Lancaster, ROWS).if_match("*").csv(EXTRACT).send().await;
        assert_eq!(refused.problem(422), "invalid-rows");
        set(&world, "*", &mapping()).await.expect(200);
        fill(&world, EXTRACT).await;
        assert_eq!(csv(&world, "").await, OURS);
        // The dataset's own names and codes are understood as before, and what was given out goes back.
        fill(&world, OURS).await;
        assert_eq!(csv(&world, "").await, OURS);
        // In every form.
        let own = json!({"Dept code": "PHYS-1", "Gender": "F", "grade band": 6, "Age": "26-30", "Contract": "Perm", "FT/PT": "FT",
            "Heads": 3, "fte": 2.5, "Employee group": {"any": "thing"}});
        let other = json!({"Dept code": "PHYS-1", "sex": "male", "grade": "C2", "Age": "26-30", "Contract": "Perm", "mode": "FT", "HEADS": "2", "fte": 2});
        let third = json!({"org_unit": "ALL", "job_family": "laboratory", "Gender": "F", "grade": "7", "Age": "26-30", "terms": "Perm", "mode": "FT",
            "headcount": 1, "fte": 1});
        let rows = json!({"rows": [own, other, third]});
        world.put(Persona::Lancaster, ROWS).if_match("*").json(&rows).send().await.expect(200);
        assert_eq!(csv(&world, "").await, OURS);
        let lines = format!("{own}\n{other}\n{third}\n");
        world.put(Persona::Lancaster, ROWS).if_match("*").body("application/x-ndjson", lines).send().await.expect(200);
        assert_eq!(csv(&world, "").await, OURS);
        let book = crate::ways_in::workbook(EXTRACT);
        world.put(Persona::Lancaster, ROWS).if_match("*").body(crate::ways_in::XLSX, book).send().await.expect(200);
        assert_eq!(csv(&world, "").await, OURS);
        // Another dataset's files are not.
        let other = world.put(Persona::Lancaster, &RETURN.replace("headcount", "headcount-ethnicity").replace("2024-25", "2024-25/rows"));
        assert_eq!(other.if_match("*").csv(EXTRACT).send().await.problem(422), "invalid-rows");
    }

    async fn faults_name_what_the_file_names(world: World) {
        org_unit(&world, "physics").await;
        set(&world, "*", &mapping()).await.expect(200);
        let check = |media_type: &'static str, body: String| world.post(Persona::Lancaster, CHECK).body(media_type, body).send();
        let faulty = EXTRACT.replace("PHYS-1,Support,M,6", "PHYS-2,Support,X,9").replace(",3,2.5", ",<5,9");
        assert_eq!(violations(&check("text/csv", faulty).await.json()), [
            "2 Heads: not-exact: \u{201c}<5\u{201d} is not a figure: exact counts are recorded here, rounding comes later.",
            "3 Dept code: unknown-org-unit: \u{201c}PHYS-2\u{201d} is not an org unit of this institution.",
            "3 Grade band: unknown-code: \u{201c}9\u{201d} is not in the code list grade.",
            "3 Gender: unknown-code: \u{201c}X\u{201d} is not in the code list sex.",
        ]);
        let header = EXTRACT.replace("Gender", "Sax").replace("Heads", "sex").replace("Age,", "gender,");
        let told = violations(&check("text/csv", header).await.json());
        assert_eq!(told, [
            "1 sax: unknown-column: There is no such column; the columns are org_unit (\u{201c}Dept code\u{201d}), job_family, \
             grade (\u{201c}Grade band\u{201d}), sex (\u{201c}Gender\u{201d}), age_band (\u{201c}Age\u{201d}), terms (\u{201c}Contract\u{201d}), \
             mode (\u{201c}FT/PT\u{201d}), headcount (\u{201c}Heads\u{201d}), fpe, fte.",
            "1 sex: repeated-column: The column stands there twice.",
            "1 Age: missing-column: The file must have this column.",
            "1 Heads: missing-column: The file must have this column.",
        ]);
        let mut object = row("Q", 1);
        object["Heads"] = object["headcount"].take();
        object.as_object_mut().expect("a row").remove("headcount");
        object["Gender"] = object["sex"].take();
        object.as_object_mut().expect("a row").remove("sex");
        let answer = check("application/json", json!({"rows": [object]}).to_string()).await.json();
        assert_eq!(violations(&answer), ["/rows/0/Gender: unknown-code: \u{201c}Q\u{201d} is not in the code list sex."]);
        let mut twice = row("female", 1);
        twice["Gender"] = json!("F");
        let answer = check("application/x-ndjson", twice.to_string()).await.json();
        assert_eq!(violations(&answer), ["1 Gender: repeated-column: The column stands there twice."]);
        // A rule between figures names the heading, too; an empty cell is no constant.
        let rule = EXTRACT.replace("3,2.5", "3,9").replace("FTE", "fte");
        assert_eq!(violations(&check("text/csv", rule).await.json()), [
            "2 fte: fte-over-headcount: FTE may exceed headcount by at most a tenth and one whole equivalent."
        ]);
        let empty = EXTRACT.replace("Employee group", "job_family").replace("Support", "");
        assert_eq!(violations(&check("text/csv", empty).await.json())[0],
            "2 job_family: missing: Every row states its job family; `not-known` where the source does not know.");
    }

    async fn a_mapping_is_one_institutions_own(world: World) {
        org_unit(&world, "physics").await;
        set(&world, "*", &mapping()).await.expect(200);
        for (who, status, code) in [
            (Persona::Stranger, 401, "unauthenticated"), (Persona::Edinburgh, 404, "not-found"), (Persona::Board, 403, "forbidden"),
        ] {
            assert_eq!(read(&world, who).await.problem(status), code, "{who:?}");
            let put = world.put(who, MAPPING).if_match("*").json(&json!({})).send().await;
            assert_eq!(put.problem(status), code, "{who:?}");
        }
        let put = world.put(Persona::LancasterReadonly, MAPPING).if_match("*").json(&json!({})).send().await;
        assert_eq!(put.problem(403), "forbidden");
        let own = world.get(Persona::Edinburgh, &MAPPING.replace("lancaster", "edinburgh")).send().await.expect(200);
        assert_eq!((own.etag(), &own.json()["columns"]), ("\"0\"", &json!({})));
        let list = world.get(Persona::Edinburgh, &MAPPINGS.replace("lancaster", "edinburgh")).send().await.expect(200);
        assert_eq!(list.json()["items"], json!([]));
        let rows = world.put(Persona::Edinburgh, &ROWS.replace("lancaster", "edinburgh")).if_match("*").csv(EXTRACT);
        assert_eq!(rows.send().await.problem(422), "invalid-rows");
    }

    async fn graphql_sets_and_shows_the_same(world: World) {
        org_unit(&world, "physics").await;
        let document = "mutation($input: ColumnMappingInput!, $match: String!) { setColumnMapping(institution: \"lancaster\", dataset: HEADCOUNT, \
                        ifMatch: $match, input: $input) { dataset columns codes constants ignored version updatedAt } }";
        let answer = world.graphql(Persona::Lancaster, document, json!({"input": mapping(), "match": "0"})).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        let rest = read(&world, Persona::Lancaster).await.expect(200).json();
        let shown = &answer["data"]["setColumnMapping"];
        for member in ["columns", "codes", "constants", "ignored", "version"] {
            assert_eq!(shown[member], rest[member], "{member}");
        }
        assert_eq!(shown["updatedAt"], rest["updated_at"]);
        let stale = world.graphql(Persona::Lancaster, document, json!({"input": {}, "match": "0"})).await;
        assert_eq!(stale["errors"][0]["extensions"]["code"], "precondition-failed");
        let wrong = json!({"input": {"columns": {"colour": "Colour"}}, "match": "*"});
        let wrong = world.graphql(Persona::Lancaster, document, wrong).await;
        assert_eq!(wrong["errors"][0]["extensions"]["violations"][0]["code"], "unknown-column");
        let query = "{ institution(slug: \"lancaster\") { columnMapping(dataset: HEADCOUNT) { columns version } \
                     columnMappings(first: 5) { edges { node { dataset codes } } } } }";
        let found = world.graphql(Persona::LancasterReadonly, query, json!({})).await;
        let found = &found["data"]["institution"];
        assert_eq!(found["columnMapping"], json!({"columns": rest["columns"], "version": 1}));
        assert_eq!(found["columnMappings"]["edges"], json!([{"node": {"dataset": "HEADCOUNT", "codes": rest["codes"]}}]));
        let clear = "mutation { clearColumnMapping(institution: \"lancaster\", dataset: HEADCOUNT, ifMatch: \"\\\"1\\\"\") { version columns } }";
        let refused = world.graphql(Persona::LancasterReadonly, clear, json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "forbidden");
        let cleared = world.graphql(Persona::Lancaster, clear, json!({})).await;
        assert_eq!(cleared["data"]["clearColumnMapping"], json!({"version": 2, "columns": {}}));
    }
}
