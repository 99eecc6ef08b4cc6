//! Cells and rows that cannot be: what is said of each.

use crate::headcount::{
    CHECK, RETURN, codes, csv, file, fill, org_unit, refused, row, sound, violations,
};
use serde_json::{Value, json};
use tests::{Persona, on_both_engines};

/// What a file of lines is told.
macro_rules! told {
    ($world:expr, $lines:expr) => {
        violations(&refused(&$world, "text/csv", file($lines)).await)
    };
}

on_both_engines! {
    async fn figures_that_are_none_are_told_with_their_place(world: World) {
        fill(&world, sound(2)).await;
        let long = "9".repeat(80);
        let shown = format!("{}\u{2026}", "9".repeat(59));
        let cases: [(&str, &str, &str, String); 22] = [
            ("", "headcount", "missing", "Headcount must be stated in every row.".to_owned()),
            ("  ", "headcount", "missing", "Headcount must be stated in every row.".to_owned()),
            ("-5", "headcount", "negative", "Headcount cannot be negative.".to_owned()),
            ("\u{2212}5", "headcount", "negative", "Headcount cannot be negative.".to_owned()),
            ("11.5", "headcount", "fractional", "Headcount counts persons: whole numbers only.".to_owned()),
            ("11.555", "headcount", "fractional", "Headcount counts persons: whole numbers only.".to_owned()),
            ("<5", "headcount", "not-exact", "\u{201c}<5\u{201d} is not a figure: exact counts are recorded here, rounding comes later.".to_owned()),
            ("~5", "headcount", "not-exact", "\u{201c}~5\u{201d} is not a figure: exact counts are recorded here, rounding comes later.".to_owned()),
            ("\"1,234\"", "headcount", "thousands-separator", "\u{201c}1,234\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            ("1 234", "headcount", "thousands-separator", "\u{201c}1 234\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            ("1\u{a0}234", "headcount", "thousands-separator", "\u{201c}1\u{a0}234\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            ("1\u{202f}234", "headcount", "thousands-separator", "\u{201c}1\u{202f}234\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            ("1'234", "headcount", "thousands-separator", "\u{201c}1'234\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            ("1e3", "headcount", "not-a-number", "\u{201c}1e3\u{201d} is not a number in plain digits.".to_owned()),
            ("NaN", "headcount", "not-a-number", "\u{201c}NaN\u{201d} is not a number in plain digits.".to_owned()),
            ("inf", "headcount", "not-a-number", "\u{201c}inf\u{201d} is not a number in plain digits.".to_owned()),
            ("0x10", "headcount", "not-a-number", "\u{201c}0x10\u{201d} is not a number in plain digits.".to_owned()),
            ("\u{661}\u{662}", "headcount", "not-a-number", "\u{201c}\u{661}\u{662}\u{201d} is not a number in plain digits.".to_owned()),
            ("1\u{0}", "headcount", "not-a-number", "\u{201c}1\u{0}\u{201d} is not a number in plain digits.".to_owned()),
            ("..", "headcount", "not-a-number", "\u{201c}..\u{201d} is not a number in plain digits.".to_owned()),
            ("100000001", "headcount", "too-large", "At most 100000000 is taken.".to_owned()),
            (long.as_str(), "headcount", "too-large", "At most 100000000 is taken.".to_owned()),
        ];
        let lines = cases.iter().enumerate().map(|(number, case)| format!("institution,{},{},,", codes(number), case.0));
        let expected: Vec<String> =
            cases.iter().zip(2..).map(|((_, column, code, message), row)| format!("{row} {column}: {code}: {message}")).collect();
        assert_eq!(told!(world, lines), expected);

        let equivalents = [
            (",-0.5", "fte", "negative: Full-time equivalent cannot be negative.".to_owned()),
            (",0.125", "fte", "too-precise: \u{201c}0.125\u{201d} has more than two decimals.".to_owned()),
            ("\"0,5\",", "fpe", "thousands-separator: \u{201c}0,5\u{201d}: write figures without separators, and decimals with a full stop.".to_owned()),
            (",n/a", "fte", "not-a-number: \u{201c}n/a\u{201d} is not a number in plain digits.".to_owned()),
            (&*format!("x{long},"), "fpe", format!("not-a-number: \u{201c}x{}\u{201d} is not a number in plain digits.", &shown[1..])),
        ];
        let lines = equivalents.iter().enumerate().map(|(number, case)| format!("institution,{},1,{}", codes(number), case.0));
        let expected: Vec<String> =
            equivalents.iter().zip(2..).map(|((_, column, said), row)| format!("{row} {column}: {said}")).collect();
        assert_eq!(told!(world, lines), expected);
    }

    async fn figures_that_are_sound_are_taken_as_they_are_meant(world: World) {
        let texts = ["5.0", "5.00", " 5 ", "05", "-0", "100000000", "0"];
        fill(&world, file(texts.iter().enumerate().map(|(number, text)| format!("institution,{},{text},,0.500", codes(number))))).await;
        let read: Vec<String> = csv(&world, "").await.lines().skip(1).map(|line| line.rsplit(',').take(3).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(read, ["0.5  5", "0.5  5", "0.5  5", "0.5  5", "0.5  0", "0.5  100000000", "0.5  0"]);
    }

    async fn equivalents_exceed_headcount_by_a_tenth_and_one_at_most(world: World) {
        // 10 persons: 10 + 1 + 1 = 12; none: 1; 3: 3 + 0.3 + 1 = 4.3.
        let within = [(10, "12", "12.00"), (0, "1", "1"), (3, "4.3", "4.30")];
        fill(&world, file(within.iter().enumerate().map(|(number, (persons, fpe, fte))| {
            format!("institution,{},{persons},{fpe},{fte}", codes(number))
        }))).await;
        let over = [(10, "12.01", "12"), (10, "12", "12.01"), (0, "1", "1.01"), (3, "4.31", "4.31")];
        let lines = over.iter().enumerate().map(|(number, (persons, fpe, fte))| {
            format!("institution,{},{persons},{fpe},{fte}", codes(number))
        });
        let fpe = "fpe-over-headcount: FPE may exceed headcount by at most a tenth and one whole equivalent.";
        let fte = "fte-over-headcount: FTE may exceed headcount by at most a tenth and one whole equivalent.";
        assert_eq!(told!(world, lines), [
            format!("2 fpe: {fpe}"), format!("3 fte: {fte}"), format!("4 fte: {fte}"), format!("5 fpe: {fpe}"), format!("5 fte: {fte}"),
        ]);
    }

    async fn codes_and_units_that_are_none_are_told(world: World) {
        let unit = org_unit(&world, "physics").await;
        let lines = [
            ",laboratory,C1,male,26-30,open-ended,full-time,1,,",
            "chemistry,laboratory,C1,male,26-30,open-ended,full-time,1,,",
            "Institution,laboratory,C1,male,26-30,open-ended,full-time,1,,",
            "institution,,C1,male,26-30,open-ended,full-time,1,,",
            "institution,soc2010-3,C1,male,26-30,open-ended,full-time,1,,",
            "institution,laboratory,C9,Male,26-30,,full-time,1,,",
            "institution,=1+1,C1,male,26-30,open-ended,full-time,1,,",
            "institution,lab\u{0}oratory,C1,male,26-30,open-ended,full-time,1,,",
            "physics,laboratory,C1,male,26-30,open-ended,full-time,1,,",
        ];
        let expected = [
            "2 org_unit: missing: Every row names its org unit; `institution` stands for the whole institution.",
            "3 org_unit: unknown-org-unit: \u{201c}chemistry\u{201d} is not an org unit of this institution.",
            "4 org_unit: unknown-org-unit: \u{201c}Institution\u{201d} is not an org unit of this institution.",
            "5 job_family: missing: Every row states its job family; `not-known` where the source does not know.",
            "6 job_family: code-not-valid-in-year: The code soc2010-3 of job-family may not be used in 2024-25.",
            "7 grade: unknown-code: \u{201c}C9\u{201d} is not in the code list grade.",
            "7 sex: unknown-code: \u{201c}Male\u{201d} is not in the code list sex.",
            "7 terms: missing: Every row states its terms of employment; `not-known` where the source does not know.",
            "8 job_family: unknown-code: \u{201c}=1+1\u{201d} is not in the code list job-family.",
            "9 job_family: unknown-code: \u{201c}lab\u{0}oratory\u{201d} is not in the code list job-family.",
        ];
        assert_eq!(told!(world, lines), expected);
        // In its years the code is taken.
        let former = "/v1/institutions/lancaster/returns/headcount/2022-23/rows:check";
        let checked = world.post(Persona::Lancaster, former).csv(file([lines[4]])).send().await.expect(200);
        assert_eq!(checked.json()["shown"]["rows"], 1);
        // Closed the day before the census of 1 December 2024: gone from 2024-25, still there in 2023-24.
        let closing = json!({"closed_on": "2024-11-30"});
        world.post(Persona::Lancaster, &format!("{unit}/close")).if_match("*").json(&closing).send().await.expect(200);
        assert_eq!(told!(world, [lines[8]]), ["2 org_unit: org-unit-closed: \u{201c}physics\u{201d} was closed before the census of 2024-25."]);
        let earlier = "/v1/institutions/lancaster/returns/headcount/2023-24/rows:check";
        world.post(Persona::Lancaster, earlier).csv(file([lines[8]])).send().await.expect(200);
    }

    async fn rows_exclude_each_other(world: World) {
        let line = |headcount: u8| format!("institution,laboratory,C1,male,26-30,open-ended,full-time,{headcount},,");
        let other = "institution,laboratory,C1,female,26-30,open-ended,full-time,1,,".to_owned();
        let again = "has the same org unit and codes; rows exclude each other.";
        assert_eq!(told!(world, [line(1), other.clone(), line(1), line(2)]), [
            format!("4 : duplicate-row: row 2 {again}"), format!("5 : duplicate-row: row 2 {again}"),
        ]);
        let rows = json!({"rows": [row("male", 1), row("female", 1), row("male", 3)]});
        let answer = refused(&world, "application/json", rows.to_string()).await;
        assert_eq!(violations(&answer), [format!("/rows/2: duplicate-row: /rows/0 {again}")]);
        // The same in two files is no fault: the second merges.
        fill(&world, file([line(1), other])).await;
        world.patch(Persona::Lancaster, &format!("{RETURN}/rows")).if_match("*").csv(file([line(4)])).send().await.expect(200);
    }

    async fn every_fault_of_a_file_is_told_in_its_place(world: World) {
        let good = |number: usize| crate::headcount::line(number);
        let mut lines: Vec<String> = (0..1_000).map(good).collect();
        lines[0] = format!("nowhere,{},-1,,x", codes(0));
        lines[999] = format!("institution,{},<5,,", codes(999));
        assert_eq!(told!(world, lines), [
            "2 org_unit: unknown-org-unit: \u{201c}nowhere\u{201d} is not an org unit of this institution.",
            "2 headcount: negative: Headcount cannot be negative.",
            "2 fte: not-a-number: \u{201c}x\u{201d} is not a number in plain digits.",
            "1001 headcount: not-exact: \u{201c}<5\u{201d} is not a figure: exact counts are recorded here, rounding comes later.",
        ]);
    }

    async fn a_row_is_counted_as_a_spreadsheet_shows_it(world: World) {
        let bad = format!("institution,{},-1,,", codes(9));
        let negative = "headcount: negative: Headcount cannot be negative.";
        for end in ["\n", "\r\n", "\r"] {
            // Empty rows are rows on the sheet; so is one of nothing but commas; a line end within quotes is none.
            let lines = [crate::headcount::HEADER, "", &crate::headcount::line(0), "", "", ",,,,,,,,,", &bad];
            let text = lines.join(end);
            assert_eq!(violations(&refused(&world, "text/csv", text).await), [format!("7 {negative}")], "{end:?}");
            let quoted = format!("{}{end}\"insti{end}tution\",{},1,,{end}{bad}", crate::headcount::HEADER, codes(1));
            let answer = violations(&refused(&world, "text/csv", quoted).await);
            assert_eq!((answer.len(), &answer[1]), (2, &format!("3 {negative}")), "{end:?}");
        }
    }

    async fn a_thousand_faults_are_listed_and_all_are_counted(world: World) {
        fill(&world, sound(2)).await;
        let lines = (0..1_500).map(|number| format!("institution,{},-1,,", codes(number)));
        let answer = refused(&world, "text/csv", file(lines)).await;
        assert_eq!(answer["violation_count"], 1_500);
        assert_eq!(answer["detail"], "1500 faults, of which the first 1000 are listed.");
        let listed = answer["violations"].as_array().expect("violations").clone();
        let rows: Vec<u64> = listed.iter().filter_map(|violation| violation["row"].as_u64()).collect();
        assert_eq!(rows, (2..=1_001).collect::<Vec<u64>>());
        assert_eq!(listed[999], json!({"row": 1_001, "column": "headcount", "code": "negative", "message": "Headcount cannot be negative."}));
        // As many as are listed: nothing is left out, and the words say so.
        let lines = (0..1_000).map(|number| format!("institution,{},-1,,", codes(number)));
        let answer = refused(&world, "text/csv", file(lines)).await;
        assert_eq!((answer["violation_count"].clone(), answer["detail"].clone()), (json!(1_000), json!("1000 faults.")));
        let rows: Vec<Value> = (0..1_200).map(|_| json!({})).collect();
        let answer = refused(&world, "application/json", json!({"rows": rows}).to_string()).await;
        assert_eq!((answer["violation_count"].clone(), answer["violations"][8]["pointer"].clone()), (json!(9_600), json!("/rows/1/org_unit")));
    }

    async fn members_of_json_are_told_by_pointer(world: World) {
        let mut strange = row("male", 1);
        strange["colour"] = json!("red");
        strange["a/b~c"] = json!(1);
        let mut shapes = row("female", 1);
        shapes["sex"] = json!(["female"]);
        shapes["fte"] = json!(true);
        let mut figures = row("other", 1);
        figures["headcount"] = json!(11.5);
        figures["fte"] = json!("1\u{0}");
        figures["org_unit"] = json!("a\u{0}b");
        let rows = json!({"rows": [strange, shapes, figures, [1], null]});
        let columns = crate::headcount::HEADER.replace(',', ", ");
        assert_eq!(violations(&refused(&world, "application/json", rows.to_string()).await), [
            format!("/rows/0/colour: unknown-column: There is no such column; the columns are {columns}."),
            format!("/rows/0/a~1b~0c: unknown-column: There is no such column; the columns are {columns}."),
            "/rows/1/sex: wrong-shape: A cell is a text, a number or null.".to_owned(),
            "/rows/1/fte: wrong-shape: A cell is a text, a number or null.".to_owned(),
            "/rows/2/org_unit: unknown-org-unit: \u{201c}a\u{0}b\u{201d} is not an org unit of this institution.".to_owned(),
            "/rows/2/headcount: fractional: Headcount counts persons: whole numbers only.".to_owned(),
            "/rows/2/fte: not-a-number: \u{201c}1\u{0}\u{201d} is not a number in plain digits.".to_owned(),
            "/rows/3: wrong-shape: A row is an object with a member for each column.".to_owned(),
            "/rows/4: wrong-shape: A row is an object with a member for each column.".to_owned(),
        ]);
    }

    async fn numbers_of_json_are_taken_by_their_value(world: World) {
        let text = |number: &str| {
            row("male", 1).to_string().replace("\"headcount\":1,", &format!("\"headcount\":{number},"))
        };
        for number in ["5", "5.0", "1e3", "1E+2", "0", "-0", "100000000"] {
            let body = format!("{{\"rows\":[{}]}}", text(number));
            let checked = world.post(Persona::Lancaster, CHECK).body("application/json", body).send().await;
            assert_eq!(checked.expect(200).json()["shown"]["rows"], 1, "{number}");
        }
        for (number, code) in [
            ("-5", "negative"), ("5.5", "fractional"), ("1e-3", "fractional"), ("100000001", "too-large"), ("1e20", "too-large"),
            ("1e300", "too-large"), ("18446744073709551616", "too-large"), ("99999999999999999999999999", "too-large"),
        ] {
            let answer = refused(&world, "application/json", format!("{{\"rows\":[{}]}}", text(number))).await;
            assert_eq!((&answer["violations"][0]["pointer"], &answer["violations"][0]["code"]), (&json!("/rows/0/headcount"), &json!(code)), "{number}");
        }
    }
}
