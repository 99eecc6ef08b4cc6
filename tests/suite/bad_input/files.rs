//! Files whose shape is wrong, or only looks so.

use crate::headcount::{HEADER, RETURN, csv, file, fill, line, refused, sound, violations};
use serde_json::json;
use tests::{Persona, on_both_engines};

fn no_such_column() -> String {
    format!(
        "unknown-column: There is no such column; the columns are {}.",
        HEADER.replace(',', ", ")
    )
}

on_both_engines! {
    async fn columns_that_cannot_be_are_told_together(world: World) {
        let header = "org_unit,job_family,colour,sex,age_band,terms,mode,headcount,sex,";
        let text = format!("{header}\ninstitution,laboratory,red,male,26-30,open-ended,full-time,-1,male,\n");
        assert_eq!(violations(&refused(&world, "text/csv", text).await), [
            format!("1 colour: {}", no_such_column()),
            "1 sex: repeated-column: The column stands there twice.".to_owned(),
            format!("1 : {}", no_such_column()),
            "1 grade: missing-column: The file must have this column.".to_owned(),
        ]);
        let answer = refused(&world, "text/csv", "org_unit,fte,fpe\n").await;
        let missing = ["job_family", "grade", "sex", "age_band", "terms", "mode", "headcount"];
        assert_eq!(violations(&answer), missing.map(|name| format!("1 {name}: missing-column: The file must have this column.")));
        assert_eq!((answer["violation_count"].clone(), answer["detail"].clone()), (json!(7), json!("7 faults.")));
    }

    async fn a_header_of_far_too_many_columns_is_told_in_a_thousand(world: World) {
        let answer = refused(&world, "text/csv", "x,".repeat(200_000)).await;
        // The last one has no name, and eight that must be there are not.
        assert_eq!(answer["violation_count"], 200_009);
        assert_eq!(violations(&answer), vec![format!("1 x: {}", no_such_column()); 1_000]);
    }

    async fn an_empty_file_is_no_file_of_no_rows(world: World) {
        fill(&world, sound(2)).await;
        for empty in ["", "\u{feff}", "\n", "\r\n\r\n"] {
            let answer = refused(&world, "text/csv", empty).await;
            assert_eq!(violations(&answer), ["1 : empty-file: The file is empty; its first row names the columns."], "{empty:?}");
            assert_eq!(answer["detail"], "1 fault.");
        }
        // A header alone is a file of no rows: a draft, but nothing to submit.
        let put = fill(&world, file(Vec::<String>::new())).await.json();
        assert_eq!((put["state"].clone(), put["shown"]["rows"].clone()), (json!("draft"), json!(0)));
        let submit = world.post(Persona::Lancaster, &format!("{RETURN}/submit")).if_match("*").json(&json!({})).send().await;
        assert_eq!(submit.problem(409), "wrong-state");
        assert_eq!(submit.json()["detail"], "It is a draft without rows; this needs it to be a draft with at least one row, or a nil return.");
    }

    async fn what_spreadsheets_write_is_read(world: World) {
        fill(&world, sound(3)).await;
        let expected = csv(&world, "").await;
        let plain = sound(3);
        let variants = [
            ("byte order mark", format!("\u{feff}{plain}")),
            ("CRLF", plain.replace('\n', "\r\n")),
            ("CR", plain.replace('\n', "\r")),
            ("no final line end", plain.trim_end().to_owned()),
            ("all of it", format!("\u{feff}{}", plain.trim_end().replace('\n', "\r\n"))),
            ("rows without text", format!("{plain},,,,,,,,,\n\n   ,,,,,,,,,\n")),
            ("quotes", plain.replace("institution", "\"institution\"")),
            ("blanks", plain.replace("institution,", " institution , ").replace("org_unit", "  Org_Unit ")),
        ];
        for (what, text) in variants {
            fill(&world, file([line(7)])).await;
            fill(&world, text).await;
            assert_eq!(csv(&world, "").await, expected, "{what}");
        }
    }

    async fn another_delimiter_is_recognised_and_named(world: World) {
        for (delimiter, name, shown) in [(";", "semicolons", "';'"), ("\t", "tabs", "'\\t'"), ("|", "bars", "'|'")] {
            let answer = refused(&world, "text/csv", sound(2).replace(',', delimiter)).await;
            assert_eq!(violations(&answer), [
                format!("1 : wrong-delimiter: The columns are parted by {name} ({shown}); save the file with commas.")
            ]);
        }
    }

    async fn rows_have_as_many_cells_as_the_header(world: World) {
        let lines = [line(0), line(3).replace(",full-time", ""), format!("{},", line(2)), "institution".to_owned(), line(4)];
        assert_eq!(violations(&refused(&world, "text/csv", file(lines)).await), [
            "3 : wrong-number-of-cells: The row has 9 cells, the header 10.",
            "4 : wrong-number-of-cells: The row has 11 cells, the header 10.",
            "5 : wrong-number-of-cells: The row has 1 cells, the header 10.",
        ]);
        // An open quote swallows the rest of the file; that must not pass for one cell.
        let open = file([line(0), line(1).replacen("institution", "\"institution", 1), line(2)]);
        assert_eq!(violations(&refused(&world, "text/csv", open).await), [
            "3 : wrong-number-of-cells: The row has 1 cells, the header 10."
        ]);
    }

    async fn another_encoding_is_told_not_guessed(world: World) {
        let message = "not-utf-8: The cell is not UTF-8; save the file as \u{201c}CSV UTF-8\u{201d}.";
        let mut latin = file([line(0)]).into_bytes();
        latin.extend_from_slice(b"Universit\xe9,");
        latin.extend_from_slice(&line(1).as_bytes()["institution,".len()..]);
        assert_eq!(violations(&refused(&world, "text/csv", latin).await), [format!("3 org_unit: {message}")]);
        let header = [b"org\xe9unit".as_slice(), &HEADER.as_bytes()["org_unit".len()..]].concat();
        assert_eq!(violations(&refused(&world, "text/csv", header).await), [
            format!("1 org\u{fffd}unit: {}", no_such_column()),
            "1 org_unit: missing-column: The file must have this column.".to_owned(),
        ]);
        // What spreadsheets call "Unicode text": UTF-16.
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(sound(1).encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let answer = world.put(Persona::Lancaster, crate::headcount::ROWS).if_match("*").csv(wide).send().await;
        assert_eq!(answer.problem(422), "invalid-rows");
        assert_eq!(answer.violation_codes().last().map(String::as_str), Some("missing-column"));
    }

    async fn a_fault_at_the_end_of_a_large_file_stores_none_of_it(world: World) {
        fill(&world, sound(2)).await;
        let mut lines: Vec<String> = (0..3_000).map(line).collect();
        lines.push("institution,laboratory".to_owned());
        assert_eq!(violations(&refused(&world, "text/csv", file(lines)).await), [
            "3002 : wrong-number-of-cells: The row has 2 cells, the header 10."
        ]);
        fill(&world, sound(3_000)).await;
        assert_eq!(csv(&world, "").await.replace("\r\n", "\n"), sorted(&sound(3_000)));
    }
}

/// The same file with its rows in the order they are read back in.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.sort_unstable();
    file(lines)
}
