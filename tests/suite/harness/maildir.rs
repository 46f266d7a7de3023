use std::fs;
use std::path::{Path, PathBuf};

/// The messages of a Maildir, `new` and `cur`, by name; none where there is no Maildir.
pub(crate) fn messages_in(maildir: &Path) -> Vec<PathBuf> {
    let mut messages: Vec<PathBuf> = ["new", "cur"]
        .iter()
        .filter_map(|folder| fs::read_dir(maildir.join(folder)).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    messages.sort();
    messages
}
