//! Bodies that are too large, bodies that break off, and two at once: a draft is changed as a whole or not at all.

use super::wire::Wire;
use crate::headcount::{ROWS, csv, file, fill, line, row, sound, standing};
use serde_json::json;
use tests::{Persona, on_both_engines};

/// Most bytes of an upload.
const MOST: usize = 52_428_800;

fn too_large() -> (u16, serde_json::Value) {
    (
        413,
        json!({
            "type": "/problems/body-too-large", "title": "The body is too large", "status": 413,
            "detail": "At most 52428800 bytes are taken here.", "instance": ROWS, "code": "body-too-large",
        }),
    )
}

on_both_engines! {
    async fn an_upload_may_have_fifty_mebibytes_and_no_more(world: World) {
        let text = sound(2).into_bytes();
        let mut most = text.clone();
        most.resize(MOST, b'\n');
        let put = world.put(Persona::Lancaster, ROWS).if_match("*").csv(most).send().await.expect(200);
        assert_eq!(put.json()["shown"]["rows"], 2);
        // One byte more, announced: refused before a byte of it is sent.
        let announced = Wire::put(&world, ROWS, "*", &format!("Content-Length: {}\r\n", MOST + 1)).await;
        assert_eq!(announced.answer().await, too_large());
        // Not announced: refused once there is more, though it has no end.
        let endless = Wire::put(&world, ROWS, "*", "Transfer-Encoding: chunked\r\n").await;
        assert_eq!(endless.send_without_end().await, too_large());
        assert_eq!(standing(&world).await["version"], 1);
    }

    async fn a_connection_that_breaks_off_leaves_the_former_draft(world: World) {
        fill(&world, sound(3)).await;
        let before = (standing(&world).await, csv(&world, "").await);
        let text = sound(2_000);
        let half = text[..text.len() / 2].rfind('\n').map_or("", |end| &text[..=end]);
        let mut announced = Wire::put(&world, ROWS, "\"1\"", &format!("Content-Length: {}\r\n", text.len())).await;
        announced.send(half.as_bytes()).await;
        let said = announced.break_off().await;
        assert!(!said.contains(" 200 "), "{said}");
        assert_eq!((standing(&world).await, csv(&world, "").await), before);
        // Whole chunks of whole rows, and only the last, empty chunk missing.
        let mut chunked = Wire::put(&world, ROWS, "\"1\"", "Transfer-Encoding: chunked\r\n").await;
        chunked.send(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
        let said = chunked.break_off().await;
        assert!(!said.contains(" 200 "), "{said}");
        assert_eq!((standing(&world).await, csv(&world, "").await), before);
        // The same to its end is taken, so it was the end that was missing.
        let mut whole = Wire::put(&world, ROWS, "\"1\"", "Transfer-Encoding: chunked\r\n").await;
        whole.send(format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len()).as_bytes()).await;
        let (status, answer) = whole.answer().await;
        assert_eq!((status, answer["version"].clone(), answer["shown"]["rows"].clone()), (200, json!(2), json!(2_000)));
    }

    async fn of_two_who_change_the_same_draft_one_wins(world: World) {
        // The first round is the beginning of the return itself.
        for round in 0..6_u64 {
            let tag = format!("\"{round}\"");
            let files = [file((0..700).map(line)), file((300..900).map(line))];
            let put = |body: &str| world.put(Persona::Lancaster, ROWS).if_match(&tag).csv(body).send();
            let (one, other) = tokio::join!(put(&files[0]), put(&files[1]));
            let winner = match (one.status, other.status) {
                (200, 412) => 0,
                (412, 200) => 1,
                both => panic!("{both:?}: {} {}", one.text(), other.text()),
            };
            let (won, lost) = if winner == 0 { (&one, &other) } else { (&other, &one) };
            assert_eq!(lost.problem(412), "precondition-failed");
            assert_eq!(lost.json()["detail"], format!("It is now at \"{}\"; read it again before changing it.", round + 1));
            assert_eq!(standing(&world).await, won.json());
            let mut rows: Vec<&str> = files[winner].lines().skip(1).collect();
            rows.sort_unstable();
            assert_eq!(csv(&world, "").await.replace("\r\n", "\n"), file(rows));
        }
    }

    async fn merges_of_two_who_change_whatever_is_there_both_hold(world: World) {
        let merge = |sex: &'static str| {
            world.patch(Persona::Lancaster, ROWS).if_match("*").json(&json!({"rows": [row(sex, 1)]})).send()
        };
        let (one, other) = tokio::join!(merge("female"), merge("male"));
        assert_eq!((one.status, other.status), (200, 200));
        let stands = standing(&world).await;
        assert_eq!((stands["version"].clone(), stands["shown"]["rows"].clone()), (json!(2), json!(2)));
    }
}
