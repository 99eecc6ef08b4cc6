//! What the scenarios about rows share: one return of Lancaster's, files for it, and the answer to a faulty file.
//!
//! No scenario stands here.

use serde_json::{Value, json};
use tests::{Persona, Reply, World};

/// The return most scenarios fill in.
pub const RETURN: &str = "/v1/institutions/lancaster/returns/headcount/2024-25";
/// Its rows.
pub const ROWS: &str = "/v1/institutions/lancaster/returns/headcount/2024-25/rows";
/// The dry run.
pub const CHECK: &str = "/v1/institutions/lancaster/returns/headcount/2024-25/rows:check";
/// The columns, as a file names them.
pub const HEADER: &str = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte";

const FAMILIES: [&str; 6] = [
    "animal",
    "clinical",
    "computing",
    "engineering",
    "laboratory",
    "media",
];
const GRADES: [&str; 8] = ["C1", "C2", "D1", "D2", "D3", "E1", "not-known", "other"];
const SEXES: [&str; 4] = ["female", "male", "not-known", "other"];
/// Bands of age, but for those not known.
pub const AGES: [&str; 10] = [
    "25-and-under",
    "26-30",
    "31-35",
    "36-40",
    "41-45",
    "46-50",
    "51-55",
    "56-60",
    "61-65",
    "66-and-over",
];
const TERMS: [&str; 3] = ["fixed-term", "not-known", "open-ended"];
const MODES: [&str; 3] = ["full-time", "not-known", "part-time"];

/// The codes of the row with a number, in the order of bytes: no two rows below 17,280 are the same.
pub fn codes(number: usize) -> String {
    let mut left = number;
    let mut parts = Vec::new();
    for list in [&MODES[..], &TERMS, &AGES, &SEXES, &GRADES, &FAMILIES] {
        parts.push(list[left % list.len()]);
        left /= list.len();
    }
    parts.reverse();
    parts.join(",")
}

/// A sound row of the whole institution.
pub fn line(number: usize) -> String {
    format!(
        "institution,{},{},{},{}.5",
        codes(number),
        number % 7 + 1,
        number % 7 + 1,
        number % 7
    )
}

/// A file: the header and lines.
pub fn file<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}

/// A file with so many sound rows.
pub fn sound(rows: usize) -> String {
    file((0..rows).map(line))
}

/// A row as the body of JSON names it.
pub fn row(sex: &str, headcount: u32) -> Value {
    json!({"org_unit": "institution", "job_family": "laboratory", "grade": "not-known", "sex": sex, "age_band": "26-30",
        "terms": "open-ended", "mode": "full-time", "headcount": headcount, "fpe": null, "fte": null})
}

/// Replaces the draft's rows, whatever it holds.
pub async fn fill(world: &World, body: impl Into<Vec<u8>>) -> Reply {
    world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .csv(body)
        .send()
        .await
        .expect(200)
}

/// Submits the draft, whatever it holds.
pub async fn submit(world: &World) -> Reply {
    let by = Persona::Lancaster;
    world.submit(by, RETURN, json!({})).await.expect(200)
}

/// Begins a correction.
pub async fn correct(world: &World, reason: &str) -> Reply {
    let why = json!({"reason": reason});
    world
        .post(Persona::Lancaster, &format!("{RETURN}/correct"))
        .if_match("*")
        .json(&why)
        .send()
        .await
        .expect(200)
}

/// Where the return stands.
pub async fn standing(world: &World) -> Value {
    world
        .get(Persona::Lancaster, RETURN)
        .send()
        .await
        .expect(200)
        .json()
}

/// Every row of the return as CSV; `which` is empty or a query string.
pub async fn csv(world: &World, which: &str) -> String {
    let request = world
        .get(Persona::Lancaster, &format!("{ROWS}{which}"))
        .header("accept", "text/csv");
    request.send().await.expect(200).text()
}

/// What is said to rows with faults. A dry run says the same, a merge too, and what stood in the return stays as it was.
pub async fn refused(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Value {
    let body = body.into();
    let before = (standing(world).await, csv(world, "").await);
    let put = world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .body(media_type, body.clone())
        .send()
        .await;
    assert_eq!(put.problem(422), "invalid-rows");
    let patch = world
        .patch(Persona::Lancaster, ROWS)
        .if_match("*")
        .body(media_type, body.clone())
        .send()
        .await;
    let check = world
        .post(Persona::Lancaster, CHECK)
        .body(media_type, body)
        .send()
        .await;
    assert_eq!((check.status, check.json()), (422, put.json()));
    assert_eq!((patch.status, patch.json()), (422, put.json()));
    assert_eq!((standing(world).await, csv(world, "").await), before);
    put.json()
}

/// The violations of an answer: where, the code and the message, one line each.
pub fn violations(answer: &Value) -> Vec<String> {
    let violations = answer["violations"].as_array().cloned().unwrap_or_default();
    let line = |violation: &Value| {
        let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        let place = match violation["row"].as_u64() {
            Some(row) => format!("{row} {}", text("column")),
            None => text("pointer"),
        };
        format!("{place}: {}: {}", text("code"), text("message"))
    };
    violations.iter().map(line).collect()
}

/// Adds an org unit; gives back its address.
pub async fn org_unit(world: &World, code: &str) -> String {
    let unit = json!({"code": code, "name": format!("Unit {code}"), "kind": "department"});
    let made = world
        .post(Persona::Lancaster, "/v1/institutions/lancaster/org-units")
        .json(&unit)
        .send()
        .await
        .expect(201);
    made.header("location").to_owned()
}

/// The hint that every return of Lancaster's has until it says what it means by a technician.
pub fn no_definition() -> Value {
    json!({
        "grade": "hint", "code": "no-definition", "subject": "technician-definition", "column": null,
        "message": "Nothing says what the institution means by a technician in 2024-25.", "explanation": null,
    })
}
