//! The library: all articles of the content folders, with the problems found while reading them.
//!
//! Only the head of each file is read, and only its front matter is parsed: bodies are read one by
//! one when an issue carries them. An article is judged as soon as it is read, and what is passed over
//! is forgotten but for its path and the reason: so a library of a million articles fits into memory.

mod configuration;
mod sites;
mod walk;
mod sections;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod dialects;

mod shelf;

pub use shelf::{Changed, Shelf, makes_sites, matters};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use url::Url;

use crate::article::front_matter::{self, FieldNames, Found};
use crate::article::permalink::Permalink;
use crate::article::{Article, Body, Dialect, Site, Standing};
use crate::files;
use crate::selection::{Passed, Reason};
use sections::Sections;
use walk::Candidate;

/// How much of each file is read at first, a page: nearly always all of the front matter.
const HEAD: usize = 4 * 1024;

/// How much is read where the front matter does not end in [`HEAD`].
const LONG_HEAD: usize = HEAD + front_matter::LIMIT;

/// The largest body, in bytes: what renders it takes time and memory in proportion.
const BODY_LIMIT: usize = 1024 * 1024;

/// What to read, and what it needs to know of the site.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The content folders; where two hold the same path, the first one's counts.
    pub folders: &'a [PathBuf],
    /// The zone of times without an offset.
    pub zone: Tz,
    /// Whether that goes before the one that a generator's configuration says.
    pub zone_is_stated: bool,
    /// The site's address.
    pub site: Option<&'a Url>,
    /// The site's language.
    pub language: &'a str,
    /// How it makes addresses; `None` is as each article's dialect makes them.
    pub permalink: Option<&'a Permalink>,
    /// The dialect of all articles; `None` is to be found out.
    pub dialect: Option<Dialect>,
    /// What the site calls its fields.
    pub names: &'a FieldNames,
    /// Which files are left for the next run; `None` leaves none.
    pub settle: Option<Settle>,
    /// Whether articles passed over are kept whole, for those who want to see them; else only their
    /// paths are.
    pub whole: bool,
}

impl<'a> Reading<'a> {
    /// What articles need to know of the site.
    fn site(&self) -> Site<'a> {
        Site {
            zone: self.zone,
            zone_is_stated: self.zone_is_stated,
            url: self.site,
            language: self.language,
            permalink: self.permalink,
            names: self.names,
        }
    }
}

/// Files that changed a short time ago are left alone: whoever copies them may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settle {
    /// The time on the wall, by which the system dates files.
    pub now: DateTime<Utc>,
    /// For how long a file has to be still.
    pub time: Duration,
}

/// All articles, and what is wrong with the other files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// The articles that nothing was said against, by path.
    pub articles: Vec<Article>,
    /// The other articles, by path.
    pub passed: Vec<Arc<Passed>>,
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

impl From<Problem> for Arc<Passed> {
    fn from(problem: Problem) -> Self {
        let reason = Reason::Problem { line: problem.line, message: problem.message };
        Self::new(Passed { path: problem.path, article: None, reason })
    }
}

/// Reads all articles of the content folders, on all processors, and passes over those that `objection`
/// has a reason against. It is asked as soon as an article is read, before its `url` is known.
///
/// Files are taken by their extension ([`Markup::of_extension`](crate::article::Markup::of_extension)).
/// As in Hugo, names that begin with `.` or `#` or end with `~` are not looked at, and `_index` files
/// are no articles, but give front matter to those below them. What else is no article depends on
/// the dialect: `_layouts` and the like are none of Jekyll's, and files beside an `index.md` belong to
/// that, in Hugo and Zola.
#[must_use]
pub fn read(reading: &Reading<'_>, objection: impl Fn(&Article) -> Option<Reason> + Sync) -> Library {
    let mut library = Library::default();
    let mut walked = walk::walk(reading, &mut library);
    let sections = Sections::read(&mut walked, reading.names, &mut library.problems);
    let walk::Walked { candidates, sites, .. } = walked;
    let around = Around { reading, sites: &sites, sections: &sections };
    let outcomes: Vec<Outcome> = candidates
        .into_par_iter()
        .map_init(Vec::new, |buffer, candidate| {
            read_one(candidate, around, &objection, buffer).unwrap_or_else(Outcome::Problem)
        })
        .collect();
    // Read in parallel, but in order, which is by path.
    library.take(outcomes);
    library
}

impl Library {
    /// Takes what files turned out to be, by path.
    fn take(&mut self, outcomes: impl IntoIterator<Item = Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Kept(article) => self.articles.push(*article),
                Outcome::Passed(passed) => self.passed.push(passed),
                Outcome::Problem(problem) => self.problems.push(problem),
                Outcome::None => {}
            }
        }
        self.problems.sort();
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
enum Outcome {
    Kept(Box<Article>),
    Passed(Arc<Passed>),
    Problem(Problem),
    /// No article.
    None,
}

impl Outcome {
    /// An article that something speaks against; `whole` keeps what it says.
    fn passed(article: Article, reason: Reason, whole: bool) -> Self {
        let path = article.path.clone();
        Self::Passed(Arc::new(Passed { path, article: whole.then(|| Box::new(article)), reason }))
    }
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

/// What reading an article needs to know of what is around it.
#[derive(Clone, Copy)]
struct Around<'a> {
    reading: &'a Reading<'a>,
    sites: &'a [sites::Sites],
    sections: &'a Sections,
}

/// Reads one article, if the file is one, and judges it; `buffer` is the thread's own.
fn read_one(
    candidate: Candidate,
    Around { reading, sites, sections }: Around<'_>,
    objection: impl Fn(&Article) -> Option<Reason>,
    buffer: &mut Vec<u8>,
) -> Result<Outcome, Problem> {
    let Candidate { path, file, folder, is_beside_index } = candidate;
    let problem = |line, message| Problem { path: path.clone(), line, message };
    if let Some(message) = reading.settle.and_then(|settle| settle.restless(&file).transpose()) {
        return Err(problem(None, message.unwrap_or_else(|error| error.to_string())));
    }
    if let Some(section) = sections.broken_above(folder, &path) {
        let message = format!("what {section} gives to it, `draft` perhaps, cannot be read: mend that file");
        return Err(problem(None, message));
    }
    let spot = sites[folder].place(&path);
    let head =
        read_front_matter(&file, spot.dialect, buffer).map_err(|error| problem(None, error.to_string()))?;
    let cascades = sections.above(folder, &path, &spot, reading.language);
    let standing = Standing {
        path: &spot.path,
        dialect: spot.dialect,
        cascades: &cascades,
        sections: sections.depth(folder, &path, &spot),
        language: spot.language,
        settings: spot.settings,
    };
    let mut reason = None;
    let article = Article::read(head, path.clone(), file, standing, reading.site(), |article| {
        reason = objection(article);
        reason.is_none() || reading.whole
    })
    .map_err(|error| problem(error.line, error.message))?;
    // Where nothing tells the dialect, a date tells an article from a part of the one beside it.
    let Some(article) = article.filter(|article| !is_beside_index || article.date.is_some()) else {
        return Ok(Outcome::None);
    };
    Ok(match reason {
        None => Outcome::Kept(Box::new(article)),
        Some(reason) => Outcome::passed(article, reason, reading.whole),
    })
}

/// Reads the head of a file, as much of it as its front matter takes.
fn read_front_matter<'b>(
    file: &Path,
    dialect: Option<Dialect>,
    buffer: &'b mut Vec<u8>,
) -> Result<&'b [u8], files::Error> {
    let is_closed = |head: &[u8]| !matches!(front_matter::find_in(head, dialect), Found::Unclosed(..));
    files::read_until(file, (HEAD, LONG_HEAD), buffer, is_closed)
}

impl Settle {
    /// What to say of a file that has not been still for long enough. A file dated far in the
    /// future, by a clock that is wrong, is still.
    fn restless(self, file: &Path) -> Result<Option<String>, files::Error> {
        let age = self.now - DateTime::<Utc>::from(files::modified(file)?);
        let Ok(time) = TimeDelta::from_std(self.time) else { return Ok(None) };
        Ok((age.abs() < time).then(|| {
            format!(
                "changed {} ago; taken once it has been still for {} (settle)",
                words(age.max(TimeDelta::zero())),
                words(time)
            )
        }))
    }
}

/// A time in its largest unit, rounded down.
fn words(time: TimeDelta) -> String {
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (days @ 2.., _, _) => format!("{days} days"),
        (_, hours @ 2.., _) => format!("{hours} hours"),
        (_, _, minutes @ 1..) => format!("{minutes} min"),
        _ => format!("{} s", time.num_seconds()),
    }
}
