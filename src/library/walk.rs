//! The walk through the content folders: which files may be articles.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::sites::{Sites, relative};
use super::{Library, Problem, Reading};
use crate::article::{Dialect, Markup};
use crate::files;

/// A file that may be an article.
#[derive(Debug)]
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
    keep_first(&mut walked.candidates, &mut library.problems);
    if walked.has_links {
        keep_real(&mut walked.candidates);
    }
    keep_bundles(&mut walked);
    walked
}

/// Collects the files of a folder.
fn walk_folder(folder: &Path, number: usize, walked: &mut Walked, problems: &mut Vec<Problem>) {
    let entries = WalkDir::new(folder).follow_links(true).into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.path())) {
        match entry {
            Ok(entry) => {
                walked.sites[number].note(&entry, folder);
                walked.has_links |= entry.path_is_symlink();
                let Some(list) = walked.list_for(&entry) else { continue };
                match relative(entry.path(), folder) {
                    Some(path) => list.push(Candidate {
                        path,
                        file: entry.into_path(),
                        folder: number,
                        is_beside_index: false,
                    }),
                    None => problems.push(Problem {
                        path: entry.path().display().to_string(),
                        line: None,
                        message: "its name is not UTF-8: rename it".to_owned(),
                    }),
                }
            }
            Err(error) => problems.extend(unreadable(&error, folder)),
        }
    }
}

impl Walked {
    /// Where a file belongs, if it can be an article or a section.
    fn list_for(&mut self, entry: &DirEntry) -> Option<&mut Vec<Candidate>> {
        if !entry.file_type().is_file() {
            return None;
        }
        if !has_extension_of_article(entry.path()) {
            return is_data(entry.path()).then_some(&mut self.data);
        }
        let stem = entry.path().file_stem().map(OsStr::as_encoded_bytes).unwrap_or_default();
        let is_section = stem == b"_index" || stem.starts_with(b"_index.");
        Some(if is_section { &mut self.sections } else { &mut self.candidates })
    }
}

/// Names that Hugo does not look at: hidden files, and those that editors leave; and what npm puts
/// into folders.
fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    name.starts_with(b".") || name.starts_with(b"#") || name.ends_with(b"~") || name == b"node_modules"
}

/// Whether Eleventy may take a file for data of the articles beside and below it: one of JSON that is
/// called as its folder is, or any `.11tydata` (<https://www.11ty.dev/docs/data-template-dir/>).
fn is_data(path: &Path) -> bool {
    let (Some(stem), Some(extension)) = (path.file_stem(), path.extension()) else { return false };
    let suffix = Path::new(stem).extension().is_some_and(|suffix| suffix == "11tydata");
    match extension.as_encoded_bytes() {
        b"json" => suffix || path.parent().and_then(Path::file_name) == Some(stem),
        b"js" | b"mjs" | b"cjs" => suffix,
        _ => false,
    }
}

fn has_extension_of_article(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).and_then(Markup::of_extension).is_some()
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
