//! Runs: the open deliveries of one issue, taken to their end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio::time::{self, Instant};

use super::active::{Active, Run};
use super::worker::Worker;
use super::{Error, Event, Left, Report, Transport, Wait};
use crate::clock;
use crate::delivery::State;
use crate::store::{Hold, Lease, Stage, Store};

/// How long a run may be silent before one with another lock takes over.
const LEASE: Duration = Duration::from_secs(30);
/// How often a waiting run looks whether its operator has said something.
const GLANCE: Duration = Duration::from_secs(1);

/// Delivers the issue to every recipient whose delivery is open, and waits for the deferred ones, for
/// its hours, and for an operator who paused it. The caller holds the digest's lock, and closes the issue.
///
/// # Errors
/// When the store fails, or the server refuses what it would refuse for every recipient, or cannot
/// be reached for as long as deliveries are tried again. What was not attempted is queued again.
pub async fn deliver<S: Store>(run: Run<S>) -> Result<Report, Error> {
    let mut found_uncertain = run.store.take(&run.key, run.lease(), clock::wall()).await?;
    if matches!(run.transport, Transport::Maildir(_)) {
        // The folder tells what arrived, so that a second attempt doubles nothing.
        run.store.requeue(&run.key, &[State::Uncertain], None, clock::wall()).await?;
        found_uncertain = 0;
    }
    let counts = run.store.counts(&run.key).await?;
    let works = counts.of(State::Accepted) > 0;
    (run.watch)(Event::Started { counts });
    let active = Arc::new(Active::new(run));
    active.works.store(works, Ordering::Relaxed);
    let heart = tokio::spawn(Arc::clone(&active).beat());
    let left = active.rounds().await;
    heart.abort();
    let Run { store, key, claimant, .. } = &active.run;
    let freed = store.leave(key, *claimant).await;
    let left = left?;
    freed?;
    Ok(Report { left, found_uncertain, counts: store.counts(key).await? })
}

impl<S> Run<S> {
    fn lease(&self) -> Lease {
        Lease { claimant: self.claimant, holder: self.holder.clone(), until: clock::wall() + LEASE }
    }
}

impl<S: Store> Active<S> {
    /// Says again and again that the run is alive; where another one has taken the issue, ends it.
    async fn beat(self: Arc<Self>) {
        let Run { store, key, claimant, stop, .. } = &self.run;
        loop {
            time::sleep(LEASE / 3).await;
            // A store that is locked for a while says nothing about the lease.
            if let Ok(false) = store.renew(key, *claimant, clock::wall() + LEASE).await {
                self.deck.hold(Hold::Over).await;
                return stop.stop();
            }
        }
    }

    /// Rounds over all that is due, with waits between them; what kept the run from more, where deliveries
    /// are left.
    async fn rounds(self: &Arc<Self>) -> Result<Option<Left>, Error> {
        loop {
            self.deck.forget_hold().await;
            let closed = self.opens();
            let ended = if closed.is_none() { self.round().await } else { Ok(()) };
            if let Err(error @ Error::Store(_)) = ended {
                return Err(error);
            }
            let counts = self.run.store.counts(&self.run.key).await?;
            if counts.of(State::Queued) + counts.of(State::Deferred) == 0 {
                // Nor does it matter what the server is like, which got the last of them too.
                return match counts.of(State::Accepted) + counts.of(State::Uncertain) {
                    0 => self.take_all_back().await,
                    _ => Ok(None),
                };
            }
            ended?;
            let left = match self.deck.is_held().await {
                Some(Hold::Over) => Some(Left::Over),
                _ if self.run.stop.is_stopped() => Some(Left::Stopped),
                // What was claimed meanwhile may have been deferred, and make room.
                Some(Hold::Spent) if self.has_work().await? => None,
                Some(Hold::Spent) => Some(Left::Quota),
                _ if self.deck.is_spent().await => Some(Left::Limit),
                Some(Hold::Paused) => self.wait_while_paused().await?,
                None => match closed.or_else(|| self.opens()) {
                    Some(until) => self.wait(until, Wait::Hours).await?,
                    None => self.wait_for_due().await?,
                },
            };
            if left.is_some() {
                return Ok(left);
            }
        }
    }

    /// Lets every connection work until there is nothing to claim.
    async fn round(self: &Arc<Self>) -> Result<(), Error> {
        let mut tasks = JoinSet::new();
        for _ in 0..self.run.connections.max(1) {
            tasks.spawn(Worker::new(Arc::clone(self)).work());
        }
        let (mut outcome, mut refuses_all) = (Ok(()), false);
        while let Some(ended) = tasks.join_next().await {
            let ended = ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            refuses_all |= matches!(ended, Err(Error::RefusesAll { .. }));
            outcome = outcome.and(ended);
        }
        // The first error tells more than one about giving back.
        outcome = outcome.and(self.give_back().await);
        if refuses_all {
            outcome = outcome.and(self.take_back().await);
        }
        if self.deck.is_held().await != Some(Hold::Over) {
            // Nobody works on anything now: what an error left claimed waits again.
            let Run { store, key, .. } = &self.run;
            outcome = outcome
                .and(store.take(key, self.run.lease(), clock::wall()).await.map(drop).map_err(Error::from));
        }
        outcome
    }

    /// Queues those again whom the server refused with all others: it was not about them.
    async fn take_back(&self) -> Result<(), Error> {
        let (Run { store, key, .. }, refused) = (&self.run, self.streaks.take_refused());
        Ok(store.take_back(key, &refused, self.began(), clock::wall()).await?)
    }

    /// Where nobody was accepted, and more were refused than can be by chance, queues them again.
    async fn take_all_back(&self) -> Result<Option<Left>, Error> {
        let Run { store, key, transport, .. } = &self.run;
        let Some((refused, error)) = self.streaks.take_all(|| transport.name()) else { return Ok(None) };
        store.take_back(key, &refused, self.began(), clock::wall()).await?;
        Err(error)
    }

    /// Sleeps until a deferred delivery is due.
    async fn wait_for_due(&self) -> Result<Option<Left>, Error> {
        // What is due soon after goes over the same connection.
        let pause = TimeDelta::from_std(self.patience().before_connection(1)).unwrap_or_default();
        match self.run.store.next_due(&self.run.key).await? {
            Some(due) => self.wait(due.max(self.now()) + pause, Wait::Deferred).await,
            None if self.run.stop.sleep_until(Instant::now() + GLANCE).await => Ok(None),
            None => Ok(Some(Left::Stopped)),
        }
    }

    /// Sleeps until then, unless it is asked to stop, or its operator ends or pauses the issue.
    async fn wait(&self, until: DateTime<Utc>, why: Wait) -> Result<Option<Left>, Error> {
        (self.run.watch)(Event::Waiting { until, why });
        // By the monotonic clock, which nobody puts back.
        let end = Instant::now() + (until - self.now()).to_std().unwrap_or_default();
        while Instant::now() < end {
            if !self.run.stop.sleep_until(end.min(Instant::now() + GLANCE)).await {
                return Ok(Some(Left::Stopped));
            }
            match self.word().await? {
                None => {}
                Some(Hold::Paused) => return self.wait_while_paused().await,
                Some(_) => return Ok(Some(Left::Over)),
            }
        }
        if why == Wait::Hours {
            self.begin_anew();
        }
        Ok(None)
    }

    /// What its operator has said of the issue meanwhile, where that keeps it from going on.
    async fn word(&self) -> Result<Option<Hold>, Error> {
        Ok(match self.run.store.issue(&self.run.key).await? {
            Some(issue) if issue.stage == Stage::Sending => issue.paused.map(|_| Hold::Paused),
            _ => Some(Hold::Over),
        })
    }

    /// Sleeps until the operator lets the issue go on.
    async fn wait_while_paused(&self) -> Result<Option<Left>, Error> {
        (self.run.watch)(Event::Paused);
        loop {
            if !self.run.stop.sleep_until(Instant::now() + GLANCE).await {
                return Ok(Some(Left::Stopped));
            }
            match self.word().await? {
                None => break,
                Some(Hold::Paused) => {}
                Some(_) => return Ok(Some(Left::Over)),
            }
        }
        (self.run.watch)(Event::Resumed);
        self.begin_anew();
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
