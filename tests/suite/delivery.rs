//! Many subscribers, a real server, and a process killed in the middle.

use std::collections::BTreeMap;

use crate::harness::{Project, Script, Server, Sink, Stage};

const ISSUE: &str = "weekly@2026-01-14";

/// How often each recipient got a message.
fn times(sink: &Sink) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for recipient in sink.recipients() {
        *times.entry(recipient).or_default() += 1;
    }
    times
}

#[test]
fn thirty_articles_reach_two_thousand_subscribers_once_each() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(30).set("digests.weekly.limit", 30).subscribers(2000);
    project.run("send weekly").exits(0);
    let times = times(&sink);
    assert_eq!(times.len(), 2000);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let recipients = project.recipients(ISSUE);
    assert_eq!(recipients.keys().collect::<Vec<_>>(), times.keys().collect::<Vec<_>>());
    assert!(recipients.values().all(|state| state == "accepted"));
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "finished");
}

#[test]
fn killed_in_the_middle_and_run_again_each_gets_it_once_but_for_what_is_reported() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(3).subscribers(2000).set("mail.connections", 4);
    project.set("mail.rate", "400/s");
    let run = project.start("send weekly");
    sink.wait_for(500);
    run.kill();
    let resumed = project.run("send weekly");
    let uncertain = project.count(ISSUE, "uncertain");
    assert!(uncertain <= 4, "at most one for each connection, and not {uncertain}");
    let resumed = resumed.exits(i32::from(uncertain > 0));
    if uncertain > 0 {
        resumed.says("uncertain");
    }
    let times = times(&sink);
    assert!(times.values().all(|times| *times == 1), "nobody got it twice: {times:?}");
    for (address, state) in project.recipients(ISSUE) {
        match state.as_str() {
            "accepted" => assert!(times.contains_key(&address), "{address} got nothing"),
            other => assert_eq!(other, "uncertain", "{address}"),
        }
    }
    assert_eq!(project.count(ISSUE, "accepted") + uncertain, 2000);
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "finished");
}

#[test]
fn a_reply_that_never_comes_is_uncertain_and_held_until_told_otherwise() {
    let silent = Server::start(Script::polite().on(Stage::Dot).close());
    let project = Project::new();
    project.through(silent.port()).stories(1).subscriber("ann@example.net");
    project.run("send weekly").exits(1).says("uncertain");
    assert_eq!(project.count(ISSUE, "uncertain"), 1);
    let sink = Sink::start();
    project.through(sink.port()).run("send weekly");
    assert!(sink.recipients().is_empty(), "it is not sent again unasked");
    project.run(&format!("retry {ISSUE} --uncertain")).exits(0);
    assert_eq!(sink.recipients(), ["ann@example.net"]);
    assert_eq!(project.count(ISSUE, "accepted"), 1);
}

#[test]
fn a_rejected_recipient_is_reported_and_stops_nobody() {
    let server = Server::start(Script::polite().on(Stage::Rcpt).say("550 5.2.1 Disabled"));
    let project = Project::new();
    project.through(server.port()).stories(1).subscribers(3);
    project.run("send weekly").exits(0).says("rejected");
    assert_eq!(project.count(ISSUE, "rejected"), 3);
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "finished");
}

#[test]
fn a_deferred_recipient_is_tried_until_it_expires() {
    let server = Server::start(Script::polite().on(Stage::Rcpt).say("450 4.2.0 Greylisted"));
    let project = Project::new();
    project.through(server.port()).set("mail.retry_for", "1 second").stories(1).subscriber("ann@example.net");
    project.run("send weekly").exits(1).says("retry weekly@2026-01-14 --expired");
    assert_eq!(project.count(ISSUE, "expired"), 1);
}

#[test]
fn a_server_that_cannot_be_reached_starts_nothing() {
    let port = Sink::start().port(); // Gone at once.
    let project = Project::new();
    project.through(port).stories(1).subscriber("ann@example.net");
    project.run("send weekly").exits(75).says("127.0.0.1");
    assert!(project.status(ISSUE).is_none());
    assert!(!project.path("digests/weekly").exists(), "no draft is left to be sent as it is next week");
}

#[test]
fn what_a_failed_first_run_would_have_carried_is_carried_a_month_later() {
    let gone = Sink::start().port();
    let project = Project::new();
    project.through(gone).stories(1).subscriber("ann@example.net").run("send weekly").exits(75);
    let sink = Sink::start();
    project.through(sink.port()).at("2026-02-14T14:00:00Z").run("send weekly").exits(0);
    assert!(sink.mails()[0].text.contains("Story number 1"));
}

#[test]
fn a_dry_run_writes_the_messages_of_those_who_would_get_one() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(1).subscribers(10).set("mail.connections", 1);
    project.run("send weekly --dry-run --out fresh").exits(0).says("10 messages");
    let run = project.set("mail.rate", "5/s").start("send weekly");
    sink.wait_for(3);
    run.kill();
    let open = project.count(ISSUE, "queued");
    project.run("send weekly --dry-run --out rest").exits(0);
    let written = std::fs::read_dir(project.path("rest")).unwrap().count();
    assert!(written < 10 && written as u64 >= open, "{written} of {open}");
}

#[test]
fn an_interrupted_run_ends_clean_and_is_resumed() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(1).subscribers(40).set("mail.rate", "10/s");
    let run = project.start("send weekly");
    sink.wait_for(5);
    run.interrupt();
    run.wait().exits(75);
    assert_eq!(project.count(ISSUE, "uncertain"), 0);
    project.unset("mail", "rate").run("send weekly").exits(0);
    assert!(times(&sink).values().all(|times| *times == 1));
    assert_eq!(project.count(ISSUE, "accepted"), 40);
}
