//! Time and identity come in by the door, so that a test may hold both.

use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, to the microsecond: what PostgreSQL keeps, so that both engines give back what was stored.
    fn now(&self) -> DateTime<Utc>;
}

/// Where new identifiers come from.
pub trait IdSource: Send + Sync {
    /// A new UUID version 7 for a thing made at `now`.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where time is read"
    )]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// Random identifiers, sorting by time.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where identifiers are made"
    )]
    fn next(&self, _now: DateTime<Utc>) -> Uuid {
        Uuid::now_v7()
    }
}

/// Both doors together.
#[derive(Clone)]
pub struct Surroundings {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where identifiers come from.
    pub ids: Arc<dyn IdSource>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}
