//! Findings: what is wrong, where, and by which rule.

use std::fmt;

use super::rules::Rule;

/// Where in a message something is. Lines count from 1: those of a header are the message's, the others
/// those of the part as it is decoded, which are the lines of `digest.html` and `digest.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The message, at a line where that says something.
    Message(Option<usize>),
    /// A header.
    Header {
        /// Its name.
        name: String,
        /// The line; none where the header is missing.
        line: Option<usize>,
    },
    /// The HTML part.
    Html {
        /// The element's tag, as `<img src="…">`.
        element: Option<String>,
        /// The line.
        line: usize,
    },
    /// The plaintext part, at a line where that says something.
    Text(Option<usize>),
}

impl Place {
    /// A missing header.
    pub(super) fn missing(name: &str) -> Self {
        Self::Header { name: name.to_owned(), line: None }
    }

    /// A line of the HTML.
    pub(super) fn html(line: usize) -> Self {
        Self::Html { element: None, line }
    }

    /// What it is in: `message`, `header`, `html` or `text`.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Header { .. } => "header",
            Self::Html { .. } => "html",
            Self::Text(_) => "text",
        }
    }

    /// The line, if there is one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Message(line) | Self::Header { line, .. } | Self::Text(line) => *line,
            Self::Html { line, .. } => Some(*line),
        }
    }

    /// The header's name or the element's tag, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Header { name, .. } => Some(name),
            Self::Html { element, .. } => element.as_deref(),
            Self::Message(_) | Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part())?;
        if let Some(name) = self.name() {
            write!(f, " {name}")?;
        }
        self.line().map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub what: String,
}

/// All findings of one rule.
#[derive(Debug)]
pub struct Group<'f> {
    /// The rule.
    pub rule: Rule,
    /// What it found, in the order of the message: at least one.
    pub findings: Vec<&'f Finding>,
}

/// Findings by their rule, the rules in the order in which they come first.
#[must_use]
pub fn grouped(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|group| group.rule == finding.rule) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { rule: finding.rule, findings: vec![finding] }),
        }
    }
    groups
}

/// Findings as they are made.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, rule: Rule, place: Place, what: impl Into<String>) {
        self.0.push(Finding { rule, place, what: what.into() });
    }

    /// The weightiest first; else in the order in which they were made.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.rule.severity);
        self.0
    }
}
