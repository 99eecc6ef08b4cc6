//! The program as people run it: a process of its own, spoken to by its command line, its signals and HTTP.
//!
//! What a developer's environment says about databases, ports and settings does not reach it, and no process started
//! here outlives the tests.

use crate::{Reply, conformity};
use reqwest::Method;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What it says when it answers; the address comes after.
const ANSWERS_ON: &str = "technician-metrics answers on ";

/// Longest wait for it to answer; a build without optimisation on a busy machine needs its time.
const PATIENCE: Duration = Duration::from_secs(180);

/// Owns a demonstration: ends it and removes its directory when standard input ends, which the kernel sees to however
/// the tests end. Arguments: the directory, then the command.
const LIFE: &str = r#"
trap '' PIPE HUP INT TERM QUIT
directory=$1; shift
"$@" </dev/null &
cat >/dev/null
kill -KILL $! 2>/dev/null
wait
rm -rf "$directory"
"#;

/// The built program; built by the first caller, waited for by the others.
///
/// # Panics
/// If it does not compile.
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        // The whole workspace, tests included: with any other selection cargo would settle on other features of the
        // dependencies and build them all a second time.
        .args(["build", "--workspace", "--bins", "--tests"])
        .arg("--message-format=json-render-diagnostics");
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.output().expect("cargo starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8(output.stdout).expect("messages in UTF-8");
    let executable = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| {
            message["target"]["name"] == "technician-metrics" && message["profile"]["test"] == false
        })
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back();
    executable.expect("cargo names the program")
}

/// The program, with an environment of its own, in a directory.
pub fn command(args: &[&str], environment: &[(&str, &str)], directory: &Path) -> Command {
    let mut command = Command::new(path());
    without_settings(&mut command);
    command
        .args(args)
        .envs(environment.iter().copied())
        .current_dir(directory);
    command
}

/// Runs the program to its end in a directory.
///
/// # Panics
/// If it does not start.
pub fn run(args: &[&str], environment: &[(&str, &str)], directory: &Path) -> Output {
    command(args, environment, directory)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Takes away what the developer's environment says about a service of this kind.
fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("TECHNICIAN_METRICS_") || text == "DATABASE_URL" || text == "PORT" {
            command.env_remove(&name);
        }
    }
}

/// A `serve` that answers; ended when dropped.
#[derive(Debug)]
pub struct Serving {
    /// Where it answers: scheme, host and port.
    pub base_url: String,
    child: Child,
}

impl Serving {
    /// Starts `serve` on a free port with further arguments, and waits until it answers.
    ///
    /// # Panics
    /// If it does not.
    pub fn start(args: &[&str], environment: &[(&str, &str)], directory: &Path) -> Self {
        let mut all = vec!["serve", "--address", "127.0.0.1:0"];
        all.extend(args);
        let mut child = command(&all, environment, directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = lines(child.stdout.take().expect("a pipe"));
        let base_url = address(&lines);
        Self { base_url, child }
    }

    /// Sends a signal by its name, waits for the end, and gives back the exit code; `None` where the signal killed it.
    ///
    /// # Panics
    /// If there is no `kill`.
    pub fn end_with(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.child.id().to_string()])
            .status()
            .expect("kill starts");
        assert!(sent.success());
        self.child.wait().expect("the program ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A demonstration, in a directory of its own.
#[derive(Debug)]
pub struct Demo {
    /// Where it answers: scheme, host and port.
    pub base_url: String,
    /// Its data directory.
    pub directory: PathBuf,
    /// What `demo-credentials.json` says.
    pub credentials: Value,
    /// From the start of the process to the line that says it answers.
    pub ready_after: Duration,
    keeper: Child,
    /// The write end that keeps it alive; `None` only while dropping.
    lifeline: Option<ChildStdin>,
}

impl Demo {
    /// Starts a demonstration on a free port and waits until it answers.
    ///
    /// # Panics
    /// If it does not.
    pub fn start() -> Self {
        let directory = TempDir::new().expect("a temporary directory").keep();
        let program = path();
        let mut command = Command::new("sh");
        without_settings(&mut command);
        let began = Instant::now();
        let mut keeper = command
            .args(["-c", LIFE, "demo"])
            .arg(&directory)
            .arg(program)
            .args(["demo", "--address", "127.0.0.1:0", "--data-dir"])
            .arg(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the demonstration starts");
        let lifeline = keeper.stdin.take();
        let lines = lines(keeper.stdout.take().expect("a pipe"));
        let base_url = address(&lines);
        let ready_after = began.elapsed();
        let file = std::fs::read(directory.join("demo-credentials.json"));
        let credentials = serde_json::from_slice(&file.expect("a file of credentials"));
        Self {
            base_url,
            directory,
            credentials: credentials.expect("credentials in JSON"),
            ready_after,
            keeper,
            lifeline,
        }
    }

    /// An access token for one of the clients of the credentials.
    ///
    /// # Panics
    /// If there is no such client, or it gets no token.
    pub async fn token(&self, client: &str) -> String {
        let client = &self.credentials["clients"][client];
        let text = |member: &str| client[member].as_str().expect("a client").to_owned();
        token(&self.base_url, &text("client_id"), &text("client_secret"))
            .await
            .expect("a token")
    }

    /// Sends a request as one of the clients of the credentials, or as nobody.
    ///
    /// # Panics
    /// If there is no answer, or none the document foresees.
    pub async fn send(
        &self,
        client: Option<&str>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Reply {
        let mut request =
            reqwest::Client::new().request(method.clone(), format!("{}{path}", self.base_url));
        if let Some(client) = client {
            request = request.bearer_auth(self.token(client).await);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let reply = read(request).await;
        conformity::check(
            method.as_str(),
            path.split('?').next().unwrap_or_default(),
            &reply,
        );
        reply
    }

    /// A GraphQL document as one of the clients of the credentials, or as nobody.
    ///
    /// # Panics
    /// As [`Demo::send`].
    pub async fn graphql(&self, client: Option<&str>, query: &str) -> Value {
        let body = serde_json::json!({"query": query});
        self.send(client, Method::POST, "/graphql", Some(&body))
            .await
            .json()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.keeper.wait();
    }
}

/// A token for a client of a running program; `None` where it is refused.
///
/// # Panics
/// If there is no answer.
pub async fn token(base_url: &str, client_id: &str, client_secret: &str) -> Option<String> {
    let form = format!(
        "grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
    );
    let request = reqwest::Client::new()
        .post(format!("{base_url}/oauth/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = read(request).await.json();
    answer["access_token"].as_str().map(ToOwned::to_owned)
}

async fn read(request: reqwest::RequestBuilder) -> Reply {
    let answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.bytes().await.expect("a whole body").to_vec();
    Reply {
        status,
        headers,
        body,
    }
}

/// The lines of a process, read to their end by a thread, so that it never waits for a reader.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

/// Waits for the line that names the address.
fn address(lines: &Receiver<String>) -> String {
    let until = Instant::now() + PATIENCE;
    let mut said = Vec::new();
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let Ok(line) = lines.recv_timeout(left) else {
            panic!("the program does not answer; it said {said:#?}");
        };
        if let Some(address) = line.strip_prefix(ANSWERS_ON) {
            return address.to_owned();
        }
        said.push(line);
    }
}
