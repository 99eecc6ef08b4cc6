//! One server over a fresh database, with its own clock, and requests to it.

use crate::cluster::Cluster;
use crate::surroundings::{SeededIds, TestClock, beginning};
use crate::{Persona, Reply, conformity, template};
use actix_web::dev::ServerHandle;
use chrono::Duration;
use reqwest::Method;
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use technician_metrics::clock::Surroundings;
use technician_metrics::config::{Inputs, load};
use technician_metrics::server::Server;
use tempfile::TempDir;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in a file.
    Sqlite,
    /// PostgreSQL in the test process's own cluster.
    Postgres,
}

/// One server with its own database and clock.
pub struct World {
    /// The engine behind it.
    pub engine: Engine,
    /// The clock, to be moved.
    pub clock: Arc<TestClock>,
    address: SocketAddr,
    url: String,
    directory: TempDir,
    starts: u64,
    secrets: template::Secrets,
    tokens: Mutex<HashMap<Persona, String>>,
    http: reqwest::Client,
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    replicas: Mutex<Vec<(ServerHandle, std::thread::JoinHandle<()>)>>,
}

impl World {
    /// Starts a server over a fresh database.
    pub async fn new(engine: Engine) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let (url, secrets) = template::fresh(engine, directory.path()).await;
        let clock = Arc::new(TestClock::at(beginning()));
        let (address, handle, thread) = serve(
            &url,
            directory.path(),
            Arc::clone(&clock),
            template::FIRST_ID,
            None,
        );
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            engine,
            clock,
            address,
            url,
            directory,
            starts: 1,
            secrets,
            tokens: Mutex::default(),
            http,
            handle,
            thread: Some(thread),
            replicas: Mutex::default(),
        }
    }

    /// Starts another server over the same database and clock; gives back its address.
    pub fn replica(&self) -> SocketAddr {
        let mut replicas = self.replicas.lock().expect("no panic");
        let first = template::FIRST_ID * (1_000 + replicas.len() as u64);
        let clock = Arc::clone(&self.clock);
        let (address, handle, thread) = serve(&self.url, self.directory.path(), clock, first, None);
        replicas.push((handle, thread));
        address
    }

    /// Stops the server and starts another over the same database.
    pub async fn restart(&mut self) {
        self.handle.stop(true).await;
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends");
        }
        self.starts += 1;
        let first = template::FIRST_ID * self.starts;
        let (address, handle, thread) = serve(
            &self.url,
            self.directory.path(),
            Arc::clone(&self.clock),
            first,
            None,
        );
        (self.address, self.handle, self.thread) = (address, handle, Some(thread));
        self.tokens.lock().expect("no panic").clear();
    }

    /// Moves the clock on; tokens are asked for anew.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.tokens.lock().expect("no panic").clear();
    }

    /// The address of the database, for tests that look inside.
    pub fn database_url(&self) -> &str {
        &self.url
    }

    /// The address of the server.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The server's socket address, for tests that speak raw HTTP.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A persona's secret.
    pub fn secret(&self, persona: Persona) -> &str {
        &self.secrets[persona.client_id().expect("a persona with credentials")]
    }

    /// A persona's access token; `None` for a stranger.
    pub async fn token(&self, persona: Persona) -> Option<String> {
        let client_id = match persona {
            Persona::Stranger => return None,
            Persona::Forger => return Some("eyJhbGciOiJub25lIn0.e30.".to_owned()),
            other => other.client_id().expect("a persona with credentials"),
        };
        if let Some(token) = self.tokens.lock().expect("no panic").get(&persona) {
            return Some(token.clone());
        }
        let form = format!(
            "grant_type=client_credentials&client_id={client_id}&client_secret={}",
            self.secret(persona)
        );
        let request = self
            .request(Method::POST, "/oauth/token")
            .body("application/x-www-form-urlencoded", form);
        let token = request.send().await.expect(200).json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        self.tokens
            .lock()
            .expect("no panic")
            .insert(persona, token.clone());
        Some(token)
    }

    /// A request without credentials.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.request_to(self.address, method, path)
    }

    /// A request without credentials to one of the replicas.
    pub fn request_to(&self, address: SocketAddr, method: Method, path: &str) -> Request<'_> {
        let builder = self
            .http
            .request(method.clone(), format!("http://{address}{path}"));
        Request {
            world: self,
            method,
            path: path.to_owned(),
            builder,
            persona: Persona::Stranger,
        }
    }

    /// Starts a second server over the same database, with the same clock and keys.
    pub fn beside(&self) -> Beside {
        let first = template::FIRST_ID * 1_000;
        let clock = Arc::clone(&self.clock);
        // One service has one public address, and its tokens are for that.
        let public_url = Some(self.base_url());
        let (address, handle, thread) =
            serve(&self.url, self.directory.path(), clock, first, public_url);
        Beside {
            address,
            handle,
            thread: Some(thread),
        }
    }

    /// `DELETE` as a persona.
    pub fn delete(&self, persona: Persona, path: &str) -> Request<'_> {
        self.request(Method::DELETE, path).by(persona)
    }

    /// `GET` as a persona.
    pub fn get(&self, persona: Persona, path: &str) -> Request<'_> {
        self.request(Method::GET, path).by(persona)
    }

    /// `POST` as a persona.
    pub fn post(&self, persona: Persona, path: &str) -> Request<'_> {
        self.request(Method::POST, path).by(persona)
    }

    /// `PUT` as a persona.
    pub fn put(&self, persona: Persona, path: &str) -> Request<'_> {
        self.request(Method::PUT, path).by(persona)
    }

    /// `PATCH` as a persona.
    pub fn patch(&self, persona: Persona, path: &str) -> Request<'_> {
        self.request(Method::PATCH, path).by(persona)
    }

    /// A GraphQL document as a persona; gives back the whole response object.
    pub async fn graphql(&self, persona: Persona, query: &str, variables: Value) -> Value {
        let body = serde_json::json!({"query": query, "variables": variables});
        self.post(persona, "/graphql")
            .json(&body)
            .send()
            .await
            .json()
    }
}

/// A second server of a world. It must be dropped before the world is.
pub struct Beside {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Beside {
    /// A request of the world's, to this server.
    pub fn request<'w>(
        &self,
        world: &'w World,
        method: Method,
        persona: Persona,
        path: &str,
    ) -> Request<'w> {
        let builder = world
            .http
            .request(method.clone(), format!("http://{}{path}", self.address));
        Request {
            world,
            method,
            path: path.to_owned(),
            builder,
            persona,
        }
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.handle.stop(true).await;
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends");
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // The stop command is sent at once; waiting for it is the thread's business.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        for (handle, thread) in self.replicas.lock().expect("no panic").drain(..) {
            drop(handle.stop(false));
            let _ = thread.join();
        }
        if self.engine == Engine::Postgres {
            Cluster::shared().drop_database(&self.url);
        }
    }
}

type Started = (SocketAddr, ServerHandle, std::thread::JoinHandle<()>);

/// Starts a server on its own thread; gives back its address and what stops it.
fn serve(
    url: &str,
    directory: &Path,
    clock: Arc<TestClock>,
    first_id: u64,
    public_url: Option<String>,
) -> Started {
    let mut flags = vec![
        ("server.address", "127.0.0.1:0".to_owned()),
        ("server.workers", "1".to_owned()),
        ("server.shutdown_seconds", "1".to_owned()),
        ("database.url", url.to_owned()),
        ("database.connections", "4".to_owned()),
        ("data.directory", directory.display().to_string()),
    ];
    flags.extend(public_url.map(|url| ("server.public_url", url)));
    let config = load(&Inputs {
        flags,
        ..Inputs::default()
    })
    .unwrap_or_else(|faults| panic!("{faults}"));
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let ids = SeededIds::from(first_id);
            let surroundings = Surroundings {
                clock,
                ids: Arc::new(ids),
            };
            let server = Server::bind(&config, false, surroundings)
                .await
                .unwrap_or_else(|fault| panic!("{fault}"));
            sender
                .send((server.address(), server.handle()))
                .expect("the test waits");
            server.run().await.expect("the server runs");
        });
    });
    let (address, handle) = receiver.recv().expect("the server starts");
    (address, handle, thread)
}

/// A request on its way.
pub struct Request<'a> {
    world: &'a World,
    method: Method,
    path: String,
    builder: reqwest::RequestBuilder,
    persona: Persona,
}

impl Request<'_> {
    /// As a persona.
    #[must_use]
    pub fn by(mut self, persona: Persona) -> Self {
        self.persona = persona;
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// With `If-Match`.
    #[must_use]
    pub fn if_match(self, tag: &str) -> Self {
        self.header("if-match", tag)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a CSV body.
    #[must_use]
    pub fn csv(self, body: impl Into<Vec<u8>>) -> Self {
        self.body("text/csv", body)
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.builder = self
            .builder
            .header("content-type", media_type)
            .body(body.into());
        self
    }

    /// Sends it, reads the answer to its end, and checks it against the document.
    pub async fn send(self) -> Reply {
        let mut builder = self.builder;
        if self.persona != Persona::Stranger
            && let Some(token) = Box::pin(self.world.token(self.persona)).await
        {
            builder = builder.bearer_auth(token);
        }
        let answer = builder
            .send()
            .await
            .unwrap_or_else(|fault| panic!("{} {}: {fault}", self.method, self.path));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.expect("a whole body").to_vec();
        let reply = Reply {
            status,
            headers,
            body,
        };
        let path = self.path.split('?').next().unwrap_or_default();
        if self.method != Method::HEAD {
            conformity::check(self.method.as_str(), path, &reply);
            if reply.is_problem() {
                assert_eq!(reply.written()["instance"], path);
            }
        }
        reply
    }
}
