//! What a request said, as a digest: the body is counted in while it passes by and never kept.

use super::secret::hexadecimal;
use aws_lc_rs::digest::{Context, SHA256};
use std::sync::{Arc, Mutex, PoisonError};

/// What stands for the body of a request nobody read to its end.
const UNREAD: &str = "-";

/// The fingerprint of one request, shared between whoever reads its body and whoever stores it.
#[derive(Clone)]
pub struct Fingerprint {
    head: Arc<str>,
    body: Arc<Mutex<Body>>,
}

struct Body {
    digest: Context,
    ended: bool,
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fingerprint").field(&self.text()).finish()
    }
}

impl Fingerprint {
    /// The fingerprint of a request by the parts of its head, each told apart from the next; the body comes after.
    pub fn of(head: &[&[u8]]) -> Self {
        let mut digest = Context::new(&SHA256);
        for part in head {
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self {
            head: hexadecimal(digest.finish().as_ref()).into(),
            body: Arc::new(Mutex::new(Body {
                digest: Context::new(&SHA256),
                ended: false,
            })),
        }
    }

    /// A piece of the body, as it travelled.
    pub fn update(&self, piece: &[u8]) {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.digest.update(piece);
    }

    /// The body came to its end.
    pub fn end(&self) {
        self.body
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ended = true;
    }

    /// Head and body in hexadecimal. A body that nobody needed, and so nobody read to its end, is a hyphen.
    pub fn text(&self) -> String {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = if body.ended {
            hexadecimal(body.digest.clone().finish().as_ref())
        } else {
            UNREAD.to_owned()
        };
        format!("{}.{digest}", self.head)
    }

    /// Whether a stored fingerprint is of the same request; a body that was not read then is not compared now.
    pub fn matches(&self, stored: &str) -> bool {
        stored == self.text()
            || stored
                .strip_suffix(UNREAD)
                .and_then(|head| head.strip_suffix('.'))
                .is_some_and(|head| head == &*self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &[&[u8]], pieces: &[&[u8]]) -> Fingerprint {
        let found = Fingerprint::of(head);
        for piece in pieces {
            found.update(piece);
        }
        found.end();
        found
    }

    #[test]
    fn pieces_do_not_matter_and_parts_do() {
        let one = of(&[b"POST", b"/v1"], &[b"technicians"]);
        assert!(of(&[b"POST", b"/v1"], &[b"tech", b"", b"nicians"]).matches(&one.text()));
        assert!(!of(&[b"POST/", b"v1"], &[b"technicians"]).matches(&one.text()));
        assert!(!of(&[b"POST", b"/v1"], &[b"technician"]).matches(&one.text()));
        assert_eq!(one.text().len(), 129);
    }

    #[test]
    fn a_body_that_was_not_read_is_not_compared() {
        let unread = Fingerprint::of(&[b"POST"]).text();
        assert!(of(&[b"POST"], &[b"anything"]).matches(&unread));
        assert!(!of(&[b"PUT"], &[b"anything"]).matches(&unread));
        assert!(!Fingerprint::of(&[b"POST"]).matches(&of(&[b"POST"], &[]).text()));
    }
}
