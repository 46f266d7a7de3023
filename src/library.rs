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
/// When the file cannot be read or is not UTF-8, or when its body is larger than 1 MB.
pub fn body(article: &Article) -> Result<Body, Problem> {
    let problem = |line, message| Problem { path: article.path.clone(), line, message };
    let mut bytes = Vec::new();
    // One byte more than may be tells what is too large.
    let limit = article.body_start + BODY_LIMIT + 1;
    files::read_head(&article.file, limit as u64, &mut bytes)
        .map_err(|error| problem(None, error.to_string()))?;
    if bytes.len() == limit {
        let limit = BODY_LIMIT / 1024 / 1024;
        return Err(problem(None, format!("its body is larger than {limit} MB: shorten or split it")));
    }
    let start = article.body_start.min(bytes.len());
    let source = str::from_utf8(&bytes[start..]).map_err(|error| {
        let line = 1 + front_matter::line_breaks(&bytes[..start + error.valid_up_to()]);
        let message = "the text is not UTF-8: save the file as UTF-8 (it may be Latin-1 or Windows-1252)";
        problem(Some(line), message.to_owned())
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
    let problem =
        |error: files::Error| Problem { path: path.clone(), line: None, message: error.to_string() };
    for limit in [HEAD, LONG_HEAD] {
        buffer.clear();
        files::read_head(&file, limit, buffer).map_err(problem)?;
        let is_whole = (buffer.len() as u64) < limit;
        if is_whole || !matches!(front_matter::find(buffer), Found::Unclosed(..)) {
            break;
        }
    }
    Article::read(buffer, path.clone(), file, site).map_err(|error| Problem {
        path,
        line: error.line,
        message: error.message,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const ARTICLE: &str = "---\ntitle: T\ndate: 2026-01-13\n---\nBody\n";

    /// A folder with these files in it.
    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            files::make_folder(path.parent().unwrap()).unwrap();
            files::write(&path, bytes).unwrap();
        }
        folder
    }

    fn read_all(folders: &[PathBuf]) -> Library {
        read(&Reading { folders, zone: Tz::UTC, site: None, permalink: "/:slug/" })
    }

    fn read_files(files: &[(&str, &[u8])]) -> Library {
        let folder = folder(files);
        read_all(&[folder.path().to_owned()])
    }

    fn paths(library: &Library) -> Vec<&str> {
        library.articles.iter().map(|article| article.path.as_str()).collect()
    }

    fn problems(library: &Library) -> Vec<String> {
        library.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn articles_are_files_of_known_kinds_by_path() {
        let article = ARTICLE.as_bytes();
        let library = read_files(&[
            ("b/c.markdown", article),
            ("b/a.md", article),
            ("a.HTML", article),
            ("b.mdx", article),
            ("_posts/d.htm", article),
            // None of these is one.
            ("_index.md", article),
            ("b/_index.de.md", article),
            ("b/note.txt", article),
            ("md", article),
            (".hidden.md", article),
            (".git/x.md", article),
            ("draft.md~", article),
            ("#draft.md", article),
        ]);
        assert_eq!(paths(&library), ["_posts/d.htm", "a.HTML", "b.mdx", "b/a.md", "b/c.markdown"]);
        assert_eq!(problems(&library), [""; 0]);
    }

    #[test]
    fn a_bad_article_is_a_problem_and_stops_no_other() {
        let library = read_files(&[
            ("bad.md", b"---\ntitle: a: b\n---\n"),
            ("good.md", ARTICLE.as_bytes()),
            ("open.md", b"---\ntitle: T\n"),
            ("wide.md", b"\xFF\xFE-\0-\0-\0"),
        ]);
        assert_eq!(paths(&library), ["good.md"]);
        let [bad, open, wide] = &problems(&library)[..] else { panic!("{library:?}") };
        assert!(bad.starts_with("bad.md:2: YAML front matter: "), "{bad}");
        assert_eq!(
            open,
            "open.md:1: the YAML front matter does not end within 64 KB: close it with a line `---`"
        );
        assert_eq!(wide, "wide.md: the file is UTF-16: save it as UTF-8");
    }

    #[test]
    fn a_file_without_front_matter_is_an_article_without_date() {
        let library = read_files(&[("about/our-team_today.md", b"# Us\n"), ("empty.md", b"")]);
        let titles: Vec<_> = library.articles.iter().map(|article| (&*article.title, article.date)).collect();
        assert_eq!(titles, [("Our team today", None), ("Empty", None)]);
    }

    #[test]
    fn long_front_matter_is_read_to_its_end() {
        let pad = format!("---\nx: {}\ntitle: T\n---\nBody", "y".repeat(20_000));
        let library = read_files(&[("long.md", pad.as_bytes())]);
        assert_eq!(library.articles[0].title, "T");
        assert_eq!(library.articles[0].body_start, pad.len() - "Body".len());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let library = read_all(&[PathBuf::from("no/such")]);
        assert_eq!(library.missing, [PathBuf::from("no/such")]);
        assert!(problems(&library)[0].starts_with("no/such: there is no such folder"));
    }

    #[test]
    fn of_two_folders_with_the_same_path_the_first_counts() {
        let second = folder(&[("a.md", b"---\ntitle: second\n---\n"), ("b.md", b"")]);
        let first = folder(&[("a.md", b"---\ntitle: first\n---\n")]);
        let library = read_all(&[first.path().to_owned(), second.path().to_owned()]);
        assert_eq!(paths(&library), ["a.md", "b.md"]);
        assert_eq!(library.articles[0].title, "first");
        let [problem] = &library.problems[..] else { panic!("{library:?}") };
        assert_eq!(problem.path, "a.md");
        assert!(problem.message.starts_with(&second.path().join("a.md").display().to_string()), "{problem}");
    }

    #[test]
    fn links_are_followed_and_loops_are_problems() {
        let elsewhere = folder(&[("x.md", ARTICLE.as_bytes())]);
        let folder = folder(&[("a/b.md", ARTICLE.as_bytes())]);
        symlink(elsewhere.path(), folder.path().join("linked")).unwrap();
        symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        symlink("nowhere", folder.path().join("gone.md")).unwrap();
        symlink("nowhere", folder.path().join("gone.png")).unwrap();
        let library = read_all(&[folder.path().to_owned()]);
        assert_eq!(paths(&library), ["a/b.md", "linked/x.md"]);
        let [looped, gone] = &problems(&library)[..] else { panic!("{library:?}") };
        assert!(looped.starts_with("a/loop: it is a link to "), "{looped}");
        assert!(gone.starts_with("gone.md: it cannot be read: "), "{gone}");
    }

    #[test]
    fn a_body_is_read_without_its_front_matter() {
        let folder = folder(&[
            ("a.md", ARTICLE.as_bytes()),
            ("b.html", b"\xEF\xBB\xBF<p>Text</p>"),
            ("c.md", b"---\ntitle: T\n---\nfine\ncaf\xE9\n"),
        ]);
        let library = read_all(&[folder.path().to_owned()]);
        let [markdown, html, latin1] = &library.articles[..] else { panic!("{library:?}") };
        assert_eq!(body(markdown), Ok(Body { markup: Markup::Markdown, source: "Body\n".to_owned() }));
        assert_eq!(body(html), Ok(Body { markup: Markup::Html, source: "<p>Text</p>".to_owned() }));
        let error = body(latin1).unwrap_err();
        assert_eq!(error.line, Some(5));
        assert!(error.message.contains("save the file as UTF-8"), "{error}");
        files::remove_folder(folder.path()).unwrap();
        assert!(body(markdown).unwrap_err().message.starts_with("cannot read "));
    }

    #[test]
    fn a_body_has_a_size() {
        let large = vec![b'x'; BODY_LIMIT];
        let folder = folder(&[("fits.md", &large), ("large.md", &[&large[..], b"x"].concat())]);
        let library = read_all(&[folder.path().to_owned()]);
        let [fits, large] = &library.articles[..] else { panic!("{library:?}") };
        assert_eq!(body(fits).unwrap().source.len(), BODY_LIMIT);
        assert!(body(large).unwrap_err().message.contains("larger than 1 MB"));
    }
}
