//! The walk through the content folders: which files may be articles.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;
use walkdir::{DirEntry, WalkDir};

use super::sites::{Sites, relative};
use super::{Library, Problem, Reading};
use crate::article::{Dialect, Markup};
use crate::files;

/// A file that may be an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its path below its content folder.
    pub(super) path: String,
    pub(super) file: PathBuf,
    /// Which of the content folders.
    pub(super) folder: usize,
    /// Whether it stands beside or below an `index.md`, and nothing tells whether that matters.
    pub(super) is_beside_index: bool,
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// What may be an article, by path.
    pub(super) candidates: Vec<Candidate>,
    /// The `_index` files.
    pub(super) sections: Vec<Candidate>,
    /// What may be Eleventy's data files.
    pub(super) data: Vec<Candidate>,
    /// Whether links were followed: then a file may have been met twice.
    has_links: bool,
    /// The sites of each content folder.
    pub(super) sites: Vec<Sites>,
}

/// Walks through all content folders. What cannot be read becomes a problem.
pub(super) fn walk(reading: &Reading<'_>, library: &mut Library) -> Walked {
    let mut walked = Walked::default();
    for (number, folder) in reading.folders.iter().enumerate() {
        walked.sites.push(Sites::around(folder, reading.dialect, reading.language));
        if folder.is_dir() {
            walk_folder(folder, number, &mut walked, &mut library.problems);
        } else {
            library.missing.push(folder.clone());
            let message = if folder.exists() {
                "it is a file: name its folder under `content` in config.toml"
            } else {
                "there is no such folder: make it, or correct `content` in config.toml"
            };
            let path = folder.display().to_string();
            library.problems.push(Problem { path, line: None, message: message.to_owned() });
        }
    }
    for (root, message) in walked.sites.iter().flat_map(|sites| &sites.remarks) {
        let path = root.display().to_string();
        library.problems.push(Problem { path, line: None, message: message.clone() });
    }
    let sites = &walked.sites;
    walked.candidates.retain(|candidate| !sites[candidate.folder].hides(&candidate.path));
    // Of one folder, that of no language is the shortest, and goes first.
    walked.sections.sort_by(|a, b| (a.path.len(), &a.path).cmp(&(b.path.len(), &b.path)));
    keep_first(&mut walked.candidates, &mut library.problems);
    if walked.has_links {
        keep_real(&mut walked.candidates);
    }
    keep_bundles(&mut walked);
    walked
}

/// Collects the files of a folder: one depth after the other, the folders of each side by side.
fn walk_folder(folder: &Path, number: usize, walked: &mut Walked, problems: &mut Vec<Problem>) {
    let mut folders = vec![folder.to_owned()];
    while !folders.is_empty() {
        let listings: Vec<Listing> =
            folders.par_iter().map(|listed| Listing::of(listed, folder, number)).collect();
        folders.clear();
        for listing in listings {
            listing.others.iter().for_each(|entry| walked.sites[number].note(entry, folder));
            let inner = listing.others.into_iter().filter(|entry| entry.file_type().is_dir());
            folders.extend(inner.map(DirEntry::into_path));
            walked.candidates.extend(listing.candidates);
            walked.sections.extend(listing.sections);
            walked.data.extend(listing.data);
            walked.has_links |= listing.has_links;
            problems.extend(listing.problems);
        }
    }
}

/// What stands in one folder.
#[derive(Default)]
struct Listing {
    candidates: Vec<Candidate>,
    sections: Vec<Candidate>,
    data: Vec<Candidate>,
    /// Whether a link is among it.
    has_links: bool,
    /// Folders, and files that are none of those.
    others: Vec<DirEntry>,
    problems: Vec<Problem>,
}

impl Listing {
    /// Lists a folder in, or at the top of, a content folder.
    fn of(listed: &Path, folder: &Path, number: usize) -> Self {
        let mut listing = Self::default();
        let above = relative(listed, folder);
        let entries = WalkDir::new(listed).min_depth(1).max_depth(1).follow_links(true).into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.path())) {
            match entry {
                Ok(entry) => {
                    if let Some(ancestor) = ancestor(&entry, folder) {
                        listing.problems.push(looped(entry.path(), &ancestor, folder));
                        continue;
                    }
                    listing.has_links |= entry.path_is_symlink();
                    listing.sort_in(entry, above.as_deref(), number);
                }
                Err(error) => listing.problems.extend(unreadable(&error, folder)),
            }
        }
        listing
    }

    /// Puts a file where it belongs; `above` is the path of its folder, where that is UTF-8.
    fn sort_in(&mut self, entry: DirEntry, above: Option<&str>, folder: usize) {
        let is_data = is_data(entry.path());
        if !entry.file_type().is_file() || !(is_data || has_extension_of_article(entry.path())) {
            self.others.push(entry);
            return;
        }
        let (Some(above), Some(name)) = (above, entry.file_name().to_str()) else {
            self.problems.push(Problem {
                path: entry.path().display().to_string(),
                line: None,
                message: "its name is not UTF-8: rename it".to_owned(),
            });
            return;
        };
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") };
        let is_section = name.starts_with("_index.");
        let list = match (is_data, is_section) {
            (true, _) => &mut self.data,
            (false, true) => &mut self.sections,
            (false, false) => &mut self.candidates,
        };
        list.push(Candidate { path, file: entry.into_path(), folder, is_beside_index: false });
    }
}

/// The folder above that a link leads to, if it does: there is no end to that.
fn ancestor(entry: &DirEntry, folder: &Path) -> Option<PathBuf> {
    if !entry.path_is_symlink() || !entry.file_type().is_dir() {
        return None;
    }
    let mut above = entry.path().ancestors().skip(1).take_while(|above| above.starts_with(folder));
    above.find(|above| files::is_same(above, entry.path())).map(Path::to_owned)
}

/// Names that Hugo does not look at: hidden files, and those that editors leave; and what npm puts
/// into folders.
pub(super) fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    name.starts_with(b".") || name.starts_with(b"#") || name.ends_with(b"~") || name == b"node_modules"
}

/// Whether Eleventy may take a file for data of the articles beside and below it: one of JSON that is
/// called as its folder is, or any `.11tydata` (<https://www.11ty.dev/docs/data-template-dir/>).
pub(super) fn is_data(path: &Path) -> bool {
    let (Some(stem), Some(extension)) = (path.file_stem(), path.extension()) else { return false };
    let suffix = Path::new(stem).extension().is_some_and(|suffix| suffix == "11tydata");
    match extension.as_encoded_bytes() {
        b"json" => suffix || path.parent().and_then(Path::file_name) == Some(stem),
        b"js" | b"mjs" | b"cjs" => suffix,
        _ => false,
    }
}

pub(super) fn has_extension_of_article(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).and_then(Markup::of_extension).is_some()
}

/// A link to a folder in which it stands.
fn looped(link: &Path, ancestor: &Path, folder: &Path) -> Problem {
    problem(
        link,
        folder,
        format!("it is a link to {}, in which it stands: remove the link", ancestor.display()),
    )
}

/// What the walk stumbled over, unless it could not have been an article.
fn unreadable(error: &walkdir::Error, folder: &Path) -> Option<Problem> {
    let path = error.path().unwrap_or(folder);
    if let Some(ancestor) = error.loop_ancestor() {
        return Some(looped(path, ancestor, folder));
    }
    let message =
        error.io_error().map_or_else(|| error.to_string(), |error| format!("it cannot be read: {error}"));
    // A link to nothing matters only where an article or a folder is expected.
    let matters = has_extension_of_article(path) || path.extension().is_none() || path.is_dir();
    (matters && !is_ignored(path)).then(|| problem(path, folder, message))
}

/// What is wrong with a file or folder of the walk.
fn problem(path: &Path, folder: &Path, message: String) -> Problem {
    let below = relative(path, folder).filter(|below| !below.is_empty());
    Problem { path: below.unwrap_or_else(|| path.display().to_string()), line: None, message }
}

/// Sorts by path, and keeps the first of those that have the same one.
fn keep_first(found: &mut Vec<Candidate>, problems: &mut Vec<Problem>) {
    // The sort is stable: the order of the folders stays.
    found.par_sort_by(|a, b| a.path.cmp(&b.path));
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

/// Keeps one of the paths that lead to the same file: its own, if that is among them, else the first.
fn keep_real(found: &mut Vec<Candidate>) {
    let real: Vec<PathBuf> = found.iter().map(|candidate| files::real(&candidate.file)).collect();
    let is_own = |number: usize| real[number].ends_with(&found[number].path);
    let mut kept: HashMap<&Path, usize> = HashMap::new();
    for (number, file) in real.iter().enumerate() {
        let first = kept.entry(file).or_insert(number);
        if is_own(number) && !is_own(*first) {
            *first = number;
        }
    }
    let mut numbers = 0..;
    found.retain(|_| numbers.next().is_some_and(|number| kept.get(&*real[number]) == Some(&number)));
}

/// Sorts out what belongs to the `index.md` beside or above it, and is no article of its own.
fn keep_bundles(walked: &mut Walked) {
    let Walked { candidates, sites, .. } = walked;
    let bundles: HashSet<(usize, &str)> = candidates
        .iter()
        .filter_map(|candidate| Some((candidate.folder, bundle(&candidate.path)?)))
        // The root of a site is none, though Hugo would take all of the site for its parts.
        .filter(|(folder, path)| !sites[*folder].is_root(path))
        .collect();
    if bundles.is_empty() {
        return;
    }
    let is_part = |candidate: &Candidate| {
        let folder = candidate.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // An index is no part of its own folder's.
        let skipped = usize::from(bundle(&candidate.path).is_some());
        folders_from(folder).skip(skipped).any(|folder| bundles.contains(&(candidate.folder, folder)))
    };
    let mut parts = candidates.iter().map(is_part).collect::<Vec<_>>().into_iter();
    candidates.retain_mut(|candidate| {
        if parts.next() != Some(true) {
            return true;
        }
        let dialect = sites[candidate.folder].place(&candidate.path).dialect;
        candidate.is_beside_index = dialect.is_none();
        !dialect.is_some_and(Dialect::has_bundles)
    });
}

/// The folder that this file makes one article; not that of a whole site.
fn bundle(path: &str) -> Option<&str> {
    let (folder, file) = path.rsplit_once('/')?;
    (file.starts_with("index.")).then_some(folder)
}

/// A folder and those above it, but for the content folder.
fn folders_from(folder: &str) -> impl Iterator<Item = &str> {
    let first = Some(folder).filter(|folder| !folder.is_empty());
    std::iter::successors(first, |folder| folder.rsplit_once('/').map(|(above, _)| above))
}
