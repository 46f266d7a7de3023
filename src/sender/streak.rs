//! Streaks: what the server does to one message after another, and would do to all that are left.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lettre::Address;

use super::Error;
use super::reply::enough;
use crate::delivery::Outcome;

/// So many messages in a row without a reply stop the run; more where many connections can be lost at once.
const SILENT: usize = 10;
/// So many recipients, where they are all there are and each was refused, say that it is not about them. The streak
/// that would tell it of a longer list needs more.
const ALL: usize = 5;

/// The refusals, and the messages without a reply, since a message was last accepted.
#[derive(Debug)]
pub(super) struct Streaks {
    silent: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Those who were refused, by how many of their kind are enough.
    refused: BTreeMap<usize, Vec<Address>>,
    /// What the server said to the last of them.
    reply: String,
    unanswered: usize,
}

impl Streaks {
    pub(super) fn new(connections: usize) -> Self {
        Self { silent: SILENT.max(2 * connections), inner: Mutex::default() }
    }

    /// Counts an outcome; the error that stops the run, where it is one too many of its kind in a row. `reply` tells
    /// it, and `has_status` whether the server's texts begin with enhanced status codes.
    pub(super) fn count(
        &self,
        to: &Address,
        outcome: &Outcome,
        (reply, has_status): (&str, bool),
        server: impl FnOnce() -> String,
    ) -> Option<Error> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Accepted(_) => {
                *inner = Inner::default();
                None
            }
            Outcome::Rejected(refusal) | Outcome::Undeliverable(refusal) => {
                let enough = enough(refusal, has_status)?;
                reply.clone_into(&mut inner.reply);
                let refused = inner.refused.entry(enough).or_default();
                refused.push(to.clone());
                let count = refused.len();
                (count >= enough).then(|| Error::RefusesAll {
                    server: server(),
                    count,
                    reply: reply.to_owned(),
                })
            }
            Outcome::Uncertain { .. } => {
                inner.unanswered += 1;
                let count = inner.unanswered;
                (count >= self.silent).then(|| Error::Silent {
                    server: server(),
                    count,
                    why: reply.to_owned(),
                })
            }
            _ => None,
        }
    }

    /// Where nobody was accepted: all that were refused, once, and the error that tells it; `None` where they are few.
    pub(super) fn take_all(&self, server: impl FnOnce() -> String) -> Option<(Vec<Address>, Error)> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { refused, reply, .. } = std::mem::take(&mut *inner);
        let refused: Vec<Address> = refused.into_values().flatten().collect();
        let count = refused.len();
        (count >= ALL).then(|| (refused, Error::RefusedAll { server: server(), count, reply }))
    }

    /// Those of whose kind enough were refused in a row, once.
    pub(super) fn take_refused(&self) -> Vec<Address> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = std::mem::take(&mut inner.refused);
        refused.into_iter().filter(|(enough, who)| who.len() >= *enough).flat_map(|(_, who)| who).collect()
    }
}
