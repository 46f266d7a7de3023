//! Sections: `_index` files, which are no articles, but give front matter to those below them, and
//! Eleventy's data files, which do so too.

use std::collections::HashMap;
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::configuration::head;
use super::sites::{Sites, Spot};
use super::walk::{Candidate, Walked};
use super::{Problem, read_front_matter};
use crate::article::Dialect;
use crate::article::front_matter::{Cascade, FieldNames, Section};
use crate::article::place::Place;
use crate::article::settings::{self, Scoped};

/// The sections, and what they give to articles: for each content folder, by the path of their own.
#[derive(Debug, Default)]
pub(super) struct Sections {
    given: Vec<HashMap<String, Vec<Cascade>>>,
    /// The files that would give something, and cannot be read, by the folder of content and their own.
    broken: HashMap<(usize, String), String>,
}

impl Sections {
    /// Reads the `_index` files; one that cannot be read is a problem. One of Zola's tells what the
    /// articles of its content folder are, where nothing else does.
    pub(super) fn read(walked: &mut Walked, names: &FieldNames, problems: &mut Vec<Problem>) -> Self {
        let read: Vec<Result<Section, Problem>> =
            walked.sections.par_iter().map(|section| read_one(section, &walked.sites, names)).collect();
        let mut sections = vec![HashMap::<_, Vec<Cascade>>::new(); walked.sites.len()];
        let mut broken = HashMap::new();
        for (Candidate { path, file, folder, .. }, outcome) in walked.sections.iter().zip(read) {
            let above = path.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
            match outcome {
                Ok(Section { cascades, is_zola }) => {
                    if is_zola {
                        walked.sites[*folder].suppose(Dialect::Zola);
                    }
                    sections[*folder].entry(above).or_default().extend(cascades);
                }
                Err(problem) => {
                    if gives(file) {
                        broken.insert((*folder, above.clone()), path.clone());
                    }
                    // It is a section all the same.
                    sections[*folder].entry(above).or_default();
                    problems.push(problem);
                }
            }
        }
        for data in &walked.data {
            if walked.sites[data.folder].place(&data.path).dialect == Some(Dialect::Eleventy)
                && let Some((key, given)) = read_data(data)
            {
                sections[data.folder].entry(key).or_default().push(given);
            }
        }
        Self { given: sections, broken }
    }

    /// The section above an article that would give it something, a `draft` perhaps, if it could be read.
    pub(super) fn broken_above(&self, folder: usize, path: &str) -> Option<&str> {
        if self.broken.is_empty() {
            return None;
        }
        folders_above(path).find_map(|above| self.broken.get(&(folder, above.to_owned()))).map(String::as_str)
    }

    /// How many of the folders above an article of Hugo's are sections: those down to the nearest
    /// `_index`, and always the first (<https://gohugo.io/content-management/sections/>).
    pub(super) fn depth(&self, folder: usize, path: &str, spot: &Spot<'_, '_>) -> Option<usize> {
        if spot.dialect != Some(Dialect::Hugo) {
            return None;
        }
        let count = |path: &str| path.split('/').count() - 1;
        let is_section = |above: &&str| self.given[folder].contains_key(*above);
        let nearest = folders_above(path).find(is_section).unwrap_or_default();
        let depth = if nearest.is_empty() { 0 } else { count(nearest) + 1 };
        Some((depth + count(&spot.path)).saturating_sub(count(path)).max(1))
    }

    /// What is given to an article from outside, the nearest first: by data files of its own, by the
    /// sections and data files above, and by the configuration of its site.
    pub(super) fn above<'s>(
        &'s self,
        folder: usize,
        path: &str,
        spot: &Spot<'_, 's>,
        language: &str,
    ) -> Vec<&'s Cascade> {
        let settings = spot.settings;
        if !settings.defaults.is_empty() {
            return Scoped::of(&settings.defaults, &spot.path, Place::of(&spot.path, spot.dialect).kind);
        }
        let sections = &self.given[folder];
        if sections.is_empty() && settings.cascades.is_empty() {
            return Vec::new();
        }
        let folders = folders_above(path);
        let own = (spot.dialect == Some(Dialect::Eleventy)).then(|| sections.get(&file_key(path))).flatten();
        let given = own.into_iter().chain(folders.filter_map(|above| sections.get(above))).flatten();
        let mut given: Vec<&Cascade> = given.chain(&settings.cascades).collect();
        if !given.is_empty() {
            let languages = settings.languages.as_ref();
            let place = Place::among(&spot.path, spot.dialect, languages);
            let logical = format!("/{}/{}", place.folders, place.name).replace("//", "/").to_lowercase();
            let main = languages.map_or(language, |languages| &languages.main);
            let language = place.language.or(spot.language).unwrap_or(main);
            given.retain(|cascade| cascade.is_for(&logical, language));
        }
        given
    }
}

/// The folders above a path, the nearest first and the content folder itself, which is empty, last.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let (above, _) = path.rsplit_once('/').unwrap_or(("", path));
    std::iter::successors(Some(above), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
    })
}

/// The key of what a data file gives to one article: no folder's path ends so.
fn file_key(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    format!("{folder}/{}.*", file.rsplit_once('.').map_or(file, |(stem, _)| stem))
}

/// Where a data file of Eleventy's counts, and what it gives.
fn read_data(Candidate { path, file, .. }: &Candidate) -> Option<(String, Cascade)> {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let given = settings::data(&head(file), file.extension().is_some_and(|extension| extension == "json"))?;
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.split(".11tydata").next().unwrap_or(stem);
    let parent = file.parent().and_then(|parent| parent.file_name()).and_then(|name| name.to_str());
    let key = if parent == Some(stem) { above.to_owned() } else { file_key(&format!("{above}/{stem}.")) };
    Some((key, given))
}

/// Whether what cannot be read would give something to articles, by all that can be seen of it: by a
/// `cascade`, or Zola's `draft`.
fn gives(file: &Path) -> bool {
    // As UTF-16 has it, too.
    let head = head(file).replace('\0', "").to_lowercase();
    head.is_empty() || head.contains("cascade") || head.contains("draft")
}

/// What one section says.
fn read_one(section: &Candidate, sites: &[Sites], names: &FieldNames) -> Result<Section, Problem> {
    let problem = |line, message| Problem { path: section.path.clone(), line, message };
    let Spot { dialect, settings, language: of_folder, .. } = sites[section.folder].place(&section.path);
    let mut buffer = Vec::new();
    let head = read_front_matter(&section.file, dialect, &mut buffer)
        .map_err(|error| problem(None, error.to_string()))?;
    let languages = settings.languages.as_ref();
    let of_name = Place::among(&section.path, dialect, languages).language;
    // A section without a language in its name is of the site's own, as an article is.
    let language = of_name.or(of_folder).or(languages.map(|languages| &*languages.main));
    Section::read(head, dialect, language, names).map_err(|error| problem(error.line, error.message))
}
