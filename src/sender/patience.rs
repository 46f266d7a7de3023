//! Patience: when to try again, and when no more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::delivery::{Claim, Outcome, Reply};
use crate::subscriber::SubscriberId;

/// How long deliveries and connections are tried again, and how often: all in proportion to the
/// whole, so that four hours give a first pause of a minute and a longest of half an hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    whole: Duration,
    /// When the run began. What an earlier run tried in vain has its time anew, for it may have been
    /// interrupted, or told to try again, long after the first attempt.
    since: DateTime<Utc>,
}

impl Patience {
    pub(super) fn new(whole: Duration, since: DateTime<Utc>) -> Self {
        Self { whole, since }
    }

    /// How long a server that cannot be reached is tried again.
    pub(super) fn whole(self) -> Duration {
        self.whole
    }

    /// The pause before the next connection after so many that failed: 5 s to 5 min of 4 h.
    pub(super) fn before_connection(self, failures: u32) -> Duration {
        doubled(self.whole / 2880, failures.saturating_sub(1), self.whole / 48)
    }

    /// The pause before the next attempt after so many: 1 min to 30 min of 4 h, and up to a fifth
    /// more or less, so that what was deferred together does not come back together.
    fn before_attempt(self, attempts: u32, subscriber: SubscriberId) -> Duration {
        let pause = doubled(self.whole / 240, attempts.saturating_sub(1), self.whole / 8);
        let [a, b, ..] = subscriber.0;
        let jitter = u32::from(u16::from_be_bytes([a, b]).rotate_left(attempts)) % 41;
        pause * (80 + jitter) / 100
    }

    /// What becomes of a delivery that was refused for now.
    pub(super) fn deferred(self, claim: &Claim, reply: Reply, now: DateTime<Utc>) -> Outcome {
        let whole = TimeDelta::from_std(self.whole).unwrap_or(TimeDelta::MAX);
        let first = claim.first_attempt.unwrap_or(now).max(self.since);
        let end = first.checked_add_signed(whole);
        let end = end.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if now >= end {
            return Outcome::Expired(reply);
        }
        let pause = self.before_attempt(claim.attempts + 1, claim.subscriber);
        let due = TimeDelta::from_std(pause).ok().and_then(|pause| now.checked_add_signed(pause));
        // The last attempt comes at the end, not before it.
        Outcome::Deferred { reply, due: due.map_or(end, |due| due.min(end)) }
    }
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(1 << times.min(20)).min(most)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::sender) fn claim() -> Claim {
        Claim {
            subscriber: SubscriberId([0; 16]),
            address: "ann@example.org".parse().unwrap(),
            name: None,
            attempts: 0,
            first_attempt: None,
        }
    }

    pub(in crate::sender) fn now() -> DateTime<Utc> {
        "2026-01-14T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn pauses_grow_and_end_with_the_patience() {
        let patience = Patience::new(Duration::from_hours(4), now());
        let reply = || Reply { code: Some(450), text: String::new() };
        let mut claim = Claim { first_attempt: Some(now()), ..claim() };
        let (mut at, mut pauses) = (now(), Vec::new());
        let expired = loop {
            match patience.deferred(&claim, reply(), at) {
                Outcome::Deferred { due, .. } => {
                    pauses.push((due - at).num_seconds());
                    (at, claim.attempts) = (due, claim.attempts + 1);
                }
                outcome => break outcome,
            }
        };
        assert_eq!(expired, Outcome::Expired(reply()));
        assert_eq!(at - now(), TimeDelta::hours(4));
        assert_eq!(pauses[..6], [48, 96, 192, 384, 768, 1440]);
    }

    #[test]
    fn what_an_earlier_run_tried_has_its_time_anew() {
        let patience = Patience::new(Duration::from_hours(4), now());
        let claim = Claim { first_attempt: Some(now() - TimeDelta::days(1)), attempts: 9, ..claim() };
        let reply = Reply { code: Some(450), text: String::new() };
        let Outcome::Deferred { due, .. } = patience.deferred(&claim, reply, now()) else {
            panic!("it expired at the first try of this run");
        };
        assert!(due > now());
    }
}
