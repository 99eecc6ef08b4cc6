//! Workbooks: what people and their programs make of them comes in whole, or is refused by name and place; and what is
//! given out as a workbook says the same as everything else.

use crate::headcount::{CHECK, HEADER, RETURN, ROWS, csv, fill, refused, sound, violations};
use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet, XlsxError};
use serde_json::{Value, json};
use std::io::{Cursor, Write as _};
use tests::{Persona, World, on_both_engines};
use zip::write::SimpleFileOptions;

/// Media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A sound row, but for its figures.
const ROW: [&str; 7] = [
    "institution",
    "laboratory",
    "not-known",
    "male",
    "26-30",
    "open-ended",
    "full-time",
];

/// A workbook that was given out.
pub fn book_of(file: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(file.to_vec())).expect("a workbook")
}

/// The cells of one of its sheets, as texts.
pub fn sheet_of(file: &[u8], name: &str) -> Vec<Vec<String>> {
    let range = book_of(file).worksheet_range(name).expect("the sheet");
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    range
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect()
}

fn written(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).expect("a workbook");
    book.save_to_buffer().expect("a file")
}

/// A workbook of one sheet with headings.
fn sheet(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    written(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, HEADER.split(','))?;
        fill(sheet)
    })
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A sound workbook with one of its parts changed.
fn tampered(name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let sound = sheet(|sheet| sheet.write_row(1, 0, ROW).map(|_| ()));
    let mut parts = zip::ZipArchive::new(Cursor::new(sound)).expect("an archive");
    let mut read = Vec::new();
    for index in 0..parts.len() {
        let part = parts.by_index(index).expect("a part");
        let at = part.name().expect("a name").into_owned();
        let text = std::io::read_to_string(part).expect("text");
        let text = if at == name { change(text) } else { text };
        read.push((at, text));
    }
    let parts: Vec<(&str, &[u8])> = read
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    archive(&parts)
}

async fn put(world: &World, body: Vec<u8>) -> Value {
    let request = world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .body(XLSX, body);
    request.send().await.expect(200).json()
}

on_both_engines! {
    async fn a_workbook_that_libreoffice_saved_is_read(world: World) {
        // The template of 2024-25, filled and saved by LibreOffice: formulas with their results, an empty row between.
        let stored = put(&world, include_bytes!("../fixtures/headcount-libreoffice.xlsx").to_vec()).await;
        assert_eq!(stored["shown"]["rows"], 3);
        assert_eq!(csv(&world, "").await, format!("{HEADER}\r\n\
            institution,engineering,C1,male,51-55,fixed-term,part-time,3,2.1,0.3\r\n\
            institution,laboratory,not-known,female,26-30,open-ended,full-time,12,12,11.5\r\n\
            institution,laboratory,not-known,male,26-30,open-ended,full-time,8,,7.25\r\n"));
    }

    async fn rows_come_back_as_they_went_out_in_every_form(world: World) {
        fill(&world, sound(1_234)).await;
        let expected = csv(&world, "").await;
        let read = |form: &'static str| world.get(Persona::Lancaster, ROWS).header("accept", form);
        for form in [XLSX, "application/x-ndjson", "text/csv"] {
            let file = read(form).send().await.expect(200);
            assert_eq!(file.header("content-type").split(';').next(), Some(form));
            let ending = match form { XLSX => "xlsx", "text/csv" => "csv", _ => "ndjson" };
            assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"lancaster-headcount-2024-25.{ending}\""));
            let other = "/v1/institutions/lancaster/returns/headcount/2023-24/rows";
            world.put(Persona::Lancaster, other).if_match("*").body(form, file.body).send().await.expect(200);
            let again = world.get(Persona::Lancaster, other).header("accept", "text/csv").send().await.expect(200).text();
            assert_eq!(again, expected, "{form}");
        }
    }

    async fn cells_that_hold_no_number_and_no_code_are_named_all_at_once(world: World) {
        fill(&world, sound(2)).await;
        let bad = sheet(|sheet| {
            let date = Format::new().set_num_format("dd/mm/yyyy");
            for row in 1..=5 {
                sheet.write_row(row, 0, ROW)?;
            }
            sheet.write_number_with_format(1, 7, 45_000, &date)?;
            sheet.write_number_with_format(1, 4, 46_022, &date)?;
            sheet.write_boolean(2, 7, true)?;
            sheet.write_formula(3, 7, Formula::new("=1/0").set_result("#DIV/0!"))?;
            sheet.write_number(4, 7, 3)?;
            sheet.merge_range(4, 8, 5, 9, "2", &Format::new())?;
            sheet.write_row(100_000, 0, ROW)?;
            sheet.write_number(100_000, 7, 7.5)?;
            Ok(())
        });
        let date = "date-in-cell: The cell holds a date, not a number or a code; format the column as number or as text and enter the value again.";
        assert_eq!(violations(&refused(&world, XLSX, bad).await), [
            format!("2 age_band: {date}"),
            format!("2 headcount: {date}"),
            "3 headcount: boolean-in-cell: The cell holds TRUE or FALSE, not a number or a code.".to_owned(),
            "4 headcount: error-in-cell: The cell shows the error #DIV/0!; a number or a code belongs there.".to_owned(),
            "5 fpe: merged-cells: The cells I5 to J6 are merged; every row and column of the table needs a cell of its own.".to_owned(),
            "6 headcount: missing: Headcount must be stated in every row.".to_owned(),
            "100001 headcount: fractional: Headcount counts persons: whole numbers only.".to_owned(),
            "100001 : duplicate-row: row 6 has the same org unit and codes; rows exclude each other.".to_owned(),
        ]);
    }

    async fn the_right_sheet_is_read_or_asked_for(world: World) {
        let add = |book: &mut Workbook, name: &str, hidden: bool, count: u32| {
            let sheet = book.add_worksheet();
            sheet.set_name(name)?.set_hidden(hidden);
            sheet.write_row(0, 0, HEADER.split(','))?;
            sheet.write_row(1, 0, ROW)?;
            sheet.write_number(1, 7, count)?;
            Ok::<(), XlsxError>(())
        };
        let named = written(|book| { add(book, "Old figures", false, 1)?; add(book, "Rows", false, 2) });
        let alone = written(|book| { add(book, "notes", false, 1)?; add(book, "Last year", true, 1)?; add(book, "Our figures", false, 2) });
        for file in [named, alone] {
            assert_eq!(put(&world, file).await["shown"]["totals"][0]["total"], 2);
        }
        let which = written(|book| { add(book, "One", false, 1)?; add(book, "Two", false, 1) });
        assert_eq!(violations(&refused(&world, XLSX, which).await),
            ["1 : which-sheet: There are 2 visible sheets (One, Two); name the one to be read \u{201c}rows\u{201d}."]);
        let empty = written(|book| book.add_worksheet().set_name("rows").map(|_| ()));
        assert_eq!(violations(&refused(&world, XLSX, empty).await),
            ["1 : empty-file: The sheet \u{201c}rows\u{201d} is empty; its first row names the columns."]);
        let headings = written(|book| book.add_worksheet().write_row(0, 0, ["org_unit", "colour"]).map(|_| ()));
        assert_eq!(refused(&world, XLSX, headings).await["violation_count"], 8);
    }

    async fn a_formula_without_its_result_is_named(world: World) {
        let file = tampered("xl/worksheets/sheet1.xml", |text| {
            text.replace("</row></sheetData>", "<c r=\"H2\"><f>SUM(A1:A2)</f></c></row></sheetData>")
        });
        assert_eq!(violations(&refused(&world, XLSX, file).await), [
            "2 headcount: formula-without-result: The formula's result is not stored in the file; open it in a spreadsheet program and save it, or enter the value.",
        ]);
    }

    async fn what_is_no_workbook_is_said(world: World) {
        let whole = sheet(|sheet| sheet.write_row(1, 0, ROW).map(|_| ()));
        let bomb = vec![b' '; 3_000_000];
        let entity = |text: String| text.replacen("<worksheet", "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><worksheet", 1);
        for (file, place, reason) in [
            (Vec::new(), "file", "it is empty"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest".to_vec(), "file", "it is a workbook of the older format (.xls) or one locked with a password; save it as .xlsx, without a password"),
            (b"<html><table><tr><td>1</td></tr></table></html>".to_vec(), "file", "it is HTML or XML under the name of a workbook; open it in a spreadsheet program and save it as .xlsx"),
            (sound(3).into_bytes(), "file", "it is not a workbook (.xlsx); if it is CSV, send it as text/csv"),
            (whole[..whole.len() / 2].to_vec(), "archive", "the file is cut off or damaged; save the workbook again"),
            (archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]), "file", "it is an OpenDocument file (.ods); save it as .xlsx"),
            (archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/media/bomb.bin", &bomb)]), "xl/media/bomb.bin", "it unpacks to more than 1048576 bytes, more than such a part may have"),
            (tampered("xl/worksheets/sheet1.xml", entity), "xl/worksheets/sheet1.xml", "it declares a document type or entities, which no workbook does"),
            (tampered("xl/worksheets/sheet1.xml", |text| text.replace("</worksheet>", "")), "rows", ""),
        ] {
            for request in [world.put(Persona::Lancaster, ROWS).if_match("*"), world.post(Persona::Lancaster, CHECK)] {
                let reply = request.body(XLSX, file.clone()).send().await;
                if reason.is_empty() {
                    // What follows the table is not needed; a workbook program would not mind either.
                    assert!([200, 400, 422].contains(&reply.status), "{}", reply.text());
                    continue;
                }
                assert_eq!(reply.problem(400), "malformed-body", "{place}");
                let detail = reply.json()["detail"].as_str().expect("a detail").to_owned();
                assert!(detail.contains(place) && detail.contains(reason), "{detail}, not {place}: {reason}");
            }
        }
    }

    async fn a_return_as_a_workbook_says_what_it_says_of_itself(world: World) {
        fill(&world, sound(5)).await;
        let remark = "=HYPERLINK(\"http://example.org\")";
        let submitted = world.submit(Persona::Lancaster, RETURN, json!({"remark": remark})).await.expect(200).json();
        let file = world.get(Persona::Lancaster, RETURN).header("accept", XLSX).send().await.expect(200);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"lancaster-headcount-2024-25-return.xlsx\"");
        let mut book = book_of(&file.body);
        assert_eq!(book.sheet_names(), ["return", "rows", "checks"]);
        let formulas = book.worksheet_formula("return").expect("the sheet");
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "no text is run");
        let about = sheet_of(&file.body, "return");
        let said = |label: &str| about.iter().find(|row| row[0] == label).map(|row| row[1].clone());
        for (label, wanted) in [
            ("Institution", "lancaster"), ("Dataset", "headcount"), ("Year", "2024-25"), ("State", "submitted"), ("Revision", "1"),
            ("Provenance", "returned"), ("Remark", remark), ("Rows", "5"),
        ] {
            assert_eq!(said(label).as_deref(), Some(wanted), "{label}: {about:#?}");
        }
        let totals = submitted["shown"]["totals"].as_array().expect("totals");
        for total in totals {
            let line = about.iter().find(|row| row[0] == total["measure"]).expect("the measure");
            assert_eq!(line[1..3], [total["unit"].as_str().expect("a unit").to_owned(), total["total"].to_string()]);
        }
        assert_eq!(sheet_of(&file.body, "rows").len(), 6);
        let checks = sheet_of(&file.body, "checks");
        match submitted["checks"].as_array().filter(|checks| !checks.is_empty()) {
            Some(found) => assert_eq!(checks.len(), found.len() + 3, "{checks:#?}"),
            None => assert_eq!(checks[2][0], "The checks found nothing to report in this version."),
        }
        // What was submitted as a workbook loads back as it is: its own sheets are known.
        let again = world.post(Persona::Lancaster, CHECK).body(XLSX, file.body).send().await.expect(200);
        assert_eq!(again.json()["shown"]["rows"], 5);
    }
}
