//! Watching: files that change make a new version.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::{Instant, timeout, timeout_at};

use super::desk::Desk;
use crate::files;

/// An editor makes several steps of saving a file: they are gathered until nothing happens for so long,
const QUIET: Duration = Duration::from_millis(15);

/// and no longer than this.
const GATHER: Duration = Duration::from_millis(80);

/// A watch over what the pages are made of.
pub(super) struct Watch {
    desk: Arc<Desk>,
    watcher: RecommendedWatcher,
    changes: UnboundedReceiver<Changes>,
    /// The folders that are watched, and whether with all that is in them.
    known: BTreeSet<(PathBuf, bool)>,
}

impl Watch {
    /// Watches from now on: what is read later and changes then is told.
    ///
    /// # Errors
    /// When the system watches no more files; the message says what to do.
    pub(super) async fn over(desk: Arc<Desk>) -> Result<Self, String> {
        let (told, changes) = mpsc::unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let changes = match event {
                Ok(event) if event.need_rescan() => Changes { is_all: true, ..Changes::default() },
                Ok(Event { kind, paths, .. }) if changes_something(kind) => {
                    Changes { files: paths.into_iter().collect(), is_all: false }
                }
                _ => return,
            };
            // Nobody listens any more when the preview ends.
            let _ = told.send(changes);
        })
        .map_err(|error| remedy(&error))?;
        let mut watch = Self { desk, watcher, changes, known: BTreeSet::new() };
        watch.follow().await?;
        Ok(watch)
    }

    /// Tells the desk of changes, as long as it is polled.
    ///
    /// # Errors
    /// As [`Self::over`].
    pub(super) async fn run(mut self) -> Result<(), String> {
        while let Some(Changes { files, is_all }) = gathered(&mut self.changes).await {
            if is_all {
                self.desk.forget().await;
            }
            self.desk.note(&files).await;
            // A folder that was put in the place of another is watched by nobody.
            for (path, _) in self.known.extract_if(.., |(path, _)| files.contains(path)) {
                // Nor can it be unwatched, where it was only moved.
                let _ = self.watcher.unwatch(&path);
            }
            let fresh = self.follow().await?;
            // What came into a new folder before it was watched, nobody told.
            if !fresh.is_empty() {
                self.desk.note(&fresh).await;
            }
        }
        Ok(())
    }

    /// Watches also what config.toml names since it changed, and folders that came to be: these.
    async fn follow(&mut self) -> Result<BTreeSet<PathBuf>, String> {
        let (whole, flat) = self.desk.watched().await;
        let wanted =
            whole.into_iter().map(|path| (path, true)).chain(flat.into_iter().map(|path| (path, false)));
        // By their own names, as the system tells them.
        let wanted = wanted.map(|(path, deep)| (files::real(&path), deep)).filter(|(path, _)| path.is_dir());
        let wanted: BTreeSet<_> = wanted.collect();
        for (path, _) in self.known.difference(&wanted) {
            // A folder that is gone is not watched any more.
            let _ = self.watcher.unwatch(path);
        }
        let mut fresh = BTreeSet::new();
        for (path, deep) in wanted.difference(&self.known) {
            let mode = if *deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.watcher.watch(path, mode) {
                // It went meanwhile, and is looked for again at the next change.
                Err(_) if !path.is_dir() => continue,
                watched => watched.map_err(|error| remedy(&error))?,
            }
            fresh.insert(path.clone());
        }
        self.known =
            wanted.into_iter().filter(|one| self.known.contains(one) || fresh.contains(&one.0)).collect();
        Ok(fresh)
    }
}

/// Whether a file is another one after this. Reading one is told too, which is what the preview itself does.
fn changes_something(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

/// What changed.
#[derive(Debug, Default)]
struct Changes {
    /// These files and folders.
    files: BTreeSet<PathBuf>,
    /// Perhaps any: the system had more to tell than it could.
    is_all: bool,
}

/// What happens next, with what happens right after it.
async fn gathered(changes: &mut UnboundedReceiver<Changes>) -> Option<Changes> {
    let mut all = changes.recv().await?;
    let end = Instant::now() + GATHER;
    while let Ok(Ok(Some(more))) = timeout_at(end, timeout(QUIET, changes.recv())).await {
        all.files.extend(more.files);
        all.is_all |= more.is_all;
    }
    Some(all)
}

fn remedy(error: &notify::Error) -> String {
    let help = match error.kind {
        notify::ErrorKind::MaxFilesWatch => ": raise fs.inotify.max_user_watches (sysctl)",
        _ => "",
    };
    format!("files are not watched, so reload the page to see what changed ({error}){help}")
}
