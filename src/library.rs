//! The library: all articles of the content folders, with the problems found while reading them.
//!
//! Only the head of each file is read, and only its front matter is parsed: bodies are read one by
//! one when an issue carries them.

use std::fmt;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use rayon::iter::{Either, IntoParallelIterator as _, ParallelIterator as _};
use url::Url;
use walkdir::{DirEntry, WalkDir};

use crate::article::front_matter::{self, Found};
use crate::article::{Article, Body, Markup, Site};
use crate::files;

/// How much of each file is read at first: nearly always all of the front matter.
const HEAD: u64 = 8 * 1024;

/// How much is read where the front matter does not end in [`HEAD`].
const LONG_HEAD: u64 = HEAD + front_matter::LIMIT as u64;

/// The largest file whose body is read, in bytes.
const FILE_LIMIT: u64 = 10 * 1024 * 1024;

/// The largest body, in bytes: what renders it takes time and memory in proportion.
const BODY_LIMIT: usize = 1024 * 1024;

/// What to read, and what it needs to know of the site.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The content folders; where two hold the same path, the first one's counts.
    pub folders: &'a [PathBuf],
    /// The zone of times without an offset.
    pub zone: Tz,
    /// The site's address.
    pub site: Option<&'a Url>,
    /// The pattern of its addresses.
    pub permalink: &'a str,
}

/// All articles, and what is wrong with the other files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// The articles, by path.
    pub articles: Vec<Article>,
    /// The problems, by path.
    pub problems: Vec<Problem>,
    /// The content folders that are not there; each is a problem as well.
    pub missing: Vec<PathBuf>,
}

/// A file or folder that cannot be read as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct Problem {
    /// Its path relative to the content folder, with `/`.
    pub path: String,
    /// The line of the file, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// Reads all articles of the content folders, on all processors.
///
/// Files are taken by their extension ([`Markup::of_extension`]). As in Hugo, names that begin with
/// `.` or `#` or end with `~` are not looked at, and `_index` files are no articles.
#[must_use]
pub fn read(reading: &Reading<'_>) -> Library {
    let mut library = Library::default();
    let mut found = Vec::new();
    for folder in reading.folders {
        if folder.is_dir() {
            walk(folder, &mut found, &mut library.problems);
        } else {
            library.missing.push(folder.clone());
            library.problems.push(Problem {
                path: folder.display().to_string(),
                line: None,
                message: "there is no such folder: make it, or correct `content` in config.toml".to_owned(),
            });
        }
    }
    keep_first(&mut found, &mut library.problems);
    let site = Site { zone: reading.zone, url: reading.site, permalink: reading.permalink };
    let (articles, problems): (Vec<_>, Vec<_>) = found
        .into_par_iter()
        .map_init(Vec::new, |buffer, file| read_one(file, site, buffer))
        .partition_map(|outcome| match outcome {
            Ok(article) => Either::Left(article),
            Err(problem) => Either::Right(problem),
        });
    // In parallel, but in order: both follow the order of `found`, which is by path.
    library.articles = articles;
    library.problems.extend(problems);
    library.problems.sort();
    library
}

/// The whole body of an article.
///
/// # Errors
/// When the file cannot be read or is not UTF-8, or when it or its body is too large.
pub fn body(article: &Article) -> Result<Body, Problem> {
    let problem = |line, message| Problem { path: article.path.clone(), line, message };
    let mut bytes = Vec::new();
    files::read_head(&article.file, FILE_LIMIT + 1, &mut bytes)
        .map_err(|error| problem(None, error.to_string()))?;
    let head = bytes.len().min(article.body_start);
    let body = &bytes[head..];
    if bytes.len() as u64 > FILE_LIMIT || body.len() > BODY_LIMIT {
        let limit = BODY_LIMIT / 1024 / 1024;
        return Err(problem(None, format!("its body is larger than {limit} MB: shorten or split it")));
    }
    let source = str::from_utf8(body).map_err(|error| {
        let before = &bytes[..head + error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        problem(
            Some(line),
            "it is not UTF-8: save it as UTF-8 (it may be Latin-1 or Windows-1252)".to_owned(),
        )
    })?;
    Ok(Body { markup: article.markup, source: source.to_owned() })
}

/// A file that may be an article.
struct Candidate {
    path: String,
    file: PathBuf,
}

/// Collects the files of a folder.
fn walk(folder: &Path, found: &mut Vec<Candidate>, problems: &mut Vec<Problem>) {
    let entries = WalkDir::new(folder).follow_links(true).into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.path())) {
        match entry {
            Ok(entry) if is_article(&entry) => match relative(entry.path(), folder) {
                Some(path) => found.push(Candidate { path, file: entry.into_path() }),
                None => problems.push(Problem {
                    path: entry.path().display().to_string(),
                    line: None,
                    message: "its name is not UTF-8: rename it".to_owned(),
                }),
            },
            Ok(_) => {}
            Err(error) => problems.extend(unreadable(&error, folder)),
        }
    }
}

/// Names that Hugo does not look at: hidden files, and those that editors leave.
fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().map(std::ffi::OsStr::to_string_lossy).unwrap_or_default();
    name.starts_with(['.', '#']) || name.ends_with('~')
}

fn is_article(entry: &DirEntry) -> bool {
    let stem = entry.path().file_stem().map(std::ffi::OsStr::to_string_lossy).unwrap_or_default();
    entry.file_type().is_file()
        && has_extension_of_article(entry.path())
        && stem != "_index"
        && !stem.starts_with("_index.")
}

fn has_extension_of_article(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).and_then(Markup::of_extension).is_some()
}

/// A path relative to its content folder, with `/`; `None` where it is not UTF-8.
fn relative(path: &Path, folder: &Path) -> Option<String> {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// What the walk stumbled over, unless it could not have been an article.
fn unreadable(error: &walkdir::Error, folder: &Path) -> Option<Problem> {
    let path = error.path().unwrap_or(folder);
    let message = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => {
            format!("it is a link to {}, in which it stands: remove the link", ancestor.display())
        }
        (None, Some(error)) => format!("it cannot be read: {error}"),
        (None, None) => error.to_string(),
    };
    // A link to nothing matters only where an article or a folder is expected.
    let matters = has_extension_of_article(path) || path.extension().is_none() || path.is_dir();
    (matters && !is_ignored(path)).then(|| Problem {
        path: relative(path, folder)
            .filter(|path| !path.is_empty())
            .unwrap_or_else(|| path.display().to_string()),
        line: None,
        message,
    })
}

/// Sorts by path, and keeps the first of those that have the same one.
fn keep_first(found: &mut Vec<Candidate>, problems: &mut Vec<Problem>) {
    // The sort is stable: the order of the folders stays.
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|later, first| {
        let same = later.path == first.path;
        if same {
            problems.push(Problem {
                path: later.path.clone(),
                line: None,
                message: format!(
                    "{} is passed over, for {} has the same path: rename one of them",
                    later.file.display(),
                    first.file.display()
                ),
            });
        }
        same
    });
}

/// Reads one article; `buffer` is the thread's own.
fn read_one(candidate: Candidate, site: Site<'_>, buffer: &mut Vec<u8>) -> Result<Article, Problem> {
    let Candidate { path, file } = candidate;
    let mut head = |limit| {
        buffer.clear();
        files::read_head(&file, limit, buffer).map(|()| buffer.len() as u64 == limit)
    };
    let read = head(HEAD).and_then(|more| {
        if more && matches!(front_matter::find(buffer), Found::Unclosed(..)) {
            buffer.clear();
            files::read_head(&file, LONG_HEAD, buffer)?;
        }
        Ok(())
    });
    read.map_err(|error| Problem { path: path.clone(), line: None, message: error.to_string() })?;
    Article::read(buffer, path.clone(), file, site).map_err(|error| Problem {
        path,
        line: error.line,
        message: error.message,
    })
}
