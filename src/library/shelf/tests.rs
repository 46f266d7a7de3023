//! Whatever changes, a shelf that is refreshed holds what reading anew would.

use std::path::PathBuf;

use super::super::tests::{folder, paths, reading};
use super::*;
use crate::article::front_matter::FieldNames;
use crate::files;

const ARTICLE: &str = "---\ntitle: T\ndate: 2026-01-13\n---\nBody\n";
const BROKEN: &str = "---\ntitle: a: b\n---\n";
const SECTION: &str = "---\ncascade:\n  draft: true\n---\n";

/// As a digest that wants what is no draft, and is titled T.
fn objection(article: &Article) -> Option<Reason> {
    if article.draft {
        return Some(Reason::Draft);
    }
    (article.title != "T").then_some(Reason::Terms)
}

/// A change of a folder: writes a file, or removes what is there.
type Change = (&'static str, Option<&'static str>);

/// A name, the changes, and what is told of them, where that is not each file.
type Row = (&'static str, &'static [Change], Option<&'static [&'static str]>);

#[test]
fn a_shelf_that_is_refreshed_holds_what_reading_anew_would() {
    let rows: [Row; 13] = [
        ("an edit that keeps it", &[("a.md", Some("---\ntitle: T\ndate: 2026-01-14\n---\n"))], None),
        (
            "an edit that something speaks against",
            &[("a.md", Some("---\ntitle: U\ndate: 2026-01-13\n---\n"))],
            None,
        ),
        ("a front matter that breaks", &[("a.md", Some(BROKEN))], None),
        ("one that is mended", &[("broken.md", Some(ARTICLE))], None),
        ("a new file", &[("b/new.md", Some(ARTICLE))], None),
        ("a file that goes", &[("b/x.md", None)], None),
        ("a file that gets another name", &[("b/x.md", None), ("b/y.md", Some(ARTICLE))], None),
        ("a new folder", &[("c/d/new.md", Some(ARTICLE))], Some(&["c"])),
        ("a folder that goes", &[("b", None)], None),
        ("a section that gives something", &[("b/_index.md", Some(SECTION))], None),
        (
            "an index that makes what is beside it its own",
            &[("b/index.md", Some(ARTICLE)), ("hugo.toml", Some(""))],
            None,
        ),
        ("what is no article", &[("b/picture.png", Some("")), (".hidden.md", Some(ARTICLE))], None),
        ("two at once", &[("a.md", Some(BROKEN)), ("0.md", Some(ARTICLE)), ("broken.md", None)], None),
    ];
    for (name, changes, told) in rows {
        let folder = folder(&[
            ("a.md", ARTICLE.as_bytes()),
            ("b/x.md", ARTICLE.as_bytes()),
            ("b/z.md", ARTICLE.as_bytes()),
            ("broken.md", BROKEN.as_bytes()),
        ]);
        let folders = [folder.path().to_owned()];
        let names = FieldNames::default();
        let reading = reading(&folders, &names);
        let mut shelf = Shelf::read(&reading, objection);
        assert_eq!(paths(&shelf.library()), ["a.md", "b/x.md", "b/z.md"], "{name}");
        for (path, text) in changes {
            let file = folder.path().join(path);
            match text {
                Some(text) => {
                    files::make_folder(file.parent().unwrap()).unwrap();
                    files::write(&file, text.as_bytes()).unwrap();
                }
                None if file.is_dir() => std::fs::remove_dir_all(file).unwrap(),
                None => std::fs::remove_file(file).unwrap(),
            }
        }
        let written = changes.iter().map(|(path, _)| *path);
        let files = told.map_or_else(|| written.collect(), <[&str]>::to_vec);
        let files: BTreeSet<PathBuf> = files.into_iter().map(|path| folder.path().join(path)).collect();
        shelf.refresh(&reading, &Changed { files, ..Changed::default() }, objection);
        assert_eq!(shelf.library(), super::super::read(&reading, objection), "{name}");
    }
}

#[test]
fn only_what_changed_is_read_again() {
    let folder = folder(&[("a.md", ARTICLE.as_bytes()), ("b.md", ARTICLE.as_bytes())]);
    let folders = [folder.path().to_owned()];
    let names = FieldNames::default();
    let reading = reading(&folders, &names);
    let mut shelf = Shelf::read(&reading, objection);
    for name in ["a.md", "b.md"] {
        files::write(&folder.path().join(name), BROKEN.as_bytes()).unwrap();
    }
    let changed = |name: &str| [folder.path().join(name)].into_iter().collect();
    shelf.refresh(&reading, &Changed { files: changed("a.md"), ..Changed::default() }, objection);
    assert_eq!(paths(&shelf.library()), ["b.md"], "of which nobody said that it changed");
    let articles = ["b.md".to_owned()].into_iter().collect();
    shelf.refresh(&reading, &Changed { articles, ..Changed::default() }, objection);
    assert_eq!(shelf.library().problems.len(), 2);
}

#[test]
fn time_that_passes_brings_what_was_in_the_future_and_passes_over_what_is_too_old() {
    let article = |day: u32| format!("---\ntitle: T\ndate: 2026-01-{day}\n---\n");
    let (old, new) = (article(13), article(15));
    let folder = folder(&[("old.md", old.as_bytes()), ("new.md", new.as_bytes())]);
    let folders = [folder.path().to_owned()];
    let names = FieldNames::default();
    let reading = reading(&folders, &names);
    let on = |day: u32| {
        move |article: &Article| {
            let date = article.appeared(chrono_tz::Tz::UTC)?.start(chrono_tz::Tz::UTC);
            let day: chrono::DateTime<chrono::Utc> = format!("2026-01-{day}T12:00:00Z").parse().unwrap();
            match () {
                () if date > day => Some(Reason::Future),
                () if date < day - chrono::TimeDelta::hours(48) => Some(Reason::TooOld),
                () => None,
            }
        }
    };
    let mut shelf = Shelf::read(&reading, on(14));
    assert_eq!(paths(&shelf.library()), ["old.md"]);
    shelf.refresh(&reading, &Changed::default(), on(15));
    assert_eq!(paths(&shelf.library()), ["new.md"]);
}
