//! `Idempotency-Key`: a change is made once, however often it is asked for, by whichever replica, whoever dies meanwhile.

use crate::headcount::{CHECK, RETURN, ROWS, sound};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use tests::{Engine, Persona, Reply, Request, World, on_both_engines};

const PLANS: &str = "/v1/institutions/lancaster/action-plans";
const KEY: &str = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";

fn plan(title: &str) -> Value {
    json!({"title": title, "stage": 1})
}

fn make<'w>(world: &'w World, key: &str, title: &str) -> Request<'w> {
    world
        .post(Persona::Lancaster, PLANS)
        .header("idempotency-key", key)
        .json(&plan(title))
}

async fn titles(world: &World) -> Vec<String> {
    let listed = world
        .get(Persona::Lancaster, PLANS)
        .send()
        .await
        .expect(200)
        .json();
    let items = listed["items"].as_array().expect("items").iter();
    items
        .map(|plan| plan["title"].as_str().expect("a title").to_owned())
        .collect()
}

/// What an answer was, for comparing it with the same one given again.
fn whole(reply: &Reply) -> (u16, String, String, String, String) {
    let header = |name: &str| reply.header(name).to_owned();
    (
        reply.status,
        header("etag"),
        header("location"),
        header("content-type"),
        reply.text(),
    )
}

#[track_caller]
fn again(first: &Reply, second: &Reply) {
    assert_eq!(whole(first), whole(second));
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            second.header("idempotency-replayed")
        ),
        ("", "true")
    );
}

/// How many keys the database holds.
async fn keys(world: &World) -> i64 {
    const SQL: &str = "SELECT count(*) FROM idempotency_keys";
    match world.engine {
        Engine::Sqlite => {
            let pool = SqlitePool::connect(world.database_url())
                .await
                .expect("the file opens");
            sqlx::query_scalar(SQL)
                .fetch_one(&pool)
                .await
                .expect("a number")
        }
        Engine::Postgres => {
            let pool = PgPool::connect(world.database_url())
                .await
                .expect("the database opens");
            let found = sqlx::query_scalar(SQL)
                .fetch_one(&pool)
                .await
                .expect("a number");
            pool.close().await;
            found
        }
    }
}

async fn execute(world: &World, sql: &'static str) {
    match world.engine {
        Engine::Sqlite => {
            let pool = SqlitePool::connect(world.database_url())
                .await
                .expect("the file opens");
            sqlx::query(AssertSqlSafe(sql))
                .execute(&pool)
                .await
                .expect("done");
        }
        Engine::Postgres => {
            let pool = PgPool::connect(world.database_url())
                .await
                .expect("the database opens");
            sqlx::query(AssertSqlSafe(sql))
                .execute(&pool)
                .await
                .expect("done");
            pool.close().await;
        }
    }
}

/// Asks again and again until the database holds so many keys.
async fn until(world: &World, wanted: i64) {
    for _ in 0..10_000 {
        if keys(world).await == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("there are never {wanted} keys");
}

/// A request whose body is still on its way.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    async fn begin(world: &World, address: SocketAddr, title: &str) -> Self {
        let token = world.token(Persona::Lancaster).await.expect("a token");
        let body = plan(title).to_string().into_bytes();
        let mut stream = TcpStream::connect(address).expect("a connection");
        let head = format!(
            "POST {PLANS} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nidempotency-key: {KEY}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let (first, rest) = body.split_at(5);
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(first).expect("sent");
        Self {
            stream,
            rest: rest.to_vec(),
        }
    }

    fn end(mut self) -> String {
        self.stream.write_all(&self.rest).expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

on_both_engines! {
    async fn a_repetition_gets_the_same_answer(world: World) {
        let mut world = world;
        let first = make(&world, KEY, "Stage 1").send().await.expect(201);
        assert!(first.header("location").starts_with(PLANS));
        again(&first, &make(&world, KEY, "Stage 1").send().await);
        // The same key without quotation marks, and whatever the answer is packed in.
        again(&first, &make(&world, KEY.trim_matches('"'), "Stage 1").header("accept-encoding", "identity").send().await);
        // Not the answer but its representation is left out.
        let minimal = make(&world, KEY, "Stage 1").header("prefer", "return=minimal").send().await.expect(201);
        assert_eq!((minimal.header("location"), minimal.header("idempotency-replayed")), (first.header("location"), "true"));
        world.restart().await;
        world.advance(Duration::hours(24));
        again(&first, &make(&world, KEY, "Stage 1").send().await);
        assert_eq!(titles(&world).await, ["Stage 1"]);
        // A second later it is forgotten.
        world.advance(Duration::seconds(1));
        let second = make(&world, KEY, "Stage 1").send().await.expect(201);
        assert_eq!((second.header("idempotency-replayed"), second.json()["id"] == first.json()["id"]), ("", false));
        assert_eq!(titles(&world).await, ["Stage 1", "Stage 1"]);
    }

    async fn a_key_belongs_to_one_request(world: World) {
        make(&world, KEY, "Stage 1").send().await.expect(201);
        let before = world.put(Persona::Lancaster, ROWS).header("idempotency-key", "rows").if_match("*").csv(sound(3)).send().await.expect(200);
        let other = world.post(Persona::Lancaster, "/v1/institutions/lancaster/org-units").header("idempotency-key", KEY).json(&plan("Stage 1"));
        let query = world.post(Persona::Lancaster, &format!("{PLANS}?x=y")).header("idempotency-key", KEY).json(&plan("Stage 1"));
        let rows = || world.put(Persona::Lancaster, ROWS).header("idempotency-key", "rows");
        for different in [
            make(&world, KEY, "Stage 2"),
            other,
            query,
            rows().if_match("\"1\"").csv(sound(3)),
            rows().if_match("*").csv(sound(2)),
            rows().if_match("*").body("application/json", sound(3)),
            rows().if_match("*").csv(sound(3)).header("content-encoding", "identity"),
            world.patch(Persona::Lancaster, ROWS).header("idempotency-key", "rows").if_match("*").csv(sound(3)),
        ] {
            let refused = different.send().await;
            assert_eq!(refused.problem(422), "idempotency-key-reused");
        }
        assert_eq!(titles(&world).await, ["Stage 1"]);
        again(&before, &rows().if_match("*").csv(sound(3)).send().await);
    }

    async fn a_refusal_gives_the_key_back(world: World) {
        let refused = world.post(Persona::Lancaster, PLANS).header("idempotency-key", KEY).json(&json!({"title": ""}));
        assert_eq!(refused.send().await.status, 422);
        assert_eq!(keys(&world).await, 0);
        make(&world, KEY, "Stage 1").send().await.expect(201);
        assert_eq!(keys(&world).await, 1);
        // A draft cannot be submitted before it has rows; then it can, with the same key.
        let submit = || world.post(Persona::Lancaster, &format!("{RETURN}/submit")).header("idempotency-key", "submit").if_match("*").json(&json!({}));
        assert_eq!(submit().send().await.problem(409), "wrong-state");
        world.put(Persona::Lancaster, ROWS).if_match("*").csv(sound(3)).send().await.expect(200);
        let first = submit().send().await.expect(200);
        again(&first, &submit().send().await);
        assert_eq!(first.json()["revision"], 1);
    }

    async fn keys_of_clients_are_apart(world: World) {
        make(&world, KEY, "Stage 1").send().await.expect(201);
        let edinburgh = world.post(Persona::Edinburgh, "/v1/institutions/edinburgh/action-plans").header("idempotency-key", KEY).json(&plan("Ours"));
        let made = edinburgh.send().await.expect(201);
        assert_eq!((made.header("idempotency-replayed"), made.json()["title"].clone()), ("", Value::from("Ours")));
        assert_eq!(keys(&world).await, 2);
        // Whoever may not even ask leaves no key behind.
        for (who, status) in [(Persona::Stranger, 401), (Persona::Forger, 401), (Persona::LancasterReadonly, 403), (Persona::Edinburgh, 404)] {
            let refused = world.post(who, PLANS).header("idempotency-key", "theirs").json(&plan("Stage 1")).send().await;
            assert_eq!(refused.status, status, "{who:?}");
        }
        assert_eq!(keys(&world).await, 2);
    }

    async fn rows_are_replaced_once(world: World) {
        let packed = zstd::encode_all(sound(40).as_bytes(), 3).expect("packed");
        let put = || world.put(Persona::Lancaster, ROWS).header("idempotency-key", KEY).header("content-encoding", "zstd").if_match("\"0\"").csv(packed.clone());
        let first = put().send().await.expect(200);
        // Without the key the tag would be stale by now.
        again(&first, &put().send().await);
        let merge = || world.patch(Persona::Lancaster, ROWS).header("idempotency-key", "merge").if_match("\"1\"").csv(sound(41));
        let merged = merge().send().await.expect(200);
        again(&merged, &merge().send().await);
        assert_eq!((merged.json()["version"].clone(), merged.json()["shown"]["rows"].clone()), (json!(2), json!(41)));
        let trail = world.get(Persona::Lancaster, "/v1/institutions/lancaster/audit").send().await.expect(200).json();
        let writes = trail["items"].as_array().expect("items").iter().filter(|line| line["action"].as_str().is_some_and(|action| action.ends_with("-rows")));
        assert_eq!(writes.count(), 2);
    }

    async fn what_only_asks_takes_no_key(world: World) {
        for _ in 0..2 {
            let checked = world.post(Persona::Lancaster, CHECK).header("idempotency-key", KEY).csv(sound(3)).send().await.expect(200);
            assert_eq!(checked.header("idempotency-replayed"), "");
            let query = json!({"measure": "headcount", "group_by": ["year"]});
            world.post(Persona::Board, "/v1/sector/query").header("idempotency-key", KEY).json(&query).send().await.expect(200);
            world.get(Persona::Lancaster, PLANS).header("idempotency-key", KEY).send().await.expect(200);
        }
        assert_eq!(keys(&world).await, 0);
    }

    async fn what_is_no_key_is_refused(world: World) {
        let long = "k".repeat(256);
        for wrong in ["\"\"", "a b", "\"half", "a, b", "\"a\";q=1", &long] {
            let refused = make(&world, wrong, "Stage 1").send().await;
            assert_eq!(refused.problem(400), "invalid-parameters", "{wrong}");
            assert_eq!(refused.json()["violations"], json!([{"parameter": "Idempotency-Key", "code": "invalid-idempotency-key",
                "message": "Idempotency-Key is one string of 1 to 255 visible ASCII characters, best a UUID in quotation marks."}]));
        }
        let twice = make(&world, "one", "Stage 1").header("idempotency-key", "two").send().await;
        assert_eq!(twice.violation_codes(), ["invalid-idempotency-key"]);
        assert_eq!((titles(&world).await, keys(&world).await), (Vec::new(), 0));
        make(&world, &long[1..], "Stage 1").send().await.expect(201);
    }

    async fn one_at_a_time(world: World) {
        let slow = Slow::begin(&world, world.address(), "Stage 1").await;
        until(&world, 1).await;
        let busy = make(&world, KEY, "Stage 1").send().await;
        assert_eq!((busy.problem(409), busy.header("retry-after")), ("idempotency-in-progress".to_owned(), "1"));
        let answer = slow.end();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        let repeated = make(&world, KEY, "Stage 1").send().await.expect(201);
        assert_eq!(repeated.header("idempotency-replayed"), "true");
        assert!(answer.ends_with(&repeated.text()), "{answer}");
        assert_eq!(titles(&world).await, ["Stage 1"]);
    }

    async fn a_client_that_goes_away_frees_its_key(world: World) {
        let slow = Slow::begin(&world, world.address(), "Stage 1").await;
        until(&world, 1).await;
        drop(slow);
        until(&world, 0).await;
        let made = make(&world, KEY, "Stage 1").send().await.expect(201);
        assert_eq!(made.header("idempotency-replayed"), "");
        assert_eq!(titles(&world).await, ["Stage 1"]);
    }

    async fn what_was_given_up_cannot_finish_behind_another(world: World) {
        let slow = Slow::begin(&world, world.address(), "Stage 1").await;
        until(&world, 1).await;
        world.advance(Duration::seconds(60));
        assert_eq!(make(&world, KEY, "Stage 1").send().await.problem(409), "idempotency-in-progress");
        world.advance(Duration::seconds(1));
        let second = make(&world, KEY, "Stage 1").send().await.expect(201);
        let answer = slow.end();
        assert!(answer.starts_with("HTTP/1.1 409") && answer.contains("idempotency-in-progress"), "{answer}");
        again(&second, &make(&world, KEY, "Stage 1").send().await);
        assert_eq!(titles(&world).await, ["Stage 1"]);
    }

    async fn a_change_whose_answer_was_lost_is_not_made_again(world: World) {
        make(&world, KEY, "Stage 1").send().await.expect(201);
        // As if the process had died between the commit and the keeping of the answer.
        execute(&world, "UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL").await;
        assert_eq!(
            make(&world, KEY, "Stage 1").send().await.problem(409),
            "idempotency-in-progress",
            "the answer may be on its way"
        );
        world.advance(Duration::seconds(61));
        let lost = make(&world, KEY, "Stage 1").send().await;
        assert_eq!(lost.problem(409), "idempotency-answer-lost");
        assert_eq!(make(&world, KEY, "Stage 2").send().await.problem(422), "idempotency-key-reused");
        world.advance(Duration::hours(23));
        assert_eq!(make(&world, KEY, "Stage 1").send().await.problem(409), "idempotency-answer-lost");
        assert_eq!(titles(&world).await, ["Stage 1"]);
    }

    async fn the_mark_is_set_with_the_change(world: World) {
        // As if the process had died before the commit: nothing was done, and after a minute another may do it.
        make(&world, KEY, "Stage 1").send().await.expect(201);
        execute(&world, "UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, completed_at = NULL, fingerprint = ''").await;
        assert_eq!(make(&world, KEY, "Stage 1").send().await.problem(409), "idempotency-in-progress");
        world.advance(Duration::seconds(61));
        assert_eq!(make(&world, KEY, "Stage 1").send().await.status, 201);
        assert_eq!(titles(&world).await, ["Stage 1", "Stage 1"]);
    }

    async fn old_keys_are_forgotten(world: World) {
        let mut world = world;
        for key in ["one", "two", "three"] {
            make(&world, key, key).send().await.expect(201);
        }
        world.advance(Duration::hours(25));
        assert_eq!(keys(&world).await, 3);
        make(&world, "four", "four").send().await.expect(201);
        assert_eq!(keys(&world).await, 1);
        world.advance(Duration::hours(25));
        world.restart().await;
        assert_eq!(keys(&world).await, 0);
    }
}

/// A token for Lancaster from one replica, whose own name is in it.
async fn token(world: &World, address: SocketAddr) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id=lancaster&client_secret={}",
        world.secret(Persona::Lancaster)
    );
    let request = world
        .request_to(address, Method::POST, "/oauth/token")
        .body("application/x-www-form-urlencoded", form);
    let token = request.send().await.expect(200).json()["access_token"].clone();
    format!("Bearer {}", token.as_str().expect("a token"))
}

#[tokio::test]
async fn replicas_share_keys() {
    let world = World::new(Engine::Postgres).await;
    let (here, there) = (world.address(), world.replica());
    let tokens = [
        (here, token(&world, here).await),
        (there, token(&world, there).await),
    ];
    let slow = Slow::begin(&world, here, "Stage 1").await;
    until(&world, 1).await;
    let ask = async |place: usize, title: &str| {
        let (address, token) = &tokens[place];
        let request = world
            .request_to(*address, Method::POST, PLANS)
            .header("authorization", token)
            .header("idempotency-key", KEY);
        request.json(&plan(title)).send().await
    };
    assert_eq!(
        ask(1, "Stage 1").await.problem(409),
        "idempotency-in-progress"
    );
    assert!(slow.end().starts_with("HTTP/1.1 201"));
    let replayed = ask(1, "Stage 1").await.expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(whole(&replayed), whole(&ask(0, "Stage 1").await));
    assert_eq!(
        ask(1, "Stage 2").await.problem(422),
        "idempotency-key-reused"
    );
    assert_eq!(titles(&world).await, ["Stage 1"]);
}

#[tokio::test]
async fn many_at_once_make_one_change() {
    let world = World::new(Engine::Postgres).await;
    let (here, there) = (world.address(), world.replica());
    let tokens = [
        (here, token(&world, here).await),
        (there, token(&world, there).await),
    ];
    let ask = async |place: usize| {
        let (address, token) = &tokens[place % 2];
        let request = world
            .request_to(*address, Method::POST, PLANS)
            .header("authorization", token)
            .header("idempotency-key", KEY);
        request.json(&plan("Stage 1")).send().await
    };
    let (a, b, c, d, e, f) = tokio::join!(ask(0), ask(1), ask(2), ask(3), ask(4), ask(5));
    let answers = [a, b, c, d, e, f];
    let made: Vec<&Reply> = answers.iter().filter(|reply| reply.status == 201).collect();
    for reply in &answers {
        if reply.status != 201 {
            assert_eq!(reply.problem(409), "idempotency-in-progress");
        }
    }
    assert!(!made.is_empty());
    assert_eq!(
        made.iter()
            .filter(|reply| reply.header("idempotency-replayed").is_empty())
            .count(),
        1
    );
    assert!(made.iter().all(|reply| whole(reply) == whole(made[0])));
    assert_eq!(titles(&world).await, ["Stage 1"]);
}
