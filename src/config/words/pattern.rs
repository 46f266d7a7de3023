//! Lines of a catalogue that something is put into.

use crate::config::problem::Wrong;
use crate::config::reader;

/// Text with names in braces, each of which something takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(pub(super) String);

impl Pattern {
    /// A line with no other names in it than these.
    pub(super) fn of(text: &str, names: &[&str]) -> Result<Self, Wrong> {
        let line = reader::line(text)?;
        let bare = names.iter().fold(line.clone(), |bare, name| bare.replace(&format!("{{{name}}}"), ""));
        if bare.contains(['{', '}']) {
            let known: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
            let why = format!("{text:?} has braces around what is not known here");
            return Err(Wrong::with_help(why, format!("what can be named is {}", known.join(", "))));
        }
        Ok(Self(line))
    }

    /// The same, with one of the names in it exactly once.
    pub(super) fn with(text: &str, names: &[&str], needed: &str) -> Result<Self, Wrong> {
        let pattern = Self::of(text, names)?;
        if pattern.0.matches(&format!("{{{needed}}}")).count() == 1 {
            return Ok(pattern);
        }
        Err(Wrong::with_help(format!("{text:?} does not name {{{needed}}} once"), "write it where it stands"))
    }

    pub(super) fn fill(&self, values: &[(&str, &str)]) -> String {
        let mut filled = String::with_capacity(self.0.len() + 16);
        let mut rest = &*self.0;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.extend(values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value));
            rest = after;
        }
        filled + rest
    }
}
