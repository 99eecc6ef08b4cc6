//! Everything an institution holds, taken out whole; and an institution that leaves.

use crate::headcount::{RETURN, ROWS, csv, fill, org_unit, row, sound};
use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use tests::{Persona, World, on_both_engines};

const EXPORT: &str = "/v1/institutions/lancaster/export";
const LANCASTER: &str = "/v1/institutions/lancaster";
const PLAN: &str = "theme,activity_number,action\nVisibility,V1,Be seen\n";

/// Something of everything, all of it Lancaster's.
async fn furnish(world: &World) -> String {
    org_unit(world, "art").await;
    fill(world, sound(4)).await;
    world
        .submit(Persona::Lancaster, RETURN, json!({}))
        .await
        .expect(200);
    let why = json!({"reason": "One was forgotten"});
    world
        .post(Persona::Lancaster, &format!("{RETURN}/correct"))
        .if_match("*")
        .json(&why)
        .send()
        .await
        .expect(200);
    world
        .patch(Persona::Lancaster, ROWS)
        .if_match("*")
        .json(&json!({"rows": [row("female", 900)]}))
        .send()
        .await
        .expect(200);
    let plans = format!("{LANCASTER}/action-plans");
    let plan = json!({"title": "Our plan", "stage": 1});
    let made = world.post(Persona::Lancaster, &plans).json(&plan);
    let plan = made.send().await.expect(201).header("location").to_owned();
    let import = world
        .post(Persona::Lancaster, &format!("{plan}/import"))
        .if_match("*")
        .csv(PLAN);
    let action = import.send().await.expect(200).json()["actions"][0]["id"].clone();
    let progress = format!(
        "{plan}/actions/{}/progress",
        action.as_str().expect("an id")
    );
    let judged = world
        .post(Persona::Lancaster, &progress)
        .json(&json!({"rag": "green"}));
    judged.send().await.expect(201);
    plan
}

/// The files of an archive.
fn unpacked(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("an archive");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a file");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("whole");
        files.insert(part.name().expect("a name").into_owned(), bytes);
    }
    files
}

async fn figure(world: &World) -> Value {
    let asked = world.get(
        Persona::Board,
        "/v1/sector/query?measure=headcount&group_by=year",
    );
    asked.send().await.expect(200).json()["cells"].clone()
}

on_both_engines! {
    async fn everything_is_in_the_archive_and_in_its_manifest(world: World) {
        let plan = furnish(&world).await;
        let taken = world.get(Persona::Lancaster, EXPORT).send().await.expect(200);
        assert_eq!(taken.header("content-type"), "application/zip");
        assert_eq!(taken.header("content-disposition"), "attachment; filename=\"lancaster-export-2026-03-03.zip\"");
        let files = unpacked(&taken.body);
        let id = plan.rsplit('/').next().expect("an id");
        let plan_file = format!("action-plans/{id}.json");
        let mut wanted = vec![
            "README.txt", "action-plans", "audit.ndjson", "column-mappings.json", "institution.json", "manifest.json", "org-units.csv",
            "returns/headcount/2024-25/draft.csv", "returns/headcount/2024-25/revision-1.csv", "returns/headcount/2024-25/versions.json",
            "technician-definitions.json",
        ];
        wanted[1] = &plan_file;
        assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), wanted);
        let read = |name: &str| -> Value { serde_json::from_slice(&files[name]).expect("JSON") };
        let text = |name: &str| String::from_utf8(files[name].clone()).expect("text");
        let manifest = read("manifest.json");
        assert_eq!((manifest["institution"].clone(), manifest["generated_by"].clone(), manifest["generated_at"].clone()),
            (json!("lancaster"), json!("lancaster"), json!("2026-03-03T09:00:00Z")));
        let listed = manifest["files"].as_array().expect("files");
        assert_eq!(listed.len(), files.len() - 1);
        for line in listed {
            let bytes = &files[line["name"].as_str().expect("a name")];
            let sum: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((line["sha256"].clone(), line["bytes"].clone()), (json!(sum), json!(bytes.len())), "{line}");
        }
        let counted = |name: &str| listed.iter().find(|line| line["name"] == name).expect("listed")["rows"].clone();
        assert_eq!(text("returns/headcount/2024-25/revision-1.csv"), csv(&world, "?revision=1").await);
        assert_eq!(text("returns/headcount/2024-25/draft.csv"), csv(&world, "").await);
        assert_eq!((counted("returns/headcount/2024-25/revision-1.csv"), counted("returns/headcount/2024-25/draft.csv"), counted("org-units.csv")),
            (json!(4), json!(5), json!(2)));
        let versions = read("returns/headcount/2024-25/versions.json");
        assert_eq!((versions[0]["version"]["revision"].clone(), versions[1]["version"]["reason"].clone()), (json!(1), json!("One was forgotten")));
        assert_eq!(read("institution.json"), world.get(Persona::Stranger, LANCASTER).send().await.expect(200).json());
        assert_eq!(text("org-units.csv"), "code,parent,kind,name,discipline,closed_on\r\nart,institution,department,Unit art,,\r\ninstitution,,institution,Lancaster University,,\r\n");
        let shown = world.get(Persona::Lancaster, &plan).send().await.expect(200).json();
        assert_eq!(read(&plan_file)["plan"], shown);
        assert_eq!(read(&plan_file)["actions"][0]["progress"][0]["rag"], "green");
        let trail = world.get(Persona::Lancaster, &format!("{LANCASTER}/audit?limit=500")).send().await.expect(200).json();
        let lines: Vec<Value> = text("audit.ndjson").lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(json!(lines), trail["items"]);
        assert_eq!(lines.last().expect("a line")["action"], "institution.export");
        // Nothing of the archive is anybody else's, and not everybody of the institution may take it out.
        assert_eq!(world.get(Persona::Edinburgh, EXPORT).send().await.problem(404), "not-found");
        assert_eq!(world.get(Persona::LancasterReadonly, EXPORT).send().await.problem(403), "forbidden");
        assert_eq!(world.get(Persona::Board, EXPORT).send().await.problem(403), "forbidden");
    }

    async fn who_leaves_takes_everything_but_the_public_entry(world: World) {
        furnish(&world).await;
        let edinburghs = "/v1/institutions/edinburgh/returns/headcount/2024-25";
        world.put(Persona::Edinburgh, &format!("{edinburghs}/rows")).if_match("*").csv(sound(2)).send().await.expect(200);
        world.submit(Persona::Edinburgh, edinburghs, json!({})).await.expect(200);
        let beside = world.beside();
        let with = figure(&world).await;
        let asked = beside.request(&world, Method::GET, Persona::Board, "/v1/sector/query?measure=headcount&group_by=year");
        assert_eq!(asked.send().await.expect(200).json()["cells"], with);
        let token = world.token(Persona::Lancaster).await;
        assert!(token.is_some());

        let leave = |query: &str| world.delete(Persona::Board, &format!("{LANCASTER}{query}"));
        assert_eq!(leave("?reason=Merged").send().await.problem(428), "precondition-required");
        assert_eq!(leave("").if_match("*").send().await.problem(400), "invalid-parameters");
        let long = format!("?reason={}", "x".repeat(501));
        assert_eq!(leave(&long).if_match("*").send().await.violation_codes(), ["too-long"]);
        assert_eq!(leave("?reason=Merged").if_match("\"7\"").send().await.problem(412), "precondition-failed");
        assert_eq!(world.delete(Persona::Lancaster, &format!("{LANCASTER}?reason=x")).if_match("*").send().await.problem(403), "forbidden");
        let gone = leave("?reason=Merged%20with%20another").if_match("\"1\"").send().await.expect(200);
        let said = gone.json();
        assert_eq!((said["reason"].clone(), said["institution"]["status"].clone(), said["institution"]["version"].clone(), gone.etag()),
            (json!("Merged with another"), json!("left"), json!(2), "\"2\""));
        let audit_lines = said["deleted"]["audit_lines"].as_u64().expect("a count");
        assert!(audit_lines > 5, "{said}");
        let mut deleted = said["deleted"].clone();
        deleted["audit_lines"] = json!(null);
        assert_eq!(deleted, json!({"rows": 9, "versions": 2, "returns": 1, "progress": 1, "actions": 1, "action_plans": 1,
            "technician_definitions": 0, "column_mappings": 0, "idempotency_keys": 0, "org_units": 1, "clients": 2, "audit_lines": null}));

        // The entry stays, for everybody; the tokens are worth nothing, here at once and elsewhere within a second.
        assert_eq!(world.get(Persona::Stranger, LANCASTER).send().await.expect(200).json(), said["institution"]);
        for address in [ROWS, RETURN, EXPORT] {
            assert_eq!(world.get(Persona::Lancaster, address).send().await.problem(401), "invalid-token");
        }
        let late = beside.request(&world, Method::PUT, Persona::Lancaster, ROWS).if_match("*").csv(sound(1));
        assert_eq!(late.send().await.problem(401), "invalid-token", "nothing is written behind who has left");
        let form = format!("grant_type=client_credentials&client_id=lancaster&client_secret={}", world.secret(Persona::Lancaster));
        let refused = world.request(Method::POST, "/oauth/token").body("application/x-www-form-urlencoded", form).send().await;
        assert_eq!((refused.status, refused.json()["error"].clone()), (401, json!("invalid_client")));

        // The sector no longer holds its figures, on every replica.
        let without = figure(&world).await;
        assert_ne!(without, with);
        assert_eq!(without[0]["contributors"], 1);
        let asked = beside.request(&world, Method::GET, Persona::Board, "/v1/sector/query?measure=headcount&group_by=year");
        assert_eq!(asked.send().await.expect(200).json()["cells"], without);
        assert_eq!(leave("?reason=Again").if_match("*").send().await.problem(409), "wrong-state");
        let by_patch = world.patch(Persona::Board, "/v1/institutions/edinburgh").if_match("*").body("application/merge-patch+json", json!({"status": "left"}).to_string());
        assert_eq!(by_patch.send().await.violation_codes(), ["left-by-deletion"]);
        assert_eq!(world.get(Persona::Edinburgh, edinburghs).send().await.expect(200).json()["shown"]["rows"], 2);
        beside.stop().await;
    }

    async fn graphql_lets_an_institution_leave_too(world: World) {
        fill(&world, sound(3)).await;
        let mutation = "mutation($version: Int!) { removeInstitution(institution: \"lancaster\", version: $version, reason: \"Merged\") \
            { institution { slug status } reason deleted { rows versions returns clients } } }";
        let stale = world.graphql(Persona::Board, mutation, json!({"version": 9})).await;
        assert_eq!(stale["errors"][0]["extensions"]["code"], "precondition-failed");
        let gone = world.graphql(Persona::Board, mutation, json!({"version": 1})).await;
        assert_eq!(gone["data"]["removeInstitution"], json!({"institution": {"slug": "lancaster", "status": "LEFT"}, "reason": "Merged",
            "deleted": {"rows": 3, "versions": 1, "returns": 1, "clients": 2}}));
    }
}
