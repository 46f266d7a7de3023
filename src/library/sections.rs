//! Sections: `_index` files, which are no articles, but give front matter to those below them.

use std::collections::HashMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::sites::Sites;
use super::walk::{Candidate, Walked};
use super::{Problem, read_front_matter};
use crate::article::Dialect;
use crate::article::front_matter::{Cascade, FieldNames, Section};
use crate::article::place::Place;

/// What sections give to articles: for each content folder, by the path of their own.
#[derive(Debug, Default)]
pub(super) struct Sections(Vec<HashMap<String, Vec<Cascade>>>);

impl Sections {
    /// Reads the `_index` files; one that cannot be read is a problem. One of Zola's tells what the
    /// articles of its content folder are, where nothing else does.
    pub(super) fn read(walked: &mut Walked, names: &FieldNames, problems: &mut Vec<Problem>) -> Self {
        let read: Vec<Result<Section, Problem>> =
            walked.sections.par_iter().map(|section| read_one(section, &walked.sites, names)).collect();
        let mut sections = vec![HashMap::<_, Vec<Cascade>>::new(); walked.sites.len()];
        for (Candidate { path, folder, .. }, outcome) in walked.sections.iter().zip(read) {
            match outcome {
                Ok(Section { cascades, is_zola }) => {
                    if is_zola {
                        walked.sites[*folder].suppose(Dialect::Zola);
                    }
                    if !cascades.is_empty() {
                        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
                        sections[*folder].entry(above.to_owned()).or_default().extend(cascades);
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        Self(sections)
    }

    /// What the sections above give to an article, the nearest first.
    pub(super) fn above(&self, folder: usize, path: &str, language: &str) -> Vec<&Cascade> {
        let sections = &self.0[folder];
        if sections.is_empty() {
            return Vec::new();
        }
        let (above, _) = path.rsplit_once('/').unwrap_or(("", path));
        let folders = std::iter::successors(Some(above), |folder| {
            (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
        });
        let mut given: Vec<&Cascade> = folders.filter_map(|above| sections.get(above)).flatten().collect();
        if !given.is_empty() {
            let place = Place::of(path, None);
            let logical = format!("/{}/{}", place.folders, place.name).replace("//", "/").to_lowercase();
            given.retain(|cascade| cascade.is_for(&logical, place.language.unwrap_or(language)));
        }
        given
    }
}

/// What one section says.
fn read_one(section: &Candidate, sites: &[Sites], names: &FieldNames) -> Result<Section, Problem> {
    let problem = |line, message| Problem { path: section.path.clone(), line, message };
    let dialect = sites[section.folder].place(&section.path).dialect;
    let mut buffer = Vec::new();
    let head = read_front_matter(&section.file, dialect, &mut buffer)
        .map_err(|error| problem(None, error.to_string()))?;
    let language = Place::of(&section.path, dialect).language;
    Section::read(head, dialect, language, names).map_err(|error| problem(error.line, error.message))
}
