//! Stories: what several articles tell, of which an issue carries one.

use chrono_tz::Tz;

use super::Edits;
use crate::article::Article;
use crate::selection::{AlsoAt, Reason, Sameness};
use crate::similar::{Fingerprint, Text};

/// The articles that tell the same.
pub(super) struct Story {
    /// The one that is carried, if it may be.
    pub(super) first: Teller,
    /// Those that may be carried in its place, the best first.
    pub(super) others: Vec<Teller>,
}

/// An article of a story.
pub(super) struct Teller {
    pub(super) article: Article,
    /// Its place among the candidates, in the order that was asked for.
    pub(super) place: usize,
    /// How similar its title is to that of the first one, in percent; that of the same link is the same.
    percent: u8,
    /// What speaks against carrying it in this issue.
    refused: Option<Reason>,
}

impl Teller {
    fn is_linked_as(&self, other: &Self) -> bool {
        let link = |teller: &Self| teller.article.identity().link;
        link(self).is_some_and(|own| link(other) == Some(own))
    }
}

impl Story {
    pub(super) fn of(article: Article, place: usize) -> Self {
        Self { first: Teller { article, place, percent: 100, refused: None }, others: Vec::new() }
    }

    pub(super) fn tellers(&self) -> impl Iterator<Item = &Teller> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Takes up those of another story that tell the same.
    pub(super) fn join(&mut self, other: Self, percent: u8) {
        let tellers = std::iter::once(other.first).chain(other.others);
        self.others.extend(tellers.map(|teller| Teller { percent, ..teller }));
    }

    /// The same, carried by another of its tellers; `refused` is what speaks against those before it.
    pub(super) fn carried_by(mut self, at: usize, refused: Vec<Reason>) -> Self {
        let Some(chosen) = at.checked_sub(1).map(|other| self.others.remove(other)) else { return self };
        let percent = chosen.percent;
        self.others.insert(0, std::mem::replace(&mut self.first, chosen));
        for (other, reason) in self.others.iter_mut().zip(refused) {
            other.refused = Some(reason);
        }
        for other in &mut self.others {
            other.percent = other.percent.min(percent);
        }
        self
    }

    /// Whether an editor dropped it, by any of its tellers.
    pub(super) fn is_dropped(&self, edits: &Edits) -> bool {
        self.tellers().any(|teller| edits.drops.contains(&teller.article.path))
    }

    /// What is carried, and the places of the others, which are passed over.
    pub(super) fn carry(mut self, zone: Tz, mut pass: impl FnMut(Article, Reason)) -> (Article, Vec<AlsoAt>) {
        let also = self.others.iter().enumerate().filter_map(|(index, other)| {
            let at = also_at(&other.article, &self.first.article, zone)?;
            let mut before = self.others[..index].iter().chain([&self.first]);
            // One link is enough.
            let is_shown = !before.any(|before| other.is_linked_as(before));
            Some(AlsoAt { source: at.source.filter(|_| is_shown), ..at })
        });
        let also = also.collect();
        self.pass_others(&mut pass);
        (self.first.article, also)
    }

    /// Passes over all that tell it, the first for this reason.
    pub(super) fn pass(mut self, reason: Reason, mut pass: impl FnMut(Article, Reason)) {
        self.pass_others(&mut pass);
        pass(self.first.article, reason);
    }

    fn pass_others(&mut self, mut pass: impl FnMut(Article, Reason)) {
        for other in std::mem::take(&mut self.others) {
            let by = if other.is_linked_as(&self.first) {
                Sameness::Link
            } else {
                Sameness::Title { percent: other.percent, issue: None }
            };
            let duplicate = || Reason::Duplicate { of: self.first.article.path.clone(), by };
            let reason = other.refused.unwrap_or_else(duplicate);
            pass(other.article, reason);
        }
    }
}

/// Where a reader finds what is passed over for what is `carried`, if anywhere.
fn also_at(article: &Article, carried: &Article, zone: Tz) -> Option<AlsoAt> {
    let url = article.url.clone()?;
    let host = || url.host_str().map(|host| host.trim_start_matches("www."));
    let print = fingerprint(article, zone);
    let name = print.publisher().or(article.source_name()).or_else(host);
    let carried = fingerprint(carried, zone);
    let source = name.filter(|name| !carried.is_published_by(name)).map(str::to_owned);
    Some(AlsoAt { identity: article.identity(), source, url })
}

/// What shows how similar an article is to another.
pub(super) fn fingerprint(article: &Article, zone: Tz) -> Fingerprint {
    Fingerprint::of(&Text {
        title: &article.title,
        summary: article.summary.as_deref().or(article.description.as_deref()),
        link: article.link.as_deref(),
        source: article.source_name(),
        day: article.appeared(zone).map(|moment| moment.day(zone)),
    })
}
