//! The articles as they were read last, for who composes again and again.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::select::{complete, objection};
use super::{Error, Project};
use crate::clock::Clock;
use crate::config::Site;
use crate::library::{Changed, Library, Shelf};
use crate::selection::Filter;
use crate::selector::{Edits, History, Query};

/// How many questions are kept with what was read for them, where they are about few files.
const KEPT: usize = 6;

/// How many files all that is kept may be about; some 300 octets of memory each.
const FILES: usize = 120_000;

/// What was read for the questions asked last, the latest first.
#[derive(Debug, Default)]
pub struct Shelves(Vec<Shelved>);

/// A question, with what was read for it.
#[derive(Debug)]
struct Shelved {
    question: Question,
    shelf: Shelf,
    /// What changed since.
    changed: BTreeSet<PathBuf>,
}

/// All that speaks for or against an article by itself.
#[derive(Debug, Clone)]
struct Question {
    site: Site,
    filter: Filter,
    history: History,
    clock: Clock,
    now: DateTime<Utc>,
    since: Option<DateTime<Utc>>,
    edits: Edits,
}

impl Question {
    fn of(project: &Project, query: &Query<'_>) -> Self {
        Self {
            site: project.config.site.clone(),
            filter: query.filter.clone(),
            history: query.history.clone(),
            clock: project.clock,
            now: query.now,
            since: query.window.since,
            edits: query.edits.clone(),
        }
    }

    /// Whether it is `earlier` asked at a later time, and perhaps with other edits.
    fn continues(&self, earlier: &Self) -> bool {
        self.site == earlier.site
            && self.filter == earlier.filter
            && self.history == earlier.history
            && self.clock == earlier.clock
            && self.now >= earlier.now
            && self.since >= earlier.since
    }

    /// The articles that either has edited, where they do not edit the same.
    fn edited(&self, earlier: &Self) -> BTreeSet<String> {
        let all =
            |edits: &Edits| -> BTreeSet<String> { edits.pins.iter().chain(&edits.drops).cloned().collect() };
        if self.edits == earlier.edits {
            return BTreeSet::new();
        }
        &all(&self.edits) | &all(&earlier.edits)
    }
}

impl Shelves {
    /// Notes that files or folders changed, by their absolute paths. Nothing is read before it is asked for.
    pub fn note(&mut self, changed: &BTreeSet<PathBuf>) {
        for asked in &mut self.0 {
            asked.changed.extend(changed.iter().cloned());
        }
    }

    /// The library, as [`Project::library`] reads it.
    pub(super) fn library(&mut self, project: &Project, query: &Query<'_>) -> Result<Library, Error> {
        let question = Question::of(project, query);
        let reading = project.reading(false);
        let objection = |article: &_| objection(article, query);
        let known = self.0.iter().position(|asked| question.continues(&asked.question));
        let asked = match known.map(|at| self.0.remove(at)) {
            Some(Shelved { question: earlier, mut shelf, changed }) => {
                let changed = Changed { files: changed, articles: question.edited(&earlier) };
                shelf.refresh(&reading, &changed, objection);
                Shelved { question, shelf, changed: BTreeSet::new() }
            }
            None => Shelved { question, shelf: Shelf::read(&reading, objection), changed: BTreeSet::new() },
        };
        let library = asked.shelf.library();
        self.0.insert(0, asked);
        self.forget();
        complete(library)
    }

    /// Forgets what was asked long ago, where there is much.
    fn forget(&mut self) {
        let mut files = 0;
        let kept = self.0.iter().take(KEPT).take_while(|asked| {
            files += asked.shelf.len();
            files <= FILES
        });
        let kept = kept.count().max(1);
        self.0.truncate(kept);
    }
}
