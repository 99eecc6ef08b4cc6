//! Repeatable requests (draft-ietf-httpapi-idempotency-key-header): a change is made once, however often it is asked for.
//!
//! A key is reserved before the work begins. The change and the mark that it was made are committed together
//! (`store/idempotency.rs`), the answer is kept after that; so if the process dies, a repetition either finds nothing
//! done, or learns that it was done, and never does it a second time.

use super::Service;
use crate::access::{Caller, Fingerprint};
use crate::fault::{Fault, Result};
use crate::store;
use chrono::{DateTime, Duration, Utc};

pub use crate::store::{Repeatable, Reserved, StoredAnswer};

/// How long keys and answers are kept, in hours.
pub const KEPT_HOURS: i64 = 24;
/// Seconds after which a request that made no change is taken for dead, and its key may be used by another.
pub const GIVEN_UP_SECONDS: i64 = 60;
/// Most characters of a key.
pub const MOST: usize = 255;
/// Keys forgotten with each new one: more than one, so that the table shrinks after a rush.
const FORGOTTEN_EACH: u64 = 20;
/// Keys forgotten in one go when the service starts, and how many goes.
const FORGOTTEN_AT_START: (u64, u32) = (1_000, 50);

/// A key as a client chose it: visible ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Reads the value of the header: a string of RFC 9651 (`"8e03978e"`), or the same without quotation marks.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] where it is neither, empty, or longer than [`MOST`].
    pub fn read(value: &[u8]) -> Result<Self> {
        let key = match value {
            [b'"', inside @ .., b'"'] => unescaped(inside),
            bare => bare
                .iter()
                .all(|byte| !matches!(byte, b'"' | b'\\' | b',' | b';'))
                .then(|| bare.to_vec()),
        };
        let key = key.filter(|key| (1..=MOST).contains(&key.len()));
        key.filter(|key| key.iter().all(u8::is_ascii_graphic))
            .and_then(|key| String::from_utf8(key).ok())
            .map(Self)
            .ok_or_else(invalid)
    }
}

/// The fault of a header that names no key, or more than one.
pub fn invalid() -> Fault {
    Fault::parameter(
        "Idempotency-Key",
        "invalid-idempotency-key",
        format!(
            "Idempotency-Key is one string of 1 to {MOST} visible ASCII characters, best a UUID in quotation marks."
        ),
    )
}

/// What stands between the quotation marks of a string.
fn unescaped(inside: &[u8]) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return None,
            b'\\' => key.push(*bytes.next().filter(|next| matches!(next, b'"' | b'\\'))?),
            other => key.push(*other),
        }
    }
    Some(key)
}

/// Asks for a key. Keys of one client are nothing to another.
pub async fn reserve(
    service: &Service,
    caller: &Caller,
    key: &Key,
    fingerprint: Fingerprint,
) -> Result<Reserved> {
    let now = service.now();
    let attempt = service.id(now).to_string();
    let stale = now - Duration::seconds(GIVEN_UP_SECONDS);
    let moments = (now, stale, expiry(now));
    let reserved = service
        .store
        .reserve(caller.actor(), &key.0, attempt, fingerprint, moments)
        .await?;
    if matches!(reserved, Reserved::Fresh(_)) {
        service
            .store
            .forget_keys(expiry(now), FORGOTTEN_EACH)
            .await?;
    }
    Ok(reserved)
}

/// Does the work of a request whose key was reserved.
pub async fn within<F: Future>(held: Repeatable, work: F) -> F::Output {
    store::repeatable(held, work).await
}

/// Keeps the answer. What cannot be kept is lost, and a repetition will be told so; the change stands.
pub async fn keep(service: &Service, held: &Repeatable, answer: StoredAnswer) {
    if let Err(fault) = service.store.keep_answer(held, answer).await {
        tracing::warn!(%fault, "the answer of a repeatable request was not kept");
    }
}

/// Gives the key back after a refusal, so that the corrected request may use it.
pub async fn release(service: &Service, held: &Repeatable) {
    if let Err(fault) = service.store.release(held).await {
        tracing::warn!(%fault, "the key of a refused request was not given back; it is free in a minute");
    }
}

/// Forgets what is too old.
pub(super) async fn forget(service: &Service) -> Result<()> {
    let before = expiry(service.now());
    let (most, goes) = FORGOTTEN_AT_START;
    for _ in 0..goes {
        if service.store.forget_keys(before, most).await? < most {
            break;
        }
    }
    Ok(())
}

fn expiry(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::hours(KEPT_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_strings_or_bare() {
        let read = |text: &str| Key::read(text.as_bytes()).ok().map(|key| key.0);
        let long = "k".repeat(MOST);
        assert_eq!(read("\"8e03978e-40d5\"").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read("8e03978e-40d5").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        assert_eq!(read(&long).as_deref(), Some(long.as_str()));
        for wrong in [
            "",
            "\"\"",
            "\"",
            "\"a",
            "a\"",
            "a b",
            "a,b",
            "a;q=1",
            "\"a\";q=1",
            "\"a\"b\"",
            "\"a\\\"",
            "caf\u{e9}",
            "a\tb",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&format!("{long}k")), None);
    }
}
