//! A library that is asked again and again: of it, only what changed is read again.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::configuration::CONFIGS;
use super::sections::Sections;
use super::sites::relative;
use super::walk::{self, Walked, has_extension_of_article, is_data, is_ignored};
use super::{Around, Library, Outcome, Reading, read_one};
use crate::article::{Article, Dialect};
use crate::files;
use crate::selection::Reason;

/// The content folders, as they were read last.
///
/// Whoever changes what is asked (the site's settings, the window's beginning, the past) reads a new one; as time
/// passes, [`Shelf::refresh`] is enough.
#[derive(Debug)]
pub struct Shelf {
    walked: Walked,
    sections: Sections,
    /// The problems of the walk and the sections, and the folders that are missing.
    found: Library,
    /// What each of the candidates is.
    outcomes: Vec<Outcome>,
}

/// What is to be read again.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Files and folders that changed, are new, or are gone, by their absolute paths.
    pub files: BTreeSet<PathBuf>,
    /// Articles that are asked about in another way, by their paths.
    pub articles: BTreeSet<String>,
}

/// How much is to be read again.
#[derive(Debug, PartialEq, Eq)]
enum Extent {
    /// The files at these places among the candidates.
    Files(BTreeSet<usize>),
    /// The folders are to be listed, and these files read, by path.
    Listing(BTreeSet<String>),
    /// All.
    Whole,
}

impl Shelf {
    /// Reads all articles, as [`super::read`] does.
    pub fn read(reading: &Reading<'_>, objection: impl Fn(&Article) -> Option<Reason> + Sync) -> Self {
        let mut shelf = Self::listed(reading);
        let all = (0..shelf.walked.candidates.len()).collect();
        shelf.outcomes =
            shelf.read_some(all, reading, &objection).into_iter().map(|(_, read)| read).collect();
        shelf
    }

    /// Reads what changed, and the files that had a problem, or were dated after the present. What was kept is judged
    /// again, for time has passed.
    pub fn refresh(
        &mut self,
        reading: &Reading<'_>,
        changed: &Changed,
        objection: impl Fn(&Article) -> Option<Reason> + Sync,
    ) {
        match self.extent(reading, changed) {
            Extent::Whole => *self = Self::read(reading, objection),
            Extent::Listing(paths) => {
                let old = std::mem::replace(self, Self::listed(reading));
                let again = self.take_over(old, &paths);
                self.read_into(again, reading, &objection);
                self.judge_again(reading, &objection);
            }
            Extent::Files(mut again) => {
                again.extend((0..self.outcomes.len()).filter(|at| self.outcomes[*at].is_open()));
                self.read_into(again.into_iter().collect(), reading, &objection);
                self.judge_again(reading, &objection);
            }
        }
    }

    /// All of it, as it stands.
    #[must_use]
    pub fn library(&self) -> Library {
        let mut library = self.found.clone();
        library.take(self.outcomes.iter().cloned());
        library
    }

    /// How many files it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// What there may be to read.
    fn listed(reading: &Reading<'_>) -> Self {
        let mut found = Library::default();
        let mut walked = walk::walk(reading, &mut found);
        let sections = Sections::read(&mut walked, reading.names, &mut found.problems);
        Self { walked, sections, found, outcomes: Vec::new() }
    }

    fn read_some(
        &self,
        which: Vec<usize>,
        reading: &Reading<'_>,
        objection: &(impl Fn(&Article) -> Option<Reason> + Sync),
    ) -> Vec<(usize, Outcome)> {
        let around = Around { reading, sites: &self.walked.sites, sections: &self.sections };
        which
            .into_par_iter()
            .map_init(Vec::new, |buffer, at| {
                let candidate = self.walked.candidates[at].clone();
                (at, read_one(candidate, around, objection, buffer).unwrap_or_else(Outcome::Problem))
            })
            .collect()
    }

    fn read_into(
        &mut self,
        which: Vec<usize>,
        reading: &Reading<'_>,
        objection: &(impl Fn(&Article) -> Option<Reason> + Sync),
    ) {
        for (at, outcome) in self.read_some(which, reading, objection) {
            self.outcomes[at] = outcome;
        }
    }

    /// Passes over what was kept, and is not to be any more.
    fn judge_again(
        &mut self,
        reading: &Reading<'_>,
        objection: &(impl Fn(&Article) -> Option<Reason> + Sync),
    ) {
        for outcome in &mut self.outcomes {
            if let Outcome::Kept(article) = outcome
                && let Some(reason) = objection(article)
            {
                *outcome = Outcome::passed((**article).clone(), reason, reading.whole);
            }
        }
    }

    /// Takes what is known of the same files from an older shelf; which ones are to be read.
    fn take_over(&mut self, old: Self, changed: &BTreeSet<String>) -> Vec<usize> {
        let mut again = Vec::new();
        let mut before = old.walked.candidates.into_iter().zip(old.outcomes).peekable();
        for (at, candidate) in self.walked.candidates.iter().enumerate() {
            // Both are in the order of their paths.
            while before.next_if(|(older, _)| older.path < candidate.path).is_some() {}
            let known = before.next_if(|(older, _)| older == candidate);
            let known = known.filter(|(_, read)| !read.is_open() && !changed.contains(&candidate.path));
            if known.is_none() {
                again.push(at);
            }
            self.outcomes.push(known.map_or(Outcome::None, |(_, read)| read));
        }
        again
    }

    /// What changes of these files and folders mean.
    fn extent(&self, reading: &Reading<'_>, changed: &Changed) -> Extent {
        let folders: Vec<[PathBuf; 2]> = reading
            .folders
            .iter()
            .map(|folder| {
                [std::path::absolute(folder).unwrap_or_else(|_| folder.clone()), files::real(folder)]
            })
            .collect();
        let (mut paths, mut is_listing) = (changed.articles.clone(), false);
        let mut again: BTreeSet<usize> =
            changed.articles.iter().filter_map(|path| self.place(None, path)).collect();
        for file in &changed.files {
            if makes_sites(file) {
                return Extent::Whole;
            }
            let below = folders.iter().enumerate().find_map(|(number, names)| {
                let folder = names.iter().find(|folder| file.starts_with(folder))?;
                Some((number, relative(file, folder)?))
            });
            let Some((folder, path)) = below else { continue };
            if path.split('/').any(|part| is_ignored(Path::new(part))) {
                continue;
            }
            match self.place(Some(folder), &path) {
                Some(at) if file.is_file() => {
                    again.insert(at);
                }
                None if gives(file) || file.is_dir() || self.has_below(folder, &path) => {
                    return Extent::Whole;
                }
                Some(_) => is_listing = true,
                None if has_extension_of_article(file) => is_listing = true,
                None => continue,
            }
            paths.insert(path);
        }
        if is_listing { Extent::Listing(paths) } else { Extent::Files(again) }
    }

    /// Whether candidates stand below a path, which then is, or was, a folder's. What editors leave for a moment (Vim's
    /// `4913`, `sed -i`) is none.
    fn has_below(&self, folder: usize, path: &str) -> bool {
        if path.is_empty() {
            return true; // The content folder itself.
        }
        let above = format!("{path}/");
        let first = self.walked.candidates.partition_point(|candidate| candidate.path < above);
        let below = self.walked.candidates[first..].iter().take_while(|one| one.path.starts_with(&above));
        below.into_iter().any(|candidate| candidate.folder == folder)
    }

    /// The place of a file among the candidates, of one content folder or of any.
    fn place(&self, folder: Option<usize>, path: &str) -> Option<usize> {
        let candidates = &self.walked.candidates;
        let at = candidates.binary_search_by(|candidate| candidate.path.as_str().cmp(path)).ok()?;
        folder.is_none_or(|folder| candidates[at].folder == folder).then_some(at)
    }
}

/// Whether a file or folder of a content folder that changed may change what is read: so that nobody looks again for
/// what an editor, git or a database leaves beside the articles.
#[must_use]
pub fn matters(file: &Path) -> bool {
    let is_known = makes_sites(file) || gives(file) || has_extension_of_article(file);
    !is_ignored(file) && (is_known || file.extension().is_none() || file.is_dir())
}

/// Whether a file or folder, beside content or in it, tells what a site is made with.
#[must_use]
pub fn makes_sites(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    CONFIGS.contains(&name) || Dialect::of_marker(name).is_some() || name == "_posts"
}

/// Whether a file gives something to others.
fn gives(file: &Path) -> bool {
    let name = file.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    name.starts_with(b"_index.") || is_data(file)
}

impl Outcome {
    /// Whether it may change though its file does not: what is dated after the present comes to be in it, and
    /// what made a problem may be another file's.
    fn is_open(&self) -> bool {
        match self {
            Self::Problem(_) => true,
            Self::Passed(passed) => matches!(passed.reason, Reason::Future | Reason::TooNew),
            Self::Kept(_) | Self::None => false,
        }
    }
}

#[cfg(test)]
mod tests;
