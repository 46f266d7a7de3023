//! Stopping: one handle that a signal handler and every connection share.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{self, Instant};

/// Asks a run to stop: it begins no new attempt, lets those in flight end, and gives back the rest.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// A handle that has not been asked.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Asks.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is asked.
    pub async fn stopped(&self) {
        // It cannot fail: the sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// Sleeps until `instant`; `false` when it was asked to stop before that.
    pub(super) async fn sleep_until(&self, instant: Instant) -> bool {
        tokio::select! {
            biased;
            () = self.stopped() => false,
            () = time::sleep_until(instant) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stopping_ends_every_sleep() {
        let stop = Stop::new();
        let asleep = stop.clone();
        let sleeper =
            tokio::spawn(async move { asleep.sleep_until(Instant::now() + Duration::from_hours(1)).await });
        tokio::task::yield_now().await;
        stop.stop();
        assert!(!sleeper.await.unwrap());
        assert!(stop.is_stopped() && !stop.sleep_until(Instant::now()).await);
        assert!(Stop::new().sleep_until(Instant::now()).await);
    }
}
