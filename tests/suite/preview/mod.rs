//! The preview: what it serves, whom it refuses, what its buttons do, and what it leaves alone.

mod access;
mod buttons;
mod elsewhere;
mod hands;
mod hostile;
mod live;
mod pages;
mod panes;
mod pictures;
mod serving;
mod strangers;
mod terminal;
mod untouched;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::harness::{Preview, Project, Sink, Tab};

/// The files of a project with their contents.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// A newsletter with three stories, the latest first.
fn newsletter() -> Project {
    let project = Project::new();
    project
        .story("bridge", "The bridge opens", "2026-01-13")
        .story("harbor", "Harbor hearing is moved", "2026-01-12")
        .story("census", "A census of shelters", "2026-01-11");
    project
}

/// Where each kind of answer is.
const ADDRESSES: [&str; 9] = [
    "/weekly",
    "/weekly/next",
    "/weekly?view=text&tab=source",
    "/-/mail/weekly",
    "/-/eml/weekly",
    "/-/html/weekly",
    "/-/style.css",
    "/-/script.js",
    "/no-such-digest",
];

/// The titles of a draft's stories, in order.
fn drafted(project: &Project, folder: &str) -> Vec<String> {
    let issue: serde_json::Value =
        serde_json::from_str(&project.read(&format!("{folder}/issue.json"))).unwrap();
    let title = |article: &serde_json::Value| article["title"].as_str().unwrap().to_owned();
    issue["articles"].as_array().unwrap().iter().map(title).collect()
}

/// The mail of a page, as HTML.
#[track_caller]
fn mail_of(preview: &Preview, path: &str) -> String {
    preview.get(&format!("/-/html{path}")).is(200).text().replace("\r\n", "\n")
}

/// The tabs of the inspector.
const TABS: [&str; 6] = ["lint", "selection", "links", "headers", "source", "structure"];

/// In a page: the mail, in the first frame.
const MAIL: &str = "document.querySelector('.frame iframe:not(.next)')?.contentDocument";

/// A tab with a page of a preview, whose frames are loaded.
#[track_caller]
fn opened(preview: &Preview, path: &str, width: u32, scheme: &str) -> Tab {
    let tab = Tab::open(width, scheme);
    assert_eq!(tab.go(&preview.address(path)), 200, "{path}");
    tab
}

/// A newsletter that mails through a sink, and its preview.
fn mailing(sink: &Sink) -> (Project, Preview) {
    let project = newsletter();
    project.through(sink.port());
    let preview = project.preview("weekly");
    (project, preview)
}

/// Nobody else has changed the project or mailed; the page's own button still does.
#[track_caller]
fn only_its_own_button_commands(project: &Project, before: &Tree, preview: &Preview, sink: &Sink) {
    assert!(project.tree() == *before, "somebody else has changed the project");
    preview.press("test", "/weekly", &[("address", "me@example.org")]).is(200);
    sink.wait_for(1);
    assert_eq!(sink.recipients().len(), 1, "somebody else has mailed");
}
