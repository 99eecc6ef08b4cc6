//! An answer of the server.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header's value; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body in UTF-8")
    }

    /// The body as JSON. The `instance` of a problem was compared with the request's address as it arrived and is left
    /// out here, so that answers at different addresses can be compared whole.
    pub fn json(&self) -> Value {
        let mut body = self.written();
        if self.is_problem()
            && let Some(members) = body.as_object_mut()
        {
            members.remove("instance");
        }
        body
    }

    /// The body as JSON, just as it was written.
    pub fn written(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| {
            panic!(
                "{fault} in {} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            )
        })
    }

    /// Whether it is a problem (RFC 9457).
    pub fn is_problem(&self) -> bool {
        self.header("content-type") == "application/problem+json"
    }

    /// The entity tag.
    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    /// The same answer, after checking its status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self
    }

    /// The code of a problem, after checking that it is one with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], status);
        body["code"].as_str().expect("a code").to_owned()
    }

    /// The codes of a problem's violations, in their order.
    pub fn violation_codes(&self) -> Vec<String> {
        let body = self.json();
        let violations = body["violations"].as_array().cloned().unwrap_or_default();
        violations
            .iter()
            .map(|violation| violation["code"].as_str().expect("a code").to_owned())
            .collect()
    }
}
