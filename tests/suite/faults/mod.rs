//! What servers do wrong, and what comes of it: each row is a server with a script, and what must stand
//! in the ledger, at the server and on the terminal afterwards.

mod login;
mod message;
mod recipient;
mod relay;
mod row;
mod start;
mod tls;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use self::row::{PEOPLE, Row, on, row};
use crate::harness::{Project, Stage};

/// How many rows are played at a time. Most of them wait most of the time.
const AT_A_TIME: usize = 24;

fn rows() -> Vec<Row> {
    let in_a_run = [recipient::rows(), message::rows(), relay::rows()].concat();
    let pipelined = in_a_run.iter().cloned().map(Row::pipelining).collect();
    [start::rows(), tls::rows(), login::rows(), in_a_run, pipelined].concat()
}

/// A project with an article and three subscribers, who are mailed in the order of the alphabet. That order is that of
/// their numbers, which are drawn.
fn template() -> Project {
    loop {
        let project = Project::new();
        project.stories(1);
        for address in PEOPLE {
            project.subscriber(address);
        }
        let list = project.run("list export main").exits(0).stdout().to_owned();
        if PEOPLE.map(|address| list.find(address).unwrap()).is_sorted() {
            return project;
        }
    }
}

/// Plays the rows; the names of those that fail, with all that is wrong.
fn failures(rows: Vec<Row>) -> Vec<(String, String)> {
    let template = template();
    let left = Mutex::new(rows);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            // Its files are only read, but it may not be shared.
            let template = template.copy();
            let (left, failed) = (&left, &failed);
            scope.spawn(move || {
                loop {
                    let Some(row) = left.lock().unwrap().pop() else { return };
                    let name = row.name.clone();
                    let complaints = catch_unwind(AssertUnwindSafe(|| row.complaints(&template)))
                        .unwrap_or_else(|panic| {
                            vec![format!("it panicked: {:?}", panic.downcast_ref::<String>())]
                        });
                    if !complaints.is_empty() {
                        failed.lock().unwrap().push((name, complaints.join("\n")));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    failed
}

#[test]
fn whatever_the_server_does_nobody_is_lost_and_nobody_gets_it_twice() {
    let mut rows = rows();
    assert!(rows.len() >= 60);
    if let Ok(name) = std::env::var("FAULT") {
        rows.retain(|row| row.name.contains(&name));
    }
    let played = rows.len();
    let failed = failures(rows);
    let told: Vec<String> = failed.iter().map(|(name, why)| format!("\n=== {name}\n{why}")).collect();
    assert!(told.is_empty(), "{} of {played} rows fail: {}", told.len(), told.concat());
}

#[test]
fn a_row_that_expects_what_does_not_come_fails() {
    let refused = || on(Stage::Rcpt).to("ann@").say("550 5.1.1 No such user");
    let polite = || on(Stage::Quit).politely();
    let rows = vec![
        row("state", refused()),
        row("copies", polite()).one("ann@", "accepted", 2),
        row("exit", polite()).exits(1),
        row("words", polite()).says("uncertain"),
        row("start", polite()).starts_nothing(),
        row("suppression", polite()).suppresses("ann@example.net"),
        row("time", on(Stage::Rcpt).wait(std::time::Duration::from_millis(500)).politely()).within(0),
        row("tally", polite()).tally([("accepted", 2), ("rejected", 1)]),
        row("attempts", polite()).attempts(2),
        row("due", polite()).due("ann@", 1..=2),
    ];
    let mut names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    names.sort();
    let failed: Vec<String> = failures(rows).into_iter().map(|(name, _)| name).collect();
    assert_eq!(failed, names);
}

#[test]
fn no_two_rows_have_one_name() {
    let mut names: Vec<String> = rows().into_iter().map(|row| row.name).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
