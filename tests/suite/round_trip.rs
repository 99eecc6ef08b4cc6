//! Every dataset, every form: the template is downloaded, filled, checked, pushed, submitted, corrected and read back,
//! and the figures are the same whatever form they came and went in.

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Map, Value, json};
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use tempfile::TempDir;
use tests::{Persona, World, on_both_engines, program};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Forms a file may have, by its ending, with the year each is pushed for.
const FORMS: [(&str, &str, &str); 4] = [
    ("csv", "text/csv", "2021-22"),
    ("json", "application/json", "2022-23"),
    ("ndjson", "application/x-ndjson", "2023-24"),
    ("xlsx", XLSX, "2024-25"),
];

/// Sound rows of each dataset, cells in the order of its columns and rows in the order they are read back in; codes that
/// every year of [`FORMS`] has.
const ROWS: &[(&str, &[&[&str]])] = &[
    (
        "headcount",
        &[
            &[
                "institution",
                "computing",
                "D1",
                "male",
                "41-45",
                "fixed-term",
                "part-time",
                "5",
                "4.5",
                "2.75",
            ],
            &[
                "institution",
                "laboratory",
                "C2",
                "female",
                "26-30",
                "open-ended",
                "full-time",
                "40",
                "39.25",
                "38",
            ],
            &[
                "institution",
                "laboratory",
                "C2",
                "not-known",
                "not-known",
                "not-known",
                "not-known",
                "3",
                "",
                "",
            ],
        ],
    ),
    (
        "headcount-ethnicity",
        &[
            &["institution", "not-known", "3"],
            &["institution", "white", "45"],
        ],
    ),
    (
        "headcount-disability",
        &[
            &["institution", "none-known", "46"],
            &["institution", "prefer-not-to-say", "4"],
        ],
    ),
    (
        "authorship",
        &[
            &["institution", "article", "120", "14", "33", "20", "18"],
            &["institution", "software", "6", "4", "", "", ""],
        ],
    ),
    (
        "authorship-outputs",
        &[
            &[
                "institution",
                "10.1000/one(2021)",
                "article",
                "acknowledged",
                "not-known",
                "",
            ],
            &[
                "institution",
                "10.1000/xyz123",
                "article",
                "author",
                "methodology",
                "2",
            ],
            &[
                "institution",
                "10.5281/zenodo.7",
                "software",
                "author",
                "software",
                "1",
            ],
        ],
    ),
    (
        "awards",
        &[
            &[
                "institution",
                "internal",
                "internal",
                "team",
                "9",
                "6",
                "3",
                "2",
            ],
            &[
                "institution",
                "papin-team",
                "external",
                "team",
                "",
                "1",
                "",
                "0",
            ],
        ],
    ),
    (
        "registrations",
        &[
            &["institution", "CSci", "4", "6", "1", "0"],
            &["institution", "RSciTech", "11", "11", "3", ""],
        ],
    ),
    (
        "development",
        &[
            &["institution", "apprenticeship", "8", "5", "1234567890"],
            &["institution", "conference", "12", "", ""],
        ],
    ),
    (
        "representation",
        &[
            &["institution", "faculty", "technical", "3", "2", "5"],
            &["institution", "institution", "senate", "1", "1", "1"],
        ],
    ),
    (
        "denominators",
        &[&["institution", "1200", "1100.5", "3300"]],
    ),
];

type Table = Vec<Vec<String>>;

fn table(rows: &[&[&str]]) -> Table {
    let row = |cells: &&[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
    rows.iter().map(row).collect()
}

/// The rows as a client writes them in a form; what stands in a template stays there.
async fn filled(world: &World, dataset: &str, form: &str, year: &str, rows: &Table) -> Vec<u8> {
    let template = async |ending: &str| {
        let address = format!("/v1/datasets/{dataset}/template.{ending}?year={year}");
        world
            .get(Persona::Stranger, &address)
            .send()
            .await
            .expect(200)
            .body
    };
    let mut heading = String::from_utf8(template("csv").await).expect("UTF-8");
    heading = heading.trim_start_matches('\u{feff}').trim_end().to_owned();
    let columns: Vec<&str> = heading.split(',').collect();
    let numeric = |cell: &str| cell.parse::<f64>().is_ok();
    let object = |cells: &Vec<String>| -> Value {
        let member = |(name, cell): (&&str, &String)| {
            let value = if cell.is_empty() {
                Value::Null
            } else if numeric(cell) {
                serde_json::from_str(cell).expect("a number")
            } else {
                json!(cell)
            };
            ((*name).to_owned(), value)
        };
        Value::Object(columns.iter().zip(cells).map(member).collect::<Map<_, _>>())
    };
    match form {
        "csv" => {
            let lines: Vec<String> = rows.iter().map(|cells| cells.join(",")).collect();
            format!("{heading}\r\n{}\r\n", lines.join("\r\n")).into_bytes()
        }
        "json" => json!({"rows": rows.iter().map(object).collect::<Vec<_>>()})
            .to_string()
            .into_bytes(),
        "ndjson" => rows
            .iter()
            .map(|cells| format!("{}\n", object(cells)))
            .collect::<String>()
            .into_bytes(),
        _ => typed_in(&template("xlsx").await, rows),
    }
}

/// A workbook with rows typed in below the headings of its sheet `rows`: numbers as numbers, the rest as text.
fn typed_in(workbook: &[u8], rows: &Table) -> Vec<u8> {
    let part = part_of_rows(workbook);
    let mut source = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut target = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..source.len() {
        let mut entry = source.by_index(place).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry");
        if name == part {
            let text = String::from_utf8(bytes).expect("XML in UTF-8");
            let (head, tail) = text.split_once("</sheetData>").expect("rows of a sheet");
            bytes = format!("{head}{}</sheetData>{tail}", cells(rows)).into_bytes();
        }
        target
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("an entry");
        target.write_all(&bytes).expect("an entry");
    }
    target.finish().expect("a workbook").into_inner()
}

fn cells(rows: &Table) -> String {
    let mut text = String::new();
    for (number, cells) in (2..).zip(rows) {
        text.push_str(&format!("<row r=\"{number}\">"));
        for (letter, cell) in ('A'..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            text.push_str(&if cell.parse::<f64>().is_ok() {
                format!("<c r=\"{letter}{number}\"><v>{cell}</v></c>")
            } else {
                format!("<c r=\"{letter}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>")
            });
        }
        text.push_str("</row>");
    }
    text
}

/// The part of a workbook that holds its sheet `rows`: sheets are numbered in their order.
fn part_of_rows(workbook: &[u8]) -> String {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let place = book
        .sheet_names()
        .iter()
        .position(|name| name == "rows")
        .expect("a sheet `rows`");
    format!("xl/worksheets/sheet{}.xml", place + 1)
}

/// The rows as they are read back in a form, headings left out.
async fn read_back(
    world: &World,
    dataset: &str,
    year: &str,
    media_type: &str,
    which: &str,
) -> Table {
    let address = format!("/v1/institutions/lancaster/returns/{dataset}/{year}/rows{which}");
    let reply = world
        .get(Persona::Lancaster, &address)
        .header("accept", media_type)
        .send()
        .await
        .expect(200);
    let of_object = |row: &Value| -> Vec<String> {
        let cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        row.as_object().expect("a row").values().map(cell).collect()
    };
    match media_type {
        "text/csv" => csv::Reader::from_reader(reply.body.as_slice())
            .records()
            .map(|record| {
                record
                    .expect("a record")
                    .iter()
                    .map(ToOwned::to_owned)
                    .collect()
            })
            .collect(),
        "application/json" => reply.json()["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(of_object)
            .collect(),
        "application/x-ndjson" => reply
            .text()
            .lines()
            .map(|line| of_object(&serde_json::from_str(line).expect("JSON")))
            .collect(),
        _ => {
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(reply.body)).expect("a workbook");
            let sheet = book.worksheet_range("rows").expect("a sheet `rows`");
            let width = sheet.width();
            let cell = |cell: &Data| match cell {
                Data::Empty => String::new(),
                other => other.to_string(),
            };
            sheet
                .rows()
                .skip(1)
                .map(|row| row.iter().take(width).map(cell).collect())
                .collect()
        }
    }
}

/// Runs `push`; what it reports.
async fn push(
    world: &World,
    directory: &Path,
    dataset: &str,
    file: &str,
    year: &str,
    further: &[&str],
) -> Value {
    let mut arguments = vec![
        "push",
        dataset,
        file,
        "--institution",
        "lancaster",
        "--year",
        year,
        "--submit",
        "--json",
    ];
    let server = world.base_url();
    let state = directory.join("state");
    let state = state.to_str().expect("a path");
    arguments.extend(["--server", server.as_str(), "--state-dir", state]);
    arguments.extend(further);
    let environment = [
        ("TECHNICIAN_METRICS_CLIENT_ID", "lancaster"),
        (
            "TECHNICIAN_METRICS_CLIENT_SECRET",
            world.secret(Persona::Lancaster),
        ),
    ];
    let mut command = program::command(&arguments, &environment, directory);
    let output = tokio::task::spawn_blocking(move || command.output().expect("the program runs"))
        .await
        .expect("no panic");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{arguments:?}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_str(&said).unwrap_or_else(|fault| panic!("{fault}: {said}"))
}

/// Explanations for whatever stands out in a checked file, as `push` takes them.
fn explained(checked: &Value) -> Value {
    let warnings = checked["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter(|check| check["grade"] == "warning");
    let explain = |check: &Value| json!({"code": check["code"], "subject": check["subject"], "text": "As counted"});
    warnings.map(explain).collect()
}

/// One dataset in one form, from its template to the correction; gives back the totals of the first revision.
async fn round(
    world: &World,
    directory: &Path,
    dataset: &str,
    rows: &Table,
    form: (&str, &str, &str),
) -> Value {
    let (ending, media_type, year) = form;
    let address = format!("/v1/institutions/lancaster/returns/{dataset}/{year}");
    let file = filled(world, dataset, ending, year, rows).await;
    let name = format!("{dataset}.{ending}");
    let check = world
        .post(Persona::Lancaster, &format!("{address}/rows:check"))
        .body(media_type, file.clone());
    let checked = check.send().await.expect(200).json();
    assert_eq!(checked["shown"]["rows"], rows.len(), "{name}");
    let untouched = world
        .get(Persona::Lancaster, &address)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&untouched["state"], &untouched["version"]),
        (&json!("not-started"), &json!(0)),
        "{name}"
    );
    std::fs::write(directory.join(&name), &file).expect("a file");
    let explanations = directory.join("explanations.json");
    std::fs::write(&explanations, explained(&checked).to_string()).expect("a file");
    let explanations = explanations.to_str().expect("a path");
    let pushed = push(
        world,
        directory,
        dataset,
        &name,
        year,
        &["--explanations", explanations],
    )
    .await;
    assert_eq!(
        (&pushed["revision"], &pushed["rows"]),
        (&json!(1), &json!(rows.len())),
        "{name}: {pushed:#}"
    );
    // What was checked is what was submitted.
    let submitted = world
        .get(Persona::Lancaster, &address)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        submitted["shown"]["totals"], checked["shown"]["totals"],
        "{name}"
    );
    for (_, read_as, _) in FORMS {
        assert_eq!(
            &read_back(world, dataset, year, read_as, "").await,
            rows,
            "{name} read as {read_as}"
        );
    }
    // The last row is taken out, and why is said.
    let fewer: Table = if rows.len() > 1 {
        rows[..rows.len() - 1].to_vec()
    } else {
        rows.clone()
    };
    let corrected = format!("corrected-{name}");
    std::fs::write(
        directory.join(&corrected),
        filled(world, dataset, ending, year, &fewer).await,
    )
    .expect("a file");
    let check = world.post(Persona::Lancaster, &format!("{address}/rows:check"));
    let check = check.body(
        media_type,
        std::fs::read(directory.join(&corrected)).expect("a file"),
    );
    let again = explained(&check.send().await.expect(200).json());
    std::fs::write(explanations, again.to_string()).expect("a file");
    let further = [
        "--reason",
        "One row too many",
        "--explanations",
        explanations,
    ];
    let pushed = push(world, directory, dataset, &corrected, year, &further).await;
    assert_eq!(pushed["revision"], 2, "{name}: {pushed:#}");
    for (_, read_as, _) in FORMS {
        assert_eq!(
            &read_back(world, dataset, year, read_as, "").await,
            &fewer,
            "{name} read as {read_as}"
        );
        assert_eq!(
            &read_back(world, dataset, year, read_as, "?revision=1").await,
            rows,
            "{name} read as {read_as}"
        );
    }
    submitted["shown"]["totals"].clone()
}

on_both_engines! {
    async fn every_dataset_goes_round_in_every_form(world: World) {
        let directory = TempDir::new().expect("a directory");
        let page = world.get(Persona::Stranger, "/v1/datasets").send().await.expect(200).json();
        let names: Vec<&str> = page["items"].as_array().expect("items").iter().map(|one| one["name"].as_str().expect("a name")).collect();
        assert_eq!(names, ROWS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (dataset, rows) in ROWS {
            let rows = table(rows);
            let mut totals = Vec::new();
            for form in FORMS {
                totals.push(round(&world, directory.path(), dataset, &rows, form).await);
            }
            assert!(totals.iter().all(|one| one == &totals[0]), "{dataset}: {totals:#?}");
            assert!(totals[0][0]["total"].is_number(), "{dataset}: {totals:#?}");
        }
    }
}
