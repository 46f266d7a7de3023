//! Streaks: what the server does to one message after another, and would do to all that are left.

use std::sync::{Mutex, PoisonError};

use lettre::Address;

use super::Error;
use super::reply::enough;
use crate::delivery::Outcome;

/// So many messages in a row without a reply stop the run.
const SILENT: u32 = 10;

/// The refusals, and the messages without a reply, since a message was last accepted.
#[derive(Debug, Default)]
pub(super) struct Streaks(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    refused: Vec<Address>,
    unanswered: u32,
}

impl Streaks {
    /// Counts an outcome; the error that stops the run, where it is one too many of its kind in a row. `reply` tells
    /// it, and `has_status` whether the server's texts begin with enhanced status codes.
    pub(super) fn count(
        &self,
        to: &Address,
        outcome: &Outcome,
        (reply, has_status): (&str, bool),
        server: impl FnOnce() -> String,
    ) -> Option<Error> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Accepted(_) => {
                *inner = Inner::default();
                None
            }
            Outcome::Rejected(refusal) | Outcome::Undeliverable(refusal) => {
                // What is no server's answer says nothing about the server.
                let enough = enough(refusal, has_status)?;
                inner.refused.push(to.clone());
                let refused = inner.refused.len();
                (refused >= enough).then(|| Error::RefusesAll {
                    server: server(),
                    count: refused,
                    reply: reply.to_owned(),
                })
            }
            Outcome::Uncertain { .. } => {
                inner.unanswered += 1;
                let count = inner.unanswered;
                (count >= SILENT).then(|| Error::Silent { server: server(), count, why: reply.to_owned() })
            }
            _ => None,
        }
    }

    /// Those who were refused in a row, once.
    pub(super) fn take_refused(&self) -> Vec<Address> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).refused)
    }
}
