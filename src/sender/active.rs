//! A run, and what its connections share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::time::Instant;

use super::deck::Deck;
use super::pace::Pace;
use super::patience::Patience;
use super::streak::Streaks;
use super::{Error, Event, Stop, Transport};
use crate::clock;
use crate::config::{Hours, Rate};
use crate::delivery::Claim;
use crate::issue::IssueKey;
use crate::message::Mailing;
use crate::store::{Ask, Claims, Quota, Step, Store};
use crate::subscriber::{SubscriberId, TokenKey};

/// No more are claimed than the pace lets out in this time, so that who leaves meanwhile is heard.
const AHEAD: Duration = Duration::from_secs(10);
/// What a daily limit counts.
const DAY: TimeDelta = TimeDelta::hours(24);

/// What to deliver, and how.
pub struct Run<S> {
    /// Where the deliveries are kept.
    pub store: S,
    /// The started issue.
    pub key: IssueKey,
    /// What tells this run from others.
    pub claimant: u64,
    /// The lock that the run holds, see [`crate::store::Lease::holder`].
    pub holder: String,
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
    /// The most messages in any 24 hours, over all issues.
    pub daily_limit: Option<u64>,
    /// The hours in which messages go out, and where it is that time.
    pub hours: Option<(Hours, Tz)>,
    /// The most deliveries to attempt in this run.
    pub limit: Option<u64>,
    /// How long deferred deliveries, and a server that cannot be reached, are tried again.
    pub retry_for: Duration,
    /// Asked to stop, the run lets attempts in flight end. A run that fails asks it too.
    pub stop: Stop,
    /// Hears what happens.
    pub watch: Box<dyn Fn(Event) + Send + Sync>,
}

/// A run with what its connections share.
pub(super) struct Active<S> {
    pub(super) run: Run<S>,
    pub(super) pace: Pace,
    patience: SyncMutex<Patience>,
    pub(super) deck: Deck,
    pub(super) streaks: Streaks,
    /// Whether the server has accepted this issue for anybody, in this run or before.
    pub(super) works: AtomicBool,
    /// How many connections are open.
    pub(super) connected: AtomicUsize,
    /// Since when connections have failed and the server has answered about no recipient.
    failing: SyncMutex<Option<Instant>>,
    /// Those on whose envelope a connection was lost.
    lost_on: SyncMutex<HashMap<SubscriberId, u32>>,
    /// When the run began, by two clocks.
    clock: (DateTime<Utc>, Instant),
}

impl<S: Store> Active<S> {
    pub(super) fn new(run: Run<S>) -> Self {
        Self {
            pace: Pace::new(run.rate),
            patience: SyncMutex::new(Patience::new(run.retry_for, clock::wall())),
            clock: (clock::wall(), Instant::now()),
            deck: Deck::new(run.limit),
            streaks: Streaks::new(run.connections),
            works: AtomicBool::new(false),
            connected: AtomicUsize::new(0),
            failing: SyncMutex::default(),
            lost_on: SyncMutex::default(),
            run,
        }
    }

    /// When the hours begin in which messages go out, if they do not go out now.
    pub(super) fn opens(&self) -> Option<DateTime<Utc>> {
        let (hours, zone) = self.run.hours?;
        hours.opens(clock::wall(), zone)
    }

    /// Whether anything is claimed, or can be.
    pub(super) async fn has_work(&self) -> Result<bool, Error> {
        Ok(self.opens().is_none()
            && self.deck.has_any(self.pace.within(AHEAD), async |limit| self.claim(limit).await).await?)
    }

    /// A claimed delivery, if there is one or one can be claimed.
    pub(super) async fn take(&self) -> Result<Option<Claim>, Error> {
        self.deck.take(self.pace.within(AHEAD), async |limit| self.claim(limit).await).await
    }

    async fn claim(&self, limit: usize) -> Result<Claims, Error> {
        let at = self.now();
        let quota = self.run.daily_limit.map(|messages| Quota { messages, since: at - DAY });
        let ask = Ask { claimant: self.run.claimant, limit, quota, at };
        Ok(self.run.store.claim(&self.run.key, ask).await?)
    }

    /// Puts what was claimed and not attempted back into the queue.
    pub(super) async fn give_back(&self) -> Result<(), Error> {
        let steps = self.deck.clear().await;
        if !steps.is_empty() {
            self.record(steps).await?;
        }
        Ok(())
    }

    pub(super) async fn record(&self, steps: Vec<Step>) -> Result<Vec<bool>, Error> {
        Ok(self.run.store.record(&self.run.key, self.run.claimant, steps, clock::wall()).await?)
    }

    /// Whether any connection is open.
    pub(super) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed) > 0
    }

    /// Notes that a connection failed; how long they have been failing now.
    pub(super) fn failed(&self) -> Duration {
        locked(&self.failing).get_or_insert_with(Instant::now).elapsed()
    }

    /// Notes that the server has answered about a recipient: it is there, and works.
    pub(super) fn answered(&self) {
        *locked(&self.failing) = None;
    }

    /// When the run began.
    pub(super) fn began(&self) -> DateTime<Utc> {
        self.clock.0
    }

    /// Notes that a connection was lost on somebody's envelope; whether that has been so too often.
    pub(super) fn was_lost_on(&self, subscriber: SubscriberId) -> bool {
        let mut lost_on = locked(&self.lost_on);
        let times = lost_on.entry(subscriber).or_default();
        *times += 1;
        *times > 2
    }

    /// The present, which does not go back where the machine's clock is put back: what is due then stays due.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let (wall, steady) = self.clock;
        clock::wall().max(wall + steady.elapsed())
    }

    /// How long is tried again.
    pub(super) fn patience(&self) -> Patience {
        *locked(&self.patience)
    }

    /// After a wait that was not the server's doing: what is tried again has its time anew.
    pub(super) fn begin_anew(&self) {
        *locked(&self.patience) = Patience::new(self.run.retry_for, self.now());
        *locked(&self.failing) = None;
    }
}

/// Nothing panics while it holds one of these, so that a poisoned one is still whole.
fn locked<T>(mutex: &SyncMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
