//! The program killed, two hundred times, at random moments of every step of a return: what stands is the former state
//! or the new one, never a mixture; the client can tell which; and a repetition with its key stands once.

use crate::chance::Chance;
use crate::headcount::{HEADER, RETURN, ROWS, codes};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::program::{self, Serving};
use tests::{Engine, fresh_database};

/// How often the program is killed.
const KILLS: usize = 200;
/// Longest time from the start of a process to its first answer, without optimisation and with others at work.
const READY: Duration = Duration::from_secs(20);

/// A step of a return: the request, and what stands when it was taken.
#[derive(Clone, Debug)]
struct Step {
    method: Method,
    path: String,
    media_type: &'static str,
    body: String,
    if_match: String,
    key: String,
    /// Rows after it, by codes; none where it leaves them as they are.
    rows: Option<Vec<String>>,
}

/// What a client can read of the return.
#[derive(Clone, Debug, PartialEq)]
struct Standing {
    version: i64,
    summary: Value,
    rows: Vec<String>,
}

/// One program over one database, started again after each kill.
struct Place {
    directory: TempDir,
    url: String,
    secret: String,
    server: Option<Serving>,
    token: String,
    http: reqwest::Client,
}

impl Place {
    async fn new(engine: Engine) -> Self {
        let directory = TempDir::new().expect("a directory");
        let (url, secrets) = fresh_database(engine, directory.path()).await;
        let mut place = Self {
            directory,
            url,
            secret: secrets["lancaster"].clone(),
            server: None,
            token: String::new(),
            http: reqwest::Client::new(),
        };
        place.start().await;
        place
    }

    /// Starts the program; gives back how long it took to answer.
    async fn start(&mut self) -> Duration {
        let began = Instant::now();
        let server = serve(&self.url, self.directory.path());
        let took = began.elapsed();
        self.token = program::token(&server.base_url, "lancaster", &self.secret)
            .await
            .expect("a token");
        self.server = Some(server);
        // Connections to the one before are gone.
        self.http = reqwest::Client::new();
        took
    }

    fn base_url(&self) -> String {
        self.server.as_ref().expect("a server").base_url.clone()
    }

    fn request(&self, step: &Step) -> reqwest::RequestBuilder {
        let address = format!("{}{}", self.base_url(), step.path);
        let request = self.http.request(step.method.clone(), address);
        request
            .bearer_auth(&self.token)
            .header("content-type", step.media_type)
            .header("if-match", &step.if_match)
            .header("idempotency-key", &step.key)
            .body(step.body.clone())
    }

    async fn send(&self, step: &Step) -> Option<(u16, Value)> {
        let answer = self.request(step).send().await.ok()?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.ok()?;
        Some((status, serde_json::from_slice(&body).expect("JSON")))
    }

    async fn read(&self, path: &str, accept: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.base_url()));
        let answer = request
            .bearer_auth(&self.token)
            .header("accept", accept)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a body")
    }

    async fn standing(&self) -> Standing {
        let summary: Value =
            serde_json::from_str(&self.read(RETURN, "application/json").await).expect("JSON");
        let rows = self.read(ROWS, "text/csv").await;
        let rows: Vec<String> = rows.lines().skip(1).map(ToOwned::to_owned).collect();
        Standing {
            version: summary["version"].as_i64().expect("a version"),
            summary,
            rows,
        }
    }

    /// Every change of the return in the audit trail.
    async fn changes(&self) -> i64 {
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let path = format!("/v1/institutions/lancaster/audit?limit=500{cursor}");
            let page: Value =
                serde_json::from_str(&self.read(&path, "application/json").await).expect("JSON");
            let items = page["items"].as_array().expect("items");
            count += items
                .iter()
                .filter(|line| line["subject"] == "returns/headcount/2024-25")
                .count();
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return i64::try_from(count).expect("few"),
            }
        }
    }
}

fn serve(url: &str, directory: &Path) -> Serving {
    let data = directory.join("data");
    let arguments = ["--data-dir", data.to_str().expect("a path")];
    Serving::start(&arguments, &[("DATABASE_URL", url)], directory)
}

/// Lines of rows from a number on, in the order in which they are read back.
fn lines(first: usize, count: usize) -> Vec<String> {
    let mut lines: Vec<String> = (first..first + count)
        .map(|number| format!("institution,{},{},,", codes(number), number % 7 + 1))
        .collect();
    lines.sort();
    lines
}

/// The next step of a return as it stands: rows replaced or merged, submitted, corrected.
fn next(number: usize, now: &Standing, chance: &mut Chance) -> Step {
    let step = |method: Method, path: String, media_type, body: String, rows| Step {
        method,
        path,
        media_type,
        body,
        if_match: format!("\"{}\"", now.version),
        key: format!("killed-{number}"),
        rows,
    };
    if now.summary["state"] == "submitted" {
        let body = json!({"reason": format!("Correction {number}")}).to_string();
        return step(
            Method::POST,
            format!("{RETURN}/correct"),
            "application/json",
            body,
            None,
        );
    }
    let choice = chance.below(if now.rows.is_empty() { 1 } else { 4 });
    if choice == 3 {
        let warnings: Vec<Value> = now.summary["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let explanations: Vec<Value> = warnings
            .iter()
            .filter(|check| check["grade"] == "warning")
            .map(|check| json!({"code": check["code"], "subject": check["subject"], "text": "Counted twice"}))
            .collect();
        let body = json!({"explanations": explanations}).to_string();
        return step(
            Method::POST,
            format!("{RETURN}/submit"),
            "application/json",
            body,
            None,
        );
    }
    let added = lines(chance.below(8_000), 50 + chance.below(600));
    let body = format!("{HEADER}\n{}\n", added.join("\n"));
    if choice < 2 {
        return step(Method::PUT, ROWS.to_owned(), "text/csv", body, Some(added));
    }
    let key = |line: &str| line.rsplitn(4, ',').last().expect("a key").to_owned();
    let mut merged = now.rows.clone();
    merged.retain(|line| !added.iter().any(|new| key(new) == key(line)));
    merged.extend(added);
    merged.sort();
    step(
        Method::PATCH,
        ROWS.to_owned(),
        "text/csv",
        body,
        Some(merged),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "death comes at a moment, not at an event"
)]
async fn killed(engine: Engine) {
    let mut place = Place::new(engine).await;
    let mut chance = Chance::new();
    let (mut slowest, mut acknowledged, mut unanswered, mut applied) = (Duration::ZERO, 0, 0, 0);
    for number in 0..KILLS {
        let before = place.standing().await;
        let step = next(number, &before, &mut chance);
        let told = format!("{chance:?}, {number}: {} {}", step.method, step.path);
        let request = place.request(&step);
        let sending = tokio::spawn(async move {
            let answer = request.send().await.ok()?;
            let status = answer.status().as_u16();
            let body = answer.bytes().await.ok()?;
            Some((status, serde_json::from_slice::<Value>(&body).ok()?))
        });
        let moment = Duration::from_micros(chance.below(60_000) as u64);
        tokio::time::sleep(moment).await;
        let server = place.server.take().expect("a server");
        assert_eq!(server.end_with("KILL"), None, "{told}");
        let answer = sending.await.expect("no panic");
        let took = place.start().await;
        assert!(took < READY, "{told}: ready after {took:?}");
        slowest = slowest.max(took);
        let after = place.standing().await;
        let expected = step.rows.as_ref().unwrap_or(&before.rows);
        let stands = after.version == before.version + 1 && &after.rows == expected;
        if stands {
            applied += 1;
        } else {
            assert_eq!(
                after, before,
                "{told}: neither the former state nor the new one"
            );
        }
        match &answer {
            Some((status, summary)) => {
                acknowledged += 1;
                assert_eq!(*status, 200, "{told}: {summary}");
                assert!(stands, "{told}: acknowledged and lost");
                assert_eq!(summary["version"], after.version, "{told}");
            }
            None => unanswered += 1,
        }
        // The client asks again with its key: it stands once, whatever it was told before.
        let mut again = place.send(&step).await.expect("an answer");
        if again.1["code"] == "idempotency-in-progress" {
            // The one that was killed holds the key for a minute; the entity tag tells at once.
            let other = Step {
                key: format!("{}-again", step.key),
                ..step.clone()
            };
            again = place.send(&other).await.expect("an answer");
        }
        let code = again.1["code"].as_str().unwrap_or_default().to_owned();
        assert!(
            again.0 == 200
                || (stands
                    && ["precondition-failed", "idempotency-answer-lost"].contains(&code.as_str())),
            "{told}: {again:?}"
        );
        let last = place.standing().await;
        assert_eq!(
            (last.version, &last.rows),
            (before.version + 1, expected),
            "{told}: not once"
        );
    }
    let last = place.standing().await;
    assert_eq!(
        place.changes().await,
        last.version,
        "one line of the trail for each change"
    );
    assert!(
        applied > 0 && applied < KILLS,
        "{applied} of {KILLS} took hold: the moments are not at random"
    );
    println!(
        "{KILLS} kills: {acknowledged} acknowledged, {unanswered} unanswered, {applied} took hold; ready after {slowest:?} at most"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_is_lost_or_doubled_on_sqlite() {
    killed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_is_lost_or_doubled_on_postgres() {
    killed(Engine::Postgres).await;
}
