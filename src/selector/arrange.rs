//! The order of articles, and the groups they stand in.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use unicase::UniCase;

use super::{Query, matches};
use crate::article::Article;
use crate::selection::{AlsoAt, Grouping, Order, Picked};
use crate::term::Term;

/// Puts articles in order: what is pinned, what names its place, what is featured, then the rest as
/// asked for; ties are broken by path.
pub(super) fn sort(articles: &mut [Article], query: &Query<'_>) {
    let appeared = |article: &Article| article.appeared(query.zone).map(|moment| moment.start(query.zone));
    match query.order {
        Order::Newest => articles.sort_by_cached_key(|a| (Reverse(appeared(a)), a.path.clone())),
        Order::Oldest => articles.sort_by_cached_key(|a| (appeared(a), a.path.clone())),
        Order::Weight => {
            articles.sort_by_cached_key(|a| (a.weight == 0, a.weight, Reverse(appeared(a)), a.path.clone()));
        }
        Order::Title => {
            articles.sort_by_cached_key(|a| (UniCase::unicode(a.title.clone()), a.path.clone()));
        }
        Order::Coverage => {
            let covered = Coverage::of(articles);
            articles
                .sort_by_cached_key(|a| (Reverse(covered.count(a)), Reverse(appeared(a)), a.path.clone()));
        }
    }
    if query.mailed {
        // The sort is stable: what is alike in this stays as it is.
        articles.sort_by_cached_key(|article| precedence(article, query));
    }
}

/// How many articles are about the same: how many have each pair of tags. One tag alone says too little:
/// "politics".
///
/// A tag that all have says nothing, so that a pair with it would say as little as one tag.
struct Coverage {
    counts: HashMap<(Term, Term), usize>,
    common: HashSet<Term>,
}

impl Coverage {
    fn of(articles: &[Article]) -> Self {
        let mut common = articles.first().map(tags).unwrap_or_default();
        for article in articles.iter().skip(1) {
            if common.is_empty() {
                break;
            }
            let own = tags(article);
            common.retain(|tag| own.contains(tag));
        }
        let mut counts = HashMap::new();
        for pair in articles.iter().flat_map(|article| pairs(article, &common)) {
            *counts.entry(pair).or_default() += 1;
        }
        Self { counts, common }
    }

    /// The most articles, this one among them, that share two of its tags with it.
    fn count(&self, article: &Article) -> usize {
        let pairs = pairs(article, &self.common);
        pairs.iter().filter_map(|pair| self.counts.get(pair)).max().copied().unwrap_or(1)
    }
}

/// Each two of an article's tags. Who has very many has not chosen them: only the first dozen count.
fn pairs(article: &Article, without: &HashSet<Term>) -> Vec<(Term, Term)> {
    let mut terms: Vec<Term> = article.tags.iter().take(12).map(|tag| Term::new(tag)).collect();
    terms.retain(|term| !without.contains(term));
    terms.sort_unstable();
    terms.dedup();
    let with_later = |(at, one): (usize, &Term)| {
        let one = one.clone();
        terms[at + 1..].iter().map(move |other| (one.clone(), other.clone())).collect::<Vec<_>>()
    };
    terms.iter().enumerate().flat_map(with_later).collect()
}

/// What goes before the order that a digest asks for. Lower is earlier.
pub(super) fn precedence(article: &Article, query: &Query<'_>) -> impl Ord + use<> {
    let last = |place: Option<i64>| (place.is_none(), place);
    let pin = query.edits.pin(article).and_then(|place| i64::try_from(place).ok());
    (last(pin), last(article.newsletter.order), !article.featured)
}

/// Brings the articles of a group together, below the lead, in the order in which groups appear, or in
/// which config.toml writes them out; those of no group come last.
pub(super) fn group(articles: Vec<(Article, Vec<AlsoAt>)>, query: &Query<'_>) -> Vec<Picked> {
    let grouping = query.grouping;
    let shared = if *grouping == Grouping::Tag {
        let chosen = articles.iter().map(|(article, _)| article);
        telling_tags(chosen.filter(|article| query.edits.pin(article).is_none()).map(tags))
    } else {
        HashSet::new()
    };
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
        Grouping::Source => article.publisher().map(str::to_owned),
        Grouping::Section => (!article.section.is_empty()).then(|| article.section.clone()),
        Grouping::Explicit(groups) => {
            let is_in = |paths: &[String]| {
                paths.is_empty() || paths.iter().any(|glob| fast_glob::glob_match(glob, &article.path))
            };
            let mut groups = groups.iter();
            let group = groups.find(|group| is_in(&group.paths) && matches(&group.filter, article));
            group.map(|group| group.title.clone())
        }
    }
}

/// The tags that tell stories apart: those of several, but not of all.
pub(super) fn telling_tags(stories: impl Iterator<Item = HashSet<Term>>) -> HashSet<Term> {
    let mut counts: HashMap<Term, usize> = HashMap::new();
    let mut all = 0;
    for tags in stories {
        all += 1;
        for tag in tags {
            *counts.entry(tag).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > 1 && *count < all);
    counts.into_keys().collect()
}

/// The tags of an article, each once.
pub(super) fn tags(article: &Article) -> HashSet<Term> {
    article.tags.iter().map(|tag| Term::new(tag)).collect()
}
