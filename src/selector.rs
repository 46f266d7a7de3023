//! The selector: articles → selection.
//!
//! Pure: what it needs to know of the present and the past is in its [`Query`].

mod arrange;
mod story;

mod duplicates;

mod caps;

pub use duplicates::Duplicates;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::article::{Article, Identity, Moment};
use crate::library::Library;
use crate::selection::{Caps, Filter, Grouping, Order, Passed, Picked, Reason, Selection, Terms, Window};
use crate::term::Term;
use story::Story;

/// What is asked of the library.
#[derive(Debug)]
pub struct Query<'a> {
    /// The present.
    pub now: DateTime<Utc>,
    /// The site's time zone: where days begin.
    pub zone: Tz,
    /// The time that articles must be dated in.
    pub window: Window,
    /// What they must be about.
    pub filter: &'a Filter,
    /// Whether drafts are taken too.
    pub drafts: bool,
    /// Whether it is for an issue: articles then need an address that a reader can open, and those that
    /// do not want to be in a newsletter are not.
    pub mailed: bool,
    /// What earlier issues carried, or passed over for good.
    pub history: &'a History,
    /// How near-duplicates are found, where they are looked for.
    pub duplicates: Option<Duplicates<'a>>,
    /// How articles are ordered.
    pub order: Order,
    /// The most articles taken.
    pub caps: Caps,
    /// How many of those that the caps cut are taken as headlines.
    pub headlines: usize,
    /// What an editor decides.
    pub edits: &'a Edits,
    /// How they are grouped.
    pub grouping: &'a Grouping,
}

/// What an editor decides about one issue, by the paths of articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// Those that it has, and that lead it in this order, whatever window, terms and limits say.
    pub pins: Vec<String>,
    /// Those that it does not have, nor any later one.
    pub drops: Vec<String>,
}

impl Edits {
    /// The place of an article among the pins.
    fn pin(&self, article: &Article) -> Option<usize> {
        self.pins.iter().position(|path| *path == article.path)
    }
}

/// What earlier issues did with articles, by their paths and by their links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    carried: Known,
    dropped: Known,
    cut: Known,
    waiting: Known,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    paths: HashSet<String>,
    links: HashSet<String>,
}

impl Known {
    fn insert(&mut self, identity: Identity) {
        self.paths.insert(identity.path);
        self.links.extend(identity.link);
    }

    fn holds(&self, identity: &Identity) -> bool {
        self.paths.contains(&identity.path)
            || identity.link.as_ref().is_some_and(|link| self.links.contains(link))
    }

    /// Whether an article is among them. Often there are none, and identities take time to make.
    fn know(&self, article: &Article) -> bool {
        !self.paths.is_empty() && self.holds(&article.identity())
    }
}

impl History {
    /// Whether an earlier issue carried the article, or an editor dropped it from one.
    #[must_use]
    pub fn settles(&self, identity: &Identity) -> bool {
        self.carried.holds(identity) || self.dropped.holds(identity)
    }

    /// A history of articles that earlier issues carried.
    pub fn of(carried: impl IntoIterator<Item = Identity>) -> Self {
        let mut history = Self::default();
        carried.into_iter().for_each(|identity| history.carried.insert(identity));
        history
    }

    /// The same, with articles that an editor dropped: they do not come back.
    #[must_use]
    pub fn after_dropping(mut self, dropped: impl IntoIterator<Item = Identity>) -> Self {
        dropped.into_iter().for_each(|identity| self.dropped.insert(identity));
        self
    }

    /// The same, with articles that a limit cut: they do not come back.
    #[must_use]
    pub fn without(mut self, cut: impl IntoIterator<Item = Identity>) -> Self {
        cut.into_iter().for_each(|identity| self.cut.insert(identity));
        self
    }

    /// The same, with articles that a limit cut and that wait for an issue with room, however old they
    /// are by then.
    #[must_use]
    pub fn awaiting(mut self, cut: impl IntoIterator<Item = Identity>) -> Self {
        cut.into_iter().for_each(|identity| self.waiting.insert(identity));
        self
    }
}

/// Picks the articles of one issue; every other file of the library is passed over with the first
/// reason against it. The library may have been read with this query's [`objection`], or with none.
#[must_use]
pub fn select(library: Library, query: &Query<'_>) -> Selection {
    let mut passed = Vec::new();
    let mut pass = |article: Article, reason| {
        let path = article.path.clone();
        passed.push(Arc::new(Passed { path, article: Some(Box::new(article)), reason }));
    };

    let mut dropped: Vec<Identity> = Vec::new();
    let mut candidates = Vec::new();
    for article in library.articles {
        if query.edits.drops.contains(&article.path) {
            dropped.push(article.identity());
        }
        match objection(&article, query) {
            Some(reason) => pass(article, reason),
            None => candidates.push(article),
        }
    }
    arrange::sort(&mut candidates, query);

    let (homeless, open): (Vec<_>, Vec<_>) =
        by_link(candidates).into_iter().partition(|story| query.mailed && story.first.article.url.is_none());
    for story in homeless {
        story.pass(Reason::NoAddress, &mut pass);
    }
    let open = match &query.duplicates {
        Some(duplicates) => duplicates.fold(open, query, &mut pass),
        None => open,
    };
    let identities =
        |story: &Story| story.tellers().map(|teller| teller.article.identity()).collect::<Vec<_>>();
    // What is the same as what was dropped does not come in its place.
    let (gone, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|story| story.is_dropped(query.edits));
    for story in gone {
        dropped.extend(identities(&story));
        story.pass(Reason::Dropped, &mut pass);
    }
    dropped.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    dropped.dedup();
    let mut cut = Vec::new();
    let mut headlines = Vec::new();
    let taken = query.caps.apply(open, query.edits, |story, reason| {
        if headlines.len() < query.headlines {
            let (article, also) = story.carry(query.zone, &mut pass);
            headlines.push(Picked { article, group: None, also });
        } else {
            cut.extend(identities(&story));
            story.pass(reason, &mut pass);
        }
    });
    let picked = taken.into_iter().map(|story| story.carry(query.zone, &mut pass)).collect();
    let picked = arrange::group(picked, query);
    let mut selection = Selection { window: query.window, picked, headlines, cut, dropped, passed };
    selection.pass(library.passed.into_iter().chain(library.problems.into_iter().map(Arc::from)));
    selection
}

/// Brings together what has the same link; the first of them is the one that is preferred.
fn by_link(articles: Vec<Article>) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::with_capacity(articles.len());
    let mut linked: HashMap<String, usize> = HashMap::new();
    for (place, article) in articles.into_iter().enumerate() {
        let link = article.identity().link;
        let story = Story::of(article, place);
        match link.map(|link| *linked.entry(link).or_insert(stories.len())) {
            Some(at) if at < stories.len() => stories[at].join(story, 100),
            _ => stories.push(story),
        }
    }
    stories
}

/// The first reason against an article taken for itself.
#[must_use]
pub fn objection(article: &Article, query: &Query<'_>) -> Option<Reason> {
    OBJECTIONS.iter().find_map(|objection| objection(article, query))
}

/// Every reason against an article taken for itself, in the order in which they are looked for.
#[must_use]
pub fn objections(article: &Article, query: &Query<'_>) -> Vec<Reason> {
    OBJECTIONS.iter().filter_map(|objection| objection(article, query)).collect()
}

type Objection = fn(&Article, &Query<'_>) -> Option<Reason>;

/// What may be said against an article taken for itself, in order.
const OBJECTIONS: [Objection; 10] = [
    |article, query| article.appeared(query.zone).is_none().then_some(Reason::Undated),
    |article, query| (article.draft && !query.drafts).then_some(Reason::Draft),
    |article, query| {
        let appeared = article.appeared(query.zone)?;
        (appeared.start(query.zone) > query.now).then_some(Reason::Future)
    },
    |article, query| {
        let expires = article.expiry_date?;
        (expires.start(query.zone) <= query.now).then_some(Reason::Expired)
    },
    |article, query| {
        let opted_out = query.mailed && article.newsletter.opted_out && !query.is_pinned(article);
        opted_out.then_some(Reason::OptedOut)
    },
    |article, query| match position(article.appeared(query.zone)?, &query.window, query.zone) {
        Ordering::Less if !query.history.waiting.know(article) && !query.is_pinned(article) => {
            Some(Reason::TooOld)
        }
        Ordering::Greater => Some(Reason::TooNew),
        Ordering::Less | Ordering::Equal => None,
    },
    |article, query| (!query.is_pinned(article) && !matches(query.filter, article)).then_some(Reason::Terms),
    |article, query| query.history.carried.know(article).then_some(Reason::Carried),
    |article, query| query.history.dropped.know(article).then_some(Reason::Dropped),
    |article, query| {
        let is_cut = query.history.cut.know(article) && !query.is_pinned(article);
        is_cut.then_some(Reason::OverLimit)
    },
];

impl Query<'_> {
    fn is_pinned(&self, article: &Article) -> bool {
        self.edits.pin(article).is_some()
    }
}

/// Where a moment lies: before the window, in it, or after it. A day is in a window that it touches.
fn position(moment: Moment, window: &Window, zone: Tz) -> Ordering {
    let is_over = |since: DateTime<Utc>| match moment {
        Moment::Day(_) => moment.end(zone) <= since,
        Moment::Instant(instant) => instant < since,
    };
    if window.since.is_some_and(is_over) {
        Ordering::Less
    } else if window.until.is_some_and(|until| moment.start(zone) >= until) {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// Whether an article is about what the filter asks for.
fn matches(filter: &Filter, article: &Article) -> bool {
    let terms = |texts: &[String]| texts.iter().map(|text| Term::new(text)).collect::<Vec<_>>();
    let is_met = |wanted: &Terms, has: &dyn Fn() -> Vec<Term>| {
        if *wanted == Terms::default() {
            return true;
        }
        let has = has();
        (wanted.any.is_empty() || wanted.any.iter().any(|term| has.contains(term)))
            && wanted.all.iter().all(|term| has.contains(term))
            && !wanted.none.iter().any(|term| has.contains(term))
    };
    is_met(&filter.tags, &|| terms(&article.tags))
        && is_met(&filter.categories, &|| terms(&article.categories))
        && is_met(&filter.sources, &|| {
            let names = [article.source.as_deref(), article.source_name(), article.publisher()];
            names.into_iter().flatten().map(Term::new).collect()
        })
        && is_met(&filter.sections, &|| vec![Term::new(&article.section)])
}

#[cfg(test)]
mod tests;
