//! Articles → selection.

use chrono::{DateTime, Utc};

use super::{Error, Project};
use crate::clock;
use crate::config::Digest;
use crate::issue::CarriedArticle;
use crate::library::{self, Library, Reading, Settle};
use crate::selection::{Selection, Window};
use crate::selector::{self, History, Query};
use crate::store::Store;

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
            language: &site.language,
            permalink: site.permalink.as_ref(),
            dialect: site.dialect,
            names: &site.fields,
            // Files are dated by the clock on the wall, whatever `--now` says.
            settle: (!site.settle.is_zero()).then(|| Settle { now: clock::wall(), time: site.settle }),
        });
        match library.missing.first() {
            Some(file) if file.exists() => Err(Error::ContentIsFile(file.display().to_string())),
            Some(folder) => Err(Error::NoContent(folder.display().to_string())),
            None => Ok(library),
        }
    }

    /// What the next issue of a digest would carry.
    ///
    /// # Errors
    /// When a content folder is not there, or the store or a receipt cannot be read.
    pub async fn next<S: Store>(&self, store: &S, digest: &Digest) -> Result<Selection, Error> {
        let (history, latest) = self.past(store, digest).await?;
        let now = self.clock.now();
        let window = window(digest, now, latest);
        Ok(selector::select(
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
        ))
    }

    /// What started issues of a digest did with articles, by the store and by receipts, and when
    /// the latest of them was composed.
    pub(super) async fn past<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
    ) -> Result<(History, Option<DateTime<Utc>>), Error> {
        let mut past = store.past(&digest.name, self.channel()).await?;
        let digests = self.digests();
        for receipt in digests.receipts(&digest.name)? {
            if let Some(issue) = digests.read(&receipt.issue)? {
                past.latest = past.latest.max(Some(issue.composed));
                past.carried.extend(issue.articles.iter().map(CarriedArticle::identity));
                past.cut.extend(issue.cut);
            }
        }
        let cut = if digest.leftovers { Vec::new() } else { past.cut };
        Ok((History::new(past.carried, cut), past.latest))
    }
}

/// What an issue covers: up to now, from the earlier of the digest's window and a grace before the
/// last issue was composed. So a run that was missed loses nothing, and neither does an article
/// that arrived late.
fn window(digest: &Digest, now: DateTime<Utc>, latest: Option<DateTime<Utc>>) -> Window {
    let since = now - digest.window;
    let since = latest.map_or(since, |latest| since.min(latest - digest.grace));
    // `now` itself is in: an article dated to this very instant is not in the future.
    Window { since: Some(since), until: Some(now + chrono::TimeDelta::nanoseconds(1)) }
}
