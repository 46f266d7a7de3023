//! Fairness: the most that one issue takes in all, of one source, with one tag.

use std::collections::{HashMap, HashSet};

use super::Edits;
use super::arrange::{tags, telling_tags};
use super::story::Story;
use crate::article::Article;
use crate::selection::{Caps, Reason};
use crate::term::Term;

impl Caps {
    /// Takes stories in their order as long as there is room for one of those who tell them; the others
    /// are `cut`. What is pinned is taken in any case, and takes room.
    pub(super) fn apply(
        self,
        stories: Vec<Story>,
        edits: &Edits,
        mut cut: impl FnMut(Story, Reason),
    ) -> Vec<Story> {
        // What is pinned may be about anything, and says nothing of what the others have in common.
        let chosen = stories.iter().filter(|story| edits.pin(&story.first.article).is_none());
        let tags_of = |story: &Story| story.tellers().flat_map(|teller| tags(&teller.article)).collect();
        let counted = self.per_tag.map(|_| telling_tags(chosen.map(tags_of)));
        let mut room = Room { caps: self, counted: counted.unwrap_or_default(), ..Room::default() };
        let mut taken = Vec::new();
        for story in stories {
            match room.find(&story, edits) {
                Ok((at, refused)) => {
                    let story = story.carried_by(at, refused);
                    room.take(&story.first.article);
                    taken.push(story);
                }
                Err(reason) => cut(story, reason),
            }
        }
        taken.sort_by_key(|story| story.first.place);
        taken
    }
}

/// How much is taken so far.
#[derive(Default)]
struct Room {
    caps: Caps,
    /// The tags that count.
    counted: HashSet<Term>,
    total: usize,
    sources: HashMap<Term, usize>,
    tags: HashMap<Term, usize>,
}

impl Room {
    /// Which of those who tell a story there is room for, and what speaks against those before it; or
    /// what speaks against the first, where there is room for none.
    fn find(&self, story: &Story, edits: &Edits) -> Result<(usize, Vec<Reason>), Reason> {
        let mut refused = Vec::new();
        for (at, teller) in story.tellers().enumerate() {
            match self.objection(&teller.article) {
                Some(reason) if edits.pin(&teller.article).is_none() => refused.push(reason),
                _ => return Ok((at, refused)),
            }
        }
        Err(refused.swap_remove(0))
    }

    fn objection(&self, article: &Article) -> Option<Reason> {
        let is_full = |cap: Option<usize>, count: usize| cap.is_some_and(|cap| count >= cap);
        let count = |counts: &HashMap<Term, usize>, term: &Term| counts.get(term).copied().unwrap_or(0);
        if source(article).is_some_and(|source| is_full(self.caps.per_source, count(&self.sources, &source)))
        {
            return Some(Reason::OverSource);
        }
        if self.tags_of(article).iter().any(|tag| is_full(self.caps.per_tag, count(&self.tags, tag))) {
            return Some(Reason::OverTag);
        }
        is_full(self.caps.total, self.total).then_some(Reason::OverLimit)
    }

    fn take(&mut self, article: &Article) {
        self.total += 1;
        if let Some(source) = source(article) {
            *self.sources.entry(source).or_default() += 1;
        }
        for tag in self.tags_of(article) {
            *self.tags.entry(tag).or_default() += 1;
        }
    }

    fn tags_of(&self, article: &Article) -> Vec<Term> {
        if self.counted.is_empty() {
            return Vec::new();
        }
        tags(article).into_iter().filter(|tag| self.counted.contains(tag)).collect()
    }
}

/// Who tells it: its source, else the host of its link. What the site tells itself has none, and is not
/// counted.
fn source(article: &Article) -> Option<Term> {
    if let Some(source) = article.publisher() {
        return Some(Term::new(source));
    }
    article.web_link()?;
    let host = article.url.as_ref()?.host_str()?;
    Some(Term::new(host.strip_prefix("www.").unwrap_or(host)))
}
