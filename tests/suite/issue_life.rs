//! The life of an issue: draft → sending → finished or abandoned, a test a rule.

mod drafts;
mod receipts;

use std::fs;

use serde_json::Value;

use crate::harness::{LIST, Project, Script, Server, Sink, Stage};

const ISSUE: &str = "weekly@2026-01-14";
const FOLDER: &str = "digests/weekly/2026-01-14";

/// A project that mails to `readers` people, three articles at hand.
pub(super) fn mailing(sink: &Sink, readers: usize) -> Project {
    let project = Project::new();
    project.through(sink.port()).stories(3).subscribers(readers);
    project
}

/// A send killed after some of ten messages, the rest still to come.
pub(super) fn partly_sent(sink: &Sink) -> Project {
    let project = mailing(sink, 10);
    project.set("mail.rate", "5/s").set("mail.connections", 1);
    let run = project.start("send weekly");
    sink.wait_for(3);
    run.kill();
    project.unset("mail", "rate");
    assert!(sink.recipients().len() < 10, "the kill came too late to test anything");
    project
}

/// Loses the store, as a new machine has none, and takes the receipts for what they are.
pub(super) fn lose_the_store(project: &Project) {
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.run("store adopt").exits(0).prints("weekly@");
    project.subscribers(1);
}

#[test]
fn a_folder_of_another_project_is_no_issue_of_this_one() {
    let (here, there) = (Project::new(), Project::new());
    for project in [&here, &there] {
        project.stories(1).subscribers(1).run("compose weekly").exits(0);
    }
    let foreign = there.path(FOLDER);
    for command in ["send", "abandon", "status"] {
        here.run(&format!("{command} {}", foreign.display())).exits(2).says("no issue of this project");
    }
    here.run(&format!("send {FOLDER}")).exits(0);
    here.run(&format!("status {}", here.path(FOLDER).display())).exits(0);
}

#[test]
fn a_digest_under_a_new_name_is_warned_of() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    project.file("config.toml", &project.read("config.toml").replace("digests.weekly", "digests.news"));
    project.run("send news").says("renamed");
}

#[test]
fn articles_without_an_address_are_told_when_nothing_else_is_left() {
    let project = Project::new();
    project.unset("site", "url").subscribers(1);
    project.file("content/a.md", "---\ntitle: A\ndate: 2026-01-13\ntags: [border]\n---\n");
    project.run("send weekly").exits(0).says("want of an address");
}

#[test]
fn asked_to_go_on_only_no_new_issue_is_started() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly --resume").exits(0).says("no issue is unfinished");
    assert!(project.status(ISSUE).is_none());
    let project = partly_sent(&sink);
    project.run("send weekly --resume").says("going on with");
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "finished");
}

#[test]
fn what_was_sent_is_not_sent_again_and_what_is_new_is() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    project.run("send weekly").exits(0).says("nothing");
    project
        .story("fresh", "A fresh one", "2026-01-14")
        .at("2026-01-15T14:00:00Z")
        .run("send weekly")
        .exits(0);
    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    let second = mails.iter().find(|mail| mail.text.contains("A fresh one")).unwrap();
    assert!(!second.text.contains("Story number"), "{}", second.text);
}

#[test]
fn a_second_issue_of_a_day_has_a_number() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    project.story("fresh", "A fresh one", "2026-01-14").run("send weekly").exits(0);
    assert!(project.status("weekly@2026-01-14-2").is_some());
}

#[test]
fn a_partly_sent_issue_is_resumed_with_the_same_message_ids() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    // It was started: what is new or edited since does not touch it.
    project.story("fresh", "A fresh one", "2026-01-14");
    project.file(&format!("{FOLDER}/digest.txt"), "edited after the start");
    project.run("send weekly --dry-run --out rest").exits(0);
    project.run("send weekly");
    let mails = sink.mails();
    assert!(mails.iter().all(|mail| !mail.text.contains("A fresh one") && !mail.text.contains("edited")));
    let mut recipients = sink.recipients();
    recipients.dedup();
    assert_eq!(recipients.len(), mails.len(), "nobody got it twice");
    let ids: Vec<String> = mails.iter().map(|mail| mail.header("Message-ID").to_owned()).collect();
    // What a dry run wrote of the open ones came as it was written, but for what the kill left in flight.
    let rest = fs::read_dir(project.path("rest")).unwrap().map(|entry| entry.unwrap().file_name());
    let missing = rest.filter(|name| {
        let id = name.to_str().unwrap().trim_end_matches(".eml");
        !ids.contains(&format!("<{id}>"))
    });
    assert!(missing.count() as u64 <= project.count(ISSUE, "uncertain"), "{ids:?}");
    assert_eq!(project.count(ISSUE, "accepted") + project.count(ISSUE, "uncertain"), 10);
}

#[test]
fn an_abandoned_issue_never_resumes_and_its_articles_stay_carried() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    project.run(&format!("abandon {ISSUE}")).exits(0);
    let sent = sink.recipients();
    project.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients(), sent);
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "abandoned");
}

#[test]
fn an_issue_killed_and_abandoned_leaves_nothing_half_done() {
    let silent = Server::start(Script::polite().on(Stage::Dot).stall());
    let project = Project::new();
    project.through(silent.port()).stories(3).subscribers(3).set("mail.connections", 2);
    let run = project.start("send weekly");
    while project.status(ISSUE).is_none_or(|status| status["counts"]["attempting"] != 2) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    run.kill();
    project.run(&format!("abandon {ISSUE}")).exits(0).says("uncertain");
    assert_eq!((project.count(ISSUE, "attempting"), project.count(ISSUE, "uncertain")), (0, 2));
    project.run("store check").exits(0);
}

#[test]
fn leftovers_come_in_a_later_issue_however_old_they_are() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.limit", 1).set("digests.weekly.leftovers", true);
    for now in ["2026-01-14T14:00:00Z", "2026-02-14T14:00:00Z", "2026-03-14T14:00:00Z"] {
        project.at(now).run("send weekly").exits(0);
    }
    project.at("2026-04-14T14:00:00Z").run("send weekly").exits(0).says("nothing");
    let mut numbers = Vec::new();
    for mail in sink.mails() {
        numbers.extend((1..=3).filter(|number| mail.text.contains(&format!("Story number {number}"))));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn a_started_issue_goes_to_the_list_it_was_started_for() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    project.set("lists.other.title", "Others").set("lists.other.id", "other.news.example.org");
    project.set("lists.other.reason", "You asked.").set("digests.weekly.list", "other").run("send weekly");
    assert!(sink.mails().iter().all(|mail| mail.header("List-Id").contains("main.news.example.org")));
    assert!(sink.recipients().len() >= 9);
}

#[test]
fn one_who_leaves_meanwhile_is_withdrawn() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    let recipients = project.recipients(ISSUE);
    let (leaver, _) = recipients.iter().rfind(|(_, state)| *state == "queued").expect("someone waits");
    project.run(&format!("list remove {LIST} {leaver}")).exits(0);
    project.run("send weekly");
    assert!(!sink.recipients().contains(leaver));
    assert_eq!(project.recipients(ISSUE)[leaver], "withdrawn");
}

#[test]
fn one_who_joins_meanwhile_gets_nothing_of_a_started_issue() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    project.subscriber("joiner@example.net").run("send weekly");
    assert!(!sink.recipients().contains(&"joiner@example.net".to_owned()));
    assert!(!project.recipients(ISSUE).contains_key("joiner@example.net"));
}

#[test]
fn a_second_run_at_the_same_time_exits_75_and_says_who_holds_the_lock() {
    let sink = Sink::start();
    let project = mailing(&sink, 30);
    project.set("mail.rate", "5/s");
    let first = project.start("send weekly");
    sink.wait_for(1);
    project.run("send weekly").exits(75).says(&first.pid().to_string()).prints_nothing();
    first.kill();
    project.unset("mail", "rate").run("send weekly");
    assert_eq!(project.status(ISSUE).unwrap()["stage"], "finished", "a killed run leaves no lock");
}

#[test]
fn an_issue_put_into_a_maildir_is_still_mailed() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(2).subscriber("ann@example.net").run("send weekly").exits(0);
    assert_eq!(project.outbox().len(), 1);
    assert!(!project.path(&format!("{FOLDER}/receipt.json")).exists(), "a Maildir makes no receipt");
    project.run("send weekly").exits(0).says("nothing");
    project.through(sink.port()).run("send weekly").exits(0);
    assert!(sink.mails()[0].text.contains("Story number 1"));
}

#[test]
fn a_test_copy_changes_nothing_and_the_issue_goes_out_after_it() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly --to editor@example.org").exits(0);
    assert_eq!(sink.recipients(), ["editor@example.org"]);
    assert!(project.status(ISSUE).is_none() && !project.path("digests").exists());
    project.run("send weekly").exits(0);
    assert_eq!(sink.recipients(), ["editor@example.org", "reader0@example.net"]);
    let mails = sink.mails();
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

#[test]
fn with_nothing_to_carry_nothing_is_sent() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).subscriber("ann@example.net");
    project.run("send weekly").exits(0).says("nothing").prints_nothing();
    assert!(sink.recipients().is_empty() && project.status(ISSUE).is_none());
}

#[test]
fn with_fewer_articles_than_the_digest_asks_for_nothing_is_sent() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.min_articles", 4).run("send weekly").exits(0).says("min_articles");
    assert!(sink.recipients().is_empty() && project.status(ISSUE).is_none());
    project.story("fourth", "The fourth", "2026-01-13").run("send weekly").exits(0);
    assert_eq!(sink.recipients().len(), 1);
}

#[test]
fn a_list_without_recipients_starts_nothing_and_says_how_to_fill_it() {
    let sink = Sink::start();
    let project = Project::new();
    project.through(sink.port()).stories(1).run("send weekly").says("list add");
    assert!(project.status(ISSUE).is_none(), "its articles are not carried");
}

#[test]
fn one_who_left_is_not_brought_back_by_an_import() {
    let sink = Sink::start();
    let project = mailing(&sink, 2);
    project.run(&format!("list remove {LIST} reader0@example.net")).exits(0);
    project.subscribers(2).run("send weekly").exits(0);
    assert_eq!(sink.recipients(), ["reader1@example.net"]);
}

#[test]
fn issues_are_numbered_from_the_first_that_is_mailed() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.number_from", 7).set("digests.weekly.subject", "No. {{ issue.number }}");
    for (day, number) in [(14, 7), (15, 8), (16, 9)] {
        project.story(&format!("of-{day}"), &format!("What came on day {day}"), &format!("2026-01-{day}"));
        project.at(&format!("2026-01-{day}T17:00:00Z")).run("compose weekly").exits(0);
        let folder = format!("digests/weekly/2026-01-{day}");
        project.run("compose weekly").exits(0);
        assert!(project.read(&format!("{folder}/digest.txt")).contains(&format!(" · No. {number}")));
        project.run("send weekly").exits(0);
    }
    let mut subjects: Vec<String> =
        sink.mails().iter().map(|mail| mail.header("Subject").to_owned()).collect();
    subjects.sort();
    assert_eq!(subjects, ["No. 7", "No. 8", "No. 9"]);
}

#[test]
fn a_headline_at_the_end_does_not_come_again_and_what_was_cut_altogether_may() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.limit", 1).set("digests.weekly.more_headlines", 1);
    project.set("digests.weekly.leftovers", true);
    let rows = project.run("select weekly --format json").exits(0).rows();
    let shown: Vec<_> = rows.iter().map(|row| (row["path"].as_str().unwrap(), &row["headline"])).collect();
    assert_eq!(shown, [("news/story-1.md", &Value::Null), ("news/story-2.md", &Value::Bool(true))]);
    project
        .run("select weekly")
        .exits(0)
        .says("1 of 3 articles, 1 more as headlines; 1 passed over: 1 over-limit");
    project.run("select weekly --explain news/story-2.md").prints("in the issue as a headline, 1 of 1");
    project.run("send weekly").exits(0);
    let mails = sink.mails();
    assert!(
        mails[0].text.contains("More headlines") && mails[0].html.contains("https://www.example.com/story-2")
    );
    project.at("2026-01-15T17:00:00Z");
    let left: Vec<_> = project.run("select weekly --format json").exits(0).rows();
    assert_eq!(left.iter().map(|row| &row["path"]).collect::<Vec<_>>(), ["news/story-3.md"]);
}
