//! Templates: what is given out to be filled in loads back.

use crate::random_rows::DATASETS;
use crate::spreadsheets::{XLSX, book_of, sheet_of};
use calamine::Reader as _;
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

async fn template(world: &World, dataset: &str, which: &str) -> Reply {
    world
        .get(
            Persona::Stranger,
            &format!("/v1/datasets/{dataset}/template.{which}"),
        )
        .send()
        .await
        .expect(200)
}

fn rows(dataset: &str) -> String {
    format!("/v1/institutions/lancaster/returns/{dataset}/2024-25/rows")
}

async fn put(world: &World, dataset: &str, media_type: &str, body: Vec<u8>) -> Value {
    let request = world
        .put(Persona::Lancaster, &rows(dataset))
        .if_match("*")
        .body(media_type, body);
    request.send().await.expect(200).json()
}

async fn csv(world: &World, dataset: &str) -> String {
    let request = world
        .get(Persona::Lancaster, &rows(dataset))
        .header("accept", "text/csv");
    request.send().await.expect(200).text()
}

on_both_engines! {
    async fn every_template_loads_back_empty_and_filled(world: World) {
        for dataset in DATASETS {
            let definition = world.get(Persona::Stranger, &format!("/v1/datasets/{dataset}")).send().await.expect(200).json();
            let columns: Vec<&str> = definition["columns"].as_array().expect("columns").iter()
                .map(|column| column["name"].as_str().expect("a name")).collect();
            let header = format!("{}\r\n", columns.join(","));
            let empty = template(&world, dataset, "csv?year=2024-25").await;
            assert_eq!(empty.text(), header, "{dataset}");
            assert_eq!(empty.header("content-type"), "text/csv; charset=utf-8; header=present");
            assert_eq!(empty.header("content-disposition"), format!("attachment; filename=\"{dataset}-template-2024-25.csv\""));
            let filled = template(&world, dataset, "csv?year=2024-25&example=true").await;
            assert!(filled.text().lines().count() > 1, "{dataset}");
            let book = template(&world, dataset, "xlsx?year=2024-25").await;
            assert_eq!((book.header("content-type"), book.header("content-disposition")),
                (XLSX, format!("attachment; filename=\"{dataset}-template-2024-25.xlsx\"").as_str()));
            let example = template(&world, dataset, "xlsx?year=2024-25&example=true").await;
            assert_eq!(example.header("content-disposition"), format!("attachment; filename=\"{dataset}-example-2024-25.xlsx\""));
            for (media_type, file, said) in [
                ("text/csv", filled.body.clone(), filled.text()),
                (XLSX, book.body, header.clone()),
                (XLSX, example.body, filled.text()),
                ("text/csv", empty.body, header),
            ] {
                let stored = put(&world, dataset, media_type, file).await;
                assert_eq!(stored["shown"]["rows"], said.lines().count() - 1, "{dataset}");
                assert_eq!(sorted(&csv(&world, dataset).await), sorted(&said), "{dataset}");
            }
        }
    }

    async fn a_template_offers_the_codes_of_its_year(world: World) {
        let codes = async |which: &str| {
            let file = template(&world, "headcount", which).await.body;
            sheet_of(&file, "codes")
        };
        let has = |rows: &[Vec<String>], code: &str| rows.iter().any(|row| row[0] == "job_family" && row[2] == code);
        let (old, new, all) = (codes("xlsx?year=2015-16").await, codes("xlsx?year=2024-25").await, codes("xlsx").await);
        assert_eq!(old[0], ["column", "list", "code", "label", "valid from", "valid to", "part of"]);
        assert!(has(&old, "soc2010-3") && !has(&old, "soc2020-3"));
        assert!(!has(&new, "soc2010-3") && has(&new, "soc2020-3"));
        assert!(has(&all, "soc2010-3") && has(&all, "soc2020-3"));
        let file = template(&world, "headcount", "xlsx?year=2024-25").await.body;
        assert_eq!(book_of(&file).sheet_names(), ["rows", "codes", "notes", "example"]);
        let notes = sheet_of(&file, "notes");
        assert_eq!(notes[0][0], "Technician headcount");
        assert!(notes.iter().any(|row| row[0] == "FTE may exceed headcount by at most a tenth and one whole equivalent."));
        assert!(notes.iter().any(|row| row[..4] == ["fte", "Full-time equivalent", "fte", "no"]), "{notes:?}");
        // The drop-down of every coded column points at its codes, and figures are bounded.
        let sheet = part(&file, "xl/worksheets/sheet1.xml");
        assert_eq!(sheet.matches("type=\"list\"").count(), 6);
        assert!(sheet.contains("sqref=\"B2:B1048576\""), "{sheet}");
        assert!(sheet.contains("<formula1>codes!$C$2:$C$"), "{sheet}");
        assert_eq!((sheet.matches("type=\"whole\"").count(), sheet.matches("type=\"decimal\"").count()), (1, 2));
        let comments = part(&file, "xl/comments1.xml");
        assert!(comments.contains("Full-time equivalent\nCounted in: fte\nMay be left empty."), "{comments}");
    }

    async fn a_template_of_nothing_is_refused(world: World) {
        let ask = async |address: &str| world.get(Persona::Stranger, address).send().await;
        for ending in ["csv", "xlsx"] {
            let missing = ask(&format!("/v1/datasets/weather/template.{ending}")).await;
            assert_eq!((missing.problem(404), missing.json()["detail"].clone()), ("not-found".to_owned(), json!("There is no such dataset.")));
            let year = ask(&format!("/v1/datasets/headcount/template.{ending}?year=2024-26")).await;
            assert_eq!(year.problem(400), "invalid-parameters");
            assert_eq!(year.json()["violations"][0]["parameter"], "year");
            let unknown = ask(&format!("/v1/datasets/headcount/template.{ending}?colour=red")).await;
            assert_eq!(unknown.json()["violations"][0]["code"], "unknown-parameter");
        }
    }
}

/// The lines of a file, the header first.
fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    lines[1..].sort();
    lines
}

/// A part of a workbook.
fn part(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("an archive");
    let part = archive.by_name(name).expect("the part");
    std::io::read_to_string(part).expect("text")
}
