//! Grouping: which of many articles are the same.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::fingerprint::Fingerprint;

/// How many articles one rare word is looked up for: only then does the time grow with the number
/// of articles and not with its square, whatever they are called.
const LOOKED_UP: usize = 64;

/// From where on two articles are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The least similarity, from 0 to 1.
    pub threshold: f64,
    /// The longest time between them: after that, a title is used again.
    pub within: TimeDelta,
}

/// That an article is the same as another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The number of the other one.
    pub of: usize,
    /// How similar they are, from the threshold to 1.
    pub similarity: f64,
}

/// Finds for each article the one before it that it is the same as, if there is one.
///
/// What is matched always matches none itself, so that no chain leads from an article to one that is
/// not like it; of several it is the most similar one, then the first. The first `kept` are what
/// earlier issues carried: they match none. Only their titles are known, so that a column of every
/// week looks like an article published again; therefore they are matched by other publishers'
/// articles only.
#[must_use]
pub fn group(articles: &[Fingerprint], kept: usize, limits: Limits) -> Vec<Option<Match>> {
    Grouper::new(articles, limits).group(kept)
}

/// Looks titles up by their rare words: two that have a share t of their words in common have in
/// common one of the n − ⌈tn⌉ + 1 rarest of each, n being the number of its words (prefix filtering;
/// Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", 2006).
/// So nothing is left to chance, and nothing missed that comparing all with all would find, unless
/// more than [`LOOKED_UP`] articles have the same rare word.
struct Grouper<'a> {
    articles: &'a [Fingerprint],
    limits: Limits,
    /// In how many titles a word is, and how often.
    counts: HashMap<&'a str, usize>,
    /// The articles that match none, by their rarest words.
    by_word: HashMap<&'a str, Vec<usize>>,
    /// How often two articles were compared.
    comparisons: usize,
}

impl<'a> Grouper<'a> {
    fn new(articles: &'a [Fingerprint], limits: Limits) -> Self {
        let mut counts = HashMap::new();
        for word in articles.iter().flat_map(|article| &article.title) {
            *counts.entry(word.as_str()).or_default() += 1;
        }
        Self { articles, limits, counts, by_word: HashMap::new(), comparisons: 0 }
    }

    fn group(&mut self, kept: usize) -> Vec<Option<Match>> {
        (0..self.articles.len())
            .map(|at| {
                let rarest = self.rarest(at);
                let found = if at < kept { None } else { self.find(at, &rarest, kept) };
                if found.is_none() {
                    for word in rarest {
                        self.by_word.entry(word).or_default().push(at);
                    }
                }
                found
            })
            .collect()
    }

    /// The rarest words of a title, each once; none where it tells too little.
    fn rarest(&self, at: usize) -> Vec<&'a str> {
        let article = &self.articles[at];
        if !article.is_telling() {
            return Vec::new();
        }
        let mut words: Vec<&str> = article.title.iter().map(String::as_str).collect();
        words.sort_unstable_by_key(|word| (self.counts.get(word), *word));
        let needed = (1..=words.len()).find(|needed| self.is_enough(*needed, words.len()));
        words.truncate(words.len() + 1 - needed.unwrap_or(words.len()));
        words.dedup();
        words
    }

    /// Whether `part` words are the threshold's share of `whole`.
    #[expect(clippy::cast_precision_loss, reason = "they count the words of a title")]
    fn is_enough(&self, part: usize, whole: usize) -> bool {
        part as f64 >= self.limits.threshold * whole as f64
    }

    fn find(&mut self, at: usize, rarest: &[&str], kept: usize) -> Option<Match> {
        let mut candidates: Vec<usize> = Vec::new();
        for word in rarest {
            let with_word = self.by_word.get(word).map_or(&[][..], Vec::as_slice);
            candidates.extend(with_word.iter().rev().take(LOOKED_UP));
        }
        candidates.sort_unstable();
        candidates.dedup();
        self.comparisons += candidates.len();
        let mut best: Option<Match> = None;
        let article = &self.articles[at];
        for of in candidates {
            let other = &self.articles[of];
            let is_column = of < kept && article.has_publisher_of(other);
            if is_column || article.is_far_from(other, self.limits.within) {
                continue;
            }
            let similarity = article.similarity(other);
            let Some(similarity) = similarity.filter(|found| *found >= self.limits.threshold) else {
                continue;
            };
            if best.is_none_or(|best| similarity > best.similarity) {
                best = Some(Match { of, similarity });
            }
        }
        best
    }
}

#[cfg(test)]
mod tests;
