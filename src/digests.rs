//! The folder `digests/`: the drafts of issues and the receipts of started ones, as files to read,
//! review and keep in git.
//!
//! An issue is the folder `digests/<digest>/<date>/` with three files: `issue.json`,
//! `digest.html` and `digest.txt`. What they say is what is sent, also where a reviewer has edited
//! them. A fourth, `receipt.json`, says that the issue was started.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::article::Identity;
use crate::config;
use crate::files;
use crate::issue::{CarriedArticle, Issue, IssueKey};

const ISSUE: &str = "issue.json";
const HTML: &str = "digest.html";
const TEXT: &str = "digest.txt";
const RECEIPT: &str = "receipt.json";

/// The version of both JSON files.
const VERSION: u32 = 1;

/// The folder `digests/`.
#[derive(Debug, Clone)]
pub struct Digests {
    root: PathBuf,
}

/// What is left in an issue's folder when it was started by mail. It holds no addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The issue.
    pub issue: IssueKey,
    /// The hash of what was sent, see [`Issue::hash`].
    pub hash: String,
    /// When it was started.
    pub started: DateTime<Utc>,
    /// The list that it went to.
    pub list: String,
    /// How many deliveries were queued.
    pub recipients: u64,
    /// When it was finished or abandoned, if it was.
    pub ended: Option<DateTime<Utc>>,
}

/// What an issue is made of, without its subject and texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// When it was composed.
    pub composed: DateTime<Utc>,
    /// The articles that it carries.
    pub articles: Vec<CarriedArticle>,
    /// What a limit cut from it.
    pub cut: Vec<Identity>,
    /// What an editor dropped from it.
    pub dropped: Vec<Identity>,
}

/// `issue.json`: all of an issue that is not in the other two files.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueFile {
    version: u32,
    issue: String,
    subject: String,
    preheader: String,
    language: String,
    composed: DateTime<Utc>,
    articles: Vec<CarriedArticle>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cut: Vec<Identity>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dropped: Vec<Identity>,
}

/// `receipt.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptFile {
    version: u32,
    issue: String,
    hash: String,
    started: DateTime<Utc>,
    list: String,
    recipients: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<DateTime<Utc>>,
}

/// The version alone, to be read before the rest.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Digests {
    /// The folder at `root`, which need not be there.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The issue's folder: `digests/weekly/2026-01-14`.
    #[must_use]
    pub fn path(&self, key: &IssueKey) -> PathBuf {
        self.root.join(&key.digest).join(key.folder())
    }

    /// Writes an issue in one step, in the place of what stood in its folder.
    ///
    /// # Errors
    /// When the folder cannot be written, or holds a receipt: a started issue is never recomposed.
    pub fn write(&self, issue: &Issue) -> Result<(), Error> {
        if self.receipt(&issue.key)?.is_some() {
            return Err(Error::Started(issue.key.clone()));
        }
        let file = IssueFile {
            version: VERSION,
            issue: issue.key.to_string(),
            subject: issue.subject.clone(),
            preheader: issue.preheader.clone(),
            language: issue.language.clone(),
            composed: issue.composed,
            articles: issue.articles.clone(),
            cut: issue.cut.clone(),
            dropped: issue.dropped.clone(),
        };
        let path = self.path(&issue.key);
        files::sweep(&self.root.join(&issue.key.digest))?;
        let json = json(&path.join(ISSUE), &file)?;
        let files: [(&str, &[u8]); 3] =
            [(ISSUE, &json), (HTML, issue.html.as_bytes()), (TEXT, issue.text.as_bytes())];
        Ok(files::replace_folder(&path, &files)?)
    }

    /// The issue as its files say; `None` where there is no `issue.json`.
    ///
    /// # Errors
    /// When a file cannot be read, or `issue.json` is not one, or of another issue.
    pub fn read(&self, key: &IssueKey) -> Result<Option<Issue>, Error> {
        let folder = self.path(key);
        let Some(file) = self.issue_file(key)? else { return Ok(None) };
        if file.subject.trim().is_empty() || file.subject.contains(char::is_control) {
            return Err(Error::Subject { path: folder.join(ISSUE) });
        }
        if !config::is_language(&file.language) {
            return Err(Error::Language { path: folder.join(ISSUE), language: file.language });
        }
        Ok(Some(Issue {
            key: key.clone(),
            subject: file.subject,
            preheader: file.preheader,
            language: file.language,
            composed: file.composed,
            articles: file.articles,
            cut: file.cut,
            dropped: file.dropped,
            html: files::read_text(&folder.join(HTML))?,
            text: files::read_text(&folder.join(TEXT))?,
        }))
    }

    /// What the issue is made of, by its `issue.json` alone; `None` where there is none.
    ///
    /// # Errors
    /// When `issue.json` cannot be read, is none, or is of another issue.
    pub fn contents(&self, key: &IssueKey) -> Result<Option<Contents>, Error> {
        let file = self.issue_file(key)?;
        Ok(file.map(|IssueFile { composed, articles, cut, dropped, .. }| Contents {
            composed,
            articles,
            cut,
            dropped,
        }))
    }

    fn issue_file(&self, key: &IssueKey) -> Result<Option<IssueFile>, Error> {
        let path = self.path(key).join(ISSUE);
        let Some(file) = read_json::<IssueFile>(&path)? else { return Ok(None) };
        check_issue(&path, key, &file.issue)?;
        Ok(Some(file))
    }

    /// The issues of a digest that have a folder, the earliest first. A folder whose name is no date is none.
    ///
    /// # Errors
    /// When the digest's folder cannot be read.
    pub fn keys(&self, digest: &str) -> Result<Vec<IssueKey>, Error> {
        let names = files::names_in(&self.root.join(digest))?;
        let mut keys: Vec<_> =
            names.iter().filter_map(|name| IssueKey::from_folder(digest, name).ok()).collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// The first number of that date that is neither `taken` nor has a receipt: a draft that stands
    /// there is replaced.
    ///
    /// # Errors
    /// When a receipt cannot be read.
    pub fn next_key(
        &self,
        digest: &str,
        date: NaiveDate,
        taken: impl Fn(&IssueKey) -> bool,
    ) -> Result<IssueKey, Error> {
        let mut key = IssueKey { digest: digest.to_owned(), date, number: 1 };
        while taken(&key) || self.receipt(&key)?.is_some() {
            key.number += 1;
        }
        Ok(key)
    }

    /// Removes an issue's folder; one that is not there is no error.
    ///
    /// # Errors
    /// When it cannot be removed, or holds a receipt: what was started is not forgotten.
    pub fn remove(&self, key: &IssueKey) -> Result<(), Error> {
        if self.receipt(key)?.is_some() {
            return Err(Error::Started(key.clone()));
        }
        Ok(files::remove_folder(&self.path(key))?)
    }

    /// Leaves a receipt in its issue's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_receipt(&self, receipt: &Receipt) -> Result<(), Error> {
        let folder = self.path(&receipt.issue);
        files::make_folder(&folder)?;
        let file = ReceiptFile {
            version: VERSION,
            issue: receipt.issue.to_string(),
            hash: receipt.hash.clone(),
            started: receipt.started,
            list: receipt.list.clone(),
            recipients: receipt.recipients,
            ended: receipt.ended,
        };
        let path = folder.join(RECEIPT);
        Ok(files::write(&path, &json(&path, &file)?)?)
    }

    /// The receipt of an issue, if it was started by mail, here or elsewhere.
    ///
    /// # Errors
    /// When it cannot be read, is no receipt, or that of another issue.
    pub fn receipt(&self, key: &IssueKey) -> Result<Option<Receipt>, Error> {
        let path = self.path(key).join(RECEIPT);
        let Some(file) = read_json::<ReceiptFile>(&path)? else { return Ok(None) };
        check_issue(&path, key, &file.issue)?;
        Ok(Some(Receipt {
            issue: key.clone(),
            hash: file.hash,
            started: file.started,
            list: file.list,
            recipients: file.recipients,
            ended: file.ended,
        }))
    }

    /// The receipts of a digest, by the dates of their issues.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn receipts(&self, digest: &str) -> Result<Vec<Receipt>, Error> {
        let keys = self.keys(digest)?;
        keys.iter().filter_map(|key| self.receipt(key).transpose()).collect()
    }

    /// The drafts of a digest: the issues whose folder holds an `issue.json` and no receipt, the
    /// earliest first. One that went into a Maildir is among them, for that leaves no receipt: only
    /// the store knows.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn drafts(&self, digest: &str) -> Result<Vec<IssueKey>, Error> {
        let mut drafts = Vec::new();
        for key in self.keys(digest)? {
            let names = files::names_in(&self.path(&key))?;
            let has = |file: &str| names.iter().any(|name| name == file);
            if has(ISSUE) && !has(RECEIPT) {
                drafts.push(key);
            }
        }
        Ok(drafts)
    }
}

/// Pretty, in the order of the fields, with a line break at the end: it makes good diffs.
fn json(path: &Path, file: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut json = serde_json::to_vec_pretty(file).map_err(|source| malformed(path, source))?;
    json.push(b'\n');
    Ok(json)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let bytes = match files::read(path) {
        Err(error) if error.is_not_found() => return Ok(None),
        other => other?,
    };
    let version =
        serde_json::from_slice::<Versioned>(&bytes).map_err(|source| malformed(path, source))?.version;
    if version > VERSION {
        return Err(Error::Newer { path: path.to_owned() });
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|source| malformed(path, source))
}

fn check_issue(path: &Path, key: &IssueKey, found: &str) -> Result<(), Error> {
    if found == key.to_string() {
        return Ok(());
    }
    Err(Error::Misplaced { path: path.to_owned(), found: found.to_owned(), expected: key.clone() })
}

fn malformed(path: &Path, source: serde_json::Error) -> Error {
    Error::Malformed { path: path.to_owned(), source }
}

/// A draft can be made again, a receipt cannot.
fn remedy(path: &Path) -> &'static str {
    if path.ends_with(RECEIPT) {
        "bring it back from git or a backup"
    } else {
        "mend it, or compose the issue again"
    }
}

/// Why an issue's folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// A JSON file is not what it should be; the source says in which line and column.
    #[error("{}: {source}; {}", path.display(), remedy(path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        source: serde_json::Error,
    },
    /// The subject would break the header that it goes into.
    #[error("{}: the subject is blank, or holds a control character or line break: make it one line of text", path.display())]
    Subject {
        /// The file.
        path: PathBuf,
    },
    /// The language would break the header that it goes into.
    #[error("{}: {language:?} is no language tag (BCP 47), as \"en\" is", path.display())]
    Language {
        /// The file.
        path: PathBuf,
        /// What it says.
        language: String,
    },
    /// The file was copied from another issue's folder.
    #[error("{} is of {found}, and stands in the folder of {expected}: rename the folder back", path.display())]
    Misplaced {
        /// The file.
        path: PathBuf,
        /// The issue that it names.
        found: String,
        /// The issue in whose folder it stands.
        expected: IssueKey,
    },
    /// The file was written by a later version of the program.
    #[error("{} was written by a later tidings: update this one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The issue was started, and its folder stays as it is.
    #[error("{0} was started, and what was started is not changed: its folder holds a receipt.json")]
    Started(IssueKey),
}

#[cfg(test)]
mod tests;
