//! What the mail uses and a client lacks is written down, with what a reader sees there: docs/mail.md holds the table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::harness::Project;

/// The clients of the table, by caniemail's names.
const CLIENTS: [&str; 10] = [
    "gmail.android",
    "gmail.desktop-webmail",
    "gmail.ios",
    "gmail.mobile-webmail",
    "yahoo.android",
    "yahoo.desktop-webmail",
    "yahoo.ios",
    "apple-mail.ios",
    "apple-mail.macos",
    "outlook.windows",
];

/// An article with every element and attribute that may stand in a mail.
const RICH: &str = r#"---
title: Everything that an author may write
date: 2026-01-14
tags: [immigration]
image: https://pictures.example/1.png
link: https://www.example.com/everything
---
<p><a href="https://www.example.com/" hreflang="de" title="t">a</a> <abbr title="x">b</abbr> <b>b</b> <bdi>b</bdi>
<bdo dir="rtl">b</bdo> <cite>c</cite> <code>c</code> <del>d</del> <dfn>d</dfn> <em>e</em> <i>i</i> <ins>i</ins> <kbd>k</kbd>
<mark>m</mark> <q>q</q> <s>s</s> <samp>s</samp> <small>s</small> <span lang="de" dir="ltr">s</span> <strong>s</strong>
<sub>s</sub> <sup>s</sup> <u>u</u> <var>v</var><br>x <a href="mailto:editor@example.org">e</a></p>
<blockquote><p>q</p></blockquote>
<figure><img src="https://pictures.example/2.png" alt="p" width="2000" height="900"><figcaption>f</figcaption></figure>
<table><caption>c</caption><colgroup><col></colgroup><thead><tr><th scope="col" colspan="2" align="left">t</th></tr></thead>
<tbody><tr><td rowspan="2">d</td><td>d</td></tr><tr><td>e</td></tr></tbody><tfoot><tr><td>x</td></tr></tfoot></table>
<table><tr><td>immigration</td><td>administration</td><td>representation</td><td>naturalization</td></tr></table>
<dl><dt>t</dt><dd>d</dd></dl><ol start="3" reversed type="a"><li>l</li></ol><ul><li>l</li></ul><hr><pre>p</pre><div>d</div>
<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6>
"#;

/// Something that the mail uses and a client has not, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Lack {
    /// As caniemail.com calls it.
    feature: String,
    client: String,
    /// `all` or `part`.
    lacks: String,
}

/// Issues of each layout, and of both directions of writing.
fn projects() -> Vec<Project> {
    let issue = |layout: &str, language: &str| {
        let project = Project::new();
        project
            .stories(4)
            .file("content/news/rich.md", RICH)
            .set("digests.weekly.layout", layout)
            .set("digests.weekly.group_by", "source")
            .set("digests.weekly.intro", "Good *morning*.")
            .set("site.language", language)
            .set("digests.weekly.limit", 4)
            .set("digests.weekly.more_headlines", 4)
            .set("digests.weekly.number_from", 1)
            .set("digests.weekly.web", "https://news.example.org/{issue}/")
            .set("brand.header", "A *line*.")
            .set("brand.footer", "A [link](https://news.example.org/).")
            .set("brand.logo", "https://pictures.example/logo.png");
        project
    };
    vec![
        issue("headlines", "en"),
        issue("summaries", "en"),
        issue("full", "en"),
        issue("full", "ar"),
        issue("full", "ja"),
    ]
}

/// What caniemail's data say that they lack.
fn lacks(pages: &[PathBuf]) -> BTreeSet<Lack> {
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/clients.mjs"))
        .arg(CLIENTS.join(","))
        .args(pages)
        .output()
        .expect("node is installed: scripts/test does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::Deserializer::from_slice(&output.stdout).into_iter().map(Result::unwrap).collect()
}

/// The clients in a cell, where `gmail.*` is all of Gmail's.
fn clients(cell: &str) -> Vec<&'static str> {
    let named = |pattern: &str| {
        let found: Vec<_> = CLIENTS
            .into_iter()
            .filter(|client| {
                *client == pattern
                    || pattern.strip_suffix('*').is_some_and(|family| client.starts_with(family))
            })
            .collect();
        assert!(!found.is_empty(), "docs/mail.md names {pattern:?}, which is no client");
        found
    };
    cell.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .flat_map(|name| named(name.trim_matches('`')))
        .collect()
}

/// What docs/mail.md says that they lack.
fn written() -> BTreeSet<Lack> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mail.md")).unwrap();
    let mut lacks = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [feature, all, part, seen] = cells[..] else { panic!("docs/mail.md: not four cells: {row}") };
        assert!(seen.len() > 10, "docs/mail.md does not say what a reader sees: {row}");
        for (cell, lacking) in [(all, "all"), (part, "part")] {
            for client in clients(cell) {
                let feature = feature.trim_matches('`').to_owned();
                let new =
                    lacks.insert(Lack { feature, client: client.to_owned(), lacks: lacking.to_owned() });
                assert!(new, "docs/mail.md says it twice: {row}");
            }
        }
    }
    lacks
}

#[test]
fn what_the_mail_uses_and_a_client_lacks_is_written_down_and_nothing_else_is() {
    let projects = projects();
    let page = |project: &Project| {
        project.run("compose weekly").exits(0);
        project.path("digests/weekly/2026-01-14/digest.html")
    };
    let found = lacks(&projects.iter().map(page).collect::<Vec<_>>());
    let written = written();
    let missing: Vec<&Lack> = found.difference(&written).collect();
    let unused: Vec<&Lack> = written.difference(&found).collect();
    assert!(
        missing.is_empty(),
        "the mail uses what a client lacks: do without, or add to docs/mail.md {missing:#?}"
    );
    assert!(unused.is_empty(), "docs/mail.md says what is no longer so: {unused:#?}");
}
