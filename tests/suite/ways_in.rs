//! Rows on their way in: every form says the same, a file of many rows is like one of few, and a dry run gives the
//! answer a replacement would get.

use crate::headcount::{
    CHECK, HEADER, RETURN, ROWS, codes, correct, csv, file, fill, line, org_unit, refused, row,
    sound, standing, submit, violations,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use tests::{Persona, Reply, World, on_both_engines};

const NDJSON: &str = "application/x-ndjson";
/// Media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes.as_ref()).expect("memory");
    packer.finish().expect("memory")
}

/// A CSV file as the same rows in objects.
fn objects(text: &str) -> Vec<Value> {
    let names: Vec<&str> = HEADER.split(',').collect();
    let lines = text.lines().skip(1);
    lines
        .map(|line| {
            let cells = names.iter().zip(line.split(','));
            let members = cells.map(|(name, cell)| ((*name).to_owned(), json!(cell)));
            Value::Object(members.collect())
        })
        .collect()
}

/// A CSV file as a workbook, figures as numbers.
pub fn workbook(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            let written = match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number),
                Err(_) => sheet.write_string(row, column, cell),
            };
            written.expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn lines_of(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

async fn put(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .body(media_type, body)
        .send()
        .await
}

async fn check(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    world
        .post(Persona::Lancaster, CHECK)
        .body(media_type, body)
        .send()
        .await
}

/// A file of so many rows over `units` org units; no two are the same.
fn large(rows: usize, units: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for number in 0..rows {
        let unit = number % units;
        writeln!(text, "u{unit},{},1,1,1", codes(number / units)).expect("a text");
    }
    text
}

async fn units(world: &World, count: usize) {
    for unit in 0..count {
        org_unit(world, &format!("u{unit}")).await;
    }
}

on_both_engines! {
    async fn every_form_says_the_same(world: World) {
        let text = sound(700);
        let rows = objects(&text);
        fill(&world, text.clone()).await;
        let (expected, totals) = (csv(&world, "").await, standing(&world).await["shown"]["totals"].clone());
        let json = json!({"rows": rows}).to_string();
        let book = workbook(&text);
        let forms = [("text/csv", text.into_bytes()), ("application/json", json.into_bytes()), (NDJSON, lines_of(&rows).into_bytes()), (XLSX, book)];
        for (media_type, body) in forms {
            for packing in ["identity", "gzip", "zstd"] {
                fill(&world, file([line(9)])).await;
                let packed = match packing {
                    "gzip" => gzip(&body),
                    "zstd" => zstd::encode_all(body.as_slice(), 3).expect("memory"),
                    _ => body.clone(),
                };
                let request = world.put(Persona::Lancaster, ROWS).if_match("*").header("content-encoding", packing);
                let answer = request.body(media_type, packed).send().await.expect(200).json();
                assert_eq!((&answer["shown"]["rows"], &answer["shown"]["totals"]), (&json!(700), &totals), "{media_type} {packing}");
                assert_eq!(csv(&world, "").await, expected, "{media_type} {packing}");
            }
            // A merge of the same leaves the same.
            let merge = world.patch(Persona::Lancaster, ROWS).if_match("*").body(media_type, body);
            merge.send().await.expect(200);
            assert_eq!(csv(&world, "").await, expected, "{media_type}");
        }
    }

    async fn lines_of_json_are_read_one_by_one(world: World) {
        let (female, male) = (row("female", 3), row("male", 4));
        // A byte order mark, CRLF, lines without text and a missing last line end.
        let text = format!("\u{feff}{female}\r\n\r\n   \n{male}");
        assert_eq!(put(&world, NDJSON, text).await.expect(200).json()["shown"]["rows"], 2);
        let text = format!("{female}\n\nnonsense\n[1]\n{{\"org_unit\":\"institution\"\n{}\n{}\n{{\"sex\": \"fem", json!({"colour": 1}), female);
        let columns = HEADER.replace(',', ", ");
        assert_eq!(violations(&refused(&world, NDJSON, text).await), [
            "3 : not-json: The line is not JSON: at column 2, expected ident.".to_owned(),
            "4 : wrong-shape: A row is an object with a member for each column.".to_owned(),
            "5 : not-json: The line is not JSON: at column 25, EOF while parsing an object.".to_owned(),
            format!("6 colour: unknown-column: There is no such column; the columns are {columns}."),
            "7 : duplicate-row: row 1 has the same org unit and codes; rows exclude each other.".to_owned(),
            "8 : not-json: The line is not JSON: at column 12, EOF while parsing a string.".to_owned(),
        ]);
        let wrong = male.to_string().replace("\"male\"", "\"man\"").replace("\"headcount\":4", "\"headcount\":[4]");
        let twice = male.to_string().replace("\"sex\"", "\"mode\":\"full-time\",\"sex\"");
        assert_eq!(violations(&refused(&world, NDJSON, format!("{wrong}\n{twice}\n{}\n", male.to_string().replace("male", "man"))).await), [
            "1 headcount: wrong-shape: A cell is a text, a number or null.",
            "2 mode: repeated-column: The column stands there twice.",
            "3 sex: unknown-code: \u{201c}man\u{201d} is not in the code list sex.",
        ]);
        for empty in ["", "\n\n", "\u{feff}"] {
            assert_eq!(violations(&refused(&world, NDJSON, empty).await), ["1 : empty-file: The file is empty; every line of it is a row."]);
        }
        let mut latin = format!("{female}\n").into_bytes();
        latin.extend_from_slice(b"{\"org_unit\": \"Universit\xe9\"}\n");
        assert_eq!(violations(&refused(&world, NDJSON, latin).await), ["2 : not-utf-8: The line is not UTF-8."]);
    }

    async fn a_row_without_end_is_no_row(world: World) {
        fill(&world, sound(2)).await;
        let long = "x".repeat(1_100_000);
        let open = file([line(0), format!("\"{long}"), line(1), line(2)]);
        assert_eq!(violations(&refused(&world, "text/csv", open).await), [
            "3 : row-too-long: The row is longer than 1048576 bytes; is a quotation mark open? Nothing after it was read."
        ]);
        let text = format!("{}\n{{\"org_unit\": \"{long}\"}}\n{}\n", row("male", 1), row("male", 2));
        assert_eq!(violations(&refused(&world, NDJSON, text).await), [
            "2 : row-too-long: The line is longer than 1048576 bytes.",
            "3 : duplicate-row: row 1 has the same org unit and codes; rows exclude each other.",
        ]);
        let body = format!("{{\"rows\": [{}, {{\"org_unit\": \"{long}\"}}]}}", row("male", 1));
        assert_eq!(violations(&refused(&world, "application/json", body).await), [
            "/rows/1: row-too-long: The row is longer than 1048576 bytes; nothing after it was read."
        ]);
    }

    async fn another_charset_is_refused(world: World) {
        for charset in ["iso-8859-1", "\"windows-1252\"", "UTF-16"] {
            let answer = put(&world, &format!("text/csv; header=present; charset={charset}"), sound(1)).await;
            assert_eq!(answer.problem(415), "unsupported-charset", "{charset}");
            assert_eq!(answer.json()["detail"],
                "Text is taken as UTF-8 only; save the file as \u{201c}CSV UTF-8\u{201d} and leave the charset out.");
        }
        for charset in ["utf-8", "UTF-8", "\"utf-8\"", "us-ascii"] {
            put(&world, &format!("text/csv;charset={charset}"), sound(1)).await.expect(200);
        }
    }

    async fn members_of_gzip_that_follow_one_another_are_one_file(world: World) {
        // As parallel packers and `cat a.gz b.gz` write them (RFC 1952, section 2.2).
        let text = sound(3_000);
        let (head, tail) = text.split_at(text.len() / 2);
        let packed = [gzip(head), gzip(tail)].concat();
        let request = world.put(Persona::Lancaster, ROWS).if_match("*").header("content-encoding", "gzip");
        assert_eq!(request.csv(packed).send().await.expect(200).json()["shown"]["rows"], 3_000);
        assert_eq!(csv(&world, "").await.lines().count(), 3_001);
    }

    async fn a_check_gives_the_answer_of_a_replacement(world: World) {
        let untouched = standing(&world).await;
        let checked = check(&world, "text/csv", sound(3)).await.expect(200);
        assert_eq!(standing(&world).await, untouched);
        assert_eq!(checked.etag(), "");
        assert_eq!(checked.json(), fill(&world, sound(3)).await.json());
        // Over a draft, with what is asked for gone.
        let before = (standing(&world).await, csv(&world, "").await);
        let checked = check(&world, NDJSON, lines_of(&objects(&sound(5)))).await.expect(200).json();
        assert_eq!((standing(&world).await, csv(&world, "").await), before);
        assert_eq!(checked, fill(&world, sound(5)).await.json());
        // Over a revision: as if a correction had been begun.
        submit(&world).await;
        assert_eq!(put(&world, "text/csv", sound(2)).await.problem(409), "wrong-state");
        let before = (standing(&world).await, csv(&world, "").await);
        let checked = check(&world, "text/csv", sound(2)).await.expect(200).json();
        assert_eq!((standing(&world).await, csv(&world, "").await), before);
        assert_eq!((&checked["state"], &checked["revision"], &checked["shown"]["rows"]), (&json!("draft"), &json!(1), &json!(2)));
        correct(&world, "More came in").await;
        let done = fill(&world, sound(2)).await.json();
        assert_eq!(checked["shown"]["totals"], done["shown"]["totals"]);
        // No line of it is in the trail.
        let trail = world.get(Persona::Lancaster, "/v1/institutions/lancaster/audit?limit=500").send().await.expect(200).json();
        let of_rows = trail["items"].as_array().expect("lines").iter().filter(|line| line["action"] == "return.replace-rows");
        assert_eq!(of_rows.count(), 3);
    }

    async fn who_prefers_no_answer_gets_the_version_alone(world: World) {
        let request = || world.put(Persona::Lancaster, ROWS).if_match("*").csv(sound(2));
        let done = request().header("prefer", "return=minimal").send().await.expect(204);
        assert_eq!((done.etag(), done.header("preference-applied"), done.body.len()), ("\"1\"", "return=minimal", 0));
        let merge = world.patch(Persona::Lancaster, ROWS).if_match("\"1\"").json(&json!({"rows": [row("male", 1)]}));
        let done = merge.header("prefer", "respond-async, return=\"minimal\"").send().await.expect(204);
        assert_eq!(done.etag(), "\"2\"");
        assert_eq!(standing(&world).await["shown"]["rows"], 3);
        let done = request().header("prefer", "return=representation").send().await.expect(200);
        assert_eq!((done.etag(), done.header("preference-applied")), ("\"3\"", ""));
        let wrong = world.put(Persona::Lancaster, ROWS).if_match("\"1\"").header("prefer", "return=minimal").csv(sound(1));
        assert_eq!(wrong.send().await.problem(412), "precondition-failed");
    }

    async fn a_file_of_many_rows_is_like_one_of_few(world: World) {
        units(&world, 3).await;
        let text = large(30_000, 3);
        let expected = {
            let mut lines: Vec<&str> = text.lines().skip(1).collect();
            lines.sort_unstable();
            file(lines)
        };
        let request = || world.put(Persona::Lancaster, ROWS).header("content-encoding", "gzip");
        let checked = world.post(Persona::Lancaster, CHECK).header("content-encoding", "gzip").csv(gzip(&text));
        let checked = checked.send().await.expect(200).json();
        let done = request().if_match("\"0\"").csv(gzip(&text)).send().await.expect(200);
        assert_eq!((done.json()["shown"]["rows"].clone(), done.json()), (json!(30_000), checked));
        assert_eq!(csv(&world, "").await.replace("\r\n", "\n"), expected);
        // Faults far from each other, and nothing stored.
        let before = standing(&world).await;
        let first = text.lines().nth(1).expect("a row");
        let faulty = format!("{text}\n{first}\nu9,{}\n", codes(1));
        let answer = request().if_match("*").csv(gzip(&faulty)).send().await;
        assert_eq!(answer.problem(422), "invalid-rows");
        assert_eq!(violations(&answer.json()), [
            "30003 : duplicate-row: row 2 has the same org unit and codes; rows exclude each other.",
            "30004 : wrong-number-of-cells: The row has 7 cells, the header 10.",
        ]);
        // Cut off after sound rows: not a part of it is stored.
        let mut cut = gzip(&text);
        cut.truncate(cut.len() - 9);
        assert_eq!(request().if_match("*").csv(cut).send().await.problem(400), "malformed-body");
        assert_eq!(standing(&world).await, before);
        // Merged over what stands there.
        let merge = world.patch(Persona::Lancaster, ROWS).if_match("*").csv(text.replace(",1,1,1\n", ",2,1,1\n"));
        let merged = merge.send().await.expect(200).json();
        assert_eq!((&merged["shown"]["rows"], &merged["shown"]["totals"][0]["total"]), (&json!(30_000), &json!(60_000)));
    }

    async fn of_two_large_replacements_at_once_one_holds(world: World) {
        units(&world, 2).await;
        let (one, other) = (large(21_000, 2), large(22_000, 2));
        let put = |text: &str| world.put(Persona::Lancaster, ROWS).if_match("\"0\"").csv(text).send();
        let (first, second) = tokio::join!(put(&one), put(&other));
        let (won, rows) = match (first.status, second.status) {
            (200, 412) => (first, 21_000),
            (412, 200) => (second, 22_000),
            both => panic!("{both:?}: {} {}", first.text(), second.text()),
        };
        assert_eq!(won.json()["shown"]["rows"], rows);
        assert_eq!(standing(&world).await, won.json());
    }

    async fn a_submission_and_a_replacement_do_not_mix(world: World) {
        units(&world, 2).await;
        fill(&world, sound(4)).await;
        let replace = world.put(Persona::Lancaster, ROWS).if_match("\"1\"").csv(large(21_000, 2)).send();
        let submit = world.post(Persona::Lancaster, &format!("{RETURN}/submit")).if_match("\"1\"").json(&json!({})).send();
        let (replaced, submitted) = tokio::join!(replace, submit);
        let stands = standing(&world).await;
        match (replaced.status, submitted.status) {
            // The replacement came first: the submission was of another version.
            (200, 412) => assert_eq!((&stands["state"], &stands["shown"]["rows"]), (&json!("draft"), &json!(21_000))),
            // The submission came first: the revision keeps its rows.
            (412, 200) => assert_eq!((&stands["state"], &stands["shown"]["rows"]), (&json!("submitted"), &json!(4))),
            both => panic!("{both:?}: {} {}", replaced.text(), submitted.text()),
        }
        assert_eq!(csv(&world, "").await.lines().count() - 1, usize::try_from(stands["shown"]["rows"].as_u64().expect("a number")).expect("small"));
    }
}
