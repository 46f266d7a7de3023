use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// What came of opening a page in a real browser, touching everything in it, and writing it once more.
#[derive(Debug, Deserialize)]
pub(crate) struct Opened {
    /// Its elements, attributes and comments in order, without what stands in prose.
    pub(crate) outline: Vec<String>,
    /// The same, after it was written and parsed again.
    pub(crate) outline_again: Vec<String>,
    /// The elements in prose, `a`, and their attributes, `a href`.
    pub(crate) prose: BTreeSet<String>,
    /// The same, after it was written and parsed again.
    pub(crate) prose_again: BTreeSet<String>,
    /// How many pieces of prose hold comments.
    pub(crate) comments_in_prose: usize,
    /// The classes in prose.
    pub(crate) classes: BTreeSet<String>,
    /// The inline styles in prose.
    pub(crate) styles: BTreeSet<String>,
    /// The targets of all links, as they are written.
    pub(crate) links: BTreeSet<String>,
    /// The addresses of all pictures, as the browser understands them.
    pub(crate) pictures: BTreeSet<String>,
    /// The properties that `document` has of its own.
    pub(crate) own: Vec<String>,
    /// What ran: each call of a function that a page has no reason to call.
    pub(crate) ran: Vec<String>,
    /// What it asked for, without a click: `image https://example.org/a.png`.
    pub(crate) requests: BTreeSet<String>,
    /// How many frames it has; one is the page itself.
    pub(crate) frames: usize,
}

/// Opens pages in one Chromium.
pub(crate) fn open(pages: &[PathBuf]) -> Vec<Opened> {
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/hostile.mjs"))
        .args(pages)
        .output()
        .expect("node is installed: scripts/test does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let opened: Vec<Opened> =
        serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect();
    assert_eq!(opened.len(), pages.len());
    opened
}
