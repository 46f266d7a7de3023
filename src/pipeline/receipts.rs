//! Receipts: what folders say of issues that were started, here, elsewhere, or before the store was lost.

use chrono::{DateTime, Utc};
use lettre::Address;

use super::{Error, Project};
use crate::clock::wall;
use crate::config::Digest;
use crate::delivery::State;
use crate::digests::{Contents, Receipt};
use crate::issue::{Issue, IssueKey};
use crate::store::{Channel, Stage, Started, Store};

/// What became of receipts that the store did not know.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The issues that count as sent now.
    pub adopted: Vec<IssueKey>,
    /// Why the others do not.
    pub failed: Vec<Error>,
}

impl Project {
    /// The receipts of issues that were started elsewhere, or before this store was lost. When an issue
    /// was started tells it from every other: another machine may have given the same name.
    pub(super) fn unknown_receipts(&self, digest: &str, started: &[Started]) -> Result<Vec<Receipt>, Error> {
        let is_known = |receipt: &Receipt| {
            started.iter().any(|one| one.channel == Channel::Smtp && one.started == receipt.started)
        };
        let mut receipts = self.digests().receipts(digest)?;
        receipts.retain(|receipt| !is_known(receipt));
        Ok(receipts)
    }

    /// What the issues of such receipts are made of.
    pub(super) async fn unknown_contents<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
    ) -> Result<Vec<(IssueKey, Contents)>, Error> {
        let started = store.issues(Some(&digest.name)).await?;
        let mut unknown = Vec::new();
        for Receipt { issue, .. } in self.unknown_receipts(&digest.name, &started)? {
            let contents = self.digests().contents(&issue)?;
            unknown.push((issue.clone(), contents.ok_or(Error::NoIssueFile(issue))?));
        }
        Ok(unknown)
    }

    /// Says beside the issue that it was started, so that no other store starts it again. What goes
    /// into a Maildir is no sending.
    pub(super) async fn write_receipt<S: Store>(&self, store: &S, issue: &Issue) -> Result<(), Error> {
        let digests = self.digests();
        if self.channel() == Channel::Maildir || digests.receipt(&issue.key)?.is_some() {
            return Ok(());
        }
        let Some(started) = store.issue(&issue.key).await? else { return Ok(()) };
        if !digests
            .read(&issue.key)
            .is_ok_and(|files| files.is_some_and(|files| files.hash() == started.hash))
        {
            digests.write(issue)?;
        }
        let recipients = store.counts(&issue.key).await?.total();
        let receipt = Receipt {
            issue: issue.key.clone(),
            hash: started.hash,
            started: started.started,
            list: started.list,
            recipients,
            ended: None,
        };
        Ok(digests.write_receipt(&receipt)?)
    }

    /// Ends a started issue, and says so in its receipt: a store that was restored from a backup made
    /// meanwhile holds deliveries as open that are not.
    ///
    /// # Errors
    /// When it has ended otherwise, or deliveries are open that it is to have finished; when store or
    /// receipt cannot be written.
    pub async fn end<S: Store>(&self, store: &S, key: &IssueKey, stage: Stage) -> Result<(), Error> {
        let at = wall();
        store.close(key, stage, at).await?;
        self.note_end(store, key, Some(at)).await
    }

    /// Queues again what ended as `states`, of these addresses if any are given. The number.
    ///
    /// # Errors
    /// When the issue was abandoned; when store or receipt cannot be written.
    pub async fn requeue<S: Store>(
        &self,
        store: &S,
        key: &IssueKey,
        states: &[State],
        only: Option<&[Address]>,
    ) -> Result<u64, Error> {
        // First, for a receipt that says ended stops the sending.
        let ended = self.digests().receipt(key)?.and_then(|receipt| receipt.ended);
        self.note_end(store, key, None).await?;
        let outcome = store.requeue(key, states, only, wall()).await;
        if !matches!(outcome, Ok(1..)) {
            self.note_end(store, key, ended).await?;
        }
        Ok(outcome?)
    }

    /// Says in an issue's receipt when it ended. Of another machine's issue of that name it says nothing.
    async fn note_end<S: Store>(
        &self,
        store: &S,
        key: &IssueKey,
        ended: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        let Some(receipt) = self.digests().receipt(key)? else { return Ok(()) };
        let is_own = store.issue(key).await?.is_some_and(|one| one.started == receipt.started);
        if is_own && receipt.ended != ended {
            self.digests().write_receipt(&Receipt { ended, ..receipt })?;
        }
        Ok(())
    }

    /// The receipts of issues that have ended, and that the store, restored from a backup perhaps, holds
    /// as being sent.
    pub(super) fn ended_elsewhere(&self, started: &[Started]) -> Result<Vec<Receipt>, Error> {
        let mut ended = Vec::new();
        for one in started.iter().filter(|one| one.stage == Stage::Sending && one.channel == Channel::Smtp) {
            let receipt = self.digests().receipt(&one.key)?;
            ended.extend(receipt.filter(|receipt| receipt.started == one.started && receipt.ended.is_some()));
        }
        Ok(ended)
    }

    /// Counts issues with a receipt that the store does not know as sent.
    ///
    /// # Errors
    /// When a receipt cannot be read, or the store fails.
    pub async fn adopt<S: Store>(&self, store: &S) -> Result<Adoption, Error> {
        let mut adoption = Adoption::default();
        for digest in self.config.digests.values() {
            let started = store.issues(Some(&digest.name)).await?;
            for receipt in self.unknown_receipts(&digest.name, &started)? {
                match self.adopt_one(store, receipt).await {
                    Ok(key) => adoption.adopted.push(key),
                    Err(error) => adoption.failed.push(error),
                }
            }
            for receipt in self.ended_elsewhere(&started)? {
                self.take_over(store, &receipt.issue).await?;
                store.close(&receipt.issue, Stage::Abandoned, wall()).await?;
                adoption.adopted.push(receipt.issue);
            }
        }
        Ok(adoption)
    }

    /// Counts one issue as sent, under its own name, or the next free one where this store has started
    /// another of that name, into a Maildir perhaps.
    async fn adopt_one<S: Store>(&self, store: &S, receipt: Receipt) -> Result<IssueKey, Error> {
        let Some(mut issue) = self.digests().read(&receipt.issue)? else {
            return Err(Error::NoIssueFile(receipt.issue));
        };
        while store.issue(&issue.key).await?.is_some() {
            issue.key.number += 1;
        }
        store.adopt(&issue, &receipt.list, Channel::Smtp, receipt.started).await?;
        Ok(issue.key)
    }
}
