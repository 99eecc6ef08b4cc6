//! A server at the other end: signs in, sends, and keeps trying where a repetition does no harm.

use super::credentials::Credentials;
use super::output::Failure;
use backon::{ExponentialBuilder, Retryable as _};
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// The first wait before a repetition, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(20));
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for an answer where nothing is tried again.
const ONCE: Duration = Duration::from_mins(5);

/// Is told why something is tried again, and after how long.
type Waiting = Box<dyn Fn(&str, Duration)>;

/// A server, and who asks it.
pub struct Remote {
    client: reqwest::Client,
    server: String,
    credentials: Credentials,
    token: RefCell<Option<String>>,
    /// Until when is it tried again; none where everything is tried once.
    until: Option<Instant>,
    /// Told of each wait.
    waiting: Waiting,
    /// How many changes were sent, repetitions included.
    attempts: Cell<u32>,
}

/// Makes the body of a request, anew for each attempt.
pub type MakeBody<'a> = &'a dyn Fn() -> reqwest::Body;

/// A request.
#[derive(Clone)]
pub struct Ask<'a> {
    /// Method.
    pub method: Method,
    /// Address on the server.
    pub path: &'a str,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Option<MakeBody<'a>>,
}

/// An answer that is no refusal.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The entity tag; empty where there is none.
    pub etag: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Status; none where there was no answer at all.
    pub status: Option<StatusCode>,
    /// The stable code of the problem; empty where there is none.
    pub code: String,
    /// What is wrong, for a person, place by place.
    pub words: String,
    /// The problem as it was written; null where there is none.
    pub problem: Value,
    /// Whether this or an earlier attempt may have been carried out.
    pub ambiguous: bool,
    retry_after: Option<Duration>,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::new(refused.words)
    }
}

impl Answered {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Refused {
    /// Whether a repetition may fare better.
    fn passing(&self) -> bool {
        match self.status.map(|status| status.as_u16()) {
            None | Some(408 | 429 | 502 | 503 | 504) => true,
            Some(_) => self.code == "idempotency-in-progress",
        }
    }

    fn unheard(words: String) -> Self {
        Self {
            status: None,
            code: String::new(),
            words,
            problem: Value::Null,
            ambiguous: true,
            retry_after: None,
        }
    }
}

impl Remote {
    /// A server where everything is tried once.
    pub fn new(server: &str, credentials: Credentials) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            server: server.trim_end_matches('/').to_owned(),
            credentials,
            token: RefCell::default(),
            until: None,
            waiting: Box::new(|_, _| {}),
            attempts: Cell::new(0),
        })
    }

    /// A server that is tried again and again for a time; `waiting` is told why and for how long.
    #[must_use]
    pub fn persistent(
        mut self,
        time: Duration,
        waiting: impl Fn(&str, Duration) + 'static,
    ) -> Self {
        self.until = Instant::now().checked_add(time);
        self.waiting = Box::new(waiting);
        self
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.server
    }

    /// How many changes were sent, repetitions included.
    pub fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Answered, Refused> {
        self.get_as(path, "application/json").await
    }

    /// Reads in a form.
    pub async fn get_as(&self, path: &str, media_type: &str) -> Result<Answered, Refused> {
        let ask = Ask {
            method: Method::GET,
            path,
            headers: vec![("accept", media_type.to_owned())],
            body: None,
        };
        self.send(&ask).await
    }

    /// Sends, again where that is safe: whoever asks for a change names its key and its precondition.
    pub async fn send(&self, ask: &Ask<'_>) -> Result<Answered, Refused> {
        let unclear = Cell::new(false);
        let attempt = || async {
            let tried = self.attempt(ask).await;
            if let Err(refused) = &tried {
                unclear.set(unclear.get() || refused.ambiguous);
            }
            tried
        };
        let pace = ExponentialBuilder::new()
            .with_min_delay(WAITS.0)
            .with_max_delay(WAITS.1)
            .with_jitter()
            .without_max_times();
        let sent = attempt
            .retry(pace)
            .when(|refused: &Refused| {
                refused.passing() && self.until.is_some_and(|until| Instant::now() < until)
            })
            .adjust(|refused, pause| {
                pause.map(|pause| pause.max(refused.retry_after.unwrap_or_default()))
            })
            .notify(|refused, pause| (self.waiting)(&refused.words, pause))
            .await;
        sent.map_err(|refused| Refused {
            ambiguous: unclear.get(),
            ..refused
        })
    }

    /// One attempt; a second one with a fresh token where the first had expired.
    async fn attempt(&self, ask: &Ask<'_>) -> Result<Answered, Refused> {
        let token = self.token().await?;
        let first = self.once(ask, &token).await;
        match first {
            Err(refused) if refused.status == Some(StatusCode::UNAUTHORIZED) => {
                self.token.replace(None);
                let token = self.token().await?;
                self.once(ask, &token).await
            }
            other => other,
        }
    }

    async fn once(&self, ask: &Ask<'_>, token: &str) -> Result<Answered, Refused> {
        let mut request = self
            .client
            .request(ask.method.clone(), format!("{}{}", self.server, ask.path))
            .bearer_auth(token);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = ask.body {
            request = request.body(body());
        }
        if ask.method != Method::GET {
            self.attempts.set(self.attempts.get() + 1);
        }
        self.answer(request).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Answered, Refused> {
        let time = self.until.map_or(ONCE, |until| {
            until.saturating_duration_since(Instant::now()).max(CONNECT)
        });
        let unheard = |error: reqwest::Error| {
            let mut words = format!("{}: {error}", self.server);
            let mut cause = std::error::Error::source(&error);
            while let Some(deeper) = cause {
                words.push_str(&format!(": {deeper}"));
                cause = deeper.source();
            }
            Refused::unheard(words)
        };
        let work = async {
            let answer = request.send().await.map_err(unheard)?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = answer.bytes().await.map_err(unheard)?;
            Ok((status, headers, body.to_vec()))
        };
        let (status, headers, body) = tokio::time::timeout(time, work)
            .await
            .map_err(|_| Refused::unheard(format!("{}: no answer", self.server)))??;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if status.is_success() {
            return Ok(Answered {
                etag: header("etag").unwrap_or_default().to_owned(),
                body,
            });
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        Err(Refused {
            status: Some(status),
            code: problem["code"].as_str().unwrap_or_default().to_owned(),
            words: in_words(status, &problem),
            problem,
            // Who answers for a server may not know what the server did; it says so itself when it does.
            ambiguous: matches!(status.as_u16(), 500 | 502 | 504),
            retry_after: header("retry-after")
                .and_then(|text| text.parse().ok())
                .map(Duration::from_secs),
        })
    }

    /// The token at hand, or a new one.
    async fn token(&self) -> Result<String, Refused> {
        if let Some(token) = self.token.borrow().clone() {
            return Ok(token);
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.credentials.id)
            .append_pair("client_secret", self.credentials.secret.expose_secret())
            .finish();
        let request = self
            .client
            .post(format!("{}/oauth/token", self.server))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = self.answer(request).await;
        let known = match &answer {
            Ok(answer) => answer.json(),
            Err(refused) => refused.problem.clone(),
        };
        if let Some(token) = known["access_token"].as_str() {
            self.token.replace(Some(token.to_owned()));
            return Ok(token.to_owned());
        }
        // Nothing was changed by asking for a token.
        let why = known["error_description"].as_str();
        let mut refused = match answer {
            Err(refused) => refused,
            Ok(_) => Refused::unheard(format!("{}: the server gave no token", self.server)),
        };
        refused.ambiguous = false;
        if let Some(why) = why {
            refused.words = format!("{}: {why}", self.server);
        }
        Err(refused)
    }
}

/// A problem in words, place by place.
fn in_words(status: StatusCode, problem: &Value) -> String {
    let Some(title) = problem["title"].as_str() else {
        return format!("The server answered {status}.");
    };
    let mut lines = vec![format!(
        "{title}: {}",
        problem["detail"].as_str().unwrap_or_default()
    )];
    lines.extend(
        problem["violations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|violation| format!("  {}", violation_in_words(violation))),
    );
    lines.join("\n")
}

/// A violation as it is written: its place and what is wrong there.
pub fn violation_in_words(violation: &Value) -> String {
    let text = |member: &str| violation[member].as_str();
    let place = match (text("pointer").or(text("parameter")), text("column")) {
        (Some(place), _) => place.to_owned(),
        (None, None | Some("")) => format!("row {}", violation["row"]),
        (None, Some(column)) => format!("row {}, {column}", violation["row"]),
    };
    format!("{place}: {}", text("message").unwrap_or_default())
}
