//! `push`, as a nightly job runs it: every form, every fault, and connections, servers and itself dying on the way.

use crate::headcount::{HEADER, RETURN, ROWS, file, line, sound};
use crate::ways_in::workbook;
use reqwest::Method;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};
use tempfile::TempDir;
use tests::program::{self, Serving};
use tests::proxy::{Mishap, Proxy};
use tests::{Engine, Persona, World, fresh_database, on_both_engines};

/// A directory with what a nightly job has: a file, and a place for the journal.
struct Job {
    place: TempDir,
    secret: String,
    url: String,
}

impl Job {
    fn new(url: String, secret: &str) -> Self {
        let place = TempDir::new().expect("a directory");
        Self {
            place,
            secret: secret.to_owned(),
            url,
        }
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.place.path().join(name), content).expect("written");
    }

    fn arguments<'a>(&'a self, file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec![
            "push",
            "headcount",
            file,
            "--institution",
            "lancaster",
            "--year",
            "2024-25",
            "--server",
            &self.url,
            "--state-dir",
            "state",
        ];
        all.extend(more);
        all
    }

    fn environment(&self) -> [(&'static str, &str); 2] {
        [
            ("TECHNICIAN_METRICS_CLIENT_ID", "lancaster"),
            ("TECHNICIAN_METRICS_CLIENT_SECRET", &self.secret),
        ]
    }

    /// Runs it to its end; nothing it says may give the secret away.
    fn run(&self, file: &str, more: &[&str]) -> Said {
        Said::of(
            program::run(
                &self.arguments(file, more),
                &self.environment(),
                self.place.path(),
            ),
            &self.secret,
        )
    }

    /// Starts it.
    fn start(&self, file: &str, more: &[&str]) -> std::process::Child {
        program::command(
            &self.arguments(file, more),
            &self.environment(),
            self.place.path(),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
    }

    /// What is left of its journal.
    fn journals(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.place.path().join("state")) else {
            return Vec::new();
        };
        entries
            .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("text"))
            .collect()
    }
}

/// What a run said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: Output, secret: &str) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let said = Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(
            !said.out.contains(secret) && !said.err.contains(secret),
            "{said:?}"
        );
        said
    }

    #[track_caller]
    fn succeeded(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        &self.out
    }

    #[track_caller]
    fn failed(&self) -> &str {
        assert_eq!(self.code, Some(1), "{self:?}");
        &self.err
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }
}

/// Runs on a thread of its own, so that the server of the same runtime answers meanwhile.
async fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().expect("no panic"))
}

async fn standing(world: &World) -> (Value, Value, Value) {
    let view = world
        .get(Persona::Lancaster, RETURN)
        .send()
        .await
        .expect(200)
        .json();
    (
        view["version"].clone(),
        view["revision"].clone(),
        view["shown"]["rows"].clone(),
    )
}

/// A file of rows that state every property, so that nothing is to be explained.
fn known(rows: usize) -> String {
    file(
        (0..)
            .map(line)
            .filter(|line| !line.contains("not-known"))
            .take(rows),
    )
}

fn as_json(table: &str) -> String {
    let mut lines = table.lines().map(|line| line.split(','));
    let names: Vec<&str> = lines.next().expect("a header").collect();
    let rows = lines.map(|cells| {
        names
            .iter()
            .zip(cells)
            .map(|(name, cell)| ((*name).to_owned(), json!(cell)))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({"rows": rows.collect::<Vec<_>>()}).to_string()
}

fn as_lines(table: &str) -> String {
    let body: Value = serde_json::from_str(&as_json(table)).expect("JSON");
    let rows = body["rows"].as_array().expect("rows").iter();
    rows.map(|row| format!("{row}\n")).collect()
}

fn gzipped(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).expect("packed");
    packer.finish().expect("packed")
}

on_both_engines! {
    async fn a_file_is_sent_and_submitted(world: World) {
        let job = Job::new(world.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", known(40));
        let said = aside(|| job.run("rows.csv", &[])).await;
        assert!(said.succeeded().ends_with("headcount 2024-25 of lancaster: 40 rows stand as a draft, which was not submitted.\n") || said.out.contains("hint: "), "{said:?}");
        assert_eq!(standing(&world).await, (json!(1), Value::Null, json!(40)));
        // What is packed is sent as it is; what is not is packed.
        for (name, content) in [
            ("rows.csv.gz", gzipped(&known(41))),
            ("rows.csv.zst", zstd::encode_all(known(42).as_bytes(), 3).expect("packed")),
            ("rows.json", as_json(&known(43)).into_bytes()),
            ("rows.json.gz", gzipped(&as_json(&known(44)))),
            ("rows.ndjson", as_lines(&known(45)).into_bytes()),
            ("rows.xlsx", workbook(&known(46))),
        ] {
            job.write(name, content);
            aside(|| job.run(name, &[])).await.succeeded();
        }
        assert_eq!(standing(&world).await, (json!(7), Value::Null, json!(46)));
        job.write("more.csv", known(48));
        let said = aside(|| job.run("more.csv", &["--merge", "--submit", "--remark", "Counted on 1 August", "--json"])).await;
        said.succeeded();
        let mut report = said.json();
        for graded in ["warnings", "hints"] {
            report[graded].take();
        }
        assert_eq!(report, json!({"outcome": "submitted", "message": null, "dataset": "headcount", "institution": "lancaster", "year": "2024-25",
            "file": "more.csv", "rows": 48, "revision": 1, "etag": "\"9\"", "resumed": false, "attempts": 2, "faults": [], "fault_count": 0,
            "warnings": null, "hints": null}));
        assert_eq!(standing(&world).await, (json!(9), json!(1), json!(48)));
        // What was submitted is changed by a correction only.
        let refused = aside(|| job.run("rows.csv", &[])).await;
        assert!(refused.failed().contains("submitted as revision 1; to send other rows, begin a correction with --reason"), "{refused:?}");
        let corrected = aside(|| job.run("rows.csv", &["--reason", "A department was missing", "--submit"])).await;
        assert!(corrected.succeeded().contains("40 rows stand, submitted as revision 2."), "{corrected:?}");
        assert_eq!(standing(&world).await, (json!(12), json!(2), json!(40)));
        assert_eq!(job.journals(), Vec::<String>::new());
    }

    async fn faults_are_found_before_anything_is_sent(world: World) {
        let job = Job::new(world.base_url(), world.secret(Persona::Lancaster));
        let faulty = format!("{HEADER}\ninstitution,laboratory,C1,woman,26-30,open-ended,full-time,5,,\nphysics,laboratory,C1,female,26-30,open-ended,full-time,<5,,\n");
        job.write("rows.csv", &faulty);
        let said = aside(|| job.run("rows.csv", &["--json"])).await;
        assert_eq!(said.code, Some(1));
        let report = said.json();
        assert_eq!((&report["outcome"], &report["attempts"], &report["fault_count"]), (&json!("faults"), &json!(0), &json!(3)));
        // The very faults the server would find.
        let there = world.put(Persona::Lancaster, ROWS).if_match("*").csv(faulty.clone()).send().await.expect(422).json();
        assert_eq!(report["faults"], there["violations"]);
        for place in ["row 2, sex", "row 3, org_unit", "row 3, headcount"] {
            assert!(said.err.contains(place), "{said:?}");
        }
        assert_eq!(standing(&world).await.0, 0);
        // A dry run asks the server too.
        job.write("sound.csv", sound(7));
        let said = aside(|| job.run("sound.csv", &["--check", "--json"])).await;
        assert_eq!((&said.json()["outcome"], &said.json()["rows"]), (&json!("checked"), &json!(7)));
        assert_eq!(standing(&world).await.0, 0);
    }

    async fn a_token_that_expires_on_the_way_is_renewed(world: World) {
        let proxy = Proxy::to(world.address());
        let job = Job::new(proxy.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", sound(40));
        proxy.plan("PUT /v1/", Mishap::Delayed);
        let running = job.start("rows.csv", &["--json"]);
        aside(|| proxy.wait()).await;
        world.advance(chrono::Duration::minutes(16));
        proxy.go_on();
        let said = Said::of(aside(|| running.wait_with_output().expect("it ends")).await, &job.secret);
        said.succeeded();
        assert_eq!(said.json()["attempts"], 2);
        assert_eq!(standing(&world).await, (json!(1), Value::Null, json!(40)));
    }

    async fn an_answer_that_was_lost_is_asked_for_again(world: World) {
        let proxy = Proxy::to(world.address());
        let job = Job::new(proxy.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", known(40));
        proxy.plan("PUT /v1/", Mishap::AnswerLost);
        proxy.plan("POST /v1/", Mishap::AnswerLost);
        let said = aside(|| job.run("rows.csv", &["--submit", "--json"])).await;
        said.succeeded();
        assert_eq!((&said.json()["attempts"], &said.json()["revision"]), (&json!(4), &json!(1)));
        assert_eq!(standing(&world).await, (json!(2), json!(1), json!(40)));
    }

    async fn what_passes_is_waited_for(world: World) {
        let proxy = Proxy::to(world.address());
        let job = Job::new(proxy.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", sound(40));
        let answers = [
            "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 3\r\n\r\nbad",
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n",
        ];
        for answer in answers {
            proxy.plan("PUT /v1/", Mishap::Answered(answer));
        }
        let began = std::time::Instant::now();
        let said = aside(|| job.run("rows.csv", &["--json"])).await;
        said.succeeded();
        assert_eq!(said.json()["attempts"], 6);
        assert!(began.elapsed() > std::time::Duration::from_secs(1), "Retry-After was not heeded");
        assert!(said.err.contains("The server answered 502 Bad Gateway.; trying again in "), "{said:?}");
        assert_eq!(standing(&world).await, (json!(1), Value::Null, json!(40)));
    }

    async fn a_colleague_s_change_is_not_overwritten(world: World) {
        let proxy = Proxy::to(world.address());
        let job = Job::new(proxy.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", sound(40));
        // Once before anything was sent, and once while it is not known whether it arrived.
        for unclear in [false, true] {
            if unclear {
                proxy.plan("PUT /v1/", Mishap::Answered("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"));
            }
            proxy.plan("PUT /v1/", Mishap::Delayed);
            let running = job.start("rows.csv", &[]);
            aside(|| proxy.wait()).await;
            world.put(Persona::Lancaster, ROWS).if_match("*").csv(sound(3)).send().await.expect(200);
            proxy.go_on();
            let said = Said::of(aside(|| running.wait_with_output().expect("it ends")).await, &job.secret);
            assert!(said.failed().contains("Changed by somebody else meanwhile"), "{said:?}");
            assert_eq!(standing(&world).await.2, 3);
            assert_eq!(job.journals(), Vec::<String>::new());
        }
    }

    async fn killed_and_started_again_it_goes_on(world: World) {
        let proxy = Proxy::to(world.address());
        let job = Job::new(proxy.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", known(40));
        for request in ["PUT /v1/", "POST /v1/"] {
            proxy.plan(request, Mishap::AnswerHeld);
            let mut running = job.start("rows.csv", &["--submit"]);
            aside(|| proxy.wait()).await;
            let list = std::fs::read(format!("/proc/{}/cmdline", running.id())).expect("the process");
            assert!(!String::from_utf8_lossy(&list).contains(&job.secret));
            running.kill().expect("killed");
            let said = Said::of(running.wait_with_output().expect("it ends"), &job.secret);
            assert_eq!(said.code, None);
            let journals = job.journals();
            assert!(journals.len() == 1 && !journals[0].contains(&job.secret), "{journals:?}");
        }
        let said = aside(|| job.run("rows.csv", &["--submit", "--json"])).await;
        said.succeeded();
        assert_eq!((&said.json()["resumed"], &said.json()["attempts"], &said.json()["revision"]), (&json!(true), &json!(1), &json!(1)));
        assert_eq!(standing(&world).await, (json!(2), json!(1), json!(40)));
        assert_eq!(job.journals(), Vec::<String>::new());
    }

    async fn warnings_are_to_be_explained(world: World) {
        let job = Job::new(world.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", sound(40));
        let why = job.place.path().join("why.json");
        let refused = aside(|| job.run("rows.csv", &["--submit", "--json"])).await;
        assert!(refused.failed().contains("it was not submitted, for ") && refused.err.contains("unknown-share (mode): "), "{refused:?}");
        assert_eq!((&refused.json()["outcome"], &refused.json()["rows"]), (&json!("explanations-needed"), &json!(40)));
        let warnings = refused.json()["warnings"].as_array().expect("warnings").len();
        assert_eq!(standing(&world).await, (json!(1), Value::Null, json!(40)));
        // A file that is not there is begun, and one that says nothing yet is not enough.
        let begun = aside(|| job.run("rows.csv", &["--submit", "--explanations", "why.json"])).await;
        assert!(begun.failed().contains("why.json was begun"), "{begun:?}");
        let text = std::fs::read_to_string(&why).expect("the file");
        assert_eq!(text.matches("\"text\": \"\"").count(), warnings);
        let empty = aside(|| job.run("rows.csv", &["--submit", "--explanations", "why.json"])).await;
        assert!(empty.failed().contains("Explain each in why.json."), "{empty:?}");
        std::fs::write(&why, text.replace("\"text\": \"\"", "\"text\": \"The payroll does not say.\"")).expect("written");
        let done = aside(|| job.run("rows.csv", &["--submit", "--explanations", "why.json", "--provisional", "--json"])).await;
        done.succeeded();
        // The rows were there already: nothing but the submission was sent.
        assert_eq!((&done.json()["resumed"], &done.json()["attempts"], &done.json()["revision"]), (&json!(true), &json!(1), &json!(1)));
        let explained = done.json()["warnings"].as_array().expect("warnings").iter().filter(|one| one["explanation"] == "The payroll does not say.").count();
        assert_eq!(explained, warnings);
        assert_eq!(standing(&world).await, (json!(2), json!(1), json!(40)));
        job.write("why.json", "{}");
        let wrong = aside(|| job.run("rows.csv", &["--reason", "Again", "--submit", "--explanations", "why.json"])).await;
        assert!(wrong.failed().contains("why.json: it is not a list of objects with code, subject and text"), "{wrong:?}");
    }

    async fn an_institution_s_own_headings_are_understood(world: World) {
        let job = Job::new(world.base_url(), world.secret(Persona::Lancaster));
        let mapping = json!({"columns": {"headcount": "Heads"}, "codes": {"sex": {"F": "female", "M": "male"}}, "ignored": ["Payroll number"]});
        let path = "/v1/institutions/lancaster/column-mappings/headcount";
        world.put(Persona::Lancaster, path).if_match("*").json(&mapping).send().await.expect(200);
        let head = "Payroll number,org_unit,job_family,grade,sex,age_band,terms,mode,Heads\n";
        job.write("ours.csv", format!("{head}7,institution,laboratory,C1,F,26-30,open-ended,full-time,12\n"));
        aside(|| job.run("ours.csv", &[])).await.succeeded();
        assert_eq!(standing(&world).await, (json!(1), Value::Null, json!(1)));
        job.write("theirs.csv", format!("{head}7,institution,laboratory,C1,W,26-30,open-ended,full-time,12\n"));
        let refused = aside(|| job.run("theirs.csv", &[])).await;
        assert!(refused.failed().contains("row 2, sex: "), "{refused:?}");
        assert_eq!(standing(&world).await.0, 1);
    }

    async fn credentials_come_from_a_file_of_one_s_own(world: World) {
        let job = Job::new(world.base_url(), world.secret(Persona::Lancaster));
        job.write("rows.csv", sound(4));
        let object = json!({"client_id": "lancaster", "client_secret": job.secret}).to_string();
        let lines = format!("# the nightly job\nTECHNICIAN_METRICS_CLIENT_ID=lancaster\nexport TECHNICIAN_METRICS_CLIENT_SECRET=\"{}\"\n", job.secret);
        let place = job.place.path().join("credentials");
        let run = || {
            let output = program::run(&job.arguments("rows.csv", &["--credentials", "credentials"]), &[], job.place.path());
            Said::of(output, &job.secret)
        };
        for content in [&object, &lines] {
            job.write("credentials", content);
            std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o640)).expect("set");
            let refused = aside(run).await;
            assert_eq!(refused.failed(), "technician-metrics: credentials: others may read it (mode 0640); chmod 600 it, and have the secret changed if it was there for long\n");
            std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600)).expect("set");
            aside(run).await.succeeded();
        }
        job.write("credentials", "nothing");
        assert!(aside(run).await.failed().starts_with("technician-metrics: credentials: no credentials; it is an object with "));
        let none = program::run(&job.arguments("rows.csv", &[]), &[], job.place.path());
        assert_eq!(Said::of(none, &job.secret).failed(), "technician-metrics: TECHNICIAN_METRICS_CLIENT_ID is not set\n");
        // A wrong secret is told at once, not after a quarter of an hour.
        let wrong = [("TECHNICIAN_METRICS_CLIENT_ID", "lancaster"), ("TECHNICIAN_METRICS_CLIENT_SECRET", "guessed")];
        let refused = aside(|| Said::of(program::run(&job.arguments("rows.csv", &[]), &wrong, job.place.path()), &job.secret)).await;
        assert!(refused.failed().starts_with(&format!("technician-metrics: {}: ", job.url)), "{refused:?}");
    }
}

#[test]
fn wrong_usage_is_told_before_anything_is_done() {
    let job = Job::new("http://127.0.0.1:9".to_owned(), "unused-secret");
    for (file, more) in [
        ("rows.xls", &[][..]),
        ("rows.csv", &["--check", "--submit"]),
        ("rows.csv", &["--remark", "Counted"]),
        ("rows.csv", &["--explanations", "why.json"]),
        ("rows.csv", &["--timeout", "soon"]),
        ("rows.csv", &["--year", "2024"]),
    ] {
        let said = job.run(file, more);
        assert_eq!(said.code, Some(2), "{file} {more:?}: {said:?}");
    }
    let said = Said::of(
        program::run(&["push", "cakes", "rows.csv"], &[], job.place.path()),
        "unused-secret",
    );
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        job.run("absent.csv", &[])
            .failed()
            .contains("absent.csv: No such file or directory")
    );
}

#[test]
fn a_server_that_is_not_there_is_waited_for_as_long_as_was_said() {
    let job = Job::new("http://127.0.0.1:9".to_owned(), "unused-secret");
    job.write("rows.csv", sound(1));
    let said = job.run("rows.csv", &["--timeout", "1", "--json"]);
    assert!(said.failed().contains("Connection refused"), "{said:?}");
    assert!(said.err.contains("trying again in "), "{said:?}");
    assert_eq!(
        (&said.json()["outcome"], &said.json()["attempts"]),
        (&json!("failed"), &json!(0))
    );
    assert!(
        said.json()["message"]
            .as_str()
            .is_some_and(|message| message.contains("Connection refused"))
    );
}

fn served(url: &str, directory: &Path) -> Serving {
    let data = directory.join("data");
    Serving::start(
        &["--data-dir", data.to_str().expect("a path")],
        &[("DATABASE_URL", url)],
        directory,
    )
}

fn address(server: &Serving) -> std::net::SocketAddr {
    server
        .base_url
        .trim_start_matches("http://")
        .parse()
        .expect("an address")
}

/// The server is killed while the rows are on their way, or when they are there and nobody was told, and another
/// comes up in its place.
async fn the_server_dies(engine: Engine) {
    for mishap in [Mishap::Cut(900), Mishap::AnswerLost] {
        let directory = TempDir::new().expect("a directory");
        let (url, secrets) = fresh_database(engine, directory.path()).await;
        let server = served(&url, directory.path());
        let proxy = Proxy::to(address(&server));
        let job = Job::new(proxy.base_url(), &secrets["lancaster"]);
        job.write("rows.csv", known(400));
        proxy.plan("PUT /v1/", mishap);
        let running = job.start("rows.csv", &["--submit", "--json"]);
        proxy.wait();
        assert_eq!(server.end_with("KILL"), None);
        let server = served(&url, directory.path());
        proxy.lead_to(address(&server));
        proxy.go_on();
        let said = Said::of(running.wait_with_output().expect("it ends"), &job.secret);
        said.succeeded();
        assert_eq!(
            (
                &said.json()["outcome"],
                &said.json()["rows"],
                &said.json()["revision"],
                &said.json()["etag"]
            ),
            (&json!("submitted"), &json!(400), &json!(1), &json!("\"2\""))
        );
        let token = program::token(&server.base_url, "lancaster", &job.secret)
            .await
            .expect("a token");
        let there = reqwest::Client::new()
            .request(Method::GET, format!("{}{RETURN}", server.base_url))
            .bearer_auth(token);
        let there: Value = serde_json::from_str(
            &there
                .send()
                .await
                .expect("an answer")
                .text()
                .await
                .expect("a body"),
        )
        .expect("JSON");
        assert_eq!(
            (
                &there["version"],
                &there["revision"],
                &there["shown"]["rows"]
            ),
            (&json!(2), &json!(1), &json!(400))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_dies_on_sqlite() {
    the_server_dies(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_dies_on_postgres() {
    the_server_dies(Engine::Postgres).await;
}
