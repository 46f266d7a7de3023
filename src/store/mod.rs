//! The store: who is subscribed, what was started, and how each delivery went.

#[cfg(test)]
mod conformance;
pub mod sqlite;

use std::future::Future;
use std::path::{Path, PathBuf};

pub use crate::subscriber::Entry;

use chrono::{DateTime, Utc};

use crate::article::Identity;
use crate::delivery::{Claim, Delivery, Outcome, State};
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::subscriber::{NoRandomness, Status, Subscriber, SubscriberId};

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

    /// What the started issues of a digest did with articles, as far as they count for `channel`:
    /// those mailed, and for a Maildir those put into one too.
    fn past(&self, digest: &str, channel: Channel) -> impl Future<Output = Result<Past, Error>> + Send;

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

    /// Takes over what an earlier run left claimed: a delivery that was being attempted becomes
    /// uncertain, one only claimed waits again, as it did before. Only for the holder of the digest's
    /// lock, which proves that the earlier run is dead. The number that became uncertain.
    fn recover(&self, key: &IssueKey, at: DateTime<Utc>) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Claims up to `limit` deliveries that are queued, or deferred and due, for `claimant`. One
    /// whose subscriber has left or is suppressed is withdrawn instead. None in an issue that is not
    /// being sent.
    fn claim(
        &self,
        key: &IssueKey,
        claimant: u64,
        limit: usize,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Claim>, Error>> + Send;

    /// Records outcomes and begun attempts, durably and in one commit, which the store may share
    /// with other callers. Returns whether each step applied: a step changes a row only where it is
    /// still claimed by `claimant`, and its state is one from which the step leads:
    ///
    /// - [`Step::Begin`]: claimed, in an issue that is still being sent;
    /// - accepted: attempting, or uncertain, for a late reply settles it;
    /// - rejected: the same, or claimed only, for a server may refuse before the message;
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

    /// Queues again what ended as `states`, of which only rejected, uncertain and expired can be;
    /// a finished issue is then being sent again. How many there are.
    ///
    /// Fails with [`Error::Closed`] where the issue was abandoned.
    fn requeue(
        &self,
        key: &IssueKey,
        states: &[State],
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

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

    /// Copies the store, as it is at one moment, to a new file that only its owner may read.
    ///
    /// Fails with [`Error::Exists`] where there is a file already.
    fn backup(&self, to: &Path) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A change to one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An attempt begins: the next octets may be the message's.
    Begin(SubscriberId),
    /// An attempt, or a claim, ended.
    End(SubscriberId, Outcome),
}

/// What adding one subscriber did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New,
    /// It was there, with this status, and has changed it.
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
    /// Left before, and not revived; or new here, and by the import's own account gone.
    pub unsubscribed: u64,
    /// Suppressed, and not added.
    pub suppressed: u64,
}

/// An address that no list mails to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The address, in lower case.
    pub address: lettre::Address,
    /// Why: what bounced, who complained.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
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

impl Channel {
    /// Its name in the store and in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Maildir => "maildir",
        }
    }

    /// The channel with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Smtp, Self::Maildir].into_iter().find(|channel| channel.name() == name)
    }
}

/// What started issues of a digest did with articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Those they carried.
    pub carried: Vec<Identity>,
    /// Those that their limits cut.
    pub cut: Vec<Identity>,
    /// When the latest of them was composed.
    pub latest: Option<DateTime<Utc>>,
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

impl Stage {
    /// Its name in the store and in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Finished => "finished",
            Self::Abandoned => "abandoned",
        }
    }

    /// The stage with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Sending, Self::Finished, Self::Abandoned].into_iter().find(|stage| stage.name() == name)
    }
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
    /// When it was composed.
    pub composed: DateTime<Utc>,
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
    #[error("{0} was started before: `tidings status {0}` shows how far it is")]
    Started(IssueKey),
    /// The issue was never started.
    #[error("{0} was never started: `tidings status` lists those that were")]
    Unknown(IssueKey),
    /// The issue has ended.
    #[error("{key} is {} already, and stays so", stage.name())]
    Closed {
        /// The issue.
        key: IssueKey,
        /// How it ended.
        stage: Stage,
    },
    /// The issue has work left.
    #[error("{key} cannot be finished while {open} of its deliveries are open: send or abandon it")]
    Open {
        /// The issue.
        key: IssueKey,
        /// How many deliveries are open.
        open: u64,
    },
    /// Another process writes, and does not end.
    #[error("the store {store} is locked by another process: wait for it to end, then try again")]
    Busy {
        /// The store.
        store: String,
    },
    /// There is no room.
    #[error("the store {store} cannot grow, for its disk is full: make room, then try again")]
    Full {
        /// The store.
        store: String,
    },
    /// It may only be read.
    #[error("the store {store} is read-only here: look at the permissions of the file and its folder")]
    ReadOnly {
        /// The store.
        store: String,
    },
    /// It was made by a later version of the program.
    #[error("the store {store} was made by a later tidings: update this one, or restore a backup")]
    Newer {
        /// The store.
        store: String,
    },
    /// It is something else.
    #[error("{store} is no store of tidings: name another file as [store] url in config.toml")]
    Foreign {
        /// The file.
        store: String,
    },
    /// It is damaged.
    #[error("the store {store} is damaged: {message}; restore a backup")]
    Damaged {
        /// The store.
        store: String,
        /// What the database said.
        message: String,
    },
    /// A file stands where a new one was to be made.
    #[error("{} exists already: name a file that does not", .0.display())]
    Exists(PathBuf),
    /// The database refused.
    #[error("the store {store}: {message}")]
    Database {
        /// The store.
        store: String,
        /// What the database said.
        message: String,
    },
    /// A file could not be made.
    #[error(transparent)]
    File(#[from] files::Error),
    /// No new subscriber can be named.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}
