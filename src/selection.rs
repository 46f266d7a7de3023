//! Selections: the ordered articles picked for one issue, and why each other one was passed over.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::article::{Article, Identity};
use crate::term::Term;

/// The time an issue covers: from `since` up to, but not including, `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant in it; `None` is the beginning of time.
    pub since: Option<DateTime<Utc>>,
    /// The first instant after it; `None` is the end of time.
    pub until: Option<DateTime<Utc>>,
}

/// What one issue carries, in order, and what it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The time it covers.
    pub window: Window,
    /// The articles it carries, in the order in which they are read; the first one leads.
    pub picked: Vec<Picked>,
    /// What its limits cut and it carries as headlines, at its end.
    pub headlines: Vec<Picked>,
    /// What its limits cut altogether, and no earlier issue's did.
    pub cut: Vec<Identity>,
    /// What an editor dropped.
    pub dropped: Vec<Identity>,
    /// Every other file of the library, by path. They may be many, and are shared with whoever keeps the library.
    pub passed: Vec<Arc<Passed>>,
}

impl Selection {
    /// What it carries, at length or as a headline, in order.
    pub fn carried(&self) -> impl Iterator<Item = &Picked> {
        self.picked.iter().chain(&self.headlines)
    }

    /// Adds files that were passed over before it was made.
    pub fn pass(&mut self, others: impl IntoIterator<Item = Arc<Passed>>) {
        self.passed.extend(others);
        self.passed.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// An article picked for an issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// The article.
    pub article: Article,
    /// The heading it stands under, if the issue is grouped. Articles of a group are neighbours.
    pub group: Option<String>,
    /// Where others tell the same.
    pub also: Vec<AlsoAt>,
}

/// A place where the same is told as in an article that is carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoAt {
    /// What makes it the same article as another.
    pub identity: Identity,
    /// Who tells it; `None` where the link that is carried is enough: its publisher's, or the same.
    pub source: Option<String>,
    /// Where a reader finds it.
    pub url: Url,
}

/// A file passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Passed {
    /// Its path relative to its content folder, with `/`.
    pub path: String,
    /// The article, where the file could be read as one and what it says was to be kept.
    pub article: Option<Box<Article>>,
    /// The first reason against it.
    pub reason: Reason,
}

/// Why an article is not in an issue, in the order in which reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The file could not be read as an article.
    Problem {
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong, and what to do.
        message: String,
    },
    /// It has no date.
    Undated,
    /// It is a draft.
    Draft,
    /// It is dated, or to be published, after now.
    Future,
    /// Its expiry date has come.
    Expired,
    /// It says that it does not want to be in a newsletter.
    OptedOut,
    /// It was dated before the window.
    TooOld,
    /// It was dated after the window.
    TooNew,
    /// Its tags, categories, source or section do not match.
    Terms,
    /// An earlier issue carried it.
    Carried,
    /// An editor dropped it from the draft, or from an earlier issue.
    Dropped,
    /// Another article tells the same.
    Duplicate {
        /// The path of that article.
        of: String,
        /// What shows that they are the same.
        by: Sameness,
    },
    /// It has no address that a reader could open.
    NoAddress,
    /// Its source is in the issue often enough.
    OverSource,
    /// Its tag is in the issue often enough.
    OverTag,
    /// The issue is full.
    OverLimit,
}

/// What shows that two articles are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sameness {
    /// They have the same link.
    Link,
    /// Their titles are similar.
    Title {
        /// How similar, in percent.
        percent: u8,
        /// The earlier issue that carried the other one; `None` is the one that is made.
        issue: Option<String>,
    },
}

impl Reason {
    /// The names of reasons, in the order in which they are looked for.
    pub const NAMES: [&str; 16] = [
        "problem",
        "undated",
        "draft",
        "future",
        "expired",
        "opted-out",
        "too-old",
        "too-new",
        "terms",
        "carried",
        "dropped",
        "duplicate",
        "no-address",
        "over-source",
        "over-tag",
        "over-limit",
    ];

    /// Its place in the order in which reasons are looked for.
    #[must_use]
    pub fn rank(&self) -> usize {
        match self {
            Self::Problem { .. } => 0,
            Self::Undated => 1,
            Self::Draft => 2,
            Self::Future => 3,
            Self::Expired => 4,
            Self::OptedOut => 5,
            Self::TooOld => 6,
            Self::TooNew => 7,
            Self::Terms => 8,
            Self::Carried => 9,
            Self::Dropped => 10,
            Self::Duplicate { .. } => 11,
            Self::NoAddress => 12,
            Self::OverSource => 13,
            Self::OverTag => 14,
            Self::OverLimit => 15,
        }
    }

    /// Its name in listings.
    #[must_use]
    pub fn name(&self) -> &'static str {
        Self::NAMES[self.rank()]
    }
}

/// Which articles a digest is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By tag.
    pub tags: Terms,
    /// By category.
    pub categories: Terms,
    /// By source, as written or by the name shown.
    pub sources: Terms,
    /// By section.
    pub sections: Terms,
}

/// Terms that an article must have or not have; empty lists ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// At least one of these.
    pub any: Vec<Term>,
    /// Each of these.
    pub all: Vec<Term>,
    /// None of these.
    pub none: Vec<Term>,
}

/// How articles are ordered; ties are broken by path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// The lightest first, those without weight last, as in Hugo; then the latest first.
    Weight,
    /// By title, case folded.
    Title,
    /// What most others are about first: by the number of articles that share two of its tags. Then the
    /// latest first.
    Coverage,
}

/// What articles after the lead are grouped by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Nothing: one run of articles.
    #[default]
    None,
    /// A tag that they share.
    Tag,
    /// Their first category.
    Category,
    /// Their source.
    Source,
    /// Their section.
    Section,
    /// The first of these groups that takes them; the rest come last, under no heading.
    Explicit(Vec<Group>),
}

/// A group written out in config.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its heading.
    pub title: String,
    /// What belongs into it.
    pub filter: Filter,
    /// The paths of what belongs into it, as globs; where there are none, any.
    pub paths: Vec<String>,
}

/// The most that one issue takes; `None` is any number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Articles in all.
    pub total: Option<usize>,
    /// Articles of one source.
    pub per_source: Option<usize>,
    /// Articles with one tag; a tag that all candidates have does not count.
    pub per_tag: Option<usize>,
}
