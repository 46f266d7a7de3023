//! Runs: the open deliveries of one issue, taken to their end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::pace::Pace;
use super::reply::{Failure, Patience, Phase, Verdict, Why, enough, judge};
use super::transport::{Line, Outgoing};
use super::{Error, Event, Report, Stop, Transport};
use crate::clock;
use crate::config::Rate;
use crate::delivery::{Claim, Outcome, Reply, State};
use crate::issue::IssueKey;
use crate::message::{Mailing, Recipient};
use crate::store::{Stage, Step, Store};
use crate::subscriber::{Token, TokenKey, masked};

/// How many deliveries are claimed at a time, over all connections.
const BATCH: usize = 50;
/// No more are claimed than the pace lets out in this time, so that who leaves meanwhile is heard.
const AHEAD: Duration = Duration::from_secs(10);
/// A longer wait for the pace is not spent on an open connection.
const IDLE: Duration = Duration::from_secs(30);
/// So many messages in a row without a reply stop the run.
const SILENT: u32 = 10;

/// What to deliver, and how.
pub struct Run<S> {
    /// Where the deliveries are kept.
    pub store: S,
    /// The started issue.
    pub key: IssueKey,
    /// Its message.
    pub mailing: Mailing,
    /// What subscribers' tokens are made with.
    pub tokens: TokenKey,
    /// What to deliver to.
    pub transport: Transport,
    /// Connections open at a time.
    pub connections: usize,
    /// The most messages in a time.
    pub rate: Option<Rate>,
    /// How long deferred deliveries, and a server that cannot be reached, are tried again.
    pub retry_for: Duration,
    /// Asked to stop, the run lets attempts in flight end. A run that fails asks it too.
    pub stop: Stop,
    /// Hears what happens.
    pub watch: Box<dyn Fn(Event) + Send + Sync>,
}

/// Delivers the issue to every recipient whose delivery is open, and waits for the deferred ones.
/// The caller holds the digest's lock, and closes the issue.
///
/// # Errors
/// When the store fails, or the server refuses what it would refuse for every recipient, or cannot
/// be reached for as long as deliveries are tried again. What was not attempted is queued again.
pub async fn deliver<S: Store>(run: Run<S>) -> Result<Report, Error> {
    let mut found_uncertain = run.store.recover(&run.key, clock::wall()).await?;
    if matches!(run.transport, Transport::Maildir(_)) {
        // The folder tells what arrived, so that a second attempt doubles nothing.
        run.store.requeue(&run.key, &[State::Uncertain], clock::wall()).await?;
        found_uncertain = 0;
    }
    (run.watch)(Event::Started { counts: run.store.counts(&run.key).await? });
    let active = Arc::new(Active::new(run));
    loop {
        active.round().await?;
        let counts = active.run.store.counts(&active.run.key).await?;
        let interrupted = if counts.of(State::Queued) + counts.of(State::Deferred) == 0 {
            false
        } else if active.run.stop.is_stopped()
            || !active.is_sending().await?
            || !active.wait_for_due().await?
        {
            true
        } else {
            continue;
        };
        return Ok(Report { interrupted, found_uncertain, counts });
    }
}

/// A run with what its connections share.
struct Active<S> {
    run: Run<S>,
    claimant: u64,
    pace: Pace,
    patience: Patience,
    /// Claimed deliveries that nobody attempts yet.
    deck: Mutex<VecDeque<Claim>>,
    /// How many connections are open.
    connected: AtomicUsize,
    /// Permanent refusals since the last accepted message.
    refused: AtomicU32,
    /// Messages without a reply since the last accepted one.
    unanswered: AtomicU32,
    /// Since when connections have failed and the server has answered about no recipient.
    failing: SyncMutex<Option<Instant>>,
}

impl<S: Store> Active<S> {
    fn new(run: Run<S>) -> Self {
        Self {
            // The lock lets one run at a time claim, and a dead one's claims are recovered, so that
            // the number only has to tell this process from an earlier one.
            claimant: clock::wall().timestamp_micros().unsigned_abs(),
            pace: Pace::new(run.rate),
            patience: Patience::new(run.retry_for, clock::wall()),
            deck: Mutex::default(),
            connected: AtomicUsize::new(0),
            refused: AtomicU32::new(0),
            unanswered: AtomicU32::new(0),
            failing: SyncMutex::default(),
            run,
        }
    }

    /// Lets every connection work until there is nothing to claim.
    async fn round(self: &Arc<Self>) -> Result<(), Error> {
        let mut tasks = JoinSet::new();
        for _ in 0..self.run.connections.max(1) {
            tasks.spawn(Worker::new(Arc::clone(self)).work());
        }
        let mut outcome = Ok(());
        while let Some(ended) = tasks.join_next().await {
            let ended = ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            outcome = outcome.and(ended);
        }
        // The first error tells more than one about giving back.
        outcome.and(self.give_back().await)
    }

    /// Whether the issue is open still: nothing of one that was ended meanwhile can be claimed.
    async fn is_sending(&self) -> Result<bool, Error> {
        let started = self.run.store.issue(&self.run.key).await?;
        Ok(started.is_some_and(|started| started.stage == Stage::Sending))
    }

    /// Sleeps until a deferred delivery is due; `false` when asked to stop before that.
    async fn wait_for_due(&self) -> Result<bool, Error> {
        // What is due soon after goes over the same connection.
        let mut pause = self.patience.before_connection(1);
        if let Some(due) = self.run.store.next_due(&self.run.key).await? {
            (self.run.watch)(Event::Waiting { until: due });
            pause += (due - clock::wall()).to_std().unwrap_or_default();
        }
        Ok(self.run.stop.sleep_until(Instant::now() + pause).await)
    }

    /// Whether anything is claimed, or can be.
    async fn has_work(&self) -> Result<bool, Error> {
        Ok(!self.filled().await?.is_empty())
    }

    /// A claimed delivery, if there is one or one can be claimed.
    async fn take(&self) -> Result<Option<Claim>, Error> {
        Ok(self.filled().await?.pop_front())
    }

    /// The deck, with new claims on it where it was empty.
    async fn filled(&self) -> Result<MutexGuard<'_, VecDeque<Claim>>, Error> {
        let mut deck = self.deck.lock().await;
        if deck.is_empty() {
            let limit = self.pace.within(AHEAD).clamp(1, BATCH);
            deck.extend(self.run.store.claim(&self.run.key, self.claimant, limit, clock::wall()).await?);
        }
        Ok(deck)
    }

    /// Puts what was claimed and not attempted back into the queue.
    async fn give_back(&self) -> Result<(), Error> {
        let mut deck = self.deck.lock().await;
        if deck.is_empty() {
            return Ok(());
        }
        let steps = deck.drain(..).map(|claim| Step::End(claim.subscriber, Outcome::Released)).collect();
        self.record(steps).await?;
        Ok(())
    }

    async fn record(&self, steps: Vec<Step>) -> Result<Vec<bool>, Error> {
        Ok(self.run.store.record(&self.run.key, self.claimant, steps, clock::wall()).await?)
    }

    /// Notes that a connection failed; how long they have been failing now.
    fn failed(&self) -> Duration {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.get_or_insert_with(Instant::now).elapsed()
    }

    /// Notes that the server has answered about a recipient: it is there, and works.
    fn answered(&self) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// One connection, and the deliveries that go over it.
struct Worker<S> {
    active: Arc<Active<S>>,
    line: Option<Line>,
    /// Failed connections since the server last answered about a recipient.
    failures: u32,
    /// The last attempt's outcome, not yet recorded: it shares a commit with the next attempt.
    ended: Option<Step>,
}

impl<S: Store> Worker<S> {
    fn new(active: Arc<Active<S>>) -> Self {
        Self { active, line: None, failures: 0, ended: None }
    }

    async fn work(mut self) -> Result<(), Error> {
        let outcome = self.work_on().await;
        if outcome.is_err() {
            self.active.run.stop.stop();
        }
        let flushed = self.flush().await;
        self.hang_up().await;
        outcome.and(flushed)
    }

    async fn work_on(&mut self) -> Result<(), Error> {
        let stop = self.active.run.stop.clone();
        loop {
            self.rest().await?;
            if stop.is_stopped() || !self.active.has_work().await? {
                return Ok(());
            }
            if !self.wait_for_pace().await? {
                continue;
            }
            // In hand before there is a connection: a few deliveries need no more than a few.
            let Some(claim) = self.active.take().await? else { continue };
            match self.connect().await {
                Ok(true) => self.attempt(claim).await?,
                other => {
                    self.active.deck.lock().await.push_front(claim);
                    other?;
                }
            }
        }
    }

    /// Waits for a slot; `false` when asked to stop before it.
    async fn wait_for_pace(&mut self) -> Result<bool, Error> {
        let slot = self.active.pace.slot();
        let pause = slot.saturating_duration_since(Instant::now());
        if pause.is_zero() {
            return Ok(true);
        }
        self.flush().await?;
        if pause > IDLE {
            self.hang_up().await;
        }
        Ok(self.active.run.stop.sleep_until(slot).await)
    }

    fn is_ready(&self) -> bool {
        self.line.as_ref().is_some_and(Line::is_ready)
    }

    /// Where connections have failed, waits before the next one.
    async fn rest(&mut self) -> Result<(), Error> {
        if self.failures == 0 || self.is_ready() {
            return Ok(());
        }
        self.hang_up().await;
        self.pause().await
    }

    /// Sees to an open line; `false` where there is none now.
    async fn connect(&mut self) -> Result<bool, Error> {
        if self.is_ready() {
            return Ok(true);
        }
        self.hang_up().await;
        let connected = tokio::select! {
            biased;
            () = self.active.run.stop.stopped() => return Ok(false),
            connected = self.active.run.transport.connect() => connected,
        };
        match connected {
            Ok(line) => {
                self.line = Some(line);
                self.active.connected.fetch_add(1, Ordering::Relaxed);
                (self.active.run.watch)(Event::Connected);
                Ok(true)
            }
            Err(failure) => self.failed(failure).map(|()| false),
        }
    }

    /// Notes a failed connection, and gives up where another one would not help.
    fn failed(&mut self, failure: Failure) -> Result<(), Error> {
        self.failures += 1;
        let server = self.active.run.transport.name();
        if !failure.is_temporary() || self.active.failed() >= self.active.patience.whole() {
            return Err(Error::Server { server, failure });
        }
        (self.active.run.watch)(Event::Disconnected { why: format!("{server}: {failure}") });
        Ok(())
    }

    /// Sleeps before the next connection, until there is no work left for it, or it is asked to stop.
    async fn pause(&mut self) -> Result<(), Error> {
        self.flush().await?;
        let end = Instant::now() + self.active.patience.before_connection(self.failures);
        if self.active.connected.load(Ordering::Relaxed) == 0 {
            // Who leaves while the server is away is to be heard, so nothing stays claimed.
            self.active.give_back().await?;
        }
        while Instant::now() < end {
            let next = end.min(Instant::now() + Duration::from_secs(1));
            if !self.active.run.stop.sleep_until(next).await {
                return Ok(());
            }
            // Another connection may meanwhile have done what this one waits to do.
            if self.active.connected.load(Ordering::Relaxed) > 0 && !self.active.has_work().await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tries one delivery: the attempt is durable before the server hears of it.
    async fn attempt(&mut self, claim: Claim) -> Result<(), Error> {
        let Active { run, .. } = &*self.active;
        let Some(line) = &mut self.line else { return Ok(()) };
        let now = clock::wall();
        let message_id = run.mailing.message_id(claim.subscriber);
        let token = Token::of(claim.subscriber, &run.tokens);
        let recipient = Recipient { address: &claim.address, name: claim.name.as_deref(), token: &token };
        let date = claim.first_attempt.unwrap_or(now);
        let message = run.mailing.render(&recipient, &message_id, date, now)?;
        let envelope = Envelope::new(Some(run.mailing.from().clone()), vec![claim.address.clone()])
            .map_err(Error::Envelope)?;
        let steps = self.ended.iter().cloned().chain([Step::Begin(claim.subscriber)]).collect();
        let applied = run.store.record(&run.key, self.active.claimant, steps, now).await?;
        // Not before it is recorded: after a failure it is recorded once more, on its own.
        self.ended = None;
        if applied.last() != Some(&true) {
            // The row is no longer this run's: somebody else decides about it.
            return Ok(());
        }
        let again = claim.attempts > 0;
        let outgoing = Outgoing { message_id: &message_id, envelope: &envelope, message: &message, again };
        match line.transfer(outgoing).await {
            Ok(reply) => {
                self.answered();
                self.active.refused.store(0, Ordering::Relaxed);
                self.active.unanswered.store(0, Ordering::Relaxed);
                self.settle(&claim, Outcome::Accepted(reply))
            }
            Err(failure) => self.judge(&claim, failure),
        }
    }

    /// Takes what a failed attempt means for the delivery, the connection and the run.
    fn judge(&mut self, claim: &Claim, failure: Failure) -> Result<(), Error> {
        let verdict = judge(&failure, claim, self.active.patience, clock::wall());
        if matches!(failure.why, Why::Refused(_)) && failure.phase > Phase::Sender {
            self.answered();
        }
        let released = Step::End(claim.subscriber, Outcome::Released);
        match verdict {
            Verdict::Settled(outcome) => {
                let lost = !self.line.as_ref().is_some_and(Line::is_alive);
                self.settle(claim, outcome)?;
                // What is said of one recipient for good is no reason to give up the server.
                if lost && failure.is_temporary() {
                    return self.failed(failure);
                }
                self.failures += u32::from(lost);
                Ok(())
            }
            Verdict::Reconnect => {
                self.ended = Some(released);
                self.failed(failure)
            }
            Verdict::Stop => {
                self.ended = Some(released);
                Err(Error::Server { server: self.active.run.transport.name(), failure })
            }
        }
    }

    /// Keeps an outcome for the next commit, and tells who watches.
    fn settle(&mut self, claim: &Claim, outcome: Outcome) -> Result<(), Error> {
        let (state, reply) = match &outcome {
            Outcome::Accepted(reply) => (State::Accepted, said(reply)),
            Outcome::Deferred { reply, .. } => (State::Deferred, said(reply)),
            Outcome::Rejected(reply) => (State::Rejected, said(reply)),
            Outcome::Uncertain { why } => (State::Uncertain, why.clone()),
            Outcome::Expired(reply) => (State::Expired, said(reply)),
            Outcome::Released => (State::Queued, String::new()),
        };
        let reply = unnamed(&reply, &claim.address);
        (self.active.run.watch)(Event::Settled {
            address: masked(&claim.address),
            state,
            reply: reply.clone(),
        });
        let stopped = self.stopped_by(&outcome, reply);
        self.ended = Some(Step::End(claim.subscriber, outcome));
        stopped.map_or(Ok(()), Err)
    }

    /// Whether the outcome is one too many of its kind in a row, after which the rest would go the same way.
    fn stopped_by(&self, outcome: &Outcome, reply: String) -> Option<Error> {
        let server = || self.active.run.transport.name();
        let next = |counter: &AtomicU32| counter.fetch_add(1, Ordering::Relaxed) + 1;
        match outcome {
            Outcome::Rejected(refusal) => {
                let enough = enough(refusal)?;
                let count = next(&self.active.refused);
                (count >= enough).then(|| Error::RefusesAll { server: server(), count, reply })
            }
            Outcome::Uncertain { .. } => {
                let count = next(&self.active.unanswered);
                (count >= SILENT).then(|| Error::Silent { server: server(), count, why: reply })
            }
            _ => None,
        }
    }

    fn answered(&mut self) {
        self.failures = 0;
        self.active.answered();
    }

    /// Records the last outcome on its own.
    async fn flush(&mut self) -> Result<(), Error> {
        if let Some(ended) = &self.ended {
            self.active.record(vec![ended.clone()]).await?;
            self.ended = None;
        }
        Ok(())
    }

    /// Closes the line, politely where the server still listens.
    async fn hang_up(&mut self) {
        if let Some(line) = self.line.take() {
            self.active.connected.fetch_sub(1, Ordering::Relaxed);
            line.quit().await;
        }
    }
}

/// A reply without the recipient's address, which servers like to repeat.
fn unnamed(reply: &str, address: &lettre::Address) -> String {
    let (lower, name) = (reply.to_ascii_lowercase(), address.to_string().to_ascii_lowercase());
    let (mut unnamed, mut from) = (String::with_capacity(reply.len()), 0);
    for (at, _) in lower.match_indices(&name) {
        unnamed.push_str(&reply[from..at]);
        unnamed.push_str(&masked(address));
        from = at + name.len();
    }
    unnamed.push_str(&reply[from..]);
    unnamed
}

fn said(reply: &Reply) -> String {
    match reply.code {
        Some(code) => format!("{code} {}", reply.text).trim_end().to_owned(),
        None => reply.text.clone(),
    }
}

#[cfg(test)]
mod tests;
