//! The preview writes nothing, but by its buttons.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::{ADDRESSES, newsletter, opened};
use crate::harness::Project;

/// All that a folder and what is in it are: mode, time of the last change to the nanosecond, and octets.
fn state(project: &Project) -> BTreeMap<PathBuf, (u32, i64, i64, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(project.folder()).into_iter().map(Result::unwrap);
    let told = |entry: walkdir::DirEntry| {
        let meta = entry.metadata().unwrap();
        let octets = if meta.is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() };
        (entry.path().to_owned(), (meta.mode(), meta.mtime(), meta.mtime_nsec(), octets))
    };
    entries.map(told).collect()
}

/// What differs, for the message of a failed test. The folder of a store does: to read one, SQLite makes files beside it,
/// and takes them away (<https://www.sqlite.org/wal.html#read_only_databases>).
fn differing(project: &Project, before: &BTreeMap<PathBuf, (u32, i64, i64, Vec<u8>)>) -> Vec<PathBuf> {
    let after = state(project);
    let has_store = project.path("tidings.db").exists();
    let paths = before.keys().chain(after.keys()).filter(|path| !has_store || *path != project.folder());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// Every page, in every dress and with every tab.
fn look_at_everything(project: &Project) {
    let preview = project.preview("weekly");
    let tabs = ["lint", "selection", "links", "headers", "source", "structure"]
        .map(|tab| format!("/weekly?tab={tab}"));
    let views = ["phone", "tablet", "desktop", "text"].map(|view| format!("/weekly?view={view}"));
    let edits =
        ["/weekly?pin=news/census.md&drop=news/bridge.md", "/weekly?at=2026-01-20", "/weekly/2026-01-14"];
    let frames = ["", "?scheme=dark", "?scheme=forced", "?images=off&styles=off"]
        .map(|query| format!("/-/mail/weekly{query}"));
    let all = [&tabs[..], &views, &frames].concat();
    for address in all.iter().map(String::as_str).chain(edits).chain(ADDRESSES) {
        preview.get(address);
    }
    let tab = opened(&preview, "/weekly", 1440, "light");
    for tab_of in &tabs {
        tab.go(&preview.address(tab_of));
    }
    let refused = preview.request("POST", "/-/draft").form(&[("of", "/weekly")]);
    refused.send().is(403);
    preview.end();
}

#[test]
fn looking_at_everything_changes_no_file_no_mode_and_no_time() {
    for prepare in [
        (|_: &Project| ()) as fn(&Project),
        |project| drop(project.run("compose weekly").exits(0)),
        |project| drop(project.subscribers(3).run("send weekly").exits(0)),
        |project| {
            project.subscribers(3).run("send weekly").exits(0);
            project.story("fresh", "Fresh news", "2026-01-14").run("compose weekly").exits(0);
        },
    ] {
        let project = newsletter();
        prepare(&project);
        let before = state(&project);
        look_at_everything(&project);
        let differing = differing(&project, &before);
        assert!(differing.is_empty(), "{differing:?}");
    }
}
