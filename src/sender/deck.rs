//! The deck: deliveries that a run has claimed and that nobody attempts yet, for all its connections.

use std::collections::VecDeque;

use tokio::sync::{Mutex, MutexGuard};

use super::Error;
use crate::delivery::{Claim, Outcome};
use crate::store::{Claims, Hold, Step};

/// How many deliveries are claimed at a time, over all connections.
const BATCH: usize = 128;

pub(super) struct Deck(Mutex<Inner>);

struct Inner {
    claims: VecDeque<Claim>,
    /// Why the last claim brought less than was asked.
    hold: Option<Hold>,
    /// How many more the run may attempt.
    left: Option<u64>,
}

impl Deck {
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self(Mutex::new(Inner { claims: VecDeque::new(), hold: None, left: limit }))
    }

    /// Notes that no more can be claimed.
    pub(super) async fn hold(&self, hold: Hold) {
        self.0.lock().await.hold = Some(hold);
    }

    /// Forgets what the last claim was kept from more by, unless it is for good.
    pub(super) async fn forget_hold(&self) {
        let mut inner = self.0.lock().await;
        inner.hold = inner.hold.filter(|hold| *hold == Hold::Over);
    }

    /// What the last claim was kept from more by.
    pub(super) async fn is_held(&self) -> Option<Hold> {
        self.0.lock().await.hold
    }

    /// Whether the run has attempted all that it may.
    pub(super) async fn is_spent(&self) -> bool {
        self.0.lock().await.left == Some(0)
    }

    /// Puts one back, to be the next.
    pub(super) async fn put_back(&self, claim: Claim) {
        self.0.lock().await.claims.push_front(claim);
    }

    /// Takes all away, as steps that put them back into the queue.
    pub(super) async fn clear(&self) -> Vec<Step> {
        let mut inner = self.0.lock().await;
        let given: Vec<Claim> = inner.claims.drain(..).collect();
        inner.left = inner.left.map(|left| left + given.len() as u64);
        given.into_iter().map(|claim| Step::end(claim.subscriber, Outcome::Released)).collect()
    }

    /// Whether anything is claimed, or `claim` brings something.
    pub(super) async fn has_any(
        &self,
        most: usize,
        claim: impl AsyncFnOnce(usize) -> Result<Claims, Error>,
    ) -> Result<bool, Error> {
        Ok(!self.filled(most, claim).await?.claims.is_empty())
    }

    /// A claimed delivery, if there is one or `claim` brings one.
    pub(super) async fn take(
        &self,
        most: usize,
        claim: impl AsyncFnOnce(usize) -> Result<Claims, Error>,
    ) -> Result<Option<Claim>, Error> {
        Ok(self.filled(most, claim).await?.claims.pop_front())
    }

    /// The deck, with new claims on it where it was empty.
    async fn filled(
        &self,
        most: usize,
        claim: impl AsyncFnOnce(usize) -> Result<Claims, Error>,
    ) -> Result<MutexGuard<'_, Inner>, Error> {
        let mut deck = self.0.lock().await;
        let limit = most.clamp(1, BATCH);
        let limit = deck.left.map_or(limit, |left| limit.min(usize::try_from(left).unwrap_or(limit)));
        if deck.claims.is_empty() && deck.hold != Some(Hold::Over) && limit > 0 {
            let claimed = claim(limit).await?;
            deck.left = deck.left.map(|left| left.saturating_sub(claimed.claims.len() as u64));
            deck.hold = claimed.hold;
            deck.claims.extend(claimed.claims);
        }
        Ok(deck)
    }
}
