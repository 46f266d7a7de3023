//! Pace: no more messages in a time than config.toml allows, over all connections together.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Rate;

/// Hands out evenly spaced slots. A burst after a pause would only teach the server to defer, so
/// unused slots are lost.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    /// When the next slot is.
    next: Mutex<Instant>,
}

impl Pace {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        let interval = rate.map_or(Duration::ZERO, |rate| rate.per / rate.messages.max(1));
        Self { interval, next: Mutex::new(Instant::now()) }
    }

    /// Takes the next slot: when the message may be sent.
    pub(super) fn slot(&self) -> Instant {
        // A panic cannot happen while the lock is held, so a poisoned one is still whole.
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let slot = (*next).max(Instant::now());
        *next = slot + self.interval;
        slot
    }

    /// Takes a slot if there is one at once.
    pub(super) fn slot_now(&self) -> bool {
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        let is_free = *next <= now;
        if is_free {
            *next = now + self.interval;
        }
        is_free
    }

    /// Whether it holds anything back.
    pub(super) fn is_set(&self) -> bool {
        !self.interval.is_zero()
    }

    /// How many messages fit into `time`.
    pub(super) fn within(&self, time: Duration) -> usize {
        match self.interval.as_nanos() {
            0 => usize::MAX,
            interval => usize::try_from(time.as_nanos() / interval).unwrap_or(usize::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(messages: u32, per: Duration) -> Pace {
        Pace::new(Some(Rate { messages, per }))
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_rate() {
        let pace = pace(600, Duration::from_mins(1));
        let start = Instant::now();
        for message in 0..30 {
            let slot = pace.slot();
            assert_eq!(slot - start, Duration::from_millis(100) * message);
            tokio::time::sleep_until(slot).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_saves_up_nothing() {
        let pace = pace(1, Duration::from_secs(1));
        pace.slot();
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert_eq!(pace.slot(), Instant::now());
        assert_eq!(pace.slot(), Instant::now() + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_at_once_is_one_of_the_slots() {
        let pace = pace(1, Duration::from_secs(1));
        assert!(pace.slot_now() && !pace.slot_now());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(pace.slot_now());
        assert_eq!(pace.slot(), Instant::now() + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nothing_waits() {
        let pace = Pace::new(None);
        for _ in 0..1000 {
            assert_eq!(pace.slot(), Instant::now());
        }
        assert_eq!(pace.within(Duration::from_secs(1)), usize::MAX);
    }
}
