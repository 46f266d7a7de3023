//! The store: who is subscribed, what was started, and how each delivery went.

mod records;
mod error;
#[cfg(test)]
mod conformance;
pub mod sqlite;

pub use error::Error;
pub use records::{
    Added, Ask, Channel, Claims, Counts, Hold, Imported, Lease, ListCount, Past, Quota, Stage, Started, Step,
    Suppression,
};

pub use crate::subscriber::Entry;

use std::future::Future;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::delivery::{Delivery, State};
use crate::issue::{Issue, IssueKey, Told};
use crate::subscriber::{Status, Subscriber, SubscriberId};

/// What a store keeps. One implementation a database; all pass the same tests.
pub trait Store: Clone + Send + Sync + 'static {
    /// A random secret made with the store, for tokens where config.toml names none.
    fn secret(&self) -> impl Future<Output = Result<Vec<u8>, Error>> + Send;

    // Lists.

    /// Adds one subscriber, as its owner's deliberate act: it also confirms a pending one, and
    /// brings back one who had left. A confirmed one who asks again to join (as pending) stays
    /// confirmed. A suppressed address is refused.
    fn add(
        &self,
        list: &str,
        entry: Entry,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Added, Error>> + Send;

    /// Takes subscribers from an import in one transaction; neither one who left nor a suppressed
    /// address is revived.
    fn import(
        &self,
        list: &str,
        entries: Vec<Entry>,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Imported, Error>> + Send;

    /// Unsubscribes an address; `false` if it was not subscribed.
    fn unsubscribe(
        &self,
        list: &str,
        address: &lettre::Address,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Unsubscribes by id, as a link does; the subscriber, also if it had left before, or `None` if
    /// there is none with it.
    fn unsubscribe_id(
        &self,
        id: SubscriberId,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<Subscriber>, Error>> + Send;

    /// Suppresses an address on all lists, whoever has it now or later; `false` if it was so before,
    /// for another reason perhaps, which stays.
    fn suppress(
        &self,
        address: &lettre::Address,
        reason: &str,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Lifts the suppression of an address; `false` if there was none.
    fn lift(&self, address: &lettre::Address) -> impl Future<Output = Result<bool, Error>> + Send;

    /// All suppressions, the earliest first.
    fn suppressions(&self) -> impl Future<Output = Result<Vec<Suppression>, Error>> + Send;

    /// The subscribers of a list in the order in which they came, with `status` if one is given.
    fn subscribers(
        &self,
        list: &str,
        status: Option<Status>,
    ) -> impl Future<Output = Result<Vec<Subscriber>, Error>> + Send;

    /// How many subscribers each list has, by status.
    fn lists(&self) -> impl Future<Output = Result<Vec<ListCount>, Error>> + Send;

    /// How many confirmed and not suppressed subscribers a list has.
    fn recipients(&self, list: &str) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Whether it has any, which is known without reading them all.
    fn has_recipients(&self, list: &str) -> impl Future<Output = Result<bool, Error>> + Send;

    // Issues.

    /// Starts an issue: keeps its bytes, hash and articles, and a queued delivery for each
    /// confirmed, not suppressed subscriber of `list`, in one transaction.
    ///
    /// `domain` is that of its Message-IDs, at every attempt.
    ///
    /// Fails with [`Error::Started`] where the issue is known already; one put into a Maildir only gives
    /// way to the one that is mailed.
    fn start(
        &self,
        issue: &Issue,
        list: &str,
        channel: Channel,
        domain: &str,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Records an issue that was started elsewhere (another machine, a lost store), so that its
    /// articles count as carried: finished, with no deliveries.
    fn adopt(
        &self,
        issue: &Issue,
        list: &str,
        channel: Channel,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// The issue's record, if it was started.
    fn issue(&self, key: &IssueKey) -> impl Future<Output = Result<Option<Started>, Error>> + Send;

    /// The issue's bytes as they were when it started.
    fn frozen(&self, key: &IssueKey) -> impl Future<Output = Result<Option<Issue>, Error>> + Send;

    /// All started issues, of one digest if it is given, the latest start first.
    fn issues(&self, digest: Option<&str>) -> impl Future<Output = Result<Vec<Started>, Error>> + Send;

    /// Notes when a digest is run, if it is the first time.
    fn note_run(
        &self,
        digest: &str,
        channel: Channel,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// What the started issues of a digest did with articles, as far as they count for `channel`:
    /// those mailed, and for a Maildir those put into one too.
    fn past(&self, digest: &str, channel: Channel) -> impl Future<Output = Result<Past, Error>> + Send;

    /// What the issues of [`Store::past`] carried that were composed at `since` or later, the
    /// earliest start first.
    fn told(
        &self,
        digest: &str,
        channel: Channel,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Told>, Error>> + Send;

    /// Ends a sending issue as finished or abandoned; one that has ended so already stays as it is.
    ///
    /// Fails with [`Error::Open`] where it is to be finished and deliveries are open, and with
    /// [`Error::Closed`] where it has ended otherwise.
    fn close(
        &self,
        key: &IssueKey,
        stage: Stage,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    // Deliveries.

    /// Takes an issue for a run: from now on only its claims and begins apply. What an earlier run left
    /// claimed is taken over: a delivery that was being attempted becomes uncertain, one only claimed
    /// waits again, as it did before. The number that became uncertain.
    ///
    /// Fails with [`Error::Held`] where the lease of a run lasts that held another lock.
    fn take(
        &self,
        key: &IssueKey,
        lease: Lease,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Puts off the end of a run's lease; `false` where another run has taken the issue.
    fn renew(
        &self,
        key: &IssueKey,
        claimant: u64,
        until: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Ends a run's lease, if it still has it.
    fn leave(&self, key: &IssueKey, claimant: u64) -> impl Future<Output = Result<(), Error>> + Send;

    /// Pauses an issue that is being sent, or goes on with it: nothing of a paused one can be claimed.
    /// `false` if it was so before.
    ///
    /// Fails with [`Error::Closed`] where the issue has ended.
    fn pause(
        &self,
        key: &IssueKey,
        paused: bool,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Claims deliveries that are queued, or deferred and due. One whose subscriber has left or is
    /// suppressed is withdrawn instead. None in an issue that is not being sent, is paused, or was
    /// taken by another run.
    ///
    /// A quota counts what was mailed since its beginning, and what any run has claimed.
    fn claim(&self, key: &IssueKey, ask: Ask) -> impl Future<Output = Result<Claims, Error>> + Send;

    /// Records outcomes and begun attempts, durably and in one commit, which the store may share
    /// with other callers. Returns whether each step applied: a step changes a row only where it is
    /// still claimed by `claimant`, and its state is one from which the step leads:
    ///
    /// - [`Step::Begin`]: claimed, in an issue that is still being sent, is not paused, and is the run's;
    /// - accepted: attempting, or uncertain, for a late reply settles it;
    /// - rejected: the same, or claimed only, for a server may refuse before the message; where the
    ///   address is undeliverable it is suppressed in the same commit, unless the issue goes into a Maildir;
    /// - deferred: attempting, or claimed only. Like a rejection, one before the attempt was
    ///   begun counts as an attempt;
    /// - expired: attempting, or claimed only;
    /// - uncertain: attempting;
    /// - released: attempting, and then the attempt is taken back and not counted; or claimed
    ///   only, which then waits again, as it did before.
    fn record(
        &self,
        key: &IssueKey,
        claimant: u64,
        steps: Vec<Step>,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<bool>, Error>> + Send;

    /// Queues again what ended as `states`, of which only rejected, uncertain and expired can be, of
    /// these addresses if any are given; a finished issue is then being sent again. How many there are.
    ///
    /// Fails with [`Error::Closed`] where the issue was abandoned.
    fn requeue(
        &self,
        key: &IssueKey,
        states: &[State],
        only: Option<&[lettre::Address]>,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Queues again those of these addresses that are rejected, for it was not about them, and lifts the
    /// suppressions that came of it since `since`, in one commit.
    fn take_back(
        &self,
        key: &IssueKey,
        addresses: &[lettre::Address],
        since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// When the next deferred delivery is due, if there is one.
    fn next_due(&self, key: &IssueKey) -> impl Future<Output = Result<Option<DateTime<Utc>>, Error>> + Send;

    /// How many messages servers took, or may have taken, in each minute since `since` in which there
    /// were any, of one issue if it is given. What went into a Maildir counts only where its issue is asked for.
    fn sent(
        &self,
        key: Option<&IssueKey>,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<(DateTime<Utc>, u64)>, Error>> + Send;

    /// How many deliveries are in each state.
    fn counts(&self, key: &IssueKey) -> impl Future<Output = Result<Counts, Error>> + Send;

    /// The deliveries of an issue by address, in one state if it is given.
    fn deliveries(
        &self,
        key: &IssueKey,
        state: Option<State>,
    ) -> impl Future<Output = Result<Vec<Delivery>, Error>> + Send;

    /// The deliveries of an issue that servers took longest to answer about, the slowest first.
    fn slowest(
        &self,
        key: &IssueKey,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Delivery>, Error>> + Send;

    // Care.

    /// What is wrong with the store: damage, rows that contradict each other. Empty is well.
    fn check(&self) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Copies the store, as it is at one moment, to a new file that only its owner may read.
    ///
    /// Fails with [`Error::Exists`] where there is a file already.
    fn backup(&self, to: &Path) -> impl Future<Output = Result<(), Error>> + Send;
}
