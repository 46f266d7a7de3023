//! The store: who is subscribed, what was started, and how each delivery went.

use std::collections::HashSet;
use std::future::Future;

use chrono::{DateTime, Utc};

use crate::article::Identity;
use crate::delivery::{Claim, Delivery, Outcome, State};
use crate::issue::{Issue, IssueKey};
use crate::subscriber::{Status, Subscriber, SubscriberId};

/// What a store keeps. One implementation a database; all pass the same tests.
pub trait Store: Clone + Send + Sync + 'static {
    /// A random secret made with the store, for tokens where config.toml names none.
    fn secret(&self) -> impl Future<Output = Result<Vec<u8>, Error>> + Send;

    // Lists.

    /// Adds one subscriber, as its owner's deliberate act: it also confirms a pending one, and
    /// brings back one who had left. A suppressed address is refused.
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

    /// Unsubscribes by id, as a link does; the subscriber, or `None` if there is none with it.
    fn unsubscribe_id(
        &self,
        id: SubscriberId,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<Subscriber>, Error>> + Send;

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

    // Issues.

    /// Starts an issue: keeps its bytes, hash and articles, and a queued delivery for each
    /// confirmed, not suppressed subscriber of `list`, in one transaction.
    ///
    /// Fails with [`Error::Started`] where the issue is known already.
    fn start(
        &self,
        issue: &Issue,
        list: &str,
        channel: Channel,
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

    /// The articles of all started issues of a digest that count for `channel`: those mailed, and
    /// for a Maildir those put into one too.
    fn carried(
        &self,
        digest: &str,
        channel: Channel,
    ) -> impl Future<Output = Result<HashSet<Identity>, Error>> + Send;

    /// Ends a sending issue as finished or abandoned.
    fn close(
        &self,
        key: &IssueKey,
        stage: Stage,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    // Deliveries.

    /// Takes over what an earlier run left claimed: a delivery that was being attempted becomes
    /// uncertain, one only claimed goes back to the queue. Only for the holder of the digest's
    /// lock, which proves that the earlier run is dead. The number that became uncertain.
    fn recover(&self, key: &IssueKey, at: DateTime<Utc>) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Claims up to `limit` deliveries that are queued, or deferred and due, for `claimant`. One
    /// whose subscriber has left or is suppressed is withdrawn instead.
    fn claim(
        &self,
        key: &IssueKey,
        claimant: u64,
        limit: usize,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Claim>, Error>> + Send;

    /// Records outcomes and begun attempts, durably and in one commit, which the store may share
    /// with other callers. Returns whether each step applied: a step changes a row only where it is
    /// still claimed by `claimant` (and, for an outcome, attempted; a late outcome may also settle
    /// an uncertain one).
    fn record(
        &self,
        key: &IssueKey,
        claimant: u64,
        steps: Vec<Step>,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<bool>, Error>> + Send;

    /// When the next deferred delivery is due, if there is one.
    fn next_due(&self, key: &IssueKey) -> impl Future<Output = Result<Option<DateTime<Utc>>, Error>> + Send;

    /// How many deliveries are in each state.
    fn counts(&self, key: &IssueKey) -> impl Future<Output = Result<Counts, Error>> + Send;

    /// The deliveries of an issue by address, in one state if it is given.
    fn deliveries(
        &self,
        key: &IssueKey,
        state: Option<State>,
    ) -> impl Future<Output = Result<Vec<Delivery>, Error>> + Send;

    // Care.

    /// What is wrong with the store: damage, rows that contradict each other. Empty is well.
    fn check(&self) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Copies the store, as it is at one moment, to a new file.
    fn backup(&self, to: &std::path::Path) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A change to one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An attempt begins: the next octets may be the message's.
    Begin(SubscriberId),
    /// An attempt, or a claim, ended.
    End(SubscriberId, Outcome),
}

/// An address to put on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where mail goes.
    pub address: lettre::Address,
    /// What the person is called.
    pub name: Option<String>,
    /// Where it stands; an import may bring people who left elsewhere.
    pub status: Status,
}

/// What adding one subscriber did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New,
    /// It was there, and has changed its status.
    Changed(Status),
    /// It was there already.
    Already,
    /// The address is suppressed.
    Suppressed,
}

/// What an import did, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// New subscribers.
    pub added: u64,
    /// Pending ones now confirmed, and confirmed ones whom the import knows to have left.
    pub changed: u64,
    /// There already, or twice in the import.
    pub already: u64,
    /// Left before, and not revived.
    pub unsubscribed: u64,
    /// Suppressed, and not added.
    pub suppressed: u64,
}

/// How many subscribers a list has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCount {
    /// The list's name.
    pub list: String,
    /// Waiting for their confirmation.
    pub pending: u64,
    /// Getting every issue.
    pub confirmed: u64,
    /// Gone.
    pub unsubscribed: u64,
}

/// What an issue went out by. One put into a Maildir counts only for Maildirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Mailed.
    Smtp,
    /// Put into a Maildir.
    Maildir,
}

/// How far a started issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Deliveries are open.
    Sending,
    /// None is.
    Finished,
    /// The operator stopped it for good.
    Abandoned,
}

/// A started issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Its name.
    pub key: IssueKey,
    /// The list it goes to.
    pub list: String,
    /// What it goes out by.
    pub channel: Channel,
    /// How far it is.
    pub stage: Stage,
    /// Its hash, see [`Issue::hash`].
    pub hash: String,
    /// Its subject.
    pub subject: String,
    /// How many articles it carries.
    pub articles: u64,
    /// When it was started.
    pub started: DateTime<Utc>,
    /// When it was finished or abandoned.
    pub ended: Option<DateTime<Utc>>,
}

/// How many deliveries are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(pub std::collections::BTreeMap<State, u64>);

impl Counts {
    /// Those in `state`.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Those that the issue still has work to do for.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.0.iter().filter(|(state, _)| state.is_open()).map(|(_, count)| count).sum()
    }
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The issue was started before.
    #[error("{0} was started before")]
    Started(IssueKey),
    /// The database refused.
    #[error("the store {store}: {message}")]
    Database {
        /// Its file.
        store: String,
        /// What the database said.
        message: String,
    },
}
