//! Files over HTTP: asked for, checked in what is said beside them, left for the programs of others, and compared.

use super::expected::{Names, id, list, text};
use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;
use tests::{Persona, Reply, World, readers};

/// A media type, as sent.
pub const CSV: &str = "text/csv; charset=utf-8; header=present";
/// A media type, as sent.
pub const SDMX: &str = "application/vnd.sdmx.data+csv;version=2.0.0";
const STRUCTURE: &str = "application/vnd.sdmx.structure+json;version=2.0.0";
/// A media type, as sent.
pub const JSON_STAT: &str = "application/vnd.json-stat+json";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A media type, as sent.
pub const PARQUET: &str = "application/vnd.apache.parquet";
/// What a file is asked for by, what it is sent as, what its name ends in, and what the readers' copy of it ends in.
const FORMS: [(&str, &str, &str, &str); 7] = [
    ("text/csv", CSV, "csv", "csv"),
    (SDMX, SDMX, "sdmx.csv", "sdmx.csv"),
    (STRUCTURE, STRUCTURE, "sdmx.json", "structure.json"),
    (JSON_STAT, JSON_STAT, "json-stat.json", "json"),
    (
        "application/csvm+json",
        "application/csvm+json",
        "csv-metadata.json",
        "csv-metadata.json",
    ),
    (XLSX, XLSX, "xlsx", "xlsx"),
    (PARQUET, PARQUET, "parquet", "parquet"),
];
fn hexadecimal(bytes: &[u8]) -> String {
    let sum = digest(&SHA256, bytes);
    let bytes = sum.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Checks what is said of a file beside its bytes: type, name, length, tag; that `HEAD` says the same; and that whoever
/// has it is not sent it again. Gives it.
async fn file(
    world: &World,
    by: Persona,
    address: &str,
    accept: &str,
    sent_as: &str,
    name: &str,
) -> Reply {
    let ask = |method: Method| {
        world
            .request(method, address)
            .by(by)
            .header("accept", accept)
    };
    let file = ask(Method::GET).send().await.expect(200);
    let wanted = format!("attachment; filename=\"{name}\"");
    let said = |reply: &Reply| {
        [
            "content-type",
            "content-disposition",
            "content-length",
            "etag",
        ]
        .map(|name| reply.header(name).to_owned())
    };
    assert_eq!(
        said(&file)[..3],
        [sent_as.to_owned(), wanted, file.body.len().to_string()],
        "{address}"
    );
    let head = ask(Method::HEAD).send().await.expect(200);
    assert_eq!(
        (said(&head), head.body.len()),
        (said(&file), 0),
        "{address}"
    );
    let same = ask(Method::GET)
        .header("if-none-match", file.etag())
        .send()
        .await
        .expect(304);
    assert_eq!((same.etag(), same.body.len()), (file.etag(), 0));
    ask(Method::GET)
        .header("if-none-match", "\"other\"")
        .send()
        .await
        .expect(200);
    file
}

/// Asks in every format and leaves the files for the readers; how many cells there are, by status.
pub async fn asked(
    world: &World,
    (by, base): (Persona, &str),
    queries: &[(&str, &[(&str, &str)])],
    release: Option<&Value>,
    folder: &Path,
) -> BTreeMap<String, usize> {
    let names = Names::read(world).await;
    let mut statuses = BTreeMap::new();
    for (place, (query, filters)) in queries.iter().enumerate() {
        let address = format!("{base}?{query}");
        let answer = world.get(by, &address).send().await.expect(200);
        let mut tags = vec![answer.etag().to_owned()];
        let answer = answer.json();
        for cell in list(&answer["cells"]) {
            *statuses
                .entry(text(&cell["status"]).to_owned())
                .or_insert(0) += 1;
        }
        let edition = release.map_or("live".to_owned(), |one| {
            format!("release-{}", one["number"])
        });
        let stem = format!("{}-{edition}", id(&answer));
        let put = |ending: &str, bytes: &[u8]| {
            std::fs::write(folder.join(format!("q{place:02}.{ending}")), bytes).expect("a file");
        };
        for (accept, sent_as, ending, kept_as) in FORMS {
            let name = format!("{stem}.{ending}");
            let file = file(world, by, &address, accept, sent_as, &name).await;
            tags.push(file.etag().to_owned());
            put(kept_as, &file.body);
        }
        // The description names the file it describes as it is saved.
        let described =
            std::fs::read_to_string(folder.join(format!("q{place:02}.csv-metadata.json")))
                .expect("a file");
        let named = described.replace(&format!("\"{stem}.csv\""), &format!("\"q{place:02}.csv\""));
        assert_ne!(described, named);
        put("csv-metadata.json", named.as_bytes());
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), FORMS.len() + 1, "each form has its own tag");
        let expected = names.expected(&answer, filters, release);
        put("expected", json!([expected]).to_string().as_bytes());
    }
    statuses
}

/// Every reader saw every figure.
pub fn read_back(folder: &Path, queries: usize, cells: usize) {
    let said: BTreeMap<String, usize> =
        serde_json::from_str(&readers::run("read_statistics.py", folder))
            .expect("what was compared");
    for (reader, compared) in &said {
        let wanted = if reader == "sdmx structure by pysdmx" {
            queries
        } else {
            cells
        };
        assert_eq!(*compared, wanted, "{reader}");
    }
    assert_eq!(said.len(), 10, "{said:?}");
    let node = readers::run("read_json_stat.mjs", folder);
    assert_eq!(node.trim(), format!("{cells} figures by jsonstat-toolkit"));
}

/// The files of a release: their bytes by format, each with its digest, type and name.
pub async fn files(world: &World, number: i64) -> BTreeMap<String, Vec<u8>> {
    let shown = world.get(Persona::Stranger, &format!("/v1/releases/{number}"));
    let shown = shown.send().await.expect(200).json();
    let types = BTreeMap::from([
        ("json", ("application/json", "json")),
        ("csv", (CSV, "csv")),
        ("sdmx-csv", (SDMX, "sdmx.csv")),
        ("sdmx-structure", (STRUCTURE, "sdmx.json")),
        ("json-stat", (JSON_STAT, "json-stat.json")),
        ("xlsx", (XLSX, "xlsx")),
        ("parquet", (PARQUET, "parquet")),
    ]);
    let mut files = BTreeMap::new();
    for listed in list(&shown["files"]) {
        let format = text(&listed["format"]);
        let (sent_as, ending) = types[format];
        let name = format!("technicians-release-{number}.{ending}");
        let read = file(
            world,
            Persona::Stranger,
            text(&listed["href"]),
            "*/*",
            sent_as,
            &name,
        )
        .await;
        let said = (json!(hexadecimal(&read.body)), json!(read.body.len()));
        assert_eq!(said, (listed["digest"].clone(), listed["size"].clone()));
        assert_eq!(read.etag(), format!("\"{}\"", text(&listed["digest"])));
        files.insert(format.to_owned(), read.body);
    }
    assert_eq!(files.len(), types.len());
    files
}

/// The readers read the files of a release; a workbook has totals by at most one dimension beside the year.
pub fn compare(files: &BTreeMap<String, Vec<u8>>, expected: &[Value]) {
    let folder = TempDir::new().expect("a folder");
    let put =
        |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
    let figures = |cubes: &[&Value]| {
        cubes
            .iter()
            .map(|cube| list(&cube["observations"]).len())
            .sum::<usize>()
    };
    let all: Vec<&Value> = expected.iter().collect();
    put("all.expected", json!(all).to_string().as_bytes());
    for (format, ending) in [
        ("csv", "csv"),
        ("sdmx-csv", "sdmx.csv"),
        ("sdmx-structure", "structure.json"),
        ("parquet", "parquet"),
    ] {
        put(&format!("all.{ending}"), &files[format]);
    }
    let plain = |cube: &&&Value| {
        cube["statistic"]["code"] == "total" && list(&cube["dimensions"]).len() < 3
    };
    let plain: Vec<&Value> = all.iter().filter(plain).copied().collect();
    put("book.expected", json!(plain).to_string().as_bytes());
    put("book.xlsx", &files["xlsx"]);
    let collection: Value = serde_json::from_slice(&files["json-stat"]).expect("JSON");
    assert_eq!(
        (&collection["version"], &collection["class"]),
        (&json!("2.0"), &json!("collection"))
    );
    let items = list(&collection["link"]["item"]);
    assert_eq!(items.len(), all.len());
    for (place, (item, cube)) in items.iter().zip(&all).enumerate() {
        put(
            &format!("item-{place:02}.json"),
            item.to_string().as_bytes(),
        );
        put(
            &format!("item-{place:02}.expected"),
            json!([cube]).to_string().as_bytes(),
        );
    }
    let said: BTreeMap<String, usize> =
        serde_json::from_str(&readers::run("read_statistics.py", folder.path()))
            .expect("what was compared");
    let readers_of_all = [
        "csv by pandas",
        "csv by duckdb",
        "sdmx-csv by pysdmx",
        "parquet by pyarrow",
        "parquet by duckdb",
    ];
    let readers_of_books = ["xlsx by openpyxl", "xlsx tables by openpyxl"];
    let mut wanted: BTreeMap<String, usize> =
        BTreeMap::from([("sdmx structure by pysdmx".to_owned(), all.len())]);
    wanted.extend(readers_of_all.map(|reader| (reader.to_owned(), figures(&all))));
    wanted.extend(readers_of_books.map(|reader| (reader.to_owned(), figures(&plain))));
    assert_eq!(said, wanted);
    let node = readers::run("read_json_stat.mjs", folder.path());
    assert_eq!(
        node.trim(),
        format!("{} figures by jsonstat-toolkit", figures(&all))
    );
}
