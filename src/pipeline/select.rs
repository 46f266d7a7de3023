//! Articles → selection.

use chrono::{DateTime, Utc};

use super::{Error, Project};
use crate::config::Digest;
use crate::issue::CarriedArticle;
use crate::library::{self, Library, Reading};
use crate::selection::{Selection, Window};
use crate::selector::{self, History, Query};
use crate::store::{Past, Store};

impl Project {
    /// Reads all articles of the content folders.
    ///
    /// # Errors
    /// When a content folder is not there.
    pub fn library(&self) -> Result<Library, Error> {
        let site = &self.config.site;
        let library = library::read(&Reading {
            folders: &site.content,
            zone: site.timezone,
            site: site.url.as_ref(),
            permalink: &site.permalink,
        });
        match library.missing.first() {
            Some(folder) => Err(Error::NoContent(folder.display().to_string())),
            None => Ok(library),
        }
    }

    /// What the next issue of a digest would carry.
    ///
    /// # Errors
    /// When a content folder is not there, or the store or a receipt cannot be read.
    pub async fn next<S: Store>(&self, store: &S, digest: &Digest) -> Result<Selection, Error> {
        Ok(self.next_and_history(store, digest).await?.0)
    }

    /// The same, with the history that it was picked after.
    pub(super) async fn next_and_history<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
    ) -> Result<(Selection, History), Error> {
        let past = self.past(store, digest).await?;
        let now = self.clock.now();
        let window = window(digest, now, &past);
        let history = history(digest, past);
        let selection = selector::select(
            self.library()?,
            &Query {
                now,
                zone: self.config.site.timezone,
                window,
                filter: &digest.filter,
                drafts: false,
                addressed: true,
                history: &history,
                order: digest.order,
                limit: digest.limit,
                grouping: &digest.grouping,
            },
        );
        Ok((selection, history))
    }

    /// What started issues of a digest did with articles, by the store and by the receipts that it
    /// does not know.
    pub(super) async fn past<S: Store>(&self, store: &S, digest: &Digest) -> Result<Past, Error> {
        let mut past = store.past(&digest.name, self.channel()).await?;
        let started = store.issues(Some(&digest.name)).await?;
        let digests = self.digests();
        for receipt in digests.receipts(&digest.name)? {
            if started.iter().any(|one| one.key == receipt.issue) {
                continue;
            }
            let contents = digests.contents(&receipt.issue)?.ok_or(Error::NoIssueFile(receipt.issue))?;
            past.latest = past.latest.max(Some(contents.composed));
            past.carried.extend(contents.articles.iter().map(CarriedArticle::identity));
            past.cut.extend(contents.cut);
        }
        Ok(past)
    }
}

/// What the selector is to know of the past.
pub(super) fn history(digest: &Digest, past: Past) -> History {
    let history = History::of(past.carried);
    if digest.leftovers { history.awaiting(past.cut) } else { history.without(past.cut) }
}

/// What an issue covers: up to now, from the earlier of the digest's window and a grace before the
/// last issue was composed. So a run that was missed loses nothing, and neither does an article
/// that arrived late. Until there is an issue, it reaches as far back as the first run's: what failed
/// then, or was too little for an issue, is still to be carried.
fn window(digest: &Digest, now: DateTime<Utc>, past: &Past) -> Window {
    let since = now - digest.window;
    let earlier = match (past.latest, past.first_run) {
        (Some(latest), _) => latest - digest.grace,
        (None, Some(first)) => first - digest.window,
        (None, None) => since,
    };
    let since = since.min(earlier);
    // `now` itself is in: an article dated to this very instant is not in the future.
    Window { since: Some(since), until: Some(now + chrono::TimeDelta::nanoseconds(1)) }
}
