//! Workbooks good and bad, read by the columns of a dataset.

use super::read::read_table;
use crate::domain::column_mappings::Translation;
use crate::domain::datasets::{Dataset, HEADCOUNT_ETHNICITY};
use crate::fault::{Fault, Result, Violation};
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

static DATASET: &Dataset = &HEADCOUNT_ETHNICITY;
const HEADER: [&str; 3] = ["org_unit", "ethnicity", "headcount"];

#[derive(Debug, Default, PartialEq)]
struct Read {
    rows: Vec<(u64, Vec<Option<String>>)>,
    faults: Vec<Violation>,
}

fn read(bytes: &[u8]) -> Result<Read> {
    let mut read = Read::default();
    let columns = Translation::none(DATASET);
    read_table(Cursor::new(bytes), &columns, |_, row, cells| {
        match cells {
            Ok(cells) => {
                let cells = cells.into_iter().map(|cell| cell.map(Cow::into_owned));
                read.rows.push((row, cells.collect()));
            }
            Err(violation) => read.faults.push(violation),
        }
        Ok(())
    })?;
    Ok(read)
}

fn book(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).expect("a workbook");
    book.save_to_buffer().expect("a file")
}

fn sheet(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    book(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, HEADER)?;
        fill(sheet)
    })
}

fn row(number: u64, cells: [&str; 3]) -> (u64, Vec<Option<String>>) {
    let cells = cells.map(|cell| (!cell.is_empty()).then(|| cell.to_owned()));
    (number, cells.to_vec())
}

fn fault(row: u64, column: &str, code: &'static str) -> (u64, String, &'static str) {
    (row, column.to_owned(), code)
}

fn faults(violations: &[Violation]) -> Vec<(u64, String, &'static str)> {
    violations
        .iter()
        .map(|violation| match &violation.place {
            crate::fault::Place::Cell { row, column } => (*row, column.clone(), violation.code),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn refused(bytes: &[u8]) -> (String, String) {
    match read(bytes) {
        Err(Fault::MalformedBody { place, reason }) => (place, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn cells_become_texts() {
    let bytes = sheet(|sheet| {
        sheet.write_row(2, 0, [" institution ", "white"])?;
        sheet.write_number(2, 2, 11.5)?;
        sheet.write_row(3, 0, ["institution", "black"])?;
        sheet.write_formula(
            3,
            2,
            Formula::new("=0.1+0.2").set_result("0.30000000000000004"),
        )?;
        sheet.write_row(4, 0, ["  ", ""])?;
        sheet.write_blank(100_000, 2, &Format::new().set_bold())?;
        sheet.write_row(100_001, 0, ["institution", "asian", "7"])?;
        Ok(())
    });
    let read = read(&bytes).expect("it is read");
    assert_eq!(faults(&read.faults), []);
    assert_eq!(
        read.rows,
        [
            row(3, ["institution", "white", "11.5"]),
            row(4, ["institution", "black", "0.3"]),
            row(100_002, ["institution", "asian", "7"]),
        ]
    );
}

#[test]
fn columns_may_stand_in_any_order_with_room_between() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(1, 1, ["Headcount", "", "ETHNICITY", "org_unit"])?;
        sheet.write_row(2, 1, ["4", "", "white", "institution"])?;
        sheet.write_string(3, 2, "a remark")?;
        Ok(())
    });
    let read = read(&bytes).expect("it is read");
    assert_eq!(read.rows, [row(3, ["institution", "white", "4"])]);
    assert_eq!(
        faults(&read.faults),
        [fault(4, "C", "cell-without-heading")]
    );
}

#[test]
fn cells_that_hold_no_number_and_no_code_are_named() {
    let bytes = sheet(|sheet| {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_row(1, 0, ["institution", "white"])?;
        sheet.write_number_with_format(1, 2, 45_000.0, &date)?;
        sheet.write_boolean(2, 2, true)?;
        sheet.write_formula(3, 2, Formula::new("=NA()").set_result("#N/A"))?;
        sheet.merge_range(4, 0, 5, 1, "institution", &Format::new())?;
        sheet.merge_range(7, 5, 8, 6, "", &Format::new())?;
        Ok(())
    });
    let read = read(&bytes).expect("it is read");
    assert_eq!(
        faults(&read.faults),
        [
            fault(2, "headcount", "date-in-cell"),
            fault(3, "headcount", "boolean-in-cell"),
            fault(4, "headcount", "error-in-cell"),
            fault(5, "org_unit", "merged-cells"),
        ]
    );
    assert!(
        read.faults
            .iter()
            .any(|violation| violation.message.contains("A5 to B6")),
        "{read:?}"
    );
}

#[test]
fn the_sheet_named_rows_is_read_and_hidden_ones_are_not() {
    let fill = |book: &mut Workbook, name: &str, hidden: bool, count: &str| {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?.set_hidden(hidden);
        sheet.write_row(0, 0, HEADER)?;
        sheet.write_row(1, 0, ["institution", "white", count])?;
        Ok::<_, XlsxError>(())
    };
    let named = book(|book| {
        fill(book, "Other", false, "1")?;
        fill(book, "ROWS", false, "2")
    });
    let alone = book(|book| {
        fill(book, "codes", false, "1")?;
        fill(book, "Old", true, "1")?;
        fill(book, "Mine", false, "2")
    });
    for bytes in [named, alone] {
        assert_eq!(
            read(&bytes).expect("it is read").rows,
            [row(2, ["institution", "white", "2"])]
        );
    }
    let both = book(|book| {
        fill(book, "One", false, "1")?;
        fill(book, "Two", false, "2")
    });
    match read(&both) {
        Err(Fault::InvalidRows {
            violations,
            total: 1,
        }) => {
            assert_eq!(faults(&violations), [fault(1, "", "which-sheet")]);
            let said = "There are 2 visible sheets (One, Two); name the one to be read \u{201c}rows\u{201d}.";
            assert_eq!(
                violations
                    .first()
                    .map(|violation| violation.message.as_str()),
                Some(said)
            );
        }
        other => panic!("{other:?}"),
    }
}

/// A workbook of our own making: its parts, each packed.
fn parts(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="rows" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const SHEETS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn raw(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", SHEETS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    all.extend_from_slice(more);
    parts(&all)
}

fn raw_rows(rows: &str) -> String {
    let header = HEADER.map(|name| format!("<c t=\"inlineStr\"><is><t>{name}</t></is></c>"));
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">{}</row>{rows}</sheetData></worksheet>",
        header.join("")
    )
}

#[test]
fn a_formula_without_a_stored_result_is_named() {
    let sheet = raw_rows(
        "<row r=\"2\"><c r=\"C2\"><f>SUM(A1:A9)</f></c></row><row r=\"3\"><c r=\"C3\"><f>1+1</f><v>2</v></c></row>",
    );
    let read = read(&raw(sheet.as_bytes(), &[])).expect("it is read");
    assert_eq!(
        faults(&read.faults),
        [fault(2, "headcount", "formula-without-result")]
    );
    assert_eq!(read.rows, [row(3, ["", "", "2"])]);
}

#[test]
fn files_that_are_no_workbooks_are_recognised() {
    let whole = sheet(|_| Ok(()));
    let half = whole.get(..whole.len() / 2).expect("half");
    for (bytes, said) in [
        (&b""[..], "it is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older format (.xls)"),
        (b"<html><table>", "HTML or XML"),
        (b"%PDF-1.7", "PDF"),
        (b"org_unit,sex\r\n", "send it as text/csv"),
        (b"\x00\x01", "not a workbook"),
        (half, "cut off"),
        (
            &parts(&[(
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet",
            )]),
            ".ods",
        ),
        (&parts(&[("xl/workbook.bin", b"")]), ".xlsb"),
        (&parts(&[("word/document.xml", b"<w/>")]), "document"),
        (&parts(&[("readme.txt", b"")]), "not a workbook"),
        (&parts(&[("[Content_Types].xml", TYPES)]), "damaged"),
    ] {
        let (place, reason) = refused(bytes);
        assert!(reason.contains(said), "{place}: {reason}, not {said}");
    }
}

#[test]
fn bombs_and_entities_are_refused() {
    let plenty = vec![b' '; 2 * 1024 * 1024];
    let spaced = raw_rows("").replace("<row", &format!("{}<row", "<!-- -->".repeat(200_000)));
    let entity = raw_rows("").replace(
        "<worksheet",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><worksheet",
    );
    let texts = format!("<sst>{}</sst>", "<si><t/></si>".repeat(1_000_001));
    let far = raw_rows("<row r=\"2\"><c r=\"ZZZZZZZ2\"><v>1</v></c></row>");
    let back = raw_rows(
        "<row r=\"3\"><c r=\"A3\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>",
    );
    for (bytes, at, said) in [
        (
            raw(raw_rows("").as_bytes(), &[("xl/media/image1.png", &plenty)]),
            "xl/media/image1.png",
            "unpacks to more",
        ),
        (
            raw(spaced.as_bytes(), &[]),
            "xl/worksheets/sheet1.xml",
            "unpacks to more",
        ),
        (
            raw(entity.as_bytes(), &[]),
            "xl/worksheets/sheet1.xml",
            "declares a document type",
        ),
        (
            raw(raw_rows("").as_bytes(), &[("xl/x.xml", texts.as_bytes())]),
            "xl/x.xml",
            "unpacks to more",
        ),
        (
            raw(far.as_bytes(), &[]),
            "xl/worksheets/sheet1.xml",
            "no place on a sheet",
        ),
        (raw(back.as_bytes(), &[]), "rows, row 2", "not in order"),
    ] {
        let (place, reason) = refused(&bytes);
        assert!(
            place == at && reason.contains(said),
            "{place}: {reason}, not {said}"
        );
    }
    let names: Vec<String> = (0..1_001)
        .map(|number| format!("xl/{number}.xml"))
        .collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&parts(&many)).0, "archive");
}
