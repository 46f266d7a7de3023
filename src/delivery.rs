//! Deliveries: one issue to one subscriber, and how it went.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Address;

use crate::subscriber::SubscriberId;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not tried yet.
    Queued,
    /// Being tried: from before the first octet of the message until the reply is recorded.
    Attempting,
    /// The server took it.
    Accepted,
    /// The server said not now (4xx), or could not be reached; it will be tried again.
    Deferred,
    /// The server said no (5xx).
    Rejected,
    /// The connection ended between the message and the reply: it may have arrived. Held.
    Uncertain,
    /// The subscriber left before it was tried.
    Withdrawn,
    /// It was deferred for longer than the configured time.
    Expired,
}

impl State {
    /// All of them, in the order of listings.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Queued,
        Self::Attempting,
        Self::Deferred,
        Self::Rejected,
        Self::Uncertain,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// Its name in the store and in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Attempting => "attempting",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Rejected => "rejected",
            Self::Uncertain => "uncertain",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the issue still has work to do for it. An uncertain delivery has none: it is held.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Attempting | Self::Deferred)
    }
}

/// How a mail server answered (RFC 5321 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits; `None` where no server answered, and the text says what happened.
    pub code: Option<u16>,
    /// The text, lines joined by blanks, without control characters; with the enhanced status code
    /// (RFC 3463) where the server gave one.
    pub text: String,
}

impl Reply {
    /// The enhanced status code (RFC 3463) that the text starts with: `5.1.1`.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        enhanced(&self.text)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) if self.text.is_empty() => write!(f, "{code}"),
            Some(code) => write!(f, "{code} {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// The enhanced status code (RFC 3463) that a line starts with.
#[must_use]
pub fn enhanced(line: &str) -> Option<&str> {
    let word = line.split(' ').next()?;
    let mut numbers = word.split('.');
    let is_code =
        numbers.by_ref().take(3).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())).count()
            == 3
            && numbers.next().is_none();
    is_code.then_some(word)
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the message.
    Accepted(Reply),
    /// Not now: try again at that time.
    Deferred {
        /// What the server, or the network, said.
        reply: Reply,
        /// When to try again.
        due: DateTime<Utc>,
    },
    /// Never.
    Rejected(Reply),
    /// Never, nor any other message: there is no such address. The delivery is rejected, and the address suppressed.
    Undeliverable(Reply),
    /// The connection ended after the message's first octet and before its reply.
    Uncertain {
        /// What happened.
        why: String,
    },
    /// It was deferred for longer than the configured time.
    Expired(Reply),
    /// Nothing was tried after all (the run stopped, or the connection ended before the message):
    /// back into the queue.
    Released,
}

impl Outcome {
    /// Where it leaves the delivery; what was deferred before and is released stands there again.
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Self::Accepted(_) => State::Accepted,
            Self::Deferred { .. } => State::Deferred,
            Self::Rejected(_) | Self::Undeliverable(_) => State::Rejected,
            Self::Uncertain { .. } => State::Uncertain,
            Self::Expired(_) => State::Expired,
            Self::Released => State::Queued,
        }
    }

    /// What the server said, or what happened instead.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Accepted(reply)
            | Self::Deferred { reply, .. }
            | Self::Rejected(reply)
            | Self::Undeliverable(reply)
            | Self::Expired(reply) => reply.to_string(),
            Self::Uncertain { why } => why.clone(),
            Self::Released => String::new(),
        }
    }
}

/// A delivery that a run has claimed and may attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The subscriber.
    pub subscriber: SubscriberId,
    /// Where mail goes.
    pub address: Address,
    /// What the person is called.
    pub name: Option<String>,
    /// How many attempts were begun before.
    pub attempts: u32,
    /// When the first attempt was begun: the message's Date, at every attempt.
    pub first_attempt: Option<DateTime<Utc>>,
}

/// A delivery as the ledger shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The subscriber.
    pub subscriber: SubscriberId,
    /// Where mail goes.
    pub address: Address,
    /// Where it stands.
    pub state: State,
    /// How many attempts were begun.
    pub attempts: u32,
    /// When the first one was.
    pub first_attempt: Option<DateTime<Utc>>,
    /// When it last changed.
    pub changed: Option<DateTime<Utc>>,
    /// When it is tried again, if it is deferred.
    pub due: Option<DateTime<Utc>>,
    /// The last reply, or what happened instead of one.
    pub reply: Option<Reply>,
    /// How long the server took to give it.
    pub waited: Option<Duration>,
}
