//! The life of an issue: draft → sending → finished or abandoned, a test a rule.

use std::fs;

use crate::harness::{LIST, Project, Sink};

const ISSUE: &str = "weekly@2026-01-14";
const FOLDER: &str = "digests/weekly/2026-01-14";

/// A project that mails to `readers` people, three articles at hand.
fn mailing(sink: &Sink, readers: usize) -> Project {
    let project = Project::new();
    project.through(sink.port()).stories(3).subscribers(readers);
    project
}

/// A send killed after some of ten messages, the rest still to come.
fn partly_sent(sink: &Sink) -> Project {
    let project = mailing(sink, 10);
    project.set("mail.rate", "5/s").set("mail.connections", 1);
    let run = project.start("send weekly");
    sink.wait_for(3);
    run.kill();
    project.unset("mail", "rate");
    assert!(sink.recipients().len() < 10, "the kill came too late to test anything");
    project
}

#[test]
fn composing_again_replaces_the_draft() {
    let project = Project::new();
    project.stories(1).run("compose weekly").exits(0).prints(FOLDER);
    project.story("late", "Late", "2026-01-14").run("compose weekly").exits(0);
    assert!(project.read(&format!("{FOLDER}/digest.txt")).contains("Late"));
    assert_eq!(fs::read_dir(project.path("digests/weekly")).unwrap().count(), 1, "there is one draft");
    project.at("2026-01-15T14:00:00Z").run("compose weekly").exits(0);
    assert_eq!(fs::read_dir(project.path("digests/weekly")).unwrap().count(), 1, "and the next day too");
}

#[test]
fn a_draft_is_sent_as_reviewed() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("compose weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        let path = format!("{FOLDER}/{file}");
        let edited = project.read(&path).replace("Story number 1", "Reviewed story");
        project.file(&path, &edited);
    }
    project.run("send weekly").exits(0);
    let mail = &sink.mails()[0];
    assert!(mail.html.contains("Reviewed story") && mail.text.contains("Reviewed story"), "{}", mail.text);
}

/// Loses the store, as a new machine has none, and takes the receipts for what they are.
fn lose_the_store(project: &Project) {
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.run("store adopt").exits(0).prints("weekly@");
    project.subscribers(1);
}

#[test]
fn a_draft_of_what_was_mailed_since_is_refused_and_composing_again_finds_nothing() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    lose_the_store(&project);
    // A draft made elsewhere, before that machine heard of the issue.
    let draft = "digests/weekly/2026-01-15";
    for file in ["issue.json", "digest.html", "digest.txt"] {
        let text = project.read(&format!("{FOLDER}/{file}")).replace(ISSUE, "weekly@2026-01-15");
        project.file(&format!("{draft}/{file}"), &text);
    }
    for command in ["send weekly", "send weekly@2026-01-15", "send weekly --dry-run"] {
        project.run(command).exits(65).says("--compose");
    }
    project.run("send weekly --compose").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn a_maildir_trial_is_no_draft_of_what_was_mailed_since_even_when_the_store_is_lost() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("send weekly").exits(0);
    project.through(sink.port()).run("send weekly").exits(0);
    lose_the_store(&project);
    project.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn a_trial_that_only_git_remembers_is_not_mailed() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("send weekly").exits(0);
    fs::remove_dir_all(project.path("outbox")).unwrap();
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.subscribers(1).through(sink.port()).at("2026-03-14T14:00:00Z");
    project.run("send weekly").exits(0).says("nothing");
}

#[test]
fn a_reviewed_draft_that_was_tried_in_a_maildir_is_mailed_as_reviewed() {
    let sink = Sink::start();
    let project = Project::new();
    project.stories(3).subscribers(1).run("compose weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        let path = format!("{FOLDER}/{file}");
        project.file(&path, &project.read(&path).replace("Story number 1", "Reviewed story"));
    }
    project.run("send weekly").exits(0);
    assert!(project.outbox()[0].text.contains("Reviewed story"));
    project.through(sink.port()).run("send weekly").exits(0);
    assert!(sink.mails()[0].text.contains("Reviewed story"));
}

#[test]
fn a_store_restored_from_before_the_end_mails_nobody_again() {
    let sink = Sink::start();
    let project = partly_sent(&sink);
    project.run("store backup before.db").exits(0);
    project.run("send weekly");
    let sent = sink.recipients().len();
    for file in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    fs::rename(project.path("before.db"), project.path("tidings.db")).unwrap();
    project.run("send weekly").exits(78).says("store adopt");
    project.run("store adopt").exits(0).prints(ISSUE);
    project.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), sent);
}

#[test]
fn one_name_given_by_two_machines_is_two_issues() {
    let sink = Sink::start();
    let here = Project::new();
    here.stories(3).subscribers(1).run("send weekly").exits(0);
    let there = mailing(&sink, 1);
    there.run("send weekly").exits(0);
    for file in ["issue.json", "digest.html", "digest.txt", "receipt.json"] {
        here.file(&format!("{FOLDER}/{file}"), &there.read(&format!("{FOLDER}/{file}")));
    }
    here.through(sink.port()).run("send weekly").exits(78).says("store adopt");
    here.run("store adopt").exits(0).prints(ISSUE);
    here.run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.recipients().len(), 1, "nobody got it twice");
}

#[test]
fn composing_when_nothing_is_left_to_carry_discards_the_draft() {
    let project = Project::new();
    project.stories(1).subscribers(1).run("compose weekly").exits(0);
    fs::remove_dir_all(project.path("content/news")).unwrap();
    project.run("compose weekly").exits(0).says("discarded");
    assert!(!project.path(FOLDER).exists());
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
fn an_editor_pins_and_drops_and_what_is_dropped_comes_in_no_later_issue() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.story("old", "An old one", "2025-03-01");
    project.run("compose weekly --pin content/news/old.md --drop news/story-2.md").exits(0);
    let text = project.read(&format!("{FOLDER}/digest.txt"));
    assert!(text.contains("An old one") && !text.contains("Story number 2"), "{text}");
    let lead = text.find("An old one").unwrap();
    assert!(lead < text.find("Story number 1").unwrap(), "what is pinned leads: {text}");
    project.run("send weekly").exits(0);
    project.at("2026-01-15T14:00:00Z").run("send weekly").exits(0).says("nothing");
    assert_eq!(sink.mails().len(), 1);
}

#[test]
fn what_cannot_be_pinned_is_named_with_the_reason() {
    let project = Project::new();
    project.stories(1).file("content/a.md", "---\ntitle: A\ndate: 2026-01-13\ndraft: true\n---\n");
    project.run("compose weekly --pin a.md").exits(65).says("draft");
    project.run("compose weekly --pin b.md").exits(2).says("no article b.md");
    project.run("compose weekly --drop b.md").exits(2).says("no article b.md");
    assert!(!project.path("digests").exists());
}

#[test]
fn a_site_that_moves_here_marks_its_past_as_carried() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project
        .story("ancient", "Ancient", "2019-03-01")
        .run("compose weekly --mark-only")
        .exits(0)
        .says("4 articles");
    assert!(sink.recipients().is_empty());
    project.run("send weekly").exits(0).says("nothing");
    project.set("digests.weekly.window", "3650 days").run("send weekly").exits(0).says("nothing");
    project.story("fresh", "A fresh one", "2026-01-14").run("send weekly").exits(0);
    let text = &sink.mails()[0].text;
    assert!(text.contains("A fresh one") && !text.contains("Story number"), "{text}");
    // Another machine hears of it by the receipt.
    lose_the_store(&project);
    project.run("send weekly").exits(0).says("nothing");
    project.run("compose weekly --mark-only").exits(0).says("nothing that was not carried");
}

#[test]
fn an_article_says_how_it_looks_in_a_newsletter_or_stays_out() {
    let project = Project::new();
    project.stories(1).subscribers(1);
    let article = |newsletter: &str| {
        format!(
            "---\ntitle: A long title for the site\ndate: 2026-01-12\nsummary: For the site.\ntags: [border]\n\
             newsletter: {newsletter}\n---\n"
        )
    };
    project.file("content/a.md", &article("{title: Short, summary: For readers., order: 1}"));
    project.file("content/b.md", &article("false").replace("long", "quiet"));
    project.run("send weekly").exits(0);
    let mail = &project.outbox()[0];
    assert!(mail.header("Subject").contains("Short"), "it leads: {}", mail.header("Subject"));
    assert!(mail.text.contains("For readers.") && !mail.text.contains("For the site."), "{}", mail.text);
    assert!(!mail.text.contains("quiet"), "{}", mail.text);
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
fn an_unreadable_body_gives_its_place_to_another_article() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.set("digests.weekly.limit", 1).story("broken", "Broken", "2026-01-14");
    let path = project.path("content/news/broken.md");
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"caf\xe9");
    fs::write(&path, bytes).unwrap();
    project.run("select weekly").exits(0).prints("Story number 1");
    project.run("send weekly").exits(0).says("broken.md");
    assert!(sink.mails()[0].text.contains("Story number 1"));
}

#[test]
fn deleting_a_draft_loses_nothing() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("compose weekly").exits(0);
    fs::remove_dir_all(project.path(FOLDER)).unwrap();
    project.run("send weekly").exits(0);
    let text = &sink.mails()[0].text;
    assert!((1..=3).all(|number| text.contains(&format!("Story number {number}"))), "{text}");
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
    project.run("send weekly");
    let mails = sink.mails();
    assert!(mails.iter().all(|mail| !mail.text.contains("A fresh one") && !mail.text.contains("edited")));
    let mut recipients = sink.recipients();
    recipients.dedup();
    assert_eq!(recipients.len(), mails.len(), "nobody got it twice");
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
fn a_receipt_that_the_store_does_not_know_stops_the_next_send_until_it_is_adopted() {
    let sink = Sink::start();
    let project = mailing(&sink, 2);
    project.run("send weekly").exits(0);
    let receipt = project.read(&format!("{FOLDER}/receipt.json")).replace("weekly@", "");
    assert!(!receipt.contains('@'), "no address in a receipt");
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.subscribers(2).story("fresh", "A fresh one", "2026-01-14");
    project.run("send weekly").exits(78).says("store adopt");
    assert_eq!(sink.recipients().len(), 2);
    project.run("store adopt").exits(0);
    project.run("send weekly").exits(0);
    let mails = sink.mails();
    let second = mails.iter().filter(|mail| mail.text.contains("A fresh one")).collect::<Vec<_>>();
    assert_eq!((mails.len(), second.len()), (4, 2));
    assert!(second.iter().all(|mail| !mail.text.contains("Story number 1")), "they were carried before");
}

#[test]
fn a_receipt_whose_issue_file_is_gone_is_named_by_every_command_that_needs_it() {
    let sink = Sink::start();
    let project = mailing(&sink, 1);
    project.run("send weekly").exits(0);
    for file in ["digest.html", "digest.txt"] {
        fs::remove_file(project.path(&format!("{FOLDER}/{file}"))).unwrap();
    }
    project.run("send weekly").exits(0).says("nothing");
    fs::remove_file(project.path(&format!("{FOLDER}/issue.json"))).unwrap();
    for file in ["tidings.db", "tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(project.path(file));
    }
    project.run("send weekly").exits(78).says("store adopt");
    for command in ["store adopt", "select weekly"] {
        project.run(command).exits(65).says(ISSUE).says("issue.json is gone");
    }
    fs::remove_file(project.path(&format!("{FOLDER}/receipt.json"))).unwrap();
    project.run("select weekly").exits(0).prints("Story number 1");
}

#[test]
fn an_issue_killed_and_abandoned_leaves_nothing_half_done() {
    // A server that takes its time before it takes the message.
    let sink = Sink::with(&["-w", "60"]);
    let project = mailing(&sink, 3);
    project.set("mail.connections", 2);
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
fn an_issue_is_not_composed_again_by_name() {
    let project = Project::new();
    project.stories(1).run("send weekly@2026-01-14 --compose").exits(2).says("leave out --compose");
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
