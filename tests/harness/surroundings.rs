//! A clock the tests move, and identifiers that come out the same every time.

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use technician_metrics::clock::{Clock, IdSource};
use uuid::Uuid;

/// The moment every world begins at.
pub fn beginning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 3, 9, 0, 0)
        .single()
        .expect("a valid moment")
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    /// A clock at a moment.
    pub fn at(moment: DateTime<Utc>) -> Self {
        Self(Mutex::new(moment))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        *self
            .0
            .lock()
            .expect("no test panics while it moves the clock") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self
            .0
            .lock()
            .expect("no test panics while it moves the clock")
    }
}

/// UUIDs version 7 whose random part is a counter: they sort by creation and are the same in every run.
#[derive(Debug)]
pub struct SeededIds(AtomicU64);

impl SeededIds {
    /// A source that counts from `first`.
    pub const fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl IdSource for SeededIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        let millis = u64::try_from(now.timestamp_millis()).expect("after 1970");
        let mut random = [0_u8; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
