//! A server at the other end: signs in with credentials from the environment and sends.

use super::output::Failure;
use serde_json::Value;

const CLIENT_ID: &str = "TECHNICIAN_METRICS_CLIENT_ID";
const CLIENT_SECRET: &str = "TECHNICIAN_METRICS_CLIENT_SECRET";

/// A server, signed in to.
#[derive(Debug)]
pub struct Remote {
    client: reqwest::Client,
    server: String,
    token: String,
}

impl Remote {
    /// Asks for a token with the credentials of the environment.
    pub async fn sign_in(server: &str) -> Result<Self, Failure> {
        let credential = |name: &str| {
            std::env::var(name).map_err(|_| Failure::new(format_args!("{name} is not set")))
        };
        let (id, secret) = (credential(CLIENT_ID)?, credential(CLIENT_SECRET)?);
        let server = server.trim_end_matches('/').to_owned();
        let client = reqwest::Client::new();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &id)
            .append_pair("client_secret", &secret)
            .finish();
        let request = client
            .post(format!("{server}/oauth/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer: Value = request.send().await?.json().await?;
        let Some(token) = answer["access_token"].as_str() else {
            let why = answer["error_description"]
                .as_str()
                .unwrap_or("the server gave no token");
            return Err(Failure::new(format_args!("{server}: {why}")));
        };
        Ok(Self {
            token: token.to_owned(),
            client,
            server,
        })
    }

    /// Sends a body; gives back the answer, or the problem in words.
    pub async fn post(
        &self,
        path: &str,
        media_type: &str,
        body: Vec<u8>,
    ) -> Result<Value, Failure> {
        let request = self
            .client
            .post(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .header("content-type", media_type)
            .header("if-match", "*")
            .body(body);
        let answer = request.send().await?;
        let (status, body): (_, Value) = (answer.status(), answer.json().await?);
        if status.is_success() {
            return Ok(body);
        }
        let mut lines = vec![format!(
            "{}: {}",
            body["title"].as_str().unwrap_or("refused"),
            body["detail"].as_str().unwrap_or_default()
        )];
        for violation in body["violations"].as_array().into_iter().flatten() {
            let place = violation["pointer"].as_str().map_or_else(
                || {
                    format!(
                        "row {}, {}",
                        violation["row"],
                        violation["column"].as_str().unwrap_or_default()
                    )
                },
                ToOwned::to_owned,
            );
            lines.push(format!(
                "  {place}: {}",
                violation["message"].as_str().unwrap_or_default()
            ));
        }
        Err(Failure::new(lines.join("\n")))
    }
}
