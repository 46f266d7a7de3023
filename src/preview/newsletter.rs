//! A newsletter as the preview keeps it: read again where something changed, its mails made for pages.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{Days, NaiveTime, TimeDelta};

use super::asked::{Selecting, What};
use super::fault;
use super::nearby;
use super::view::{Fault, Mail, Nearby, Shown, Standing};
use crate::clock::Clock;
use crate::config::{Config, StoreAt};
use crate::files;
use crate::issue::{Issue, IssueKey};
use crate::library;
use crate::lint;
use crate::pipeline::{Composed, Error, Plan, Project, Shelves};
use crate::selector::Edits;
use crate::store::sqlite::{Mode, Sqlite};
use crate::store::{Stage, Store as _};

/// A newsletter's folder, and what was read of it.
pub(super) struct Newsletter {
    pub(super) config: PathBuf,
    pub(super) project: Project,
    /// What is wrong with its config.toml; the project is then the last one that was good.
    pub(super) faults: Vec<Fault>,
    shelves: Shelves,
}

/// What changed files mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Another configuration.
    Config,
    /// Other articles or issues.
    Content,
    /// Nothing.
    Nothing,
}

/// Why a mail could not be made.
pub(super) enum Failed {
    /// There is nothing of this name.
    Unknown(String),
    /// Something is wrong with files.
    Faults(Vec<Fault>),
}

impl Newsletter {
    pub(super) fn new(config: PathBuf, project: Project) -> Self {
        Self { config, project: at_once(project), faults: Vec::new(), shelves: Shelves::default() }
    }

    /// What the changed files mean.
    pub(super) fn note(&mut self, changed: &BTreeSet<PathBuf>) -> Noted {
        let config = as_told(&self.config);
        let folder = as_told(&folder_of(&self.config));
        let is_below = |file: &PathBuf, name: &str| {
            let path = folder.join(name);
            file.starts_with(files::real(&path)) || file.starts_with(path)
        };
        let is_config = |file: &PathBuf| *file == config || is_below(file, "languages");
        let is_content = |file: &PathBuf| {
            let mut folders = self.project.config.site.content.iter().map(|content| as_told(content));
            folders.any(|content| {
                let is_beside = file.parent() == content.parent() && library::makes_sites(file);
                is_beside || (file.starts_with(&content) && library::matters(file))
            })
        };
        let matters = changed.iter().any(|file| is_content(file) || is_below(file, "digests"));
        let noted = match changed.iter().any(is_config) {
            true => Noted::Config,
            false if matters => Noted::Content,
            false => Noted::Nothing,
        };
        if noted == Noted::Config {
            self.read_config();
        }
        // Ours says nothing of what the site is made with, though Hugo's and Zola's may have its name.
        let others = changed.iter().filter(|file| **file != config).cloned();
        self.shelves.note(&others.collect());
        noted
    }

    pub(super) fn forget(&mut self) {
        self.shelves = Shelves::default();
        self.read_config();
    }

    pub(super) fn read_config(&mut self) {
        match Config::load(&self.config) {
            Ok(config) => {
                self.project = at_once(Project::new(config, self.project.clock));
                self.faults = Vec::new();
            }
            Err(problems) => self.faults = fault::of_config(&problems),
        }
    }

    /// The newsletter at the time of a selection: the last instant of its day.
    pub(super) fn at(&self, selecting: &Selecting) -> Project {
        let zone = self.project.config.site.timezone;
        let end = selecting.at.and_then(|day| {
            let next = (day + Days::new(1)).and_time(NaiveTime::MIN).and_local_timezone(zone).earliest()?;
            Some(next.to_utc() - TimeDelta::seconds(1))
        });
        Project::new(self.project.config.clone(), end.map_or(self.project.clock, Clock::Held))
    }

    fn store(project: &Project) -> Result<Sqlite, Error> {
        let StoreAt::Sqlite(path) = &project.config.store;
        Ok(Sqlite::open(path, Mode::ReadOnly)?)
    }

    pub(super) async fn make(&mut self, what: &What, selecting: &Selecting) -> Result<Shown, Failed> {
        match self.try_to_make(what, selecting).await {
            Ok(shown) => Ok(shown),
            Err(error @ (Error::NoSuchName(_) | Error::UnknownIssue(_))) => {
                Err(Failed::Unknown(error.to_string()))
            }
            Err(error) => Err(Failed::Faults(vec![fault::of_error(&error, &self.config)])),
        }
    }

    async fn try_to_make(&mut self, what: &What, selecting: &Selecting) -> Result<Shown, Error> {
        let project = self.at(selecting);
        let store = Self::store(&project)?;
        let digest = match what {
            What::Issue(key) => return Ok(shown(Self::issue(&project, &store, key).await?)),
            What::Due(digest) | What::Next(digest) => project.digest(digest)?,
            What::File => return Ok(Shown::Broken),
        };
        let is_plain = *selecting == Selecting::default();
        if matches!(what, What::Due(_)) && is_plain {
            match project.due(&store, digest).await? {
                Some(Plan::Draft(issue)) => return Ok(shown(mail(&project, *issue, Standing::Draft)?)),
                Some(Plan::Resume(issue)) => return Ok(shown(mail(&project, *issue, Standing::Sending)?)),
                _ => {}
            }
        }
        let edits = Edits { pins: selecting.pins.clone(), drops: selecting.drops.clone() };
        let standing = match project.draft(&store, &digest.name).await? {
            Some(draft) => Standing::Beside(draft.key),
            None => Standing::Next,
        };
        match project.compose_again(&store, digest, &edits, &mut self.shelves).await? {
            Composed::Issue(issue, basis) => {
                Ok(shown(Mail { basis: Some(basis), ..mail(&project, *issue, standing)? }))
            }
            Composed::Nothing(nothing) => Ok(Shown::Nothing(nothing)),
        }
    }

    /// An issue of the store, or of `digests/`.
    async fn issue(project: &Project, store: &Sqlite, key: &IssueKey) -> Result<Mail, Error> {
        project.digest(&key.digest)?;
        if let Some(issue) = store.frozen(key).await? {
            let started = store.issue(key).await?;
            let is_open = started.is_some_and(|started| started.stage == Stage::Sending);
            return mail(project, issue, if is_open { Standing::Sending } else { Standing::Past });
        }
        let issue = project.digests().read(key)?.ok_or_else(|| Error::UnknownIssue(key.clone()))?;
        let is_past = project.digests().receipt(key)?.is_some();
        mail(project, issue, if is_past { Standing::Past } else { Standing::Draft })
    }

    /// What the rail lists beside what is shown; `counts` tells how many stories the next issues of digests have, of
    /// those that were looked at. What cannot be read is left out: whoever looks at it is told.
    pub(super) async fn nearby(&self, what: &What, counts: &HashMap<String, usize>) -> Nearby {
        match Self::store(&self.project) {
            Ok(store) => {
                nearby::nearby(&self.project, &store, what.digest(), counts).await.unwrap_or_default()
            }
            Err(_) => Nearby::default(),
        }
    }
}

/// The mail in a file.
pub(super) fn of_file(file: &Path) -> Result<Shown, Failed> {
    let failed = |error: files::Error| {
        let (file, message) = (file.display().to_string(), error.to_string());
        Failed::Faults(vec![Fault { file, line: None, message, help: None, excerpt: Vec::new() }])
    };
    let message = files::read(file).map_err(failed)?;
    let findings = lint::lint(&message, None);
    let standing = Standing::File(file.display().to_string());
    Ok(shown(Mail { standing, message, findings, issue: None, basis: None }))
}

/// A newsletter whose articles are read as soon as they are saved: whoever edits one wants to see it now.
fn at_once(mut project: Project) -> Project {
    project.config.site.settle = Duration::ZERO;
    project
}

/// An issue as the sender itself would get it.
fn mail(project: &Project, issue: Issue, standing: Standing) -> Result<Mail, Error> {
    let (message, findings) = project.looked_over(&issue)?;
    Ok(Mail { standing, message, findings, issue: Some(issue), basis: None })
}

fn shown(mail: Mail) -> Shown {
    Shown::Mail(Box::new(mail))
}

/// The folder that a file is in.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A path as the system tells of it, also where it is gone: without links.
fn as_told(path: &Path) -> PathBuf {
    match path.file_name() {
        Some(name) if !path.exists() => as_told(&folder_of(path)).join(name),
        _ => files::real(path),
    }
}
