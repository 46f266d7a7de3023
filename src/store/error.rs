//! Why the store could not do what was asked, and what to do.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::records::Stage;
use crate::files;
use crate::issue::IssueKey;
use crate::subscriber::NoRandomness;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The issue was started before.
    #[error("{0} was started before: `tidings status {0}` shows how far it is")]
    Started(IssueKey),
    /// The issue was never started.
    #[error("{0} was never started: `tidings status` lists those that were")]
    Unknown(IssueKey),
    /// The issue has ended.
    #[error("{key} is {} already, and stays so", stage.name())]
    Closed {
        /// The issue.
        key: IssueKey,
        /// How it ended.
        stage: Stage,
    },
    /// A run that holds another lock has it in hand.
    #[error("{key} is being sent by {holder}; its lease ends at {} unless it goes on", until.format("%F %T UTC"))]
    Held {
        /// The issue.
        key: IssueKey,
        /// Who.
        holder: String,
        /// When that is over, unless it goes on.
        until: DateTime<Utc>,
    },
    /// The issue has work left.
    #[error("{key} cannot be finished while {open} of its deliveries are open: send or abandon it")]
    Open {
        /// The issue.
        key: IssueKey,
        /// How many deliveries are open.
        open: u64,
    },
    /// Another process writes, and does not end.
    #[error("the store {store} is locked by another process: wait for it to end, then try again")]
    Busy {
        /// The store.
        store: String,
    },
    /// There is no room.
    #[error("the store {store} cannot grow, for its disk is full: make room, then try again")]
    Full {
        /// The store.
        store: String,
    },
    /// It may not be opened.
    #[error("the store {store} cannot be opened: look at the permissions of the file and its folder")]
    Denied {
        /// The store.
        store: String,
    },
    /// It may only be read, or is only looked at.
    #[error("the store {store} can only be read here: look at the permissions of the file and its folder")]
    ReadOnly {
        /// The store.
        store: String,
    },
    /// It was made by a later version of the program.
    #[error("the store {store} was made by a later tidings: update this one, or restore a backup")]
    Newer {
        /// The store.
        store: String,
    },
    /// It is something else.
    #[error("{store} is no store of tidings: name another file as [store] url in config.toml")]
    Foreign {
        /// The file.
        store: String,
    },
    /// It is damaged.
    #[error("the store {store} is damaged: {message}; restore a backup")]
    Damaged {
        /// The store.
        store: String,
        /// What the database said.
        message: String,
    },
    /// A file stands where a new one was to be made.
    #[error("{} exists already: name a file that does not", .0.display())]
    Exists(PathBuf),
    /// The database refused.
    #[error("the store {store}: {message}")]
    Database {
        /// The store.
        store: String,
        /// What the database said.
        message: String,
    },
    /// A file could not be made.
    #[error(transparent)]
    File(#[from] files::Error),
    /// No new subscriber can be named.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Error {
    /// Whether the same may work later, with nothing changed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Held { .. })
    }
}
