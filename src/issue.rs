//! Issues: dated instances of a digest, rendered once and never again after sending begins.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::article::Identity;
use crate::files;

/// What names an issue: its digest, its local date, and its number where a day has several.
///
/// Written `weekly@2026-01-14`, or `weekly@2026-01-14-2` for the second of that day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IssueKey {
    /// The digest's name in config.toml.
    pub digest: String,
    /// The site's date when it was composed.
    pub date: NaiveDate,
    /// 1 for the first issue of its day.
    pub number: u32,
}

impl IssueKey {
    /// The name of its folder: `2026-01-14` or `2026-01-14-2`.
    #[must_use]
    pub fn folder(&self) -> String {
        if self.number == 1 { self.date.to_string() } else { format!("{}-{}", self.date, self.number) }
    }

    /// Reads a key from its digest and folder name.
    ///
    /// # Errors
    /// When the digest's name is none that config.toml may give, or the folder's is not a date with an
    /// optional number of at least 2.
    pub fn from_folder(digest: &str, folder: &str) -> Result<Self, NotAKey> {
        let not_a_key = || NotAKey(format!("{digest}@{folder}"));
        let (date, rest) = folder.split_at_checked(10).ok_or_else(not_a_key)?;
        let number = match rest.strip_prefix('-') {
            Some(number) if !number.starts_with(['0', '+']) => number.parse().map_err(|_| not_a_key())?,
            None if rest.is_empty() => 1,
            _ => return Err(not_a_key()),
        };
        if !files::is_name(digest) || rest == "-1" {
            return Err(not_a_key());
        }
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").map_err(|_| not_a_key())?;
        Ok(Self { digest: digest.to_owned(), date, number })
    }
}

impl fmt::Display for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.digest, self.folder())
    }
}

impl FromStr for IssueKey {
    type Err = NotAKey;

    /// Reads `weekly@2026-01-14`, or a path that ends in `weekly/2026-01-14`.
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        if let Some((digest, folder)) = text.split_once('@') {
            return Self::from_folder(digest, folder);
        }
        let mut parts = text.trim_end_matches('/').rsplit('/');
        match (parts.next(), parts.next()) {
            (Some(folder), Some(digest)) => Self::from_folder(digest, folder),
            _ => Err(NotAKey(text.to_owned())),
        }
    }
}

/// A text that names no issue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no issue: write weekly@2026-01-14 or digests/weekly/2026-01-14")]
pub struct NotAKey(String);

/// One dated instance of a digest, as it is mailed but for the addresses of each recipient's own
/// pages (see [`crate::subscriber::Token`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its name.
    pub key: IssueKey,
    /// The subject, one line of plain text.
    pub subject: String,
    /// What an inbox shows after the subject, one line of plain text.
    pub preheader: String,
    /// The language of the issue, as in BCP 47.
    pub language: String,
    /// When it was composed.
    pub composed: DateTime<Utc>,
    /// The articles it carries, in order.
    pub articles: Vec<CarriedArticle>,
    /// The articles that its limits cut, and that are passed over for good.
    pub cut: Vec<Identity>,
    /// What an editor dropped from it; no later issue carries that.
    pub dropped: Vec<Identity>,
    /// The HTML document.
    pub html: String,
    /// The plaintext.
    pub text: String,
}

/// An article in an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedArticle {
    /// Path relative to its content folder.
    pub path: String,
    /// Its link, normalised, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its title.
    pub title: String,
    /// Where a reader finds it.
    pub url: String,
    /// The articles that tell the same, and that are carried with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Identity>,
}

impl CarriedArticle {
    /// What makes it the same article as another.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { path: self.path.clone(), link: self.link.clone() }
    }

    /// Its identity, and that of each article carried with it.
    pub fn identities(&self) -> impl Iterator<Item = Identity> + '_ {
        std::iter::once(self.identity()).chain(self.also.iter().cloned())
    }

    /// What `issue` told with it.
    #[must_use]
    pub fn told(self, issue: IssueKey) -> Told {
        let Self { path, link, title, .. } = self;
        Told { issue, path, link, title }
    }
}

/// An article as a started issue carried it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The issue.
    pub issue: IssueKey,
    /// The article's path relative to its content folder.
    pub path: String,
    /// Its link, normalised, where it has one.
    pub link: Option<String>,
    /// Its title.
    pub title: String,
}

impl Issue {
    /// SHA-256, in hexadecimal, over its name and what is mailed: subject, HTML and text, each after its
    /// length. Two digests with the same news on a day are two issues, with Message-IDs of their own.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [&self.key.to_string(), &self.subject, &self.html, &self.text] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        context.finish().as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for (text, key) in [
            ("weekly@2026-01-14", "weekly@2026-01-14"),
            ("weekly@2026-01-14-2", "weekly@2026-01-14-2"),
            ("digests/weekly/2026-01-14", "weekly@2026-01-14"),
            ("/srv/site/digests/weekly/2026-01-14-12/", "weekly@2026-01-14-12"),
        ] {
            assert_eq!(text.parse::<IssueKey>().unwrap().to_string(), key);
        }
        for text in [
            "weekly",
            "weekly@",
            "weekly@2026-1-14",
            "@2026-01-14",
            "weekly@2026-01-14-1",
            "a@2026-01-14-0",
            "a@2026-01-14x",
        ] {
            assert!(text.parse::<IssueKey>().is_err(), "{text}");
        }
    }
}
