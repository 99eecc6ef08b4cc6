//! The demonstration's clock: the machine's, but for a past that is made up before anybody asks.

use crate::clock::{Clock, SystemClock};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::atomic::{AtomicI64, Ordering};

/// The machine's clock, so many days behind.
#[derive(Debug, Default)]
pub struct Past(AtomicI64);

impl Past {
    /// Goes so many days behind; 0 is now.
    pub fn go(&self, days: i64) {
        self.0.store(days, Ordering::Relaxed);
    }
}

impl Clock for Past {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() - TimeDelta::days(self.0.load(Ordering::Relaxed))
    }
}
