//! The operator, at another terminal: looks at an issue, pauses it, lets it go on, ends it, and has some of it
//! delivered again.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Outcome, Project, Sink, until};

const ISSUE: &str = "weekly@2026-01-14";

/// A project with so many subscribers and one article, that mails to a server.
fn mailing_to(sink: &Sink, subscribers: usize) -> Project {
    let project = Project::new();
    project.through(sink.port()).stories(1).subscribers(subscribers);
    project
}

/// What `status ISSUE` tells programs.
fn detail(project: &Project) -> Value {
    project.run(&format!("status {ISSUE} --format json")).exits(0).rows().remove(0)
}

#[track_caller]
fn each_once(sink: &Sink, subscribers: usize) {
    let recipients = sink.recipients();
    assert_eq!(recipients.len(), subscribers, "{recipients:?}");
    assert_eq!(recipients.iter().collect::<BTreeSet<_>>().len(), subscribers, "{recipients:?}");
}

#[test]
fn a_paused_run_waits_and_a_resumed_one_goes_on_where_it_was() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 60);
    project.set("mail.rate", "20/s");
    let run = project.start("send weekly");
    sink.wait_for(5);
    project.run(&format!("pause {ISSUE}")).exits(0).says("paused: the run (process");
    let paused = until("what was on the wire has ended", || {
        let before = sink.recipients().len();
        sleep(Duration::from_millis(500));
        (before == sink.recipients().len()).then_some(before)
    });
    assert!(paused < 60, "it was paused in the middle");
    let status = project.run(&format!("status {ISSUE}")).exits(0);
    assert!(status.stdout().contains("sending, paused"), "{}", status.stdout());
    project.run(&format!("pause {ISSUE}")).exits(0).says("before");
    project.run(&format!("resume {ISSUE}")).exits(0).says("goes on");
    run.wait().exits(0).says("paused").says("going on");
    each_once(&sink, 60);
    project.run(&format!("pause {ISSUE}")).exits(1).says("finished");
}

#[test]
fn a_run_begun_while_an_issue_is_paused_says_so_and_sends_nothing_but_test_copies() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 20);
    let run = project.set("mail.rate", "10/s").start("send weekly");
    sink.wait_for(2);
    run.interrupt();
    run.wait().exits(75);
    let before = sink.recipients().len();
    project.run(&format!("pause {ISSUE}")).exits(0).says("no run");
    for command in ["send weekly", "send weekly --resume"] {
        project.run(command).exits(75).says(&format!("tidings resume {ISSUE}"));
    }
    assert_eq!(sink.recipients().len(), before);
    project.run(&format!("send {ISSUE} --to me@example.org")).exits(0);
    project.run(&format!("resume {ISSUE}")).exits(0).says(&format!("tidings send {ISSUE}"));
    project.unset("mail", "rate").run("send weekly").exits(0);
    assert_eq!(project.count(ISSUE, "accepted"), 20);
}

#[test]
fn an_issue_is_abandoned_from_another_terminal_and_its_run_ends() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 500);
    let run = project.set("mail.rate", "10/s").start("send weekly");
    sink.wait_for(3);
    project.run(&format!("abandon {ISSUE}")).exits(0).says("not made").says("the run (process");
    let told = Instant::now();
    run.wait().exits(1).says("abandoned");
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
    assert_eq!(project.count(ISSUE, "accepted"), sink.recipients().len() as u64);
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "abandoned");
    project.run(&format!("resume {ISSUE}")).exits(1).says("abandoned");
    project.run(&format!("retry {ISSUE} --rejected --dry-run")).exits(0);
    let recipients = project.recipients(ISSUE);
    let (waiting, _) = recipients.iter().find(|(_, state)| *state == "queued").unwrap();
    project.run(&format!("retry {ISSUE} --address {waiting}")).exits(2).says("was abandoned");
}

#[test]
fn a_run_that_nobody_hears_mails_all_the_same() {
    let sink = Sink::with(&["-f", "RCPT"]);
    let project = mailing_to(&sink, 3);
    project.start_unheard("send weekly").wait().exits(0);
    assert_eq!(project.count(ISSUE, "rejected"), 3);
    project.start_unheard("send nothing-of-that-name").wait().exits(2);
}

#[test]
fn a_waiting_run_notices_that_its_issue_was_abandoned() {
    let sink = Sink::with(&["-r", "RCPT"]);
    let project = mailing_to(&sink, 2);
    let run = project.start("send weekly");
    until("both are deferred", || (project.status(ISSUE)?["counts"]["deferred"] == 2).then_some(()));
    project.run(&format!("abandon {ISSUE}")).exits(0);
    run.wait().exits(1).says("abandoned");
}

#[test]
fn status_tells_how_fast_it_goes_who_is_at_it_and_why_some_were_deferred() {
    let sink = Sink::with(&["-r", "RCPT"]);
    let project = mailing_to(&sink, 3);
    let run = project.start("send weekly");
    until("all are deferred", || (project.status(ISSUE)?["counts"]["deferred"] == 3).then_some(()));
    let told = detail(&project);
    assert!(told["run"].as_str().unwrap().starts_with(&format!("process {} since ", run.pid())), "{told}");
    let causes = told["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "one reply for all: {told}");
    assert_eq!((&causes[0]["count"], &causes[0]["state"]), (&3.into(), &"deferred".into()));
    assert_eq!(causes[0]["due"], told["due"], "the cause is due with the first of them");
    let shown = project.run(&format!("status {ISSUE}")).exits(0);
    for words in ["why", "next try", "deferred", "run       process"] {
        assert!(shown.stdout().contains(words), "no {words:?} in {}", shown.stdout());
    }
    run.kill();

    let quick = Sink::start();
    let project = mailing_to(&quick, 30);
    project.run("send weekly").exits(0).says("30 accepted of 30 (in ").says("/min)");
    let told = detail(&project);
    assert!(told["per_minute"]["whole"].as_f64().unwrap() > 0.0, "{told}");
    assert_eq!((&told["run"], &told["per_minute"]["now"]), (&Value::Null, &Value::Null));
    assert_eq!(told["slowest"].as_array().unwrap().len(), 5, "{told}");
}

#[test]
fn watching_tells_each_change_and_ends_with_the_issue() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 30);
    let run = project.set("mail.rate", "10/s").start("send weekly");
    sink.wait_for(1);
    let told = project.run(&format!("status {ISSUE} --watch --format json")).exits(0);
    run.wait().exits(0);
    let accepted: Vec<u64> =
        told.rows().iter().map(|row| row["counts"]["accepted"].as_u64().unwrap_or(0)).collect();
    assert!(accepted.len() >= 2 && accepted.is_sorted(), "{accepted:?}");
    assert_eq!(told.rows().last().unwrap()["stage"], "finished");
    let again = project.run(&format!("status {ISSUE} --watch")).exits(0);
    assert_eq!(again.stdout(), format!("{ISSUE}: 30 of 30 done, 30 accepted, finished\n"));
}

#[test]
fn recipients_are_filtered_and_written_as_json_and_csv() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 12);
    project.subscriber("=cmd@example.net").run("send weekly").exits(0);
    let list = |filter: &str| project.run(&format!("status {ISSUE} --recipients {filter}"));
    let count = |filter: &str| list(&format!("{filter} --format json")).exits(0).rows().len();
    assert_eq!(count(""), 13);
    assert_eq!(count("--state rejected,deferred"), 0);
    assert_eq!(count("--state accepted --state rejected"), 13);
    assert_eq!(count("--address READER1"), 3);
    assert_eq!(count("--address reader1 --limit 2"), 2);
    assert_eq!(count("--code 250"), 13);
    assert_eq!(count("--code 550"), 0);
    assert_eq!(count("--reply nonsense"), 0);
    let rows = list("--address reader7@ --format json").exits(0).rows();
    let mails = sink.mails();
    let id = rows[0]["message_id"].as_str().unwrap();
    assert!(
        mails.iter().any(|mail| mail.headers.iter().any(|(_, value)| value.contains(id))),
        "the Message-ID is the one mailed: {id}"
    );
    let csv = list("--format csv").exits(0);
    let lines: Vec<&str> = csv.stdout().lines().collect();
    assert_eq!(lines.len(), 14, "{}", csv.stdout());
    assert!(
        lines[0].starts_with("address,state,attempts,first_attempt,changed,due,code,status,reply,waited,")
    );
    assert!(lines[1].starts_with("'=cmd@example.net,accepted,1,"), "no formula: {}", lines[1]);
    project.run(&format!("status {ISSUE} --format csv")).exits(2).says("--recipients");
    assert_eq!(project.run("status --format csv").exits(0).stdout().lines().count(), 2);
}

#[test]
fn retrying_by_address_tries_those_only_and_refuses_what_cannot_be() {
    let refusing = Sink::with(&["-f", "RCPT"]);
    let project = mailing_to(&refusing, 3);
    project.run("send weekly").exits(0);
    assert_eq!(project.count(ISSUE, "rejected"), 3);
    let sink = Sink::start();
    project.through(sink.port());
    let retry = |which: &str| project.run(&format!("retry {ISSUE} {which}"));
    retry("").exits(2);
    retry("--rejected --dry-run").exits(0).says("3 deliveries");
    retry("--uncertain --address reader0@example.net").exits(2).says("is rejected");
    retry("--address Reader0@example.net --dry-run").exits(0).says("1 delivery");
    assert_eq!(project.count(ISSUE, "rejected"), 3, "a dry run changes nothing");
    retry("--address Reader0@example.net").exits(0);
    assert_eq!(sink.recipients(), ["reader0@example.net"]);
    retry("--address reader0@example.net reader1@example.net")
        .exits(2)
        .says("reader0@example.net was accepted");
    retry("--address nobody@example.net").exits(2).says("no recipient");
    assert_eq!(sink.recipients().len(), 1, "refused for one, nothing is sent to the others");
    retry("--rejected").exits(0);
    each_once(&sink, 3);
    retry("--rejected").exits(0).says("no such deliveries");
}

/// A run with one delivery on the wire, whose server does not answer.
fn stuck() -> (Sink, Project) {
    // Without PIPELINING, for smtp-sink answers the next command before what it delays.
    let sink = Sink::with(&["-p", "-W", ".:60"]);
    let project = mailing_to(&sink, 3);
    project.set("mail.connections", 1);
    (sink, project)
}

#[test]
fn a_second_signal_stops_at_once_and_what_was_on_the_wire_is_uncertain() {
    let (_sink, project) = stuck();
    let run = project.start("send weekly");
    until("one is on the wire", || (project.status(ISSUE)?["counts"]["attempting"] == 1).then_some(()));
    run.interrupt();
    sleep(Duration::from_secs(2));
    run.interrupt();
    let told = Instant::now();
    let outcome: Outcome = run.wait().exits(75);
    outcome.says("stopping: 1 in flight; press Ctrl-C again").says("stopped at once");
    assert!(told.elapsed() < Duration::from_secs(2), "{:?}", told.elapsed());
    let quick = Sink::start();
    project.through(quick.port()).run("send weekly").exits(1).says("1 uncertain");
    assert_eq!(quick.recipients().len(), 2);
}

#[test]
fn a_closed_terminal_lets_what_is_on_the_wire_end_and_nohup_all_of_it() {
    let sink = Sink::with(&["-w", "1"]);
    let project = mailing_to(&sink, 12);
    project.set("mail.connections", 2);
    let run = project.start("send weekly");
    until("some are on the wire", || (project.status(ISSUE)?["counts"]["attempting"] == 2).then_some(()));
    run.hang_up();
    sleep(Duration::from_millis(100));
    run.hang_up();
    run.wait().exits(75).says("stopping");
    assert!(project.count(ISSUE, "queued") > 0);
    let run = project.start_with_nohup("send weekly");
    until("some are on the wire", || (project.status(ISSUE)?["counts"]["attempting"] == 2).then_some(()));
    run.hang_up();
    run.wait().exits(0);
    each_once(&sink, 12);
}

#[test]
fn a_dry_run_writes_into_no_folder_that_holds_something() {
    let project = Project::new();
    project.stories(1).subscribers(2).file("out/mine.txt", "Mine.");
    project.run("send weekly --dry-run --out out").exits(2).says("not empty");
    project.run("send weekly --dry-run --out fresh").exits(0).says("2 messages");
    project.run("send weekly --dry-run --out fresh").exits(2);
    assert_eq!(project.read("out/mine.txt"), "Mine.");
}

#[test]
fn test_copies_go_to_several_and_to_none_if_one_is_no_address() {
    let sink = Sink::start();
    let project = mailing_to(&sink, 1);
    project.run("send weekly --to me@example.org --to you@example.org").exits(0).says("you@example.org");
    assert_eq!(sink.recipients(), ["me@example.org", "you@example.org"]);
    project.run("send weekly --to me@example.org --to nonsense").exits(2);
    assert_eq!(sink.recipients().len(), 2);
    assert!(project.status(ISSUE).is_none(), "they count for nothing");
}
