//! Selection → issue → draft.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Error, Project, Shelves};
use crate::article::Body;
use crate::composer::{self, Input, Withheld};
use crate::config::Digest;
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::library::{self, Library};
use crate::selection::Selection;
use crate::selector::{self, Edits, Query};
use crate::store::{Channel, Started, Store};

/// The next issue of a digest, made but not written.
#[derive(Debug)]
pub enum Composed {
    /// The issue, and what it was made of.
    Issue(Box<Issue>, Basis),
    /// There is none.
    Nothing(Nothing),
}

/// What an issue was made of.
#[derive(Debug)]
pub struct Basis {
    /// What it carries, and what it does not.
    pub selection: Selection,
    /// What it does not show of its articles.
    pub withheld: Withheld,
}

/// Why there is no issue.
#[derive(Debug)]
pub struct Nothing {
    /// The digest.
    pub digest: String,
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
    /// When articles, store or receipts cannot be read, what is to be pinned or dropped is not there or
    /// cannot be, or the issue cannot be rendered.
    pub async fn compose<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        edits: &Edits,
    ) -> Result<Composed, Error> {
        self.compose_from(store, digest, edits, |query| self.library(query, false)).await
    }

    /// The same for who composes again and again: of the articles, only what changed is read again.
    ///
    /// # Errors
    /// As [`Self::compose`].
    pub async fn compose_again<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        edits: &Edits,
        shelves: &mut Shelves,
    ) -> Result<Composed, Error> {
        self.compose_from(store, digest, edits, |query| shelves.library(self, query)).await
    }

    async fn compose_from<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        edits: &Edits,
        library: impl FnOnce(&Query<'_>) -> Result<Library, Error>,
    ) -> Result<Composed, Error> {
        let edits = Edits {
            pins: edits.pins.iter().map(|path| self.article_path(path)).collect(),
            drops: edits.drops.iter().map(|path| self.article_path(path)).collect(),
        };
        let asked = self.asked(store, digest).await?;
        let query = asked.query(self, digest, &edits);
        let (selection, bodies) = pick(library(&query)?, &query);
        heed(&edits, &selection)?;
        let needed = digest.min_articles.max(1);
        if selection.picked.len() < needed {
            let (digest, found) = (digest.name.clone(), selection.picked.len());
            return Ok(Composed::Nothing(Nothing { digest, found, needed, selection }));
        }
        let started = store.issues(Some(&digest.name)).await?;
        let (issue, withheld) = composer::compose_withholding(&Input {
            key: &self.next_key(digest, asked.now, &started)?,
            number: asked.number,
            // The instant that it was selected by: what appears later is the next one's.
            now: asked.now,
            site: &self.config.site,
            mail: &self.config.mail,
            list: self.list(digest)?,
            pages: self.config.pages.as_ref(),
            brand: &self.config.brand,
            digest,
            selection: &selection,
            bodies: &bodies,
        })?;
        Ok(Composed::Issue(Box::new(issue), Basis { selection, withheld }))
    }

    /// What the next issue of a digest would carry. `whole` keeps what articles passed over say, to be shown.
    ///
    /// # Errors
    /// When articles, store or receipts cannot be read.
    pub async fn next<S: Store>(&self, store: &S, digest: &Digest, whole: bool) -> Result<Selection, Error> {
        let asked = self.asked(store, digest).await?;
        let edits = Edits::default();
        let query = asked.query(self, digest, &edits);
        Ok(pick(self.library(&query, whole)?, &query).0)
    }

    /// The path of an article below its content folder, where it is given as that of a file.
    #[must_use]
    pub fn article_path(&self, given: &str) -> String {
        let file = Path::new(given);
        let below = |root: &Path| {
            let file = if files::exists(file).unwrap_or(false) {
                file.to_owned()
            } else {
                self.config.folder.join(file)
            };
            files::below(&file, root)
        };
        self.config.site.content.iter().find_map(|root| below(root)).unwrap_or_else(|| given.to_owned())
    }

    /// Removes a digest's draft, for there is nothing to carry any more. Its key, if there was one.
    ///
    /// # Errors
    /// When the store cannot be read, or the draft cannot be removed.
    pub async fn discard_draft<S: Store>(&self, store: &S, digest: &str) -> Result<Option<IssueKey>, Error> {
        let mut drafts = self.drafts(store, digest).await?;
        for key in &drafts {
            self.digests().remove(key)?;
        }
        Ok(drafts.pop())
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
        keys.retain(|key| !self.has_started(key, &started));
        Ok(keys)
    }

    /// The first key of the day of `now` that no started issue has.
    pub(super) fn next_key(
        &self,
        digest: &Digest,
        now: DateTime<Utc>,
        started: &[Started],
    ) -> Result<IssueKey, Error> {
        let date = now.with_timezone(&self.config.site.timezone).date_naive();
        Ok(self.digests().next_key(&digest.name, date, |key| self.has_started(key, started))?)
    }

    /// Whether the issue was started. What went into a Maildir is still to be mailed.
    pub(super) fn has_started(&self, key: &IssueKey, started: &[Started]) -> bool {
        started
            .iter()
            .any(|one| one.key == *key && (one.channel == Channel::Smtp || self.channel() == one.channel))
    }
}

/// A selection, with the bodies of what it picks. An article whose body cannot be read is a problem,
/// and its place in the issue is another's.
pub(super) fn pick(library: Library, query: &Query<'_>) -> (Selection, Vec<Body>) {
    let Library { mut articles, passed, mut problems, .. } = library;
    loop {
        let library = Library { articles: articles.clone(), ..Library::default() };
        let mut selection = selector::select(library, query);
        let mut bodies = Vec::with_capacity(selection.picked.len());
        let mut unreadable = Vec::new();
        for picked in &selection.picked {
            match library::body(&picked.article) {
                Ok(body) => bodies.push(body),
                Err(problem) => unreadable.push(problem),
            }
        }
        if unreadable.is_empty() {
            selection.pass(passed.into_iter().chain(problems.into_iter().map(Arc::from)));
            return (selection, bodies);
        }
        let spoilt: HashSet<&str> = unreadable.iter().map(|problem| problem.path.as_str()).collect();
        articles.retain(|article| !spoilt.contains(article.path.as_str()));
        problems.extend(unreadable);
    }
}

/// Sees to it that each article that an editor named is there, and each that is pinned is picked.
fn heed(edits: &Edits, selection: &Selection) -> Result<(), Error> {
    let carried = |path: &String| selection.carried().any(|picked| picked.article.path == *path);
    let passed = |path: &String| selection.passed.iter().find(|passed| passed.path == *path);
    for path in &edits.pins {
        match passed(path) {
            _ if carried(path) => {}
            Some(passed) => {
                return Err(Error::CannotPin { path: path.clone(), reason: passed.reason.name() });
            }
            None => return Err(Error::NoArticle(path.clone())),
        }
    }
    match edits.drops.iter().find(|path| passed(path).is_none()) {
        Some(path) => Err(Error::NoArticle(path.clone())),
        None => Ok(()),
    }
}
