//! Bodies that are not what they are said to be.

use crate::headcount::{CHECK, RETURN, ROWS, fill, refused, row, sound, standing, violations};
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

async fn put(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .body(media_type, body)
        .send()
        .await
}

fn malformed(answer: &Reply, detail: &str) {
    assert_eq!(answer.problem(400), "malformed-body");
    assert_eq!(
        answer.json(),
        json!({
            "type": "/problems/malformed-body", "title": "The body is not what its media type says", "status": 400,
            "detail": detail, "code": "malformed-body",
        })
    );
}

on_both_engines! {
    async fn a_media_type_is_needed_and_known(world: World) {
        fill(&world, sound(1)).await;
        let before = standing(&world).await;
        for media_type in ["", "text/plain", "application/xml", "text/csvx", "multipart/form-data; boundary=x", "application/octet-stream"] {
            let answer = put(&world, media_type, sound(2)).await;
            assert_eq!(answer.problem(415), "unsupported-media-type", "{media_type}");
            assert_eq!(answer.json()["detail"], "Content-Type must be one of: text/csv, application/json, application/x-ndjson, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.");
            let check = world.post(Persona::Lancaster, CHECK).body(media_type, sound(2)).send().await;
            assert_eq!(check.problem(415), "unsupported-media-type", "{media_type}");
        }
        // None at all, and no body either.
        let answer = world.put(Persona::Lancaster, ROWS).if_match("*").send().await;
        assert_eq!(answer.problem(415), "unsupported-media-type");
        let submit = world.post(Persona::Lancaster, &format!("{RETURN}/submit")).if_match("*").body("text/csv", "{}").send().await;
        assert_eq!(submit.problem(415), "unsupported-media-type");
        assert_eq!(submit.json()["detail"], "Content-Type must be one of: application/json.");
        assert_eq!(standing(&world).await, before);
        for media_type in ["Text/CSV", "text/csv; charset=utf-8", "text/csv;header=present"] {
            put(&world, media_type, sound(2)).await.expect(200);
        }
    }

    async fn a_body_is_what_it_is_said_to_be(world: World) {
        fill(&world, sound(1)).await;
        let before = standing(&world).await;
        malformed(&put(&world, "application/json", sound(2)).await, "At line 1, column 1: expected value.");
        malformed(&put(&world, "application/json", "").await, "At line 1, column 0: EOF while parsing a value.");
        malformed(&put(&world, "application/json", "{\"rows\": [").await, "At line 1, column 10: EOF while parsing a list.");
        malformed(&put(&world, "application/json", "{\"rows\": []} {}").await, "At line 1, column 14: trailing characters.");
        malformed(&put(&world, "application/json", "{\n\"rows\": [NaN]}").await, "At line 2, column 10: expected value.");
        malformed(&put(&world, "application/json", "{\"rows\": [Infinity]}").await, "At line 1, column 11: expected value.");
        malformed(&put(&world, "application/json", "{\"rows\": [1e400]}").await, "At line 1, column 16: number out of range.");
        malformed(&put(&world, "application/json", "{\"rows\": [\"\u{0}\"]}").await,
            "At line 1, column 12: control character (\\u0000-\\u001F) found while parsing a string.");
        malformed(&put(&world, "application/json", b"{\"rows\": [\"\xe9\"]}".as_slice()).await,
            "At line 1, column 12: invalid unicode code point.");
        let rows = json!({"rows": [row("male", 1)]}).to_string();
        let columns = crate::headcount::HEADER.replace(',', ", ");
        let answer = refused(&world, "text/csv", "{\"rows\":[]}").await;
        let told = violations(&answer);
        assert_eq!(told[0], format!("1 {{\"rows\":[]}}: unknown-column: There is no such column; the columns are {columns}."));
        assert_eq!((told.len(), answer["violation_count"].clone()), (9, json!(9)));
        assert_eq!(put(&world, "text/csv", rows).await.problem(422), "invalid-rows");
        assert_eq!(standing(&world).await, before);
    }

    async fn a_body_has_the_members_it_may_have(world: World) {
        for (body, pointer, message) in [
            (json!({"rows": [], "colour": 1}), "/colour", "unknown field `colour`, expected `rows`"),
            (json!({}), "", "missing field `rows`"),
            (json!({"rows": null}), "/rows", "invalid type: null, expected a sequence"),
            (json!({"rows": {"0": {}}}), "/rows", "invalid type: map, expected a sequence"),
            (json!([]), "", "invalid length 0, expected an object with the member `rows`"),
            (json!("rows"), "", "invalid type: string \"rows\", expected an object with the member `rows`"),
            (Value::Null, "", "invalid type: null, expected an object with the member `rows`"),
        ] {
            let answer = put(&world, "application/json", body.to_string()).await;
            assert_eq!(answer.problem(422), "invalid-body", "{body}");
            assert_eq!(answer.json()["violations"], json!([{"pointer": pointer, "code": "wrong-shape", "message": message}]));
        }
        let twice = put(&world, "application/json", "{\"rows\": [], \"rows\": []}").await;
        assert_eq!(twice.problem(422), "invalid-body");
        assert_eq!(twice.json()["violations"][0]["message"], "duplicate field `rows`");
    }

    async fn a_member_that_stands_twice_is_told(world: World) {
        let text = row("male", 1).to_string().replace("\"headcount\":1,", "\"headcount\":1,\"headcount\":2,");
        let answer = refused(&world, "application/json", format!("{{\"rows\":[{text}]}}")).await;
        assert_eq!(violations(&answer), ["/rows/0/headcount: repeated-column: The column stands there twice."]);
    }

    async fn depth_ends_before_the_stack_does(world: World) {
        for deep in ["{\"sex\":[".repeat(100_000), format!("{{\"sex\":{}", "[".repeat(100_000)), "{\"a\":".repeat(100_000)] {
            malformed_prefix(&put(&world, "application/json", format!("{{\"rows\": [{deep}")).await, "recursion limit exceeded.");
        }
        let closed = format!("{{\"rows\": [{{\"sex\":{}{}}}]}}", "[".repeat(20_000), "]".repeat(20_000));
        malformed_prefix(&put(&world, "application/json", closed).await, "recursion limit exceeded.");
        // What is no row is passed over, however deep, and told.
        let row = format!("{{\"rows\": [{}{}]}}", "[".repeat(20_000), "]".repeat(20_000));
        let answer = refused(&world, "application/json", row).await;
        assert_eq!(violations(&answer), ["/rows/0: wrong-shape: A row is an object with a member for each column."]);
    }
}

fn malformed_prefix(answer: &Reply, end: &str) {
    assert_eq!(answer.problem(400), "malformed-body");
    let detail = answer.json()["detail"]
        .as_str()
        .expect("a detail")
        .to_owned();
    assert!(
        detail.starts_with("At line 1, column ") && detail.ends_with(end),
        "{detail}"
    );
}
