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

#[test]
fn a_signal_lets_what_is_in_flight_end_and_a_second_one_does_not_wait() {
    drill("faults --quick term int int-twice");
}

#[test]
fn a_full_disk_or_a_locked_store_loses_nobody_and_doubles_nobody() {
    drill("faults --quick full locked");
}

#[test]
fn a_clock_that_is_set_or_a_process_that_stands_still_loses_nobody_and_doubles_nobody() {
    drill("faults --quick back forward stopped");
}

#[test]
fn after_a_power_failure_nobody_whose_message_had_left_is_sent_it_again() {
    drill("power --subscribers 60 --every 6");
}
