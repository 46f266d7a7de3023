//! Comparing words: terms (tags, categories, sources, sections), and the nearest known name.

use unicase::UniCase;

/// A tag, category, source or section in the form in which terms are compared: case folded
/// (Unicode), with blanks, `-` and `_` alike, runs of them as one and none at the ends.
///
/// `Climate Change`, `climate-change` and `CLIMATE_CHANGE` are one term.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term(String);

impl Term {
    /// Folds `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let folded =
            if text.is_ascii() { text.to_ascii_lowercase() } else { UniCase::unicode(text).to_folded_case() };
        let mut term = String::with_capacity(folded.len());
        for word in folded.split(|c: char| c.is_whitespace() || c == '-' || c == '_') {
            if word.is_empty() {
                continue;
            }
            if !term.is_empty() {
                term.push('-');
            }
            term.push_str(word);
        }
        Self(term)
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The candidate that `word` most likely meant, if any is near enough to suggest.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_dashes_and_case_do_not_matter() {
        for text in ["Climate Change", "climate-change", " CLIMATE__CHANGE ", "climate - change"] {
            assert_eq!(Term::new(text).as_str(), "climate-change", "{text:?}");
        }
        assert_eq!(Term::new("STRASSE"), Term::new("Straße"));
        assert_ne!(Term::new("c++"), Term::new("c"));
    }

    #[test]
    fn the_nearest_name_is_suggested_and_a_far_one_is_not() {
        let known = ["title", "timezone", "content"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("time_zone", known), Some("timezone"));
        assert_eq!(nearest("xyzzy", known), None);
    }
}
