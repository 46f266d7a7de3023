//! Workers: one connection each, and the deliveries that go over it.
//!
//! On a connection that takes commands together, the next envelope travels right behind a message's final
//! dot, so that a message costs one round trip and one commit: the outcome of the one before, and the
//! attempt of this one, are durable before its first octet is sent.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{self, Instant};

use super::active::Active;
use super::job::{Coming, Job};
use super::reply::{Failure, Verdict, Why, judge, unnamed};
use super::transport::Line;
use super::{Error, Event, Phase};
use crate::delivery::{Claim, Outcome};
use crate::store::{Step, Store};
use crate::subscriber::masked;

/// A longer wait for the pace is not spent on an open connection.
const IDLE: Duration = Duration::from_secs(30);
/// A run that was asked to stop waits no longer for consent to what is not begun.
const STOPPING: Duration = Duration::from_secs(5);
/// How often what has ended is to be recorded at last, where the store is locked for long each time.
const LAST_TRIES: u32 = 4;
/// An outcome waits no longer for the next attempt to share a commit with.
const SHARE: Duration = Duration::from_millis(100);

/// One connection, and the deliveries that go over it.
pub(super) struct Worker<S> {
    active: Arc<Active<S>>,
    line: Option<Line>,
    /// Failed connections since the server last answered about a recipient.
    failures: u32,
    /// Outcomes that are not yet recorded: they share a commit with the next attempt.
    ended: Vec<Step>,
    /// What is offered to the server.
    offered: Option<Box<Job>>,
    /// What comes after it, in order.
    hand: VecDeque<Coming>,
}

impl<S: Store> Worker<S> {
    pub(super) fn new(active: Arc<Active<S>>) -> Self {
        Self { active, line: None, failures: 0, ended: Vec::new(), offered: None, hand: VecDeque::new() }
    }

    pub(super) async fn work(mut self) -> Result<(), Error> {
        let outcome = self.work_on().await;
        if outcome.is_err() {
            self.active.run.stop.stop();
        }
        let flushed = self.flush_at_last().await;
        let returned = self.put_back().await;
        self.hang_up().await;
        outcome.and(flushed).and(returned)
    }

    async fn work_on(&mut self) -> Result<(), Error> {
        loop {
            let is_alive = self.line.as_ref().is_some_and(Line::is_alive);
            if !is_alive && let Some(job) = self.offered.take() {
                // Its offer went down with the message before, which has been judged.
                self.hand.push_front(Coming::Here(job));
            }
            if self.offered.is_none() && !self.offer().await? {
                return Ok(());
            }
            self.attempt().await?;
        }
    }

    /// Offers the next delivery to the server; `false` where there is none, or the run is to stop.
    async fn offer(&mut self) -> Result<bool, Error> {
        let stop = self.active.run.stop.clone();
        loop {
            if self.ended.len() > 1 {
                self.flush().await?;
            }
            self.rest().await?;
            if stop.is_stopped() || (self.hand.is_empty() && !self.active.has_work().await?) {
                return Ok(false);
            }
            if !self.wait_for_pace().await? {
                continue;
            }
            // In hand before there is a connection: a few deliveries need no more than a few.
            let Some(job) = self.next_job().await? else { continue };
            let connected = self.connect().await;
            if !matches!(connected, Ok(true)) {
                self.hand.push_front(Coming::Here(job));
                connected?;
                continue;
            }
            let Some(line) = &mut self.line else { continue };
            match line.offer(&job.envelope, job.message.len()).await {
                Ok(()) => {
                    self.offered = Some(job);
                    return Ok(true);
                }
                Err(failure) => self.judge(job, failure, false)?,
            }
        }
    }

    /// Takes what is offered to its end: the attempt is durable before the first octet of the message.
    async fn attempt(&mut self) -> Result<(), Error> {
        let consent = self.consent().await?;
        let Some(job) = self.offered.take() else { return Ok(()) };
        if let Err(failure) = consent {
            return self.judge(job, failure, false);
        }
        if !self.begin(&job).await? {
            // Paused, ended, or another run's now: the next claim tells. What waits here may not be begun either.
            if let Some(line) = &mut self.line {
                line.break_off();
            }
            self.active.deck.put_back(job.claim).await;
            self.put_back().await?;
            return self.active.give_back().await;
        }
        // What goes wrong with the next one is told when it is its turn.
        let next = self.following().await.unwrap_or_default();
        let Some(line) = &mut self.line else { return Ok(()) };
        let behind = next.as_ref().map(|next| (&next.envelope, next.message.len()));
        let sent = line.send(job.outgoing(), behind).await;
        match (next, &sent) {
            (Some(next), Ok(true)) => self.offered = Some(next),
            (next, _) => next.into_iter().for_each(|job| self.hand.push_front(Coming::Here(job))),
        }
        let looks_ahead = self.hand.is_empty() && self.offered.is_some();
        let Some(line) = &mut self.line else { return Ok(()) };
        let answer = async {
            let began = Instant::now();
            let answer = match sent {
                Ok(_) => line.answer(job.outgoing()).await,
                Err(failure) => Err(failure),
            };
            (answer, Some(began.elapsed()))
        };
        // The answer is asked for first: meanwhile there is time.
        let ahead = async { if looks_ahead { ahead(&self.active).await } else { None } };
        let ((answer, waited), ahead) = tokio::join!(biased; answer, ahead);
        self.hand.extend(ahead);
        match answer {
            Ok(reply) => {
                self.answered();
                self.active.works.store(true, Ordering::Relaxed);
                self.settle(&job.claim, Outcome::Accepted(reply), waited)
            }
            Err(failure) => self.judge(job, failure, true),
        }
    }

    /// Waits for the server's consent; an outcome does not wait with it for long.
    async fn consent(&mut self) -> Result<Result<(), Failure>, Error> {
        let Some(mut line) = self.line.take() else {
            return Ok(Err(Failure {
                phase: Phase::Connect,
                why: Why::Lost("there is no connection".to_owned()),
            }));
        };
        let consent = {
            let asked = line.consent();
            tokio::pin!(asked);
            if let Ok(consent) = time::timeout(SHARE, &mut asked).await {
                Ok(consent)
            } else {
                let flushed = self.flush().await;
                let stop = self.active.run.stop.clone();
                let consent = tokio::select! {
                    biased;
                    consent = &mut asked => consent,
                    () = async { stop.stopped().await; time::sleep(STOPPING).await } => {
                        Err(Failure { phase: Phase::Connect, why: Why::Lost("no answer in time".to_owned()) })
                    }
                };
                flushed.map(|()| consent)
            }
        };
        if matches!(consent, Ok(Err(Failure { phase: Phase::Connect, .. }))) {
            line.break_off();
        }
        self.line = Some(line);
        consent
    }

    /// Records that the attempt begins, with the outcome of the one before; `false` where it may not.
    async fn begin(&mut self, job: &Job) -> Result<bool, Error> {
        let begin = Step::Begin { subscriber: job.claim.subscriber, at: job.first };
        let steps = self.ended.iter().cloned().chain([begin]).collect();
        let applied = self.active.record(steps).await?;
        // Not before they are recorded: after a failure they are recorded once more, on their own.
        self.ended.clear();
        Ok(applied.last() == Some(&true))
    }

    /// What can go behind the message that is about to be sent, without waiting for anything.
    async fn following(&mut self) -> Result<Option<Box<Job>>, Error> {
        let stopped = self.active.run.stop.is_stopped() || self.active.opens().is_some();
        let is_last = !self.line.as_ref().is_some_and(Line::takes_more);
        if stopped || is_last || !self.active.pace.slot_now() {
            return Ok(None);
        }
        self.next_job().await
    }

    /// The next delivery with its message.
    async fn next_job(&mut self) -> Result<Option<Box<Job>>, Error> {
        let coming = match self.hand.pop_front() {
            Some(coming) => coming,
            None => match self.active.take().await? {
                Some(claim) => Coming::of(&self.active, claim)?,
                None => return Ok(None),
            },
        };
        coming.job().await.map(Some)
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
        while Instant::now() < slot {
            let next = slot.min(Instant::now() + Duration::from_secs(1));
            if !self.active.run.stop.sleep_until(next).await
                || (self.hand.is_empty() && !self.active.has_work().await?)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_ready(&self) -> bool {
        self.line.as_ref().is_some_and(Line::is_ready)
    }

    /// Where connections have failed, waits before the next one.
    async fn rest(&mut self) -> Result<(), Error> {
        if self.failures == 0 {
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
        self.flush().await?;
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
        if !failure.is_temporary() || self.active.failed() >= self.active.patience().whole() {
            return Err(Error::Server { server, failure });
        }
        (self.active.run.watch)(Event::Disconnected { why: format!("{server}: {failure}") });
        Ok(())
    }

    /// Sleeps before the next connection, until there is no work left for it, or it is asked to stop.
    async fn pause(&mut self) -> Result<(), Error> {
        self.flush().await?;
        let end = Instant::now() + self.active.patience().before_connection(self.failures);
        // Another connection may do it meanwhile.
        self.put_back().await?;
        if !self.active.is_connected() {
            // Who leaves while the server is away is to be heard, so nothing stays claimed.
            self.active.give_back().await?;
        }
        while Instant::now() < end {
            let next = end.min(Instant::now() + Duration::from_secs(1));
            if !self.active.run.stop.sleep_until(next).await {
                return Ok(());
            }
            // Another connection may meanwhile have done what this one waits to do.
            if self.active.is_connected() && !self.active.has_work().await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes what a failed attempt means for the delivery, the connection and the run. `begun` tells whether the
    /// attempt is recorded as begun.
    fn judge(&mut self, job: Box<Job>, failure: Failure, begun: bool) -> Result<(), Error> {
        let has_status = self.line.as_ref().is_some_and(Line::has_statuses);
        // One on which connections are lost again and again must not keep the others from theirs.
        let is_lost = !begun && failure.phase > Phase::Connect && matches!(failure.why, Why::Lost(_));
        let again = is_lost && self.active.was_lost_on(job.claim.subscriber);
        let phase = if again { failure.phase.max(Phase::Recipient) } else { failure.phase };
        let failure = Failure { phase, ..failure };
        let server = (has_status, self.active.works.load(Ordering::Relaxed));
        let verdict = judge(&failure, &job.claim, self.active.patience(), self.active.now(), server);
        if matches!(failure.why, Why::Refused(_)) && failure.phase > Phase::Sender {
            self.answered();
        }
        let lost = !self.line.as_ref().is_some_and(Line::is_alive);
        let failure = failure.masked(&job.claim.address);
        match verdict {
            Verdict::Settled(outcome) => {
                self.settle(&job.claim, outcome, None)?;
                // What is said of one recipient for good is no reason to give up the server.
                if lost && failure.is_temporary() {
                    return self.failed(failure);
                }
                self.failures += u32::from(lost);
                Ok(())
            }
            Verdict::Reconnect => {
                self.keep(job, begun);
                self.failed(failure)
            }
            Verdict::Stop => {
                self.keep(job, begun);
                Err(Error::Server { server: self.active.run.transport.name(), failure })
            }
        }
    }

    /// Keeps what nothing was decided about. An attempt that the server has refused did not happen.
    fn keep(&mut self, job: Box<Job>, begun: bool) {
        if begun {
            self.ended.push(Step::end(job.claim.subscriber, Outcome::Released));
        } else {
            self.hand.push_front(Coming::Here(job));
        }
    }

    /// Keeps an outcome for the next commit, and tells who watches.
    fn settle(&mut self, claim: &Claim, outcome: Outcome, waited: Option<Duration>) -> Result<(), Error> {
        let (state, reply) = (outcome.state(), outcome.told());
        let reply = unnamed(&reply, &claim.address);
        let has_status = self.line.as_ref().is_some_and(Line::has_statuses);
        let server = || self.active.run.transport.name();
        let stopped = self.active.streaks.count(&claim.address, &outcome, (&reply, has_status), server);
        (self.active.run.watch)(Event::Settled { address: masked(&claim.address), state, reply });
        self.ended.push(Step::End { subscriber: claim.subscriber, outcome, waited });
        stopped.map_or(Ok(()), Err)
    }

    fn answered(&mut self) {
        self.failures = 0;
        self.active.answered();
    }

    /// Records what has ended on its own.
    async fn flush(&mut self) -> Result<(), Error> {
        if !self.ended.is_empty() {
            self.active.record(self.ended.clone()).await?;
            self.ended.clear();
        }
        Ok(())
    }

    /// Records what has ended, though the store may be locked for a while: nobody else knows of it.
    async fn flush_at_last(&mut self) -> Result<(), Error> {
        let mut flushed = self.flush().await;
        for _ in 1..LAST_TRIES {
            match &flushed {
                Err(Error::Store(error)) if error.is_transient() => flushed = self.flush().await,
                _ => break,
            }
        }
        flushed
    }

    /// Puts what this connection has in hand and did not attempt back on the deck.
    async fn put_back(&mut self) -> Result<(), Error> {
        while !self.hand.is_empty() {
            if let Some(job) = self.next_job().await? {
                self.active.deck.put_back(job.claim).await;
            }
        }
        if let Some(job) = self.offered.take() {
            self.active.deck.put_back(job.claim).await;
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

/// Makes the message after the next, while the server is busy with the one that was sent.
async fn ahead<S: Store>(active: &Arc<Active<S>>) -> Option<Coming> {
    if active.run.stop.is_stopped() || active.pace.is_set() {
        return None;
    }
    // What cannot be claimed now is told when it is next.
    let claim = active.take().await.ok().flatten()?;
    Coming::of(active, claim).ok()
}
