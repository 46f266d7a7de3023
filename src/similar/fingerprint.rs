//! Fingerprints: what of an article is compared.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use url::Url;

use super::words::{text, words};
use crate::term::Term;

/// The words of a title that are compared: some feeds put a whole article there.
const TITLE_WORDS: usize = 60;

/// The words of a summary that are compared.
const SUMMARY_WORDS: usize = 60;

/// How much of a title and of a summary is read, in bytes.
const READ: usize = 4096;

/// The fewest words, and letters, of a title that says which article it is: "Letters from readers"
/// and "読者からの手紙" may come every week.
const ENOUGH_WORDS: usize = 5;
const ENOUGH_LETTERS: usize = 10;

/// The fewest words of a summary that says something; "Read more…" says nothing.
const SUMMARY_ENOUGH: usize = 8;

/// The share of words that two summaries of one publisher must have in common to be of one article.
const SUMMARIES_AGREE: f64 = 0.5;

/// Words that turn a sentence into its contrary, or make another person, deed or number of it, so that
/// adding one makes it another article. Never complete: it only makes mistakes rarer.
const TURNS: [&str; 91] = [
    "not",
    "no",
    "never",
    "cannot",
    "cant",
    "wont",
    "doesnt",
    "didnt",
    "isnt",
    "without",
    "denies",
    "declines",
    "refuses",
    "rejects",
    "fails",
    "fail",
    "failed",
    "stops",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "nie",
    "ohne",
    "pas",
    "jamais",
    "sans",
    "nunca",
    "non",
    "sin",
    "não",
    "nao",
    "sem",
    "niet",
    "geen",
    "inte",
    "ej",
    "ikke",
    "aldri",
    "ingen",
    "ei",
    "ne",
    "nem",
    "не",
    "ни",
    "нет",
    "ні",
    "без",
    "не́",
    "नहीं",
    "न",
    "لا",
    "لم",
    "لن",
    "ليس",
    "غير",
    "안",
    "못",
    "않다",
    "değil",
    "yok",
    "không",
    "bukan",
    "tidak",
    "deputy",
    "vice",
    "former",
    "ex",
    "acting",
    "second",
    "third",
    "another",
    "attempted",
    "alleged",
    "false",
    "fake",
    "half",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "twenty",
    "hundred",
    "thousand",
    "million",
];

/// What stands before the name of a publisher at the end of a title.
const BEFORE_PUBLISHER: [&str; 5] = [" - ", " | ", " – ", " — ", " · "];

/// What an article says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its title; may hold HTML entities.
    pub title: &'a str,
    /// Its summary; may be HTML.
    pub summary: Option<&'a str>,
    /// The original elsewhere, which tells the publisher.
    pub link: Option<&'a str>,
    /// What its source is called.
    pub source: Option<&'a str>,
    /// The day it appeared, where it matters.
    pub day: Option<NaiveDate>,
}

/// What of an article is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint {
    /// The words of its title, in order.
    pub(super) title: Vec<String>,
    /// The title's numbers and negations, sorted.
    exact: Vec<String>,
    /// The words of its summary, where that says more than the title.
    summary: BTreeSet<String>,
    /// The day it appeared.
    day: Option<NaiveDate>,
    /// Who publishes it.
    publisher: Option<Term>,
    /// The publisher's name, where the title ended with it.
    named: Option<String>,
}

impl Fingerprint {
    /// Takes the fingerprint of an article.
    #[must_use]
    pub fn of(article: &Text<'_>) -> Self {
        let title = text(beginning(article.title));
        let summary = article.summary.map(|summary| text(beginning(summary))).unwrap_or_default();
        let host = article.link.and_then(|link| Url::parse(link).ok());
        let host = host.as_ref().and_then(Url::host_str).map(|host| host.trim_start_matches("www."));
        let (core, named) = without_publisher(&title, &summary, host, article.source);
        let title: Vec<String> = words(core).take(TITLE_WORDS).collect();
        let repeats = words(&summary).zip(&title).filter(|(said, word)| said == *word).count();
        let summary = if repeats == title.len() { String::new() } else { summary };
        let mut exact: Vec<String> = title.iter().filter(|word| is_exact(word)).cloned().collect();
        exact.sort_unstable();
        Self {
            exact,
            summary: words(&summary).take(SUMMARY_WORDS).collect(),
            publisher: named.or(host).or(article.source).map(Term::new),
            named: named.map(str::to_owned),
            day: article.day,
            title,
        }
    }

    /// The publisher's name as the title had it at its end: a feed of feeds says there whose article it is.
    #[must_use]
    pub fn publisher(&self) -> Option<&str> {
        self.named.as_deref()
    }

    /// Whether it is published by whom `name` says.
    #[must_use]
    pub fn is_published_by(&self, name: &str) -> bool {
        self.publisher.as_ref().is_some_and(|publisher| is_name_of(name, publisher.as_str()))
    }

    /// Whether it says enough in its summary to be worth reading before the original is opened.
    #[must_use]
    pub fn is_summarised(&self) -> bool {
        self.summary.len() >= SUMMARY_ENOUGH
    }

    /// Whether both are known to have the same publisher.
    pub(super) fn has_publisher_of(&self, other: &Self) -> bool {
        self.publisher.is_some() && self.publisher == other.publisher
    }

    /// Whether they are known to have appeared further apart than `within`.
    pub(super) fn is_far_from(&self, other: &Self, within: TimeDelta) -> bool {
        self.day.zip(other.day).is_some_and(|(one, other)| (one - other).abs() > within)
    }

    /// Whether the title says which article it is.
    pub(super) fn is_telling(&self) -> bool {
        let letters: usize = self.title.iter().map(|word| word.chars().count()).sum();
        self.title.len() >= ENOUGH_WORDS && letters >= ENOUGH_LETTERS
    }

    /// How similar two articles are that tell the same, from 0 to 1: the share of the longer title
    /// that the shorter one has too. `None` where they are two articles.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> Option<f64> {
        let (short, long) = if self.title.len() <= other.title.len() { (self, other) } else { (other, self) };
        let is_same = short.is_telling()
            && short.exact == long.exact
            && is_within(&short.title, &long.title)
            && !self.is_told_apart(other);
        is_same.then(|| share(short.title.len(), long.title.len()))
    }

    /// Whether one publisher says different things under the two titles: the titles are a column's,
    /// then.
    fn is_told_apart(&self, other: &Self) -> bool {
        let both = self.is_summarised() && other.is_summarised();
        both && self.has_publisher_of(other) && {
            let common = self.summary.intersection(&other.summary).count();
            share(common, self.summary.union(&other.summary).count()) < SUMMARIES_AGREE
        }
    }
}

/// The share that `part` is of `whole`. Neither is so large that a float would not hold it.
#[expect(clippy::cast_precision_loss, reason = "they count the words of a title or a summary")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ)]
}

/// Whether a word must be in both titles or in neither.
fn is_exact(word: &str) -> bool {
    // In scripts without blanks a word is one sign, and one more sign may turn the whole.
    let is_sign =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    word.contains(char::is_numeric) || TURNS.contains(&word) || word.chars().all(is_sign)
}

/// Whether `long` has all words of `short` in their order, and perhaps others between them.
fn is_within(short: &[String], long: &[String]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|word| rest.any(|other| other == word))
}

/// A title without the name of its publisher, and that name: `Talks resume - BBC`.
///
/// What stands at the end is a publisher's name if it is the source or a part of the link's host
/// (`BBC News` for bbc.com), or if the summary begins with the title and that name, as in Google News.
fn without_publisher<'a>(
    title: &'a str,
    summary: &str,
    host: Option<&str>,
    source: Option<&str>,
) -> (&'a str, Option<&'a str>) {
    let split = BEFORE_PUBLISHER
        .iter()
        .filter_map(|mark| title.rfind(mark).map(|at| (&title[..at], &title[at + mark.len()..])))
        .min_by_key(|(_, name)| name.len());
    let Some((core, name)) = split else { return (title, None) };
    let squashed = squash(name);
    let is_publisher = !squashed.is_empty()
        && (source.is_some_and(|source| is_name_of(name, source))
            || host.is_some_and(|host| is_name_of(name, host))
            || summary.strip_prefix(core).is_some_and(|rest| squash(rest).starts_with(&squashed)));
    if is_publisher { (core, Some(name.trim())) } else { (title, None) }
}

/// Whether `name` is that of a publisher known by another name or a host: `BBC News` of bbc.com.
fn is_name_of(name: &str, known: &str) -> bool {
    let name = squash(name);
    let mut parts = known.split('.').map(squash).filter(|part| !part.is_empty());
    squash(known) == name || parts.any(|part| part == name || part + "news" == name)
}

/// The letters and digits of a name, in lower case.
fn squash(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
