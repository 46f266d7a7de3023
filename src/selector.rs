//! The selector: articles → selection.
//!
//! Pure: what it needs to know of the present and the past is in its [`Query`].

mod duplicates;

pub use duplicates::Duplicates;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use unicase::UniCase;

use crate::article::{Article, Identity, Moment};
use crate::library::Library;
use crate::selection::{
    AlsoAt, Filter, Grouping, Order, Passed, Picked, Reason, Sameness, Selection, Terms, Window,
};
use crate::term::Term;

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
    /// Whether an article needs an address that a reader can open.
    pub addressed: bool,
    /// What earlier issues carried, or passed over for good.
    pub history: &'a History,
    /// How near-duplicates are found, where they are looked for.
    pub duplicates: Option<Duplicates<'a>>,
    /// How articles are ordered.
    pub order: Order,
    /// The most articles taken.
    pub limit: Option<usize>,
    /// How they are grouped.
    pub grouping: &'a Grouping,
}

/// What earlier issues did with articles, by their paths and by their links.
#[derive(Debug, Default)]
pub struct History {
    carried: Known,
    cut: Known,
    waiting: Known,
}

#[derive(Debug, Default)]
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
}

impl History {
    /// Whether an earlier issue carried the article.
    #[must_use]
    pub fn carries(&self, identity: &Identity) -> bool {
        self.carried.holds(identity)
    }

    /// Whether the article waits for an issue with room.
    fn awaits(&self, article: &Article) -> bool {
        // Most histories wait for nothing, and identities take time to make.
        !self.waiting.paths.is_empty() && self.waiting.holds(&article.identity())
    }

    /// Whether an earlier issue's limit cut the article for good.
    fn passes_over(&self, identity: &Identity) -> bool {
        self.cut.holds(identity)
    }

    /// A history of articles that earlier issues carried.
    pub fn of(carried: impl IntoIterator<Item = Identity>) -> Self {
        let mut history = Self::default();
        carried.into_iter().for_each(|identity| history.carried.insert(identity));
        history
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
    let mut passed = library.passed;
    passed.extend(library.problems.into_iter().map(|problem| Passed {
        path: problem.path,
        article: None,
        reason: Reason::Problem { line: problem.line, message: problem.message },
    }));
    let mut pass = |article: Article, reason| {
        passed.push(Passed { path: article.path.clone(), article: Some(Box::new(article)), reason });
    };

    let mut candidates = Vec::new();
    for article in library.articles {
        match objection(&article, query) {
            Some(reason) => pass(article, reason),
            None => candidates.push(article),
        }
    }
    sort(&mut candidates, query);

    let mut open: Vec<Article> = Vec::new();
    let mut first_with: HashMap<String, String> = HashMap::new();
    for article in candidates {
        let identity = article.identity();
        let twin = identity.link.as_ref().and_then(|link| first_with.get(link)).cloned();
        if let Some(of) = twin {
            pass(article, Reason::Duplicate { of, by: Sameness::Link });
            continue;
        }
        if let Some(link) = identity.link.clone() {
            first_with.insert(link, identity.path.clone());
        }
        if query.addressed && article.url.is_none() {
            pass(article, Reason::NoAddress);
        } else {
            open.push(article);
        }
    }
    let mut picked = match &query.duplicates {
        Some(duplicates) => duplicates.fold(open, query.zone, &mut pass),
        None => open.into_iter().map(|article| (article, Vec::new())).collect(),
    };
    let limit = query.limit.unwrap_or(usize::MAX).min(picked.len());
    let mut cut = Vec::new();
    for (article, also) in picked.split_off(limit) {
        cut.push(article.identity());
        cut.extend(also.into_iter().map(|also| also.identity));
        pass(article, Reason::OverLimit);
    }
    passed.sort_by(|a, b| a.path.cmp(&b.path));
    Selection { window: query.window, picked: group(picked, query.grouping), cut, passed }
}

/// The first reason against an article taken for itself.
#[must_use]
pub fn objection(article: &Article, query: &Query<'_>) -> Option<Reason> {
    let Some(appeared) = article.appeared(query.zone) else {
        return Some(Reason::Undated);
    };
    if article.draft && !query.drafts {
        return Some(Reason::Draft);
    }
    if appeared.start(query.zone) > query.now {
        return Some(Reason::Future);
    }
    if article.expiry_date.is_some_and(|expiry| expiry.start(query.zone) <= query.now) {
        return Some(Reason::Expired);
    }
    match position(appeared, &query.window, query.zone) {
        Ordering::Less if !query.history.awaits(article) => return Some(Reason::TooOld),
        Ordering::Greater => return Some(Reason::TooNew),
        Ordering::Less | Ordering::Equal => {}
    }
    if !matches(query.filter, article) {
        return Some(Reason::Terms);
    }
    let identity = article.identity();
    if query.history.carries(&identity) {
        return Some(Reason::Carried);
    }
    query.history.passes_over(&identity).then_some(Reason::OverLimit)
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
            article.source.as_deref().into_iter().chain(article.source_name()).map(Term::new).collect()
        })
        && is_met(&filter.sections, &|| vec![Term::new(&article.section)])
}

/// Puts articles in order; ties are broken by path.
fn sort(articles: &mut [Article], query: &Query<'_>) {
    let appeared = |article: &Article| article.appeared(query.zone).map(|moment| moment.start(query.zone));
    match query.order {
        Order::Newest => articles.sort_by_cached_key(|a| (std::cmp::Reverse(appeared(a)), a.path.clone())),
        Order::Oldest => articles.sort_by_cached_key(|a| (appeared(a), a.path.clone())),
        Order::Weight => articles.sort_by_cached_key(|a| {
            (a.weight == 0, a.weight, std::cmp::Reverse(appeared(a)), a.path.clone())
        }),
        Order::Title => {
            articles.sort_by_cached_key(|a| (UniCase::unicode(a.title.clone()), a.path.clone()));
        }
    }
}

/// Brings the articles of a group together, below the lead, in the order in which groups appear, or in
/// which config.toml writes them out; those of no group come last.
fn group(articles: Vec<(Article, Vec<AlsoAt>)>, grouping: &Grouping) -> Vec<Picked> {
    let shared = if *grouping == Grouping::Tag { telling_tags(&articles) } else { HashSet::new() };
    let mut picked: Vec<Picked> = articles
        .into_iter()
        .map(|(article, also)| Picked { group: heading(&article, grouping, &shared), article, also })
        .collect();
    // A group is called what its first article calls it, whatever the others make of case and dashes.
    let mut groups: HashMap<Term, (usize, String)> = HashMap::new();
    if let Grouping::Explicit(written) = grouping {
        let ranked = written.iter().enumerate();
        groups.extend(ranked.map(|(rank, group)| (Term::new(&group.title), (rank, group.title.clone()))));
    }
    let mut ranks = Vec::with_capacity(picked.len());
    for picked in picked.iter_mut().skip(1) {
        let next = groups.len();
        ranks.push(picked.group.take().map_or(usize::MAX, |heading| {
            let (rank, heading) = groups.entry(Term::new(&heading)).or_insert((next, heading)).clone();
            picked.group = Some(heading);
            rank
        }));
    }
    let mut rest: Vec<(usize, Picked)> = ranks.into_iter().zip(picked.drain(1.min(picked.len())..)).collect();
    rest.sort_by_key(|(rank, _)| *rank);
    picked.extend(rest.into_iter().map(|(_, picked)| picked));
    picked
}

/// The heading that an article stands under.
fn heading(article: &Article, grouping: &Grouping, shared: &HashSet<Term>) -> Option<String> {
    match grouping {
        Grouping::None => None,
        Grouping::Tag => article.tags.iter().find(|tag| shared.contains(&Term::new(tag))).cloned(),
        Grouping::Category => article.categories.first().cloned(),
        Grouping::Source => article.source_name().map(str::to_owned),
        Grouping::Section => (!article.section.is_empty()).then(|| article.section.clone()),
        Grouping::Explicit(groups) => {
            groups.iter().find(|group| matches(&group.filter, article)).map(|group| group.title.clone())
        }
    }
}

/// The tags worth a heading: those of several articles, but not of all.
fn telling_tags(articles: &[(Article, Vec<AlsoAt>)]) -> HashSet<Term> {
    let mut counts: HashMap<Term, usize> = HashMap::new();
    for (article, _) in articles {
        let own: HashSet<Term> = article.tags.iter().map(|tag| Term::new(tag)).collect();
        for tag in own {
            *counts.entry(tag).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > 1 && *count < articles.len());
    counts.into_keys().collect()
}

#[cfg(test)]
mod tests;
