//! Watching: files that change make a new version.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify_debouncer_mini::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use tokio::sync::mpsc;

use super::desk::Desk;
use crate::files;

/// For how long what happens to a file is gathered: an editor makes several steps of saving one.
const GATHER: Duration = Duration::from_millis(30);

/// Watches what the pages are made of, as long as it is polled.
///
/// # Errors
/// When the system watches no more files; the message says what to do.
pub(super) async fn watch(desk: Arc<Desk>) -> Result<(), String> {
    let (told, mut changes) = mpsc::unbounded_channel();
    let mut watcher = new_debouncer(GATHER, move |event: DebounceEventResult| {
        // Nobody listens any more when the preview ends.
        let _ = told.send(event);
    })
    .map_err(|error| remedy(&error))?;
    let mut known = BTreeSet::new();
    follow(&desk, &mut watcher, &mut known).await?;
    while let Some(event) = changes.recv().await {
        // What the system cannot tell, reloading the page shows.
        let files = event.unwrap_or_default().into_iter().map(|event| event.path).collect();
        desk.note(&files).await;
        follow(&desk, &mut watcher, &mut known).await?;
    }
    Ok(())
}

/// Watches also what config.toml names since it changed, and folders that came to be.
async fn follow(
    desk: &Desk,
    watcher: &mut Debouncer<RecommendedWatcher>,
    known: &mut BTreeSet<(PathBuf, bool)>,
) -> Result<(), String> {
    let (whole, flat) = desk.watched().await;
    let wanted = whole.into_iter().map(|path| (path, true)).chain(flat.into_iter().map(|path| (path, false)));
    // By their own names, as the system tells them.
    let wanted = wanted.map(|(path, deep)| (files::real(&path), deep)).filter(|(path, _)| path.is_dir());
    let wanted: BTreeSet<_> = wanted.collect();
    for (path, _) in known.difference(&wanted) {
        // A folder that is gone is not watched any more.
        let _ = watcher.watcher().unwatch(path);
    }
    for (path, deep) in wanted.difference(known) {
        let mode = if *deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        watcher.watcher().watch(path, mode).map_err(|error| remedy(&error))?;
    }
    *known = wanted;
    Ok(())
}

fn remedy(error: &notify::Error) -> String {
    let help = match error.kind {
        notify::ErrorKind::MaxFilesWatch => ": raise fs.inotify.max_user_watches (sysctl)",
        _ => "",
    };
    format!("files are not watched, so reload the page to see what changed ({error}){help}")
}
