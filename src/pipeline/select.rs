//! Articles → selection.

use chrono::{DateTime, Utc};

use super::{Error, Project};
use crate::article::Article;
use crate::clock;
use crate::config::Digest;
use crate::issue::{CarriedArticle, IssueKey, Told};
use crate::library::{self, Library, Reading, Settle};
use crate::selection::{Reason, Window};
use crate::selector::{self, Duplicates, Edits, History, Query};
use crate::similar::Limits;
use crate::store::{Past, Store};

impl Project {
    /// Reads all articles of the content folders, and passes over those that by themselves are not what
    /// is asked for; `whole` keeps what they say, to be shown.
    ///
    /// # Errors
    /// When a content folder is not there.
    pub fn library(&self, query: &Query<'_>, whole: bool) -> Result<Library, Error> {
        complete(library::read(&self.reading(whole), |article| objection(article, query)))
    }

    /// What to read.
    pub(super) fn reading(&self, whole: bool) -> Reading<'_> {
        let site = &self.config.site;
        Reading {
            folders: &site.content,
            zone: site.timezone,
            zone_is_stated: site.timezone_is_stated,
            site: site.url.as_ref(),
            language: &site.language,
            permalink: site.permalink.as_ref(),
            dialect: site.dialect,
            names: &site.fields,
            // Files are dated by the clock on the wall, whatever `--now` says.
            settle: (!site.settle.is_zero()).then(|| Settle { now: clock::wall(), time: site.settle }),
            whole,
        }
    }

    /// What is to be known of the present and the past to ask for the next issue.
    pub(super) async fn asked<S: Store>(&self, store: &S, digest: &Digest) -> Result<Asked, Error> {
        let past = self.past(store, digest).await?;
        let now = self.clock.now();
        let window = window(digest, now, &past);
        let number = digest.number_from.map(|first| first.saturating_add(past.mailed));
        let since = now - digest.similar_window;
        let told = match digest.similar {
            Some(_) => self.told(store, digest, since).await?,
            None => Vec::new(),
        };
        Ok(Asked { now, number, told, window, history: history(digest, past) })
    }

    /// What started issues of a digest did with articles, by the store and by the receipts that it
    /// does not know.
    pub(super) async fn past<S: Store>(&self, store: &S, digest: &Digest) -> Result<Past, Error> {
        let mut past = store.past(&digest.name, self.channel()).await?;
        for (key, contents) in self.unknown_contents(store, digest).await? {
            past.latest = past.latest.max(Some(contents.composed));
            past.mailed += u64::from(self.is_mail(&key)?);
            past.carried.extend(contents.articles.iter().flat_map(CarriedArticle::identities));
            past.dropped.extend(contents.dropped);
            past.cut.extend(contents.cut);
        }
        Ok(past)
    }

    /// What issues of a digest carried, by the store and by receipts, that were composed since then.
    pub(super) async fn told<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        since: DateTime<Utc>,
    ) -> Result<Vec<Told>, Error> {
        let mut told = store.told(&digest.name, self.channel(), since).await?;
        for (key, contents) in self.unknown_contents(store, digest).await? {
            if self.is_mail(&key)? && contents.composed >= since {
                told.extend(contents.articles.into_iter().map(|article| article.told(key.clone())));
            }
        }
        Ok(told)
    }

    /// Whether an issue with a receipt went to anybody: what was only marked as carried, nobody was told.
    fn is_mail(&self, key: &IssueKey) -> Result<bool, Error> {
        Ok(self.digests().receipt(key)?.is_some_and(|receipt| receipt.recipients > 0))
    }
}

/// What is to be known of the present and the past to ask for a digest's next issue.
pub(super) struct Asked {
    pub(super) now: DateTime<Utc>,
    /// The issue's number, where the digest's issues are numbered.
    pub(super) number: Option<u64>,
    window: Window,
    history: History,
    told: Vec<Told>,
}

impl Asked {
    /// The question.
    pub(super) fn query<'a>(&'a self, project: &Project, digest: &'a Digest, edits: &'a Edits) -> Query<'a> {
        Query {
            now: self.now,
            zone: project.config.site.timezone,
            window: self.window,
            filter: &digest.filter,
            drafts: false,
            mailed: true,
            history: &self.history,
            duplicates: digest.similar.map(|threshold| Duplicates {
                limits: Limits { threshold, within: digest.similar_window },
                told: &self.told,
            }),
            order: digest.order,
            caps: digest.caps,
            headlines: digest.more_headlines,
            edits,
            grouping: &digest.grouping,
        }
    }
}

/// What speaks against an article by itself. What an editor dropped is kept whatever that is, for the issue is to
/// name it.
pub(super) fn objection(article: &Article, query: &Query<'_>) -> Option<Reason> {
    if query.edits.drops.contains(&article.path) { None } else { selector::objection(article, query) }
}

/// A library of which no folder is missing.
pub(super) fn complete(library: Library) -> Result<Library, Error> {
    match library.missing.first() {
        Some(file) if file.exists() => Err(Error::ContentIsFile(file.display().to_string())),
        Some(folder) => Err(Error::NoContent(folder.display().to_string())),
        None => Ok(library),
    }
}

/// What the selector is to know of the past.
pub(super) fn history(digest: &Digest, past: Past) -> History {
    let history = History::of(past.carried).after_dropping(past.dropped);
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
