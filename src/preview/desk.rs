//! The desk: what pages are made of, kept until something changes.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, watch};

use super::asked::{Asked, Selecting, What};
use super::fault;
use super::newsletter::{Failed, Newsletter, Noted, folder_of, of_file};
use super::view::{Fault, Nearby, Shown};
use crate::clock::{self, Clock};
use crate::files;
use crate::library::Problem;
use crate::pipeline::Project;
use crate::selection::{Passed, Reason, Selection};

/// How many mails are kept.
const KEPT: usize = 4;

/// For how long a mail made for the present is taken for one.
pub(super) const PRESENT: TimeDelta = TimeDelta::seconds(30);

/// The same where nobody tells what changes: as long as it takes to load what belongs to a page.
const UNWATCHED: TimeDelta = TimeDelta::seconds(2);

/// What a preview is of.
#[derive(Debug)]
pub struct Preview {
    /// The config.toml, and the newsletter that it described at the start; none is needed for a file.
    pub project: Option<(PathBuf, Project)>,
    /// The message that is shown at [`What::File`].
    pub file: Option<PathBuf>,
}

/// What pages are made of.
pub(super) struct Desk {
    file: Option<PathBuf>,
    state: Mutex<State>,
    /// Counts the changes of all that is watched.
    version: watch::Sender<u64>,
    /// Whether it is watched: else nobody tells what changes.
    is_watched: AtomicBool,
}

struct State {
    newsletter: Option<Newsletter>,
    kept: Vec<Kept>,
    /// The problems that came while the preview ran, and are not mended.
    faulted: BTreeSet<Problem>,
}

/// The last good version of a mail.
#[derive(Clone)]
struct Kept {
    key: (What, Selecting),
    /// The version it was looked at, and when.
    at: (u64, DateTime<Utc>),
    shown: Arc<Shown>,
    /// The problems it had; `None` where any may be taken for those.
    problems: Option<BTreeSet<Problem>>,
    /// What was wrong when it was looked at.
    faults: Vec<Fault>,
}

/// What there is for a page.
pub(super) struct Seen {
    pub(super) shown: Arc<Shown>,
    pub(super) faults: Vec<Fault>,
    pub(super) nearby: Nearby,
    pub(super) version: u64,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPage {
    /// Nobody knows whose mail this would be.
    #[error("{0}")]
    Unknown(String),
}

impl Desk {
    pub(super) fn new(Preview { project, file }: Preview) -> Self {
        let newsletter = project.map(|(config, project)| Newsletter::new(config, project));
        let state = Mutex::new(State { newsletter, kept: Vec::new(), faulted: BTreeSet::new() });
        Self { file, state, version: watch::Sender::new(1), is_watched: AtomicBool::new(true) }
    }

    /// Tells the version, and each one that follows.
    pub(super) fn versions(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// A newsletter as it is described now, for commands; `None` where there is only a file.
    pub(super) async fn project(&self, selecting: &Selecting) -> Option<Project> {
        let state = self.state.lock().await;
        Some(state.newsletter.as_ref()?.at(selecting))
    }

    /// What is to be watched: folders with all that is in them, and folders for what is just in them.
    pub(super) async fn watched(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let state = self.state.lock().await;
        let (mut whole, mut flat) = (Vec::new(), Vec::new());
        if let Some(Newsletter { config, project, .. }) = &state.newsletter {
            let folder = &project.config.folder;
            whole.extend(project.config.site.content.iter().cloned());
            whole.extend([folder.join("digests"), folder.join("languages")]);
            flat.push(folder_of(config));
            flat.extend(project.config.site.content.iter().map(|content| folder_of(content)));
        }
        flat.extend(self.file.as_deref().map(folder_of));
        (whole, flat)
    }

    /// Reads config.toml again, which may have changed since the newsletter was opened.
    pub(super) async fn begin(&self) {
        if let Some(newsletter) = &mut self.state.lock().await.newsletter {
            newsletter.read_config();
        }
    }

    /// Takes note that files changed, by their absolute paths. Where that matters, a new version is told.
    pub(super) async fn note(&self, changed: &BTreeSet<PathBuf>) {
        let mut state = self.state.lock().await;
        let is_file = self.file.as_ref().is_some_and(|file| changed.contains(&files::real(file)));
        let noted = state.newsletter.as_mut().map_or(Noted::Nothing, |newsletter| newsletter.note(changed));
        if noted == Noted::Config {
            // What other settings make of the articles is no fault of whoever edits them.
            state.kept.iter_mut().for_each(|kept| kept.problems = None);
        }
        if is_file || noted != Noted::Nothing {
            self.version.send_modify(|version| *version += 1);
        }
    }

    /// Nothing is watched any more: from now on, each page is made of what the files say then.
    pub(super) fn unwatched(&self) {
        self.is_watched.store(false, Ordering::Relaxed);
    }

    /// Forgets all that was read, for anything may have changed, and tells a new version.
    pub(super) async fn forget(&self) {
        if let Some(newsletter) = &mut self.state.lock().await.newsletter {
            newsletter.forget();
        }
        self.version.send_modify(|version| *version += 1);
    }

    /// Takes note that time has passed, where that may matter and somebody looks.
    pub(super) async fn tick(&self) {
        let is_now = |one: &Newsletter| one.project.clock == Clock::Wall;
        let moves = self.state.lock().await.newsletter.as_ref().is_some_and(is_now);
        if moves && self.version.receiver_count() > 0 {
            self.version.send_modify(|version| *version += 1);
        }
    }

    /// What there is for a page: where something is wrong, the last version that was good, with that.
    pub(super) async fn see(&self, asked: &Asked) -> Result<Seen, NoPage> {
        let mut state = self.state.lock().await;
        let State { newsletter, kept, faulted } = &mut *state;
        let key = (asked.what.clone(), asked.selecting.clone());
        let (version, now) = (*self.version.borrow(), clock::wall());
        let is_watched = self.is_watched.load(Ordering::Relaxed);
        let lasts = if is_watched { PRESENT } else { UNWATCHED };
        // It stays where it is until there is another: a browser that goes away ends this at any `await`.
        let before = kept.iter().find(|one| one.key == key).cloned();
        let current = match before {
            Some(kept) if kept.at.0 == version && now - kept.at.1 < lasts => kept,
            before => {
                if let Some(newsletter) = newsletter.as_mut().filter(|_| !is_watched) {
                    newsletter.forget();
                }
                let made = match (newsletter.as_mut(), &self.file) {
                    (_, Some(file)) if key.0 == What::File => of_file(file),
                    (Some(newsletter), _) if key.0 != What::File => newsletter.make(&key.0, &key.1).await,
                    _ => Err(Failed::Unknown(format!("nothing is shown at {}", key.0))),
                };
                let faults = newsletter.as_ref().map(|one| one.faults.clone()).unwrap_or_default();
                let project = newsletter.as_ref().map(|one| &one.project);
                Kept::next(key, (version, now), before, (made, faults), (project, faulted))?
            }
        };
        let (shown, faults) = (current.shown.clone(), current.faults.clone());
        kept.retain(|one| one.key != current.key);
        kept.insert(0, current);
        kept.truncate(KEPT);
        let nearby = match newsletter {
            Some(newsletter) => newsletter.nearby(&asked.what, &counts(kept)).await,
            None => Nearby::default(),
        };
        Ok(Seen { shown, faults, nearby, version })
    }
}

impl Kept {
    /// What is known after something was made, or was not.
    fn next(
        key: (What, Selecting),
        at: (u64, DateTime<Utc>),
        before: Option<Self>,
        (made, mut faults): (Result<Shown, Failed>, Vec<Fault>),
        (project, faulted): (Option<&Project>, &mut BTreeSet<Problem>),
    ) -> Result<Self, NoPage> {
        let shown = match made {
            Ok(shown) => shown,
            Err(Failed::Unknown(what)) => return Err(NoPage::Unknown(what)),
            Err(Failed::Faults(found)) => {
                faults.extend(found);
                let good = before.map(|kept| (kept.shown, kept.problems));
                let (shown, problems) = good.unwrap_or_else(|| (Arc::new(Shown::Broken), None));
                return Ok(Self { key, at, shown, problems, faults });
            }
        };
        // A draft says nothing of the library: what was wrong in it before, nobody knows.
        let problems = shown.selection().map(problems);
        let known = before.as_ref().and_then(|before| before.problems.as_ref());
        let new: BTreeSet<Problem> = match (&problems, known) {
            (Some(problems), Some(known)) => problems - known,
            (Some(problems), None) => problems & faulted,
            (None, _) => BTreeSet::new(),
        };
        if let Some(problems) = &problems {
            *faulted = &(&*faulted & problems) | &new;
        }
        faults
            .extend(project.iter().flat_map(|project| new.iter().map(|one| fault::of_article(project, one))));
        match before {
            Some(before) if !new.is_empty() && !matches!(*before.shown, Shown::Broken) => {
                Ok(Self { key, at, faults, ..before })
            }
            _ => {
                let problems = problems.map(|problems| &problems - &new);
                Ok(Self { key, at, shown: Arc::new(shown), problems, faults })
            }
        }
    }
}

/// The files that could not be read as articles.
fn problems(selection: &Selection) -> BTreeSet<Problem> {
    let problem = |passed: &Arc<Passed>| match &passed.reason {
        Reason::Problem { line, message } => {
            Some(Problem { path: passed.path.clone(), line: *line, message: message.clone() })
        }
        _ => None,
    };
    selection.passed.iter().filter_map(problem).collect()
}

/// How many stories the next issues of digests have, of those that were looked at.
fn counts(kept: &[Kept]) -> HashMap<String, usize> {
    let counts = kept.iter().filter_map(|kept| {
        let (What::Due(digest) | What::Next(digest)) = &kept.key.0 else { return None };
        let picked = kept.shown.selection().map_or(0, |selection| selection.carried().count());
        (kept.key.1 == Selecting::default()).then(|| (digest.clone(), picked))
    });
    counts.collect()
}
