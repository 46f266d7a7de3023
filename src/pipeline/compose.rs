//! Selection → issue → draft.

use std::path::PathBuf;

use super::{Error, Project};
use crate::article::Body;
use crate::composer::{self, Input};
use crate::config::Digest;
use crate::issue::{Issue, IssueKey};
use crate::library;
use crate::selection::{Passed, Picked, Reason, Selection};
use crate::store::{Started, Store};

/// The next issue of a digest, made but not written.
#[derive(Debug)]
pub enum Composed {
    /// The issue, and the selection it was made of.
    Issue(Box<Issue>, Selection),
    /// There is none.
    Nothing(Nothing),
}

/// Why there is no issue.
#[derive(Debug)]
pub struct Nothing {
    /// The articles there are, fewer than the digest's `min_articles`.
    pub found: usize,
    /// How many there must be.
    pub needed: usize,
    /// What was passed over, and why.
    pub selection: Selection,
}

impl Project {
    /// Makes the next issue of a digest, changing nothing.
    ///
    /// # Errors
    /// When articles, store or receipts cannot be read, or the issue cannot be rendered.
    pub async fn compose<S: Store>(&self, store: &S, digest: &Digest) -> Result<Composed, Error> {
        let (mut selection, history) = self.next_and_history(store, digest).await?;
        let bodies = bodies(&mut selection);
        let needed = digest.min_articles.max(1);
        if selection.picked.len() < needed {
            return Ok(Composed::Nothing(Nothing { found: selection.picked.len(), needed, selection }));
        }
        let started = store.issues(Some(&digest.name)).await?;
        let now = self.clock.now();
        let mut issue = composer::compose(&Input {
            key: &self.next_key(digest, &started)?,
            now,
            site: &self.config.site,
            mail: &self.config.mail,
            list: self.list(digest)?,
            pages: self.config.pages.as_ref(),
            brand: &self.config.brand,
            digest,
            selection: &selection,
            bodies: &bodies,
        })?;
        // What is passed over for what an earlier issue cut was not cut by this one.
        issue.cut.retain(|identity| !history.passes_over(identity));
        Ok(Composed::Issue(Box::new(issue), selection))
    }

    /// Writes an issue's draft, in the place of the digest's earlier one, and returns its folder.
    ///
    /// # Errors
    /// When the draft cannot be written; an earlier one is then still there.
    pub async fn write_draft<S: Store>(&self, store: &S, issue: &Issue) -> Result<PathBuf, Error> {
        let digests = self.digests();
        let earlier = self.drafts(store, &issue.key.digest).await?;
        digests.write(issue)?;
        for key in earlier.iter().filter(|key| **key != issue.key) {
            digests.remove(key)?;
        }
        Ok(digests.path(&issue.key))
    }

    /// The digest's draft: the latest folder that was never started.
    ///
    /// # Errors
    /// When the store or the draft cannot be read.
    pub async fn draft<S: Store>(&self, store: &S, digest: &str) -> Result<Option<Issue>, Error> {
        match self.drafts(store, digest).await?.last() {
            Some(key) => Ok(self.digests().read(key)?),
            None => Ok(None),
        }
    }

    /// The folders of a digest that were never started, the latest last. There is one at most, but
    /// for those that came from elsewhere.
    async fn drafts<S: Store>(&self, store: &S, digest: &str) -> Result<Vec<IssueKey>, Error> {
        let started = store.issues(Some(digest)).await?;
        let mut keys = self.digests().drafts(digest)?;
        keys.retain(|key| !is_started(key, &started));
        Ok(keys)
    }

    /// The first key of today that no started issue has.
    fn next_key(&self, digest: &Digest, started: &[Started]) -> Result<IssueKey, Error> {
        let date = self.clock.now().with_timezone(&self.config.site.timezone).date_naive();
        Ok(self.digests().next_key(&digest.name, date, |key| is_started(key, started))?)
    }
}

fn is_started(key: &IssueKey, started: &[Started]) -> bool {
    started.iter().any(|started| started.key == *key)
}

/// Reads the bodies of the picked articles. One that cannot be read any more is passed over.
fn bodies(selection: &mut Selection) -> Vec<Body> {
    let mut bodies = Vec::with_capacity(selection.picked.len());
    let mut picked = Vec::with_capacity(selection.picked.len());
    for Picked { article, group } in selection.picked.drain(..) {
        match library::body(&article) {
            Ok(body) => {
                bodies.push(body);
                picked.push(Picked { article, group });
            }
            Err(problem) => selection.passed.push(Passed {
                path: article.path,
                article: None,
                reason: Reason::Problem { line: problem.line, message: problem.message },
            }),
        }
    }
    selection.picked = picked;
    selection.passed.sort_by(|a, b| a.path.cmp(&b.path));
    bodies
}
