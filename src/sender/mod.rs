//! The sender: hands an issue to each of its recipients, once.
//!
//! Every connection is a task of its own that takes claimed deliveries, waits for its pace, and
//! records each attempt durably before the first octet of the message, its outcome after the reply.
//! Where a run ends, whatever the reason, the store tells what became of every delivery.

mod pace;
mod stop;

mod patience;
mod reply;
mod wire;

mod relay;

#[cfg(test)]
mod script;

mod opening;
mod session;
mod transport;

mod streak;
mod deck;
mod active;
mod job;
mod worker;
mod run;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::address::Envelope;

pub use self::active::Run;
pub use self::relay::{Relay, Unusable};
pub use self::reply::{Failure, Phase, Why};
pub use self::run::deliver;
pub use self::stop::Stop;
use self::transport::Outgoing;
pub use self::transport::{Kept, Memory, Transport};
use crate::delivery::{Reply, State};
use crate::store::{self, Counts};

/// What happens in a run, for who watches it. Addresses are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The run begins.
    Started {
        /// How many deliveries are in each state.
        counts: Counts,
    },
    /// A connection is open.
    Connected,
    /// A connection failed; another one is tried.
    Disconnected {
        /// What happened.
        why: String,
    },
    /// The attempt of a delivery ended.
    Settled {
        /// Whose, masked.
        address: String,
        /// Where it stands now.
        state: State,
        /// What the server said, or what happened instead.
        reply: String,
    },
    /// Nothing can be done now.
    Waiting {
        /// Until when.
        until: DateTime<Utc>,
        /// For what.
        why: Wait,
    },
    /// The operator has paused the issue; the run waits for the word to go on.
    Paused,
    /// The operator lets it go on.
    Resumed,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Only deferred deliveries are left, and none is due.
    Deferred,
    /// It is none of the hours in which messages go out.
    Hours,
}

/// Why a run ended before all was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It was asked to stop.
    Stopped,
    /// It has attempted as many deliveries as it was to.
    Limit,
    /// As many messages went out in 24 hours as may.
    Quota,
    /// The issue was abandoned, or another run has taken it.
    Over,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Why it ended before all was done, if it did.
    pub left: Option<Left>,
    /// How many deliveries of an earlier run, which died, were found uncertain.
    pub found_uncertain: u64,
    /// How many deliveries are in each state.
    pub counts: Counts,
}

/// Finds out whether mail can go out, before anything is started: connects, logs in, names the
/// sender of a message of `size` octets, and takes it all back.
///
/// # Errors
/// When it cannot; [`Error::is_temporary`] tells whether later may be better.
pub async fn check(transport: &Transport, from: &Address, size: usize) -> Result<(), Error> {
    let failed = |failure| Error::of(transport, failure);
    let mut line = transport.connect().await.map_err(failed)?;
    let outcome = line.try_sender(from, size).await.map_err(failed);
    line.quit().await;
    outcome
}

/// Delivers one message outside any run: a test copy, or a dry run's file.
///
/// # Errors
/// When it is not taken.
pub async fn send_copy(
    transport: &Transport,
    (from, to): (&Address, &Address),
    message_id: &str,
    message: &[u8],
) -> Result<Reply, Error> {
    let failed = |failure| Error::of(transport, failure);
    let envelope = &Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(Error::Envelope)?;
    let outgoing = Outgoing { message_id, envelope, message, again: false };
    let mut line = transport.connect().await.map_err(failed)?;
    let outcome = line.transfer(outgoing).await.map_err(failed);
    line.quit().await;
    outcome
}

/// Why mail did not go out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server, or the way to it, failed.
    #[error("{}", told(server, failure))]
    Server {
        /// The server's name and port, or the folder.
        server: String,
        /// What went wrong.
        failure: Failure,
    },
    /// The server refused one recipient after another for reasons of policy.
    #[error(
        "{server} refused {count} recipients in a row, the last with: {reply}. The run was stopped before it \
         refuses them all, and they are queued again. Ask the server's owner why, then send again"
    )]
    RefusesAll {
        /// The server's name and port.
        server: String,
        /// How many.
        count: usize,
        /// What it said to the last.
        reply: String,
    },
    /// The server refused every recipient that there is.
    #[error(
        "{server} refused all {count} recipients, the last with: {reply}. That is hardly about them: they are queued again, \
         and none is suppressed. Ask the server's owner why, then send again, or end the issue with `tidings abandon`"
    )]
    RefusedAll {
        /// The server's name and port.
        server: String,
        /// How many.
        count: usize,
        /// What it said to the last.
        reply: String,
    },
    /// The server ended one connection after another between a message and its reply.
    #[error(
        "{server} left {count} messages in a row without a reply, the last with: {why}. The run was stopped before more \
         become uncertain. Find out at the server whether they arrived, then send again: what is uncertain stays held"
    )]
    Silent {
        /// The server's name and port.
        server: String,
        /// How many.
        count: usize,
        /// What happened to the last.
        why: String,
    },
    /// lettre refused sender and recipient.
    #[error("the message cannot be addressed: {0}")]
    Envelope(#[source] lettre::error::Error),
    /// A message could not be signed.
    #[error(transparent)]
    NotSigned(#[from] crate::message::dkim::NotSigned),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    fn of(transport: &Transport, failure: Failure) -> Self {
        Self::Server { server: transport.name(), failure }
    }

    /// Whether the same may go well later, with nothing changed (exit code 75).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Server { failure, .. } => failure.is_temporary(),
            Self::Store(error) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether config.toml, or the server's view of it, must change first (exit code 78).
    #[must_use]
    pub fn is_settings(&self) -> bool {
        matches!(self, Self::Server { failure, .. } if !failure.is_temporary()
            && (failure.phase <= Phase::Sender || failure.is_settings()))
    }
}

/// What went wrong, where, and what to do.
fn told(server: &str, failure: &Failure) -> String {
    let Failure { phase, why } = failure;
    match (why, phase) {
        (Why::Refused(_), Phase::Login) if !failure.is_temporary() => format!(
            "{server} refused the login: {why}. Check the user in mail.smtp, and the password where \
             mail.password_env or mail.password_file says"
        ),
        (Why::Refused(Reply { code: Some(530), .. }), _) => format!(
            "{server} refused {phase}: {why}. It wants TLS or a login first: see mail.smtp in config.toml"
        ),
        (Why::Refused(_), Phase::Sender) if !failure.is_temporary() => {
            format!("{server} refused {phase}: {why}. Check that this login may send as mail.from")
        }
        (Why::Refused(_), _) => format!("{server} refused {phase}: {why}"),
        (Why::Lost(_), Phase::Connect) => {
            format!("{server}: {why}. Check host and port in mail.smtp, and that the server is up")
        }
        (Why::Lost(_), Phase::Greeting) => {
            format!(
                "{server}: {why}. If its port wants TLS from the first octet, write smtps:// in mail.smtp"
            )
        }
        (Why::Lost(_) | Why::Unfit(_), _) => format!("{server}: {why}"),
    }
}
