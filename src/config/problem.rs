//! What is wrong with a config.toml: where, why, and what to do about it.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// Everything that is wrong with one config.toml, in the order of its lines.
///
/// Its `Display` is one line a problem, `config.toml:12:5: what is wrong; what to do`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The file.
    pub path: PathBuf,
    /// Its text for showing the places, with what may be a secret overwritten by as many `*`;
    /// empty where it could not be read.
    pub text: String,
    /// What is wrong; at least one.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where; `None` for what concerns the file as a whole, or a table that it does not have.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its bytes, as a range of [`Problems::text`].
    pub span: Range<usize>,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its column in characters, counted from 1.
    pub column: usize,
}

impl Place {
    /// The place of these bytes of `text`.
    pub(super) fn of(span: Range<usize>, text: &str) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |head| head.chars().count()) + 1;
        Self { span, line, column }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}", self.path.display())?;
            if let Some(Place { line, column, .. }) = problem.place {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, ": {}; {}", problem.message, problem.help)?;
        }
        Ok(())
    }
}

/// Why a text is not the value of its key, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What is wrong.
    pub(super) why: String,
    /// What to do; `None` where the key's example says it.
    pub(super) help: Option<String>,
    /// Which bytes of the text are wrong; `None` for all of it.
    pub(super) at: Option<Range<usize>>,
}

impl Wrong {
    /// What is wrong, with a remedy of its own.
    pub(super) fn with_help(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: Some(help.into()), at: None }
    }

    /// What is wrong, with the word that was probably meant, if there is one.
    pub(super) fn with_nearest(why: impl Into<String>, nearest: Option<&str>) -> Self {
        Self { why: why.into(), help: nearest.map(|word| format!("did you mean `{word}`?")), at: None }
    }
}

impl<T: Into<String>> From<T> for Wrong {
    fn from(why: T) -> Self {
        Self { why: why.into(), help: None, at: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters_from_one() {
        let text = "a\nüb\nc";
        let place = Place::of(4..5, text);
        assert_eq!((place.line, place.column), (2, 2));
        let end = Place::of(text.len()..text.len(), text);
        assert_eq!((end.line, end.column), (3, 2));
    }
}
