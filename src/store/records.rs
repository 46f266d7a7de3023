//! What a store is told, and what it tells.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::article::Identity;
use crate::delivery::{Claim, Outcome, State};
use crate::issue::IssueKey;
use crate::subscriber::{Status, SubscriberId};

/// A change to one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An attempt begins: the next octets may be the message's.
    Begin {
        /// Whose.
        subscriber: SubscriberId,
        /// When: that of the first attempt is the message's Date.
        at: DateTime<Utc>,
    },
    /// An attempt, or a claim, ended.
    End {
        /// Whose.
        subscriber: SubscriberId,
        /// How.
        outcome: Outcome,
        /// How long the server took to answer.
        waited: Option<Duration>,
    },
}

impl Step {
    /// The end of an attempt, or of a claim, of which it is not known how long it took.
    #[must_use]
    pub fn end(subscriber: SubscriberId, outcome: Outcome) -> Self {
        Self::End { subscriber, outcome, waited: None }
    }
}

/// A run's hold on an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub claimant: u64,
    /// The lock that the run holds, by a name that no other lock has: who holds it now knows that those who held it
    /// before are dead.
    pub holder: String,
    /// Until when others leave it alone.
    pub until: DateTime<Utc>,
}

/// What a run asks for when it claims.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The run, which has taken the issue.
    pub claimant: u64,
    /// The most deliveries.
    pub limit: usize,
    /// What all runs of all issues together may mail.
    pub quota: Option<Quota>,
    /// The present.
    pub at: DateTime<Utc>,
}

/// How many messages may be mailed in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The messages.
    pub messages: u64,
    /// The beginning of the time, which ends with the present.
    pub since: DateTime<Utc>,
}

/// What a run may attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The deliveries.
    pub claims: Vec<Claim>,
    /// Why there are not more, where it is not that no more are due.
    pub hold: Option<Hold>,
}

/// What keeps a run from more claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// The operator paused the issue.
    Paused,
    /// The quota is spent.
    Spent,
    /// The issue has ended, or is another run's now.
    Over,
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
    /// Whether it is the one for trying out.
    #[must_use]
    pub fn is_maildir(self) -> bool {
        self == Self::Maildir
    }

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

/// What a digest's runs and started issues did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Those they carried, and those that told the same.
    pub carried: Vec<Identity>,
    /// Those that an editor dropped.
    pub dropped: Vec<Identity>,
    /// Those that their limits cut.
    pub cut: Vec<Identity>,
    /// How many went to anybody, or will.
    pub mailed: u64,
    /// When the latest of them was composed.
    pub latest: Option<DateTime<Utc>>,
    /// When the digest was first run, whether or not an issue came of it.
    pub first_run: Option<DateTime<Utc>>,
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
    /// Its hash, see [`crate::issue::Issue::hash`].
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
    /// Since when it is paused.
    pub paused: Option<DateTime<Utc>>,
    /// The run that has it in hand, or had it last.
    pub run: Option<Lease>,
    /// The domain of its Message-IDs, where it was not adopted.
    pub domain: Option<String>,
}

/// How many deliveries are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<State, u64>);

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
