//! Near-duplicates among the articles of an issue, and of what earlier issues carried.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono_tz::Tz;

use super::Query;
use super::arrange::precedence;
use super::story::{Story, fingerprint};
use crate::article::Article;
use crate::issue::Told;
use crate::selection::{Reason, Sameness};
use crate::similar::{self, Fingerprint, Limits, Match, Text};

/// How near-duplicates are found.
#[derive(Debug, Clone, Copy)]
pub struct Duplicates<'a> {
    /// How similar they are, and how far apart they may be.
    pub limits: Limits,
    /// What earlier issues carried, as far back as articles are compared.
    pub told: &'a [Told],
}

impl Duplicates<'_> {
    /// Folds near-duplicates into one story, and passes over those of what was told before.
    ///
    /// Only articles from elsewhere, those with a link, are compared: what a site's owner writes is
    /// never the same as something else.
    pub(super) fn fold(
        &self,
        stories: Vec<Story>,
        query: &Query<'_>,
        mut pass: impl FnMut(Article, Reason),
    ) -> Vec<Story> {
        let zone = query.zone;
        let prints: Vec<Fingerprint> =
            stories.iter().map(|story| fingerprint(&story.first.article, zone)).collect();
        let article = |at: usize| &stories[at].first.article;
        let mut order: Vec<usize> = (0..stories.len())
            .filter(|at| article(*at).web_link().is_some() && article(*at).url.is_some())
            // An editor who pins two wants two.
            .filter(|at| !query.is_pinned(article(*at)))
            .collect();
        order.sort_by_cached_key(|at| {
            (precedence(article(*at), query), rank(article(*at), &prints[*at], zone))
        });
        let publishers: HashSet<&str> = prints.iter().filter_map(Fingerprint::publisher).collect();
        let earlier: Vec<&Told> = self.told.iter().filter(|told| told.link.is_some()).collect();
        let told = earlier.iter().map(|told| of_told(told, &publishers));
        let compared: Vec<Fingerprint> = told.chain(order.iter().map(|at| prints[*at].clone())).collect();
        let found = similar::group(&compared, earlier.len(), self.limits);

        let mut stories: Vec<Option<Story>> = stories.into_iter().map(Some).collect();
        for (at, found) in order.iter().zip(&found[earlier.len()..]) {
            let Some(Match { of, similarity }) = *found else { continue };
            let Some(story) = stories[*at].take() else { continue };
            let percent = percent(similarity);
            if let Some(told) = earlier.get(of) {
                let by = Sameness::Title { percent, issue: Some(told.issue.to_string()) };
                story.pass(Reason::Duplicate { of: told.path.clone(), by }, &mut pass);
            } else if let Some(first) = &mut stories[order[of - earlier.len()]] {
                first.join(story, percent);
            }
        }
        stories.into_iter().flatten().collect()
    }
}

/// A share in percent, rounded down so that it never says more than there is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn percent(share: f64) -> u8 {
    (share * 100.0).clamp(0.0, 100.0) as u8
}

/// Which article of a group is carried: one with a summary, else one with a picture, else the
/// earliest, then the first by path.
fn rank(article: &Article, print: &Fingerprint, zone: Tz) -> impl Ord + use<> {
    let is_pictured = article.image.as_deref().is_some_and(|image| !image.trim().is_empty());
    let appeared = article.appeared(zone).map(|moment| moment.start(zone));
    (Reverse(print.is_summarised()), Reverse(is_pictured), appeared, article.path.clone())
}

/// Of what was told only title and link are known; that a title ended with its publisher's name is
/// seen where other titles end with it too.
fn of_told(told: &Told, publishers: &HashSet<&str>) -> Fingerprint {
    let end = told.title.rsplit_once(" - ").map(|(_, end)| end);
    Fingerprint::of(&Text {
        title: &told.title,
        summary: None,
        link: told.link.as_deref(),
        source: end.filter(|end| publishers.contains(end)),
        day: None,
    })
}
