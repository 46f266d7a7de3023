//! What a page shows.

use crate::issue::{Issue, IssueKey};
use crate::lint::Finding;
use crate::pipeline::{Basis, Nothing};
use crate::selection::Selection;

/// What there is to show.
#[derive(Debug)]
pub enum Shown {
    /// A mail.
    Mail(Box<Mail>),
    /// No mail, for there is too little to carry.
    Nothing(Nothing),
    /// No mail, for there are faults, and no version before them is known.
    Broken,
}

impl Shown {
    /// The mail.
    #[must_use]
    pub fn mail(&self) -> Option<&Mail> {
        match self {
            Self::Mail(mail) => Some(mail),
            Self::Nothing(_) | Self::Broken => None,
        }
    }

    /// What is in and what was passed over, where it was composed for the page.
    #[must_use]
    pub fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Mail(mail) => mail.basis.as_ref().map(|basis| &basis.selection),
            Self::Nothing(nothing) => Some(&nothing.selection),
            Self::Broken => None,
        }
    }
}

/// A mail.
#[derive(Debug)]
pub struct Mail {
    /// What it is.
    pub standing: Standing,
    /// The message, as the sender itself would get it.
    pub message: Vec<u8>,
    /// What lint finds in it.
    pub findings: Vec<Finding>,
    /// The issue, unless the message is a file's.
    pub issue: Option<Issue>,
    /// What the issue was made of, where it was composed for the page.
    pub basis: Option<Basis>,
}

/// What a mail is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The next issue, composed for the page.
    Next,
    /// The next issue, composed for the page though a draft of this name stands, which would be sent.
    Beside(IssueKey),
    /// A draft as its files say.
    Draft,
    /// An issue being sent.
    Sending,
    /// An issue that was sent, or abandoned.
    Past,
    /// The message in a file.
    File(String),
}

/// What is wrong with a file, shown over the last good version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as people would write its path.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do, where that is not in the message.
    pub help: Option<String>,
    /// The lines around it, each with its number.
    pub excerpt: Vec<(usize, String)>,
}

/// A digest or an issue in the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whose page it leads to.
    pub what: super::What,
    /// How it is called: `weekly`, or `14 Jan 2026`.
    pub name: String,
    /// What is to be known of it, in a word or a number: `draft`, `6 new`, `1,994`.
    pub note: String,
}

/// What the rail lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nearby {
    /// All digests.
    pub digests: Vec<Listed>,
    /// The issues of the digest that is shown, the next one first, then the latest.
    pub issues: Vec<Listed>,
}
