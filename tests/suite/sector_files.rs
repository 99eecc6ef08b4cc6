//! Answers and releases in every format over HTTP, read back by the programs of others; files that never change; and what
//! the program writes of a release.

mod expected;
mod reading;

use crate::published::{family, release, sector, sector_with};
use expected::{Names, list, text};
use reading::{CSV, JSON_STAT, PARQUET, SDMX, asked, compare, files, read_back};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Persona, on_both_engines, program};

/// What is asked live: sums, means, medians and quartiles, shares, changes and indices, ratios, what nobody returned,
/// by none to three dimensions; and what is filtered.
const LIVE: &[(&str, &[(&str, &str)])] = &[
    ("measure=headcount&group_by=year,nation", &[]),
    ("measure=headcount&group_by=sex,nation,year", &[]),
    ("measure=headcount&statistic=mean&group_by=nation,year", &[]),
    ("measure=headcount&statistic=share&group_by=year,sex", &[]),
    (
        "measure=headcount&statistic=change&group_by=year,nation",
        &[],
    ),
    ("measure=headcount&statistic=index&group_by=year,sex", &[]),
    (
        "measure=headcount&group_by=nation,sex&where[year]=2024-25",
        &[("year", "2024-25")],
    ),
    (
        "measure=headcount&where[year]=2024-25&where[nation]=scotland",
        &[("year", "2024-25"), ("nation", "scotland")],
    ),
    (
        "measure=technicians-per-100-academics&statistic=quartiles&group_by=year,nation",
        &[],
    ),
    ("measure=technicians-per-100-academics&group_by=year", &[]),
    ("measure=fte&group_by=year,nation", &[]),
    ("measure=participation&group_by=year,nation", &[]),
    ("measure=development-participants&group_by=year", &[]),
    ("measure=headcount&group_by=year&panel=constant", &[]),
];
/// What a release is asked; some nations are merged in it.
const RELEASED: &[(&str, &[(&str, &str)])] = &[
    ("measure=headcount&group_by=year,nation", &[]),
    ("measure=headcount&group_by=year,nation,sex", &[]),
    ("measure=headcount&statistic=mean&group_by=year,nation", &[]),
    ("measure=headcount&statistic=share&group_by=year,sex", &[]),
    ("measure=headcount&statistic=change&group_by=year", &[]),
    ("measure=headcount&statistic=index&group_by=year,sex", &[]),
    (
        "measure=headcount&statistic=quartiles&group_by=year,nation",
        &[],
    ),
    (
        "measure=headcount&group_by=year&where[nation]=scotland",
        &[("nation", "scotland")],
    ),
    (
        "measure=technicians-per-100-academics&statistic=quartiles&group_by=year",
        &[],
    ),
    (
        "measure=technicians-per-100-academics&statistic=median&group_by=year,nation",
        &[],
    ),
    (
        "measure=technicians-per-100-academics&group_by=year,nation",
        &[],
    ),
];
/// Institutions beside those of England and Scotland: too few of Wales and of Northern Ireland to be given by themselves.
const MORE: [&str; 4] = ["wales", "northern-ireland", "wales", "northern-ireland"];

/// What each table of a release is asked by: itself in every statistic it has.
fn questions(answer: &Value) -> Value {
    json!({"measure": answer["measure"], "statistic": answer["statistic"], "group_by": answer["group_by"]})
}

on_both_engines! {
    async fn live_answers_are_the_same_in_every_format(world: World) {
        let sector = sector_with(&world, &MORE).await;
        // Nobody has an apprentice in the one year, and nobody says so in the other.
        let none = "org_unit,activity,participants\ninstitution,apprenticeship,0\n";
        sector.submit(("i01", "development", "2024-25"), none.to_owned()).await;
        let folder = TempDir::new().expect("a folder");
        let cells = asked(&world, (Persona::Board, "/v1/sector/query"), LIVE, None, folder.path()).await;
        let wanted = [("not-applicable", 4), ("not-supplied", 9), ("published", 73), ("zero", 1)];
        assert_eq!(cells, wanted.map(|(status, cells)| (status.to_owned(), cells)).into());
        read_back(folder.path(), LIVE.len(), cells.values().sum());
    }

    async fn answers_of_a_release_are_the_same_in_every_format(world: World) {
        sector_with(&world, &MORE).await;
        let made = release(&world, "first").await.json();
        let folder = TempDir::new().expect("a folder");
        let cells = asked(&world, (Persona::Stranger, "/v1/releases/1/query"), RELEASED, Some(&made), folder.path()).await;
        assert_eq!(cells.keys().collect::<Vec<_>>(), ["not-applicable", "published", "withheld"]);
        assert_eq!((cells["published"], cells["not-applicable"]), (47, 1));
        read_back(folder.path(), RELEASED.len(), cells.values().sum());
    }

    async fn a_form_is_asked_for_by_its_type_and_version(world: World) {
        sector(&world).await;
        release(&world, "first").await;
        let query = json!({"measure": "headcount", "group_by": ["year"]});
        for (base, by) in [("/v1/sector/query", Persona::Board), ("/v1/releases/1/query", Persona::Stranger)] {
            for (accept, wanted) in [
                ("*/*", "application/json"),
                ("text/csv;header=present;q=0.9, application/json;q=0.5", CSV),
                ("application/vnd.sdmx.data+csv", SDMX),
                ("application/vnd.sdmx.data+csv; version=2.0.0; labels=id", SDMX),
                ("application/vnd.sdmx.data+csv;version=\"2.0.0\"", SDMX),
                ("application/vnd.sdmx.data+csv;version=1.0.0, application/vnd.apache.parquet;q=0.1", PARQUET),
                ("application/json-stat+json", JSON_STAT),
            ] {
                let asked = world.post(by, base).json(&query).header("accept", accept).send().await.expect(200);
                assert_eq!(asked.header("content-type"), wanted, "{accept}");
            }
            for accept in ["application/pdf", "application/vnd.sdmx.data+csv;version=1.0.0", "text/csv;q=0"] {
                let refused = world.post(by, base).json(&query).header("accept", accept).send().await;
                assert_eq!(refused.problem(406), "not-acceptable", "{accept}");
            }
        }
    }

    async fn files_of_a_release_say_what_its_answers_say(world: World) {
        sector_with(&world, &MORE).await;
        let made = release(&world, "first").await.json();
        let first = files(&world, 1).await;
        let document: Value = serde_json::from_slice(&first["json"]).expect("JSON");
        for name in ["name", "title", "notes", "regime", "doi", "as_of", "made_at", "publisher", "licence", "accuracy"] {
            assert_eq!(document[name], made[name], "{name}");
        }
        assert_eq!(document["release"], 1);
        let (names, mut expected) = (Names::read(&world).await, Vec::new());
        for told in list(&document["answers"]) {
            let answer = world.post(Persona::Stranger, "/v1/releases/1/query").json(&questions(told)).send().await;
            assert_eq!(*told, answer.expect(200).json());
            expected.push(names.expected(told, &[], Some(&made)));
        }
        // Every table it says it has is there, in totals, and nothing else but medians and quartiles.
        let offered = list(&made["measures"]).iter().flat_map(|measure| list(&measure["tables"]));
        let totals = |cube: &&Value| cube["statistic"]["code"] == "total";
        assert_eq!(expected.iter().filter(totals).count(), offered.filter(|table| table["figures"] != 0).count());
        let ids: Vec<&str> = expected.iter().map(|cube| text(&cube["id"])).collect();
        assert_eq!(
            ids,
            [
                "headcount-total-by-year", "headcount-median-by-year", "headcount-total-by-year-nation", "headcount-total-by-year-sex",
                "headcount-total-by-year-nation-sex", "denominators-academic-headcount-total-by-year",
                "denominators-academic-headcount-median-by-year", "denominators-academic-headcount-total-by-year-nation",
                "technicians-per-100-academics-total-by-year", "technicians-per-100-academics-median-by-year",
                "technicians-per-100-academics-quartiles-by-year", "technicians-per-100-academics-total-by-year-nation",
                "technicians-per-100-academics-median-by-year-nation",
            ]
        );
        let merged = list(&document["answers"][2]["merged"]);
        assert_eq!(merged[0]["stands_for"], json!(["wales", "northern-ireland"]));
        compare(&first, &expected);
        release(&world, "second").await;
        assert_eq!(first, files(&world, 1).await, "a later release leaves it alone");
    }

    async fn the_program_makes_a_release_and_writes_its_files(world: World) {
        sector(&world).await;
        let place = TempDir::new().expect("a directory");
        std::fs::write(place.path().join("family.json"), family().to_string()).expect("a file");
        let environment = [("DATABASE_URL", world.database_url())];
        let run = |args: &[&str]| program::run(args, &environment, place.path());
        let made = run(&["release", "create", "--name", "first", "--title", "Technicians", "--family", "family.json"]);
        let (said, told) = (String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
        assert!(made.status.success(), "{told}");
        let steps: Vec<&str> = told.lines().collect();
        assert!(!steps.is_empty() && steps.iter().all(|line| line.starts_with("Making the release: ") && line.contains(" steps (")), "{told}");
        let shown = world.get(Persona::Stranger, "/v1/releases/1").send().await.expect(200).json();
        let line = format!("Release 1 (first) is made under hesa-5/ckp-1: digest {}.", text(&shown["digest"]));
        assert_eq!(said.lines().next(), Some(line.as_str()));
        let written = run(&["release", "export", "latest", "--to", "out"]);
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        let files = files(&world, 1).await;
        let said = String::from_utf8_lossy(&written.stdout).into_owned();
        assert_eq!(said.lines().count(), files.len());
        for (line, file) in said.lines().zip(shown["files"].as_array().expect("files")) {
            let (sum, path) = line.split_once("  ").expect("a digest and a place");
            let bytes = std::fs::read(place.path().join(path)).expect("the file");
            assert_eq!((sum, &bytes), (text(&file["digest"]), &files[text(&file["format"])]));
        }
        let one = run(&["release", "export", "1", "--to", "one", "--format", "parquet"]);
        assert_eq!((one.status.success(), std::fs::read_dir(place.path().join("one")).expect("files").count()), (true, 1));
        for (args, complaint) in [(["release", "export", "9", "--to", "no"], "There is no such release."), (["release", "export", "x", "--to", "no"], "x is no number of a release")] {
            let refused = run(&args);
            assert_eq!(refused.status.code(), Some(1));
            assert!(String::from_utf8_lossy(&refused.stderr).contains(complaint), "{}", String::from_utf8_lossy(&refused.stderr));
        }
    }
}
