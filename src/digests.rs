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
        };
        let path = self.path(&issue.key);
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
        let Some(file) = read_json::<IssueFile>(&folder.join(ISSUE))? else { return Ok(None) };
        check_issue(&folder.join(ISSUE), key, &file.issue)?;
        if file.subject.contains(char::is_control) {
            return Err(Error::Subject { path: folder.join(ISSUE) });
        }
        Ok(Some(Issue {
            key: key.clone(),
            subject: file.subject,
            preheader: file.preheader,
            language: file.language,
            composed: file.composed,
            articles: file.articles,
            cut: file.cut,
            html: files::read_text(&folder.join(HTML))?,
            text: files::read_text(&folder.join(TEXT))?,
        }))
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

/// Why an issue's folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// A JSON file is not what it should be; the source says in which line and column.
    #[error("{}: {source}; mend it, or compose the issue again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        source: serde_json::Error,
    },
    /// The subject would break the header that it goes into.
    #[error("{}: the subject holds a control character or line break: make it one line of text", path.display())]
    Subject {
        /// The file.
        path: PathBuf,
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
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Digests) {
        let folder = tempfile::tempdir().unwrap();
        let digests = Digests::new(folder.path().join("digests"));
        (folder, digests)
    }

    fn key(text: &str) -> IssueKey {
        text.parse().unwrap()
    }

    fn issue(name: &str) -> Issue {
        Issue {
            key: key(name),
            subject: "The week: \"ünïcode\"".to_owned(),
            preheader: "What mattered".to_owned(),
            language: "en".to_owned(),
            composed: "2026-01-14T09:00:00Z".parse().unwrap(),
            articles: vec![CarriedArticle {
                path: "posts/a.md".to_owned(),
                link: None,
                title: "A".to_owned(),
                url: "https://news.example.org/a/".to_owned(),
                also: vec![Identity { path: "wire/a.md".to_owned(), link: None }],
            }],
            cut: vec![Identity { path: "posts/b.md".to_owned(), link: None }],
            html: "<p>Hello</p>\n".to_owned(),
            text: "Hello\r\n".to_owned(),
        }
    }

    fn receipt(name: &str) -> Receipt {
        Receipt {
            issue: key(name),
            hash: issue(name).hash(),
            started: "2026-01-14T10:00:00Z".parse().unwrap(),
            list: "main".to_owned(),
            recipients: 3,
        }
    }

    #[test]
    fn an_issue_is_read_as_it_was_written() {
        let (_folder, digests) = folder();
        let issue = issue("weekly@2026-01-14-2");
        assert_eq!(digests.read(&issue.key).unwrap(), None);
        digests.write(&issue).unwrap();
        assert_eq!(digests.read(&issue.key).unwrap(), Some(issue));
    }

    #[test]
    fn the_files_of_an_issue_are_made_to_be_read() {
        let (_folder, digests) = folder();
        let issue = issue("weekly@2026-01-14");
        digests.write(&issue).unwrap();
        digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
        let path = digests.path(&issue.key);
        assert!(path.ends_with("digests/weekly/2026-01-14"));
        assert_eq!(files::names_in(&path).unwrap(), [HTML, TEXT, ISSUE, RECEIPT]);
        insta::assert_snapshot!(files::read_text(&path.join(ISSUE)).unwrap(), @r#"
        {
          "version": 1,
          "issue": "weekly@2026-01-14",
          "subject": "The week: \"ünïcode\"",
          "preheader": "What mattered",
          "language": "en",
          "composed": "2026-01-14T09:00:00Z",
          "articles": [
            {
              "path": "posts/a.md",
              "title": "A",
              "url": "https://news.example.org/a/",
              "also": [
                {
                  "path": "wire/a.md"
                }
              ]
            }
          ],
          "cut": [
            {
              "path": "posts/b.md"
            }
          ]
        }
        "#);
        insta::assert_snapshot!(files::read_text(&path.join(RECEIPT)).unwrap(), @r#"
        {
          "version": 1,
          "issue": "weekly@2026-01-14",
          "hash": "3738d79e2a387f8a10cce9328d191a85f1d04a87b958ba589cbb96a997fe3b53",
          "started": "2026-01-14T10:00:00Z",
          "list": "main",
          "recipients": 3
        }
        "#);
        assert!(files::read_text(&path.join(ISSUE)).unwrap().ends_with("}\n"));
    }

    #[test]
    fn what_a_reviewer_has_edited_is_what_is_read() {
        let (_folder, digests) = folder();
        let mut issue = issue("weekly@2026-01-14");
        digests.write(&issue).unwrap();
        let path = digests.path(&issue.key);
        let json = files::read_text(&path.join(ISSUE)).unwrap().replace("The week", "This week");
        files::write(&path.join(ISSUE), json.as_bytes()).unwrap();
        files::write(&path.join(TEXT), b"Good morning\n").unwrap();
        issue.subject = "This week: \"ünïcode\"".to_owned();
        issue.text = "Good morning\n".to_owned();
        assert_eq!(digests.read(&issue.key).unwrap(), Some(issue));
    }

    #[test]
    fn a_bad_file_is_named_with_what_is_wrong_and_where() {
        let (_folder, digests) = folder();
        let issue = issue("weekly@2026-01-14");
        let file = digests.path(&issue.key).join(ISSUE);
        for (from, to, says) in [
            ("\"language\"", "\"langauge\"", "unknown field `langauge`"),
            ("\"composed\": \"2026", "\"composed\": \"", "line 7"),
            ("What mattered\",", "What mattered\"", "line 6 column 3"),
            ("\"version\": 1", "\"version\": 2", "later tidings"),
            ("weekly@2026-01-14", "weekly@2026-01-15", "of weekly@2026-01-15"),
            ("The week", "The\\r\\nBcc: a@example.org", "the subject holds a control character"),
        ] {
            digests.write(&issue).unwrap();
            let json = files::read_text(&file).unwrap();
            assert!(json.contains(from), "{from}");
            files::write(&file, json.replace(from, to).as_bytes()).unwrap();
            let error = digests.read(&issue.key).unwrap_err().to_string();
            assert!(error.starts_with(file.to_str().unwrap()) && error.contains(says), "{error}");
        }
        digests.write(&issue).unwrap();
        files::remove(&digests.path(&issue.key).join(HTML)).unwrap();
        assert!(digests.read(&issue.key).unwrap_err().to_string().contains("digest.html"));
    }

    #[test]
    fn keys_are_sorted_and_other_folders_are_not_issues() {
        let (_folder, digests) = folder();
        assert_eq!(digests.keys("weekly").unwrap(), []);
        for name in
            ["2026-01-14-10", "2026-01-14", "2026-01-14-2", "2025-12-31", "notes", ".git", "2026-02-30"]
        {
            files::make_folder(&digests.root.join("weekly").join(name)).unwrap();
        }
        let keys: Vec<_> = digests.keys("weekly").unwrap().iter().map(IssueKey::folder).collect();
        assert_eq!(keys, ["2025-12-31", "2026-01-14", "2026-01-14-2", "2026-01-14-10"]);
    }

    #[test]
    fn drafts_are_the_issues_without_receipt() {
        let (_folder, digests) = folder();
        for name in ["weekly@2026-01-14", "weekly@2026-01-21", "daily@2026-01-14"] {
            digests.write(&issue(name)).unwrap();
        }
        digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
        // A receipt alone is no draft: the bytes may have been left out of git.
        digests.write_receipt(&receipt("weekly@2026-01-07")).unwrap();
        assert_eq!(digests.drafts("weekly").unwrap(), [key("weekly@2026-01-21")]);
        let receipts = digests.receipts("weekly").unwrap();
        assert_eq!(receipts, [receipt("weekly@2026-01-07"), receipt("weekly@2026-01-14")]);
    }

    #[test]
    fn what_was_started_is_neither_replaced_nor_removed() {
        let (_folder, digests) = folder();
        let issue = issue("weekly@2026-01-14");
        digests.write(&issue).unwrap();
        digests.write(&issue).unwrap();
        digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
        assert!(matches!(digests.write(&issue), Err(Error::Started(_))));
        assert!(matches!(digests.remove(&issue.key), Err(Error::Started(_))));
        digests.write(&self::issue("weekly@2026-01-15")).unwrap();
        digests.remove(&key("weekly@2026-01-15")).unwrap();
        assert_eq!(digests.keys("weekly").unwrap(), [issue.key]);
    }

    #[test]
    fn the_next_key_passes_over_what_was_started_but_not_over_drafts() {
        let (_folder, digests) = folder();
        let date = "2026-01-14".parse().unwrap();
        digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
        digests.write(&issue("weekly@2026-01-14-3")).unwrap();
        let next = digests.next_key("weekly", date, |key| key.number == 2).unwrap();
        assert_eq!(next.to_string(), "weekly@2026-01-14-3");
    }
}
