//! The connection cut, two hundred times, within every tenth of the body: the former draft stands, to the last row.

use super::wire::Wire;
use crate::chance::Chance;
use crate::headcount::{ROWS, codes, csv, fill, sound, standing};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write as _;
use tests::on_both_engines;

/// How often the connection is cut.
const CUTS: usize = 200;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).expect("memory");
    packed.finish().expect("memory")
}

/// The same 1,500 rows in each form a file may have: its header lines and its bytes.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let text = sound(1_500);
    let rows: Vec<_> = (0..1_500)
        .map(|number| {
            let codes = codes(number);
            let codes: Vec<&str> = codes.split(',').collect();
            json!({"org_unit": "institution", "job_family": codes[0], "grade": codes[1], "sex": codes[2], "age_band": codes[3],
                "terms": codes[4], "mode": codes[5], "headcount": number % 7 + 1})
        })
        .collect();
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    vec![
        ("Content-Type: text/csv\r\n", text.clone().into_bytes()),
        (
            "Content-Type: application/json\r\n",
            json!({"rows": rows}).to_string().into_bytes(),
        ),
        ("Content-Type: application/x-ndjson\r\n", lines.into_bytes()),
        (
            "Content-Type: text/csv\r\nContent-Encoding: gzip\r\n",
            gzip(text.as_bytes()),
        ),
        (
            "Content-Type: text/csv\r\nContent-Encoding: zstd\r\n",
            zstd::encode_all(text.as_bytes(), 1).expect("memory"),
        ),
    ]
}

on_both_engines! {
    async fn a_cut_within_any_tenth_of_the_body_leaves_the_former_draft(world: World) {
        fill(&world, sound(3)).await;
        let before = (standing(&world).await, csv(&world, "").await);
        let forms = forms();
        let mut chance = Chance::new();
        for cut in 0..CUTS {
            let (kind, body) = &forms[cut % forms.len()];
            let tenth = body.len() / 10;
            let place = (cut / forms.len() % 10) * tenth + chance.below(tenth);
            // Half of them say how long the body is; the others send it in chunks and never the last one.
            let framing = if chance.below(2) == 0 {
                format!("{kind}Content-Length: {}\r\n", body.len())
            } else {
                format!("{kind}Transfer-Encoding: chunked\r\n")
            };
            let mut wire = Wire::head(&world, ROWS, "\"1\"", &framing).await;
            if framing.contains("chunked") {
                wire.send(format!("{:x}\r\n", body.len()).as_bytes()).await;
            }
            wire.send(&body[..place]).await;
            let said = wire.break_off().await;
            assert!(!said.contains("HTTP/1.1 20"), "{chance:?}, {cut}: {said}");
            let after = (standing(&world).await, csv(&world, "").await);
            assert_eq!(after, before, "{chance:?}, {cut}: cut at {place} of {}", body.len());
        }
        // The same bodies to their end are taken, so it was the cut.
        for (kind, body) in &forms {
            let framing = format!("{kind}Content-Length: {}\r\n", body.len());
            let mut wire = Wire::head(&world, ROWS, "*", &framing).await;
            wire.send(body).await;
            let (status, answer) = wire.answer().await;
            assert_eq!((status, &answer["shown"]["rows"]), (200, &json!(1_500)), "{kind}");
        }
    }
}
