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

/// Watches what the pages are made of, as long as it is polled.
///
/// # Errors
/// When the system watches no more files; the message says what to do.
pub(super) async fn watch(desk: Arc<Desk>) -> Result<(), String> {
    let (told, mut changes) = mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // What the system cannot tell, reloading the page shows.
        if let Ok(Event { kind, paths, .. }) = event
            && changes_something(kind)
        {
            // Nobody listens any more when the preview ends.
            let _ = told.send(paths);
        }
    })
    .map_err(|error| remedy(&error))?;
    let mut known = BTreeSet::new();
    follow(&desk, &mut watcher, &mut known).await?;
    while let Some(files) = gathered(&mut changes).await {
        desk.note(&files).await;
        let new = follow(&desk, &mut watcher, &mut known).await?;
        if !new.is_empty() {
            // Of what came into them before they were watched, nobody told.
            desk.note(&new).await;
        }
    }
    Ok(())
}

/// Whether a file is another one after this. Reading one is told too, which is what the preview itself does.
fn changes_something(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

/// The files of what happens next, with what happens right after it.
async fn gathered(changes: &mut UnboundedReceiver<Vec<PathBuf>>) -> Option<BTreeSet<PathBuf>> {
    let mut files: BTreeSet<PathBuf> = changes.recv().await?.into_iter().collect();
    let end = Instant::now() + GATHER;
    while let Ok(Ok(Some(more))) = timeout_at(end, timeout(QUIET, changes.recv())).await {
        files.extend(more);
    }
    Some(files)
}

/// Watches also what config.toml names since it changed, and folders that came to be: these are returned.
async fn follow(
    desk: &Desk,
    watcher: &mut RecommendedWatcher,
    known: &mut BTreeSet<(PathBuf, bool)>,
) -> Result<BTreeSet<PathBuf>, String> {
    let (whole, flat) = desk.watched().await;
    let wanted = whole.into_iter().map(|path| (path, true)).chain(flat.into_iter().map(|path| (path, false)));
    // By their own names, as the system tells them.
    let wanted = wanted.map(|(path, deep)| (files::real(&path), deep)).filter(|(path, _)| path.is_dir());
    let wanted: BTreeSet<_> = wanted.collect();
    for (path, _) in known.difference(&wanted) {
        // A folder that is gone is not watched any more.
        let _ = watcher.unwatch(path);
    }
    for (path, deep) in wanted.difference(known) {
        let mode = if *deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        watcher.watch(path, mode).map_err(|error| remedy(&error))?;
    }
    let new = wanted.difference(known).map(|(path, _)| path.clone()).collect();
    *known = wanted;
    Ok(new)
}

fn remedy(error: &notify::Error) -> String {
    let help = match error.kind {
        notify::ErrorKind::MaxFilesWatch => ": raise fs.inotify.max_user_watches (sysctl)",
        _ => "",
    };
    format!("files are not watched, so reload the page to see what changed ({error}){help}")
}
