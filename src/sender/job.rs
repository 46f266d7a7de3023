//! Jobs: claimed deliveries with their messages.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use tokio::task::{self, JoinHandle};

use super::Error;
use super::active::{Active, Run};
use super::transport::Outgoing;
use crate::clock;
use crate::delivery::Claim;
use crate::message::Recipient;
use crate::store::Store;
use crate::subscriber::Token;

/// A claimed delivery with its message.
pub(super) struct Job {
    pub(super) claim: Claim,
    message_id: String,
    pub(super) envelope: Envelope,
    /// When its first attempt began, or begins.
    pub(super) first: DateTime<Utc>,
    pub(super) message: Vec<u8>,
}

impl Job {
    /// It, as it travels.
    pub(super) fn outgoing(&self) -> Outgoing<'_> {
        Outgoing {
            message_id: &self.message_id,
            envelope: &self.envelope,
            message: &self.message,
            again: self.claim.attempts > 0,
        }
    }
}

/// A job whose message may still be in the making, on a thread for work.
pub(super) enum Coming {
    Here(Box<Job>),
    Made(JoinHandle<Result<Box<Job>, Error>>),
}

impl Coming {
    /// Begins to make the message of a claimed delivery: on a thread for work where it is signed, which takes long
    /// enough to keep other connections waiting.
    pub(super) fn of<S: Store>(active: &Arc<Active<S>>, claim: Claim) -> Result<Self, Error> {
        if !active.run.mailing.is_signed() {
            return prepared(active, claim).map(Self::Here);
        }
        let active = Arc::clone(active);
        Ok(Self::Made(task::spawn_blocking(move || prepared(&active, claim))))
    }

    /// The job, when its message is made.
    pub(super) async fn job(self) -> Result<Box<Job>, Error> {
        match self {
            Self::Here(job) => Ok(job),
            Self::Made(made) => {
                made.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            }
        }
    }
}

/// Makes the message of a claimed delivery.
fn prepared<S: Store>(active: &Active<S>, claim: Claim) -> Result<Box<Job>, Error> {
    let Run { mailing, tokens, .. } = &active.run;
    let message_id = mailing.message_id(claim.subscriber);
    let token = Token::of(claim.subscriber, tokens);
    let first = claim.first_attempt.unwrap_or_else(clock::wall);
    let recipient = Recipient { address: &claim.address, name: claim.name.as_deref(), token: &token };
    let message = mailing.render(&recipient, &message_id, first, clock::wall())?;
    let envelope =
        Envelope::new(Some(mailing.from().clone()), vec![claim.address.clone()]).map_err(Error::Envelope)?;
    Ok(Box::new(Job { claim, message_id, envelope, first, message }))
}
