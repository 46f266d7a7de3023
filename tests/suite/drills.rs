//! What goes wrong on a bad day: `scripts/drill`, in short.

use std::path::Path;
use std::process::Command;

/// Drills the program; what it printed, where a promise was broken.
#[track_caller]
fn drill(arguments: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/drill"))
        .args(arguments.split_whitespace())
        .args(["--binary", env!("CARGO_BIN_EXE_tidings")])
        .env("DRILL_FOLDER", folder.path())
        .output()
        .unwrap();
    let told = |stream: &[u8]| String::from_utf8_lossy(stream).into_owned();
    assert!(output.status.success(), "{}{}", told(&output.stdout), told(&output.stderr));
}

#[test]
fn killed_at_any_instant_each_gets_it_once_but_for_what_is_uncertain_and_reported() {
    drill("kills --runs 20 --jobs 3");
}
