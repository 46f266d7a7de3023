//! The mail in pictures, by a Chromium of this machine.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::hostile::hostile;
use super::newsletter;
use crate::harness::{Project, Site};

/// Each picture, and how many pixels wide it is.
const PICTURES: [(&str, u32); 9] = [
    ("phone-light", 750),
    ("phone-dark", 750),
    ("tablet-light", 1536),
    ("tablet-dark", 1536),
    ("desktop-light", 2048),
    ("desktop-dark", 2048),
    ("phone-forced-dark", 750),
    ("desktop-no-images", 2048),
    ("phone-no-styles", 750),
];

/// Width and height of a PNG (its specification, §11.2.2).
fn size(project: &Project, path: &str) -> (u32, u32) {
    let octets = fs::read(project.path(path)).unwrap();
    assert!(octets.starts_with(b"\x89PNG"), "{path}");
    let number = |at: usize| u32::from_be_bytes(octets[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_show_all_of_the_mail_in_each_program_and_nothing_else_is_left() {
    let project = newsletter();
    let before = project.tree();
    let run = project.run("preview weekly --png shots/today").exits(0);
    let paths: Vec<&str> = run.stdout().lines().collect();
    assert_eq!(paths, PICTURES.map(|(name, _)| format!("shots/today/{name}.png")));
    for (path, (name, width)) in paths.iter().zip(PICTURES) {
        let (is_wide, height) = size(&project, path);
        assert_eq!(is_wide, width, "{name}");
        assert!(height > 800, "three stories are higher than a screen: {name} {height}");
    }
    let mut shots = paths.iter().map(|path| fs::read(project.path(path)).unwrap()).collect::<Vec<_>>();
    shots.sort();
    shots.dedup();
    assert!(
        shots.len() >= 8,
        "but for the one without images, of a mail that has none, they differ: {}",
        shots.len()
    );
    let after: Vec<PathBuf> = project.tree().into_keys().filter(|path| !before.contains_key(path)).collect();
    assert_eq!(after.len(), PICTURES.len(), "{after:?}");
    let home = fs::read_dir(project.folder().parent().unwrap()).unwrap();
    let others: Vec<_> =
        home.map(|entry| entry.unwrap().path()).filter(|path| path != project.folder()).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn a_hostile_mail_asks_for_nothing_but_pictures_while_they_are_taken() {
    let site = Site::start();
    let project = hostile(&site);
    project.run("preview mine.eml --png shots").exits(0);
    let asked = site.asked();
    assert!(asked.iter().any(|asked| asked.starts_with("GET /picture")), "{asked:?}");
    let other: Vec<&String> =
        asked.iter().filter(|asked| !asked.starts_with("GET /picture") || asked.contains("-by-")).collect();
    assert!(other.is_empty(), "{other:?}");
}

#[test]
fn who_has_no_chromium_is_told_what_to_do_and_nothing_is_left() {
    for (name, value, words) in [
        ("PATH", "bin", "apt install chromium"),
        ("TIDINGS_CHROMIUM", "/nowhere/chromium", "/nowhere/chromium cannot be started"),
        ("TIDINGS_CHROMIUM", "true", "true took no picture"),
    ] {
        let project = newsletter();
        // The harness needs one program.
        fs::create_dir(project.path("bin")).unwrap();
        symlink("/usr/bin/timeout", project.path("bin/timeout")).unwrap();
        let value = if name == "PATH" { project.path(value).display().to_string() } else { value.to_owned() };
        project.env(name, &value).run("preview weekly --png shots").exits(1).prints_nothing().says(words);
        let left = walkdir::WalkDir::new(project.path("shots")).min_depth(1);
        assert_eq!(left.into_iter().filter_map(Result::ok).count(), 0, "{value}");
    }
}
