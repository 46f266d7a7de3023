//! The whole story of one article: what became of it, and everything that speaks against it.

use chrono::{DateTime, Utc};

use super::compose::pick;
use super::{Error, Project};
use crate::article::Article;
use crate::config::Digest;
use crate::issue::IssueKey;
use crate::selection::{Reason, Selection, Window};
use crate::selector::{Edits, objections};
use crate::store::Store;

/// What became of one article.
#[derive(Debug)]
pub struct Explained {
    /// Its path relative to its content folder.
    pub path: String,
    /// The article, where the file could be read as one.
    pub article: Option<Article>,
    /// The time that the issue covers.
    pub window: Window,
    /// Everything that speaks against it when it is taken for itself, the first reason first.
    pub objections: Vec<Reason>,
    /// What became of it.
    pub outcome: Outcome,
    /// The issue that carried it.
    pub carried_in: Option<IssueKey>,
}

/// What became of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the issue.
    Picked {
        /// Its place, from 1.
        place: usize,
        /// How many there are.
        of: usize,
        /// The heading that it stands under.
        group: Option<String>,
    },
    /// It is in the issue, as one of the headlines at its end.
    Headline {
        /// Its place among them, from 1.
        place: usize,
        /// How many there are.
        of: usize,
    },
    /// It is not.
    Passed(Reason),
}

impl Project {
    /// What becomes of one article in the next issue of a digest, and why. `given` is its path, below its
    /// content folder or as that of a file.
    ///
    /// # Errors
    /// When articles, store or receipts cannot be read, or there is no such article.
    pub async fn explain<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        given: &str,
    ) -> Result<Explained, Error> {
        let path = self.article_path(given);
        let edits = Edits::default();
        let asked = self.asked(store, digest).await?;
        let query = asked.query(self, digest, &edits);
        let (selection, _) = pick(self.library(&query, true)?, &query);
        let (article, outcome) = find(&selection, &path).ok_or_else(|| Error::NoArticle(given.to_owned()))?;
        let objections = article.map(|article| objections(article, &query)).unwrap_or_default();
        let carried_in = match article {
            Some(article) if objections.contains(&Reason::Carried) => {
                self.carrier(store, digest, article).await?
            }
            _ => None,
        };
        Ok(Explained {
            article: article.cloned(),
            window: selection.window,
            objections,
            outcome,
            carried_in,
            path,
        })
    }

    /// The issue that carried an article.
    async fn carrier<S: Store>(
        &self,
        store: &S,
        digest: &Digest,
        article: &Article,
    ) -> Result<Option<IssueKey>, Error> {
        let identity = article.identity();
        let told = self.told(store, digest, DateTime::<Utc>::MIN_UTC).await?;
        let same = told
            .into_iter()
            .find(|told| told.path == identity.path || (told.link.is_some() && told.link == identity.link));
        Ok(same.map(|told| told.issue))
    }
}

fn find<'a>(selection: &'a Selection, path: &str) -> Option<(Option<&'a Article>, Outcome)> {
    let of = selection.picked.len();
    let picked = selection.picked.iter().zip(1..).find(|(picked, _)| picked.article.path == path);
    if let Some((picked, place)) = picked {
        return Some((Some(&picked.article), Outcome::Picked { place, of, group: picked.group.clone() }));
    }
    let headline = selection.headlines.iter().zip(1..).find(|(picked, _)| picked.article.path == path);
    if let Some((picked, place)) = headline {
        return Some((Some(&picked.article), Outcome::Headline { place, of: selection.headlines.len() }));
    }
    let passed = selection.passed.iter().find(|passed| passed.path == path)?;
    Some((passed.article.as_deref(), Outcome::Passed(passed.reason.clone())))
}
