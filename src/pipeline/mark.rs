//! Moving here: what is on the site already counts as carried, and is sent to nobody.

use super::{Error, Project};
use crate::clock::wall;
use crate::config::Digest;
use crate::digests::Receipt;
use crate::issue::{CarriedArticle, Issue, IssueKey};
use crate::selection::{Caps, Grouping, Selection, Window};
use crate::selector::{self, Edits, History, Query};
use crate::store::{Channel, Store};

/// What was marked as carried.
#[derive(Debug)]
pub struct Marked {
    /// The issue that carries it, without a text and without recipients.
    pub issue: IssueKey,
    /// How many articles.
    pub articles: usize,
    /// The draft that was discarded, for it held of them.
    pub discarded: Option<IssueKey>,
}

impl Project {
    /// Marks every article that a digest is about, up to now and however old, as carried. `None` where
    /// there is none that is not.
    ///
    /// # Errors
    /// When articles, store or receipts cannot be read or written.
    pub async fn mark<S: Store>(&self, store: &S, digest: &Digest) -> Result<Option<Marked>, Error> {
        let past = self.past(store, digest).await?;
        let history = History::of(past.carried).after_dropping(past.dropped);
        let now = self.clock.now();
        let query = Query {
            now,
            zone: self.config.site.timezone,
            window: Window { since: None, until: None },
            filter: &digest.filter,
            drafts: false,
            mailed: false,
            history: &history,
            duplicates: None,
            order: digest.order,
            caps: Caps::default(),
            headlines: 0,
            edits: &Edits::default(),
            grouping: &Grouping::None,
        };
        let Selection { picked, .. } = selector::select(self.library(&query, false)?, &query);
        if picked.is_empty() {
            return Ok(None);
        }
        let started = store.issues(Some(&digest.name)).await?;
        let articles = picked.into_iter().map(|picked| {
            let identity = picked.article.identity();
            CarriedArticle {
                path: identity.path,
                link: identity.link,
                title: picked.article.title,
                url: picked.article.url.map(String::from).unwrap_or_default(),
                also: picked.also.into_iter().map(|also| also.identity).collect(),
            }
        });
        let issue = Issue {
            key: self.next_key(digest, now, &started)?,
            subject: "What was there before".to_owned(),
            preheader: String::new(),
            language: digest.language.clone(),
            composed: now,
            articles: articles.collect(),
            cut: Vec::new(),
            dropped: Vec::new(),
            html: String::new(),
            text: String::new(),
        };
        store.adopt(&issue, &digest.list, self.channel(), wall()).await?;
        self.write_mark(store, &issue).await?;
        let discarded = self.discard_draft(store, &digest.name).await?;
        Ok(Some(Marked { articles: issue.articles.len(), issue: issue.key, discarded }))
    }

    /// The folder of such an issue: with a receipt, so that other machines count it too.
    async fn write_mark<S: Store>(&self, store: &S, issue: &Issue) -> Result<(), Error> {
        if self.channel() == Channel::Maildir {
            return Ok(());
        }
        let Some(started) = store.issue(&issue.key).await? else { return Ok(()) };
        self.digests().write(issue)?;
        Ok(self.digests().write_receipt(&Receipt {
            issue: issue.key.clone(),
            hash: started.hash,
            started: started.started,
            list: started.list,
            recipients: 0,
            ended: started.ended,
        })?)
    }
}
