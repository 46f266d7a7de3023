//! Near-duplicates among the articles of an issue, and of what earlier issues carried.

use std::cmp::Reverse;

use chrono_tz::Tz;

use crate::article::Article;
use crate::issue::Told;
use crate::selection::{AlsoAt, Reason, Sameness};
use crate::similar::{self, Fingerprint, Match, Text};

/// How near-duplicates are found.
#[derive(Debug, Clone, Copy)]
pub struct Duplicates<'a> {
    /// How similar two titles are that are the same, from 0 to 1.
    pub threshold: f64,
    /// What earlier issues carried, as far back as articles are compared.
    pub told: &'a [Told],
}

impl Duplicates<'_> {
    /// Folds each group of near-duplicates into one article of it, with the places of the others, in the order of
    /// that article; the others are passed over.
    ///
    /// Only articles from elsewhere, those with a link, are compared: what a site's owner writes is
    /// never the same as something else. Of a group the article is carried that has a summary, else
    /// the one that has a picture, else the earliest, then the first by path.
    pub(super) fn fold(
        &self,
        articles: Vec<Article>,
        zone: Tz,
        mut pass: impl FnMut(Article, Reason),
    ) -> Vec<(Article, Vec<AlsoAt>)> {
        let prints: Vec<Fingerprint> = articles.iter().map(of_article).collect();
        let mut order: Vec<usize> = (0..articles.len())
            .filter(|at| articles[*at].link.is_some() && articles[*at].url.is_some())
            .collect();
        order.sort_by_cached_key(|at| rank(&articles[*at], &prints[*at], zone));

        let told = self.told.iter().map(of_told);
        let compared: Vec<Fingerprint> = told.chain(order.iter().map(|at| prints[*at].clone())).collect();
        let kept = self.told.len();
        let mut matches: Vec<Option<Match>> = vec![None; articles.len()];
        for (at, found) in order.iter().zip(similar::group(&compared, kept, self.threshold).split_off(kept)) {
            matches[*at] = found;
        }

        let mut also: Vec<Vec<AlsoAt>> = articles.iter().map(|_| Vec::new()).collect();
        for (at, found) in matches.iter().enumerate() {
            if let Some(of) = found.and_then(|found| found.of.checked_sub(kept)) {
                also[order[of]].extend(also_at(&articles[at], &prints[at]));
            }
        }
        let paths: Vec<String> = order.iter().map(|at| articles[*at].path.clone()).collect();
        let mut folded = Vec::new();
        for ((article, found), also) in articles.into_iter().zip(matches).zip(also) {
            match found {
                Some(found) => pass(article, self.reason(found, &paths)),
                None => folded.push((article, also)),
            }
        }
        folded
    }

    /// Why an article is passed over: `paths` are those of the articles compared.
    fn reason(&self, found: Match, paths: &[String]) -> Reason {
        let percent = percent(found.similarity);
        let (of, issue) = match self.told.get(found.of) {
            Some(told) => (told.path.clone(), Some(told.issue.to_string())),
            None => (paths[found.of - self.told.len()].clone(), None),
        };
        Reason::Duplicate { of, by: Sameness::Title { percent, issue } }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn percent(share: f64) -> u8 {
    (share * 100.0).clamp(0.0, 100.0) as u8
}

/// What decides which article of a group is carried: the least is.
fn rank(article: &Article, print: &Fingerprint, zone: Tz) -> impl Ord + use<> {
    let is_pictured = article.image.as_deref().is_some_and(|image| !image.trim().is_empty());
    let appeared = article.appeared(zone).map(|moment| moment.start(zone));
    (Reverse(print.is_summarised()), Reverse(is_pictured), appeared, article.path.clone())
}

fn of_article(article: &Article) -> Fingerprint {
    Fingerprint::of(&Text {
        title: &article.title,
        summary: article.summary.as_deref().or(article.description.as_deref()),
        link: article.link.as_deref(),
        source: article.source_name(),
    })
}

fn of_told(told: &Told) -> Fingerprint {
    Fingerprint::of(&Text { title: &told.title, summary: None, link: told.link.as_deref(), source: None })
}

/// Where a reader finds what is passed over, if anywhere.
fn also_at(article: &Article, print: &Fingerprint) -> Option<AlsoAt> {
    let url = article.url.clone()?;
    let host = || url.host_str().map(|host| host.trim_start_matches("www."));
    let source = print.publisher().or(article.source_name()).or_else(host)?.to_owned();
    Some(AlsoAt { identity: article.identity(), source, url })
}
