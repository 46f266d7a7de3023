//! What sending would do: go on with an issue, send the draft, or compose.

use super::select::history;
use super::{Basis, Composed, Error, Nothing, Project};
use crate::config::Digest;
use crate::issue::{Issue, IssueKey};
use crate::selector::Edits;
use crate::store::{Stage, Started, Store};

/// What is to be sent.
#[derive(Debug, Clone)]
pub enum Target {
    /// The next issue of a digest, by name.
    Next {
        /// The digest.
        digest: String,
        /// Which one that is.
        which: Which,
    },
    /// One issue.
    Issue(IssueKey),
}

/// Which issue of a digest is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The unfinished one, else the draft, else one composed now.
    Due,
    /// The unfinished one, else one composed now, in the draft's place.
    Anew,
    /// The unfinished one, and no other.
    Unfinished,
}

impl Target {
    /// The digest it belongs to.
    #[must_use]
    pub fn digest(&self) -> &str {
        match self {
            Self::Next { digest, .. } => digest,
            Self::Issue(key) => &key.digest,
        }
    }
}

/// What sending would do. Making a plan changes nothing.
#[derive(Debug)]
pub enum Plan {
    /// Go on with an issue that was started.
    Resume(Box<Issue>),
    /// Start the draft.
    Draft(Box<Issue>),
    /// Compose an issue, and start it.
    Compose(Box<Issue>, Basis),
    /// There is nothing to carry.
    Nothing(Nothing),
    /// The issue asked for is finished.
    Finished(Box<Started>),
    /// There is no unfinished issue, and no other was asked for.
    NoneUnfinished,
}

impl From<Composed> for Plan {
    fn from(composed: Composed) -> Self {
        match composed {
            Composed::Issue(issue, basis) => Self::Compose(issue, basis),
            Composed::Nothing(nothing) => Self::Nothing(nothing),
        }
    }
}

impl Plan {
    /// The issue that would go out.
    #[must_use]
    pub fn issue(&self) -> Option<&Issue> {
        match self {
            Self::Resume(issue) | Self::Draft(issue) | Self::Compose(issue, _) => Some(issue),
            Self::Nothing(_) | Self::Finished(_) | Self::NoneUnfinished => None,
        }
    }
}

impl Project {
    /// Decides what sending would do: go on with what was started, else send the draft, else
    /// compose.
    ///
    /// # Errors
    /// When `digests/` holds a receipt that the store does not know, the issue asked for is
    /// unknown or abandoned, or composing fails.
    pub async fn plan<S: Store>(&self, store: &S, target: &Target) -> Result<Plan, Error> {
        let digest = self.digest(target.digest())?;
        let started = self.started(store, digest).await?;
        match target {
            Target::Issue(key) => self.plan_issue(store, digest, key, started).await,
            Target::Next { which, .. } => {
                if let Some(plan) = self.standing(store, digest, *which, &started).await? {
                    return Ok(plan);
                }
                Ok(self.compose(store, digest, &Edits::default()).await?.into())
            }
        }
    }

    /// What sending a digest would do without composing: what was started, else the draft; `None` where it would
    /// compose.
    ///
    /// # Errors
    /// As [`Self::plan`].
    pub async fn due<S: Store>(&self, store: &S, digest: &Digest) -> Result<Option<Plan>, Error> {
        let started = self.started(store, digest).await?;
        self.standing(store, digest, Which::Due, &started).await
    }

    async fn standing<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        which: Which,
        started: &[Started],
    ) -> Result<Option<Plan>, Error> {
        let open = started.iter().rfind(|one| one.stage == Stage::Sending && one.channel == self.channel());
        if let Some(open) = open {
            return Ok(Some(Plan::Resume(self.frozen(store, &open.key).await?)));
        }
        if which == Which::Unfinished {
            return Ok(Some(Plan::NoneUnfinished));
        }
        if which == Which::Due
            && let Some(draft) = self.draft(store, &digest.name).await?
        {
            return self.plan_draft(store, digest, draft).await.map(Some);
        }
        Ok(None)
    }

    /// The issues of a digest that were started, all of which the store knows.
    async fn started<S: Store>(&self, store: &S, digest: &Digest) -> Result<Vec<Started>, Error> {
        let started = store.issues(Some(&digest.name)).await?;
        if let Some(receipt) = self.unknown_receipts(&digest.name, &started)?.into_iter().next() {
            return Err(Error::UnknownReceipt(receipt.issue));
        }
        if let Some(receipt) = self.ended_elsewhere(&started)?.into_iter().next() {
            return Err(Error::EndedElsewhere(receipt.issue));
        }
        Ok(started)
    }

    async fn plan_issue<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        key: &IssueKey,
        started: Vec<Started>,
    ) -> Result<Plan, Error> {
        if !self.has_started(key, &started)
            && let Some(draft) = self.digests().read(key)?
        {
            return self.plan_draft(store, digest, draft).await;
        }
        match started.into_iter().find(|one| one.key == *key) {
            Some(one) if one.channel != self.channel() => Err(Error::OtherChannel(key.clone())),
            Some(one) if one.stage == Stage::Abandoned => Err(Error::Abandoned(key.clone())),
            Some(one) if one.stage == Stage::Finished => Ok(Plan::Finished(Box::new(one))),
            Some(_) => Ok(Plan::Resume(self.frozen(store, key).await?)),
            None => Err(Error::UnknownIssue(key.clone())),
        }
    }

    /// Takes a draft, unless an issue started after it was composed carries an article of it: one
    /// adopted from another machine, say.
    async fn plan_draft<S: Store>(&self, store: &S, digest: &Digest, draft: Issue) -> Result<Plan, Error> {
        let history = history(digest, self.past(store, digest).await?);
        match draft.articles.iter().find(|article| history.settles(&article.identity())) {
            Some(stale) => Err(Error::StaleDraft { title: stale.title.clone(), key: draft.key }),
            None => Ok(Plan::Draft(Box::new(draft))),
        }
    }

    async fn frozen<S: Store>(&self, store: &S, key: &IssueKey) -> Result<Box<Issue>, Error> {
        let issue = store.frozen(key).await?;
        issue.map(Box::new).ok_or_else(|| Error::UnknownIssue(key.clone()))
    }
}
